# SPDX-License-Identifier: EUPL-1.2
"""Federations in which the key for persons is made, and nothing after that: nobody uploads."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from ontschot.node.provider.answering.handlers import Provider
from simulation.federation import Federation
from simulation.persons.keys import NODES, SIZES

Make: TypeAlias = Callable[[], Federation]


@pytest.fixture(autouse=True)
def _no_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Provider, "_upload_persons", lambda _self, _desk: None)


@pytest.fixture(scope="module")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    federation = Federation(
        tmp_path_factory.mktemp("keys"), NODES, {}, questions=("Q05",), sizes=SIZES
    )
    federation.open_round()
    federation.close()
    return federation


@pytest.fixture
def make(_opened: Federation, tmp_path: Path) -> Iterator[Make]:
    made: list[Federation] = []

    def copy() -> Federation:
        made.append(_opened.copy(tmp_path / f"federation-{len(made)}"))
        return made[-1]

    yield copy
    for federation in made:
        federation.close()


@pytest.fixture
def federation(make: Make) -> Federation:
    return make()
