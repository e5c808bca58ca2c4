# SPDX-License-Identifier: EUPL-1.2
"""One measured run: every question answered, everything observed on the way, all stopped."""

import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import httpx

from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.universe import EUROS_MINIMUM
from ontschot_demo import installing, measuring
from ontschot_demo.installing import QUESTIONS
from ontschot_demo.processes import STOP_SECONDS
from processes.edges import make_small_world
from processes.running import LOOK_SECONDS, Running, noting_helpers, running
from processes.watching import Sockets, memory_of, sockets_of

CELLS = ("Q17", "Q18", "Q20", "Q22")

CODES = ("Q11", "Q12", "Q26")

KINDS = ("Q02", "Q03", "Q04")
"""Euros by kind of care, by law, and in pieces of a buurt."""

PERSONS = "Q05"

ASKED = (*QUESTIONS, *CELLS, *CODES, *KINDS, PERSONS)
"""The questions of the demo and those of ``KINDS``, which go through gates; those over cells, which
do not; those over codes, which go through two; and the one about persons."""

MORE_PRICE = 3 * 10**8
"""Price of a question that the demo does not ask, in units of 1e-12 rho."""

PERSONS_PRICE = 10**8
"""Price of the question about persons; a household pays sixteen times that."""

MAPLESS: Final = "pc6-cluster"
"""The level whose areas have no public boundaries."""

KEEPERS = ("coordinator", "helper-a", "helper-b", "dealer")
"""Parties that must never hold a record."""


@dataclass(frozen=True, slots=True)
class Stop:
    """How a process ended after SIGTERM: exit code (None: it had to be killed) and seconds."""

    code: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Exports:
    """One answer as the REST interface gives it: JSON, CSV, and the map of each table."""

    document: bytes
    csv: bytes
    maps: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything seen of one run; memory in KiB.

    ``idle`` was measured with all participants connected and nothing asked yet, ``busy`` after the
    answers. ``caught`` holds what the keepers had on disk while they ran: every file, also those
    that were erased later, and their databases with what was not written back yet. ``published``
    holds every answer with each of the estimates that it had.
    """

    party: Running
    round: Round
    answers: dict[str, dict[str, Any]]
    exports: dict[str, Exports]
    idle: dict[str, int]
    busy: dict[str, int]
    sockets: dict[str, Sockets]
    pids: dict[str, int]
    stops: dict[str, Stop]
    caught: Path
    noise: Path
    published: Path

    @property
    def providers(self) -> list[str]:
        """The names of the providers."""
        nodes = self.party.federation.nodes
        return [name for name, settings in nodes.items() if settings.role == "provider"]

    @property
    def public(self) -> bytes:
        """The content of the public file with all addresses."""
        return self.party.inputs.universe.to_bytes()

    @property
    def areas(self) -> bytes:
        """The public texts about areas with postcodes: the map of clusters, and their names.

        The names are as a published answer has them: what stands before an area's figures.
        """
        clusters = self.party.inputs.maps[MAPLESS, EUROS_MINIMUM]
        sizes = clusters.slots_per_area.tolist()
        headings = [
            json.dumps(
                {"code": area.code, "name": area.name, "slots": size, "members": area.holds},
                separators=(",", ":"),
                ensure_ascii=False,
            )[:-1].encode()
            + b',"figures":[{"value":'
            for area, size in zip(clusters.areas, sizes, strict=True)
        ]
        return b"\0".join((clusters.to_bytes(), *headings))

    @property
    def kept(self) -> list[Path]:
        """Every file that the keepers have, or had while they ran."""
        folders = [*map(self.party.home, KEEPERS), self.caught]
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def measure(folder: Path) -> Measured:
    """Run a federation in ``folder`` from installation to the last SIGTERM."""
    world, options = make_small_world()
    noise, caught = folder / "ruis", folder / "onderweg"
    noise.mkdir()
    published = noise / "antwoorden.jsonl"
    run = noting_helpers(noise)
    with _asking(), running(folder, world, options, run, published) as party:
        pids = party.pids()
        idle = {name: memory_of(pid) for name, pid in pids.items()}
        party.ask(*ASKED)
        answers = party.answers(lambda: _catch_files(party, caught))
        party.wait_for(lambda: _all_released(party))
        busy = {name: memory_of(pid) for name, pid in pids.items()}
        sockets = {name: sockets_of(pid) for name, pid in pids.items()}
        exports = {question: _export(party, answer) for question, answer in answers.items()}
        _catch_databases(party, caught)
        stops = _stop(party)
    if party.round is None:
        raise AssertionError
    return Measured(
        party,
        party.round,
        answers,
        exports,
        idle,
        busy,
        sockets,
        pids,
        stops,
        caught,
        noise,
        published,
    )


@contextmanager
def _asking() -> Iterator[None]:
    # Policies allow, the round offers, and prices exist for a few questions more than in the demo.
    with (
        patch.object(installing, "QUESTIONS", ASKED),
        patch.object(measuring, "QUESTIONS", ASKED),
        patch.dict(
            measuring.PRICES,
            dict.fromkeys((*CELLS, *CODES, *KINDS), MORE_PRICE) | {PERSONS: PERSONS_PRICE},
        ),
    ):
        yield


def _all_released(party: Running) -> bool:
    # Every node has heard that every answer is out, so that its ledger is at rest.
    return all(
        rows(party.home(name) / "state.db", "SELECT state FROM own_consent")
        == [("released",)] * len(party.queries)
        for name, settings in party.federation.nodes.items()
        if settings.role == "provider"
    )


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what ``query`` reads from an SQLite database, also while its owner runs."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def _export(party: Running, answer: dict[str, Any]) -> Exports:
    base = f"{party.federation.coordinator.rest_url}/v1/results/{answer['id']}"
    with httpx.Client(timeout=30) as client:

        def get(address: str) -> bytes:
            return client.get(address).raise_for_status().content

        tables = [table["id"] for table in answer["tables"] if table["level"] != MAPLESS]
        return Exports(
            get(base),
            get(f"{base}/export.csv"),
            {table: get(f"{base}/map.geojson?table={table}") for table in tables},
        )


def _catch_files(party: Running, caught: Path) -> None:
    # A second name for each file: what the owner erases stays readable here.
    for name in KEEPERS:
        for path in (party.home(name) / "files").rglob("*"):
            target = caught / path.relative_to(party.folder)
            with suppress(FileNotFoundError, FileExistsError):
                if path.is_file():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.link(path, target)


def _catch_databases(party: Running, caught: Path) -> None:
    for name in KEEPERS:
        for path in party.home(name).glob("*.db*"):
            (caught / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, caught / name / path.name)


def _stop(party: Running) -> dict[str, Stop]:
    began = time.monotonic()
    processes = dict(party.processes.running)
    for process in processes.values():
        process.send_signal(signal.SIGTERM)
    stops: dict[str, Stop] = {}
    while len(stops) < len(processes) and time.monotonic() < began + STOP_SECONDS:
        for name, process in processes.items():
            if name not in stops and process.poll() is not None:
                stops[name] = Stop(process.returncode, time.monotonic() - began)
        time.sleep(LOOK_SECONDS)
    return {name: stops.get(name, Stop(None, STOP_SECONDS)) for name in processes}
