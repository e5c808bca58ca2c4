# SPDX-License-Identifier: EUPL-1.2
"""A whole federation of any number of providers as real processes, with a round for each place."""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.scale.made import ASKED, Care, Place, care_of, fill
from ontschot.coordinator.rounds import service as rounds
from ontschot.node.database import open_engine
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.rounds import AreaMapReference, Round
from ontschot_demo.installing import (
    DEALER,
    HELPERS,
    Federation,
    install_coordinator,
    install_participants,
    sign_roster,
)
from ontschot_demo.measuring import PublicInputs
from ontschot_demo.processes import Processes, command
from processes.running import product, tied

TESTS: Final = Path(__file__).parents[2]
ENTRY: Final = Path(__file__).parents[1] / "entry_providers.py"
COORDINATOR: Final = "coordinator"
MOST_PROCESSES: Final = 20
"""With more providers than this, one process speaks for all of them."""

CANDIDATES: Final = 2
"""The dealer makes two of each set of keys, and helpers audit one: the least that a demo may ask.

Every upload is checked with keys of its own, so a hundred candidates would make a run last for
hours with what `gates` measures by itself."""

DRIVER: Final = "aanbieders"
PATIENCE: Final = 7200.0
"""Seconds that any one step may take; the longest is the check of eight hundred uploads."""

LOOK_SECONDS: Final = 0.02

_CONNECTED = "SELECT count(*) FROM mail_presence WHERE disconnected_at IS NULL"


@dataclass(slots=True)
class Party:
    """A running federation.

    Attributes:
        folder: everything of it.
        federation: as it was installed.
        processes: those that run.
        places: the places that it has rounds in.
        cares: of each place, the care of each provider.
        rounds: of each place, by its number of slots.
    """

    folder: Path
    federation: Federation
    processes: Processes
    places: Sequence[Place]
    cares: dict[int, list[Care]]
    rounds: dict[int, Round] = field(default_factory=dict)

    @property
    def providers(self) -> list[str]:
        """The names of the providers."""
        nodes = self.federation.nodes
        return [name for name, settings in nodes.items() if settings.role == "provider"]

    @property
    def notes(self) -> Path:
        """The folder with what the providers noted."""
        return self.folder / "klok"

    def pids(self) -> dict[str, int]:
        """Return the number of each running process, by its name."""
        return {name: process.pid for name, process in self.processes.running.items()}

    def read(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what ``query`` reads from the coordinator's database, beside its process."""
        store = self.federation.coordinator.home / "coordinator.db"
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query, values).fetchall()

    def wait_for(self, condition: Callable[[], bool]) -> float:
        """Return when ``condition`` held (seconds since 1970), looked at every 20 ms.

        Raises:
            PartyStopped: a process ended.
            TimeoutError: it took longer than ``PATIENCE``.
        """
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.processes.require_alive()
            if time.monotonic() > deadline:
                raise TimeoutError(str(self.processes.logs))
            time.sleep(LOOK_SECONDS)
        return time.time()


@contextmanager
def federated(folder: Path, nodes: int, places: Sequence[Place]) -> Iterator[Party]:
    """Install and run a federation with ``nodes`` providers until the context ends.

    All records are there, all participants are connected and every round is open when this yields.
    """
    for name in ("logs", "klok"):
        (folder / name).mkdir(parents=True)
    environment = {"PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)])}
    with Processes(folder / "logs", environment) as processes:
        federation = install_coordinator(folder)
        home = str(federation.coordinator.home)
        processes.start(COORDINATOR, tied(command("coordinator", "run", "--home", home)))
        processes.wait_until_started(COORDINATOR)
        gemeenten = tuple(sorted({code for place in places for code in place.gemeenten}))
        agbs = [f"{90_000_000 + number}" for number in range(nodes)]
        install_participants(federation, gemeenten, lambda _: None, ASKED, agbs)
        listed = {place.year: _inputs(place).listed() for place in places}
        first, *_ = listed
        sign_roster(
            federation,
            listed.pop(first),
            first,
            more=listed,
            most_nodes=nodes,
            audit_candidates=CANDIDATES,
        )
        cares = {
            place.slots: [care_of(place, number) for number in range(nodes)] for place in places
        }
        party = Party(folder, federation, processes, places, cares)
        _load(party)
        for name, arguments in _commands(party).items():
            processes.start(name, tied(arguments))
        everyone = len(federation.nodes)
        party.wait_for(lambda: party.read(_CONNECTED) == [(everyone,)])
        for place in places:
            party.rounds[place.slots] = _open_round(federation, place)
        yield party


def _commands(party: Party) -> dict[str, list[str]]:
    nodes = party.federation.nodes
    found = {name: product(nodes[name]) for name in (*HELPERS, DEALER)}
    words = [sys.executable, str(ENTRY), str(party.notes)]
    homes = {name: str(nodes[name].home) for name in party.providers}
    if len(homes) > MOST_PROCESSES:
        return found | {DRIVER: [*words, *homes.values()]}
    return found | {name: [*words, home] for name, home in homes.items()}


def _load(party: Party) -> None:
    for number, name in enumerate(party.providers):
        records = open_engine(party.federation.nodes[name].store_url)
        for place in party.places:
            fill(records, place, party.cares[place.slots][number])
        records.dispose()


def _inputs(place: Place) -> PublicInputs:
    return PublicInputs(place.universe, place.maps)


def _open_round(federation: Federation, place: Place) -> Round:
    variables = {one.id: one for name in ASKED for one in definition(name).variables}
    round_ = Round(
        id=f"omvang-{place.slots}",
        federation=federation.coordinator.federation,
        period_from=f"{place.year}-01-01",
        period_to=f"{place.year}-12-31",
        reference_date=f"{place.year}-12-31",
        universe=place.universe.digest,
        slots=place.slots,
        area_maps=[
            AreaMapReference(level=level, minimum=minimum, hash=found.digest)
            for (level, minimum), found in place.maps.items()
        ],
        variables=[variables[key] for key in sorted(variables)],
    )
    files = [place.universe.to_bytes(), *(found.to_bytes() for found in place.maps.values())]
    federation.office.act(lambda desk: rounds.open_round(desk, round_, files, None))
    return round_
