# SPDX-License-Identifier: EUPL-1.2
"""A federation that answered a question over codes, made once and copied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.chains.asking import answered
from simulation.federation import Federation


@pytest.fixture(scope="module")
def _answered(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return answered(tmp_path_factory.mktemp("chains"))


@pytest.fixture
def federation(_answered: Federation, tmp_path: Path) -> Iterator[Federation]:
    copied = _answered.copy(tmp_path / "federation")
    yield copied
    copied.close()


@pytest.fixture(autouse=True)
def _one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ontschot.coordinator.releases.leading.MOST_ATTEMPTS", 1)
