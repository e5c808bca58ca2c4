# SPDX-License-Identifier: EUPL-1.2
"""Federations that have come some way, made once and copied for each test."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
import structlog

from simulation.bench import Bench, stock_up
from simulation.federation import Federation
from simulation.machine.running import Bases

NODES = tuple(f"provider-{number}" for number in range(1, 7))
LATE = "provider-6"
"""Lets a person decide, who never does unless the test says so."""

Copy: TypeAlias = Callable[[], Federation]


@pytest.fixture(autouse=True, scope="session")
def _quick() -> Iterator[None]:
    """Tests kill parties, not the machine, and nobody reads their logs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ontschot.protocol.letters.files.os.fsync", lambda _descriptor: None)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        yield
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def _admitted(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    federation = Federation(
        tmp_path_factory.mktemp("admitted"), NODES, {}, decisions={LATE: "hold"}
    )
    random = np.random.default_rng(1)
    for node in NODES:
        flags = (random.random(federation.slots) < 0.3).astype(np.uint32)
        federation.vectors[node, "served"] = flags
    federation.open_round()
    federation.ask(federation.query("Q13"))
    federation.settle()
    stock_up(federation)
    federation.close()
    return federation


@pytest.fixture
def admitted(_admitted: Federation, tmp_path: Path) -> Iterator[Federation]:
    """Question Q13 asked to six providers: five uploads are admitted, one provider hesitates.

    After an hour the coordinator goes on without the sixth; gate keys for that are in stock.
    """
    federation = _admitted.copy(tmp_path / "federation")
    yield federation
    federation.close()


@pytest.fixture
def copies(_admitted: Federation, tmp_path: Path) -> Iterator[Copy]:
    """Make any number of federations like ``admitted``."""
    made: list[Federation] = []

    def make() -> Federation:
        made.append(_admitted.copy(tmp_path / f"federation-{len(made)}"))
        return made[-1]

    yield make
    for federation in made:
        federation.close()


@pytest.fixture(scope="session")
def bench(_admitted: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One workbench for all tests that leave no trace in it."""
    federation = _admitted.copy(tmp_path_factory.mktemp("bench") / "federation")
    yield Bench(federation)
    federation.close()


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Bases:
    """Where worlds of the simulation machine begin."""
    return Bases.build(tmp_path_factory.mktemp("machine"))
