# SPDX-License-Identifier: EUPL-1.2
"""What an answer costs with real processes over mTLS: six providers and the four others.

The processes are those of ``make demo``; the participants run with a clock beside their handlers
(``entry_timed``), the coordinator runs as it is. A question is asked several times, each time for
another purpose, so that no answer is one that was stored. ``run`` returns the rows.

A release is timed from the moment that the last provider has its consent on disk, in its own
process, until another process can read the answer from the coordinator's database (looked at every
10 ms). Beside it is the time by the coordinator's own stamps, from the letter with the last consent
to the letter with the second half: that leaves out how long those two took.
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.clear import beside
from benchmarks.figures import Row, Target, spread
from benchmarks.timeline import Journey, Note, Sent, journey, last_consent, read_notes
from benchmarks.usage import Usage, usage_of
from ontschot.node.settings import Settings
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.signed import SignedDocument
from ontschot_demo import measuring
from ontschot_demo.clients import Options, make_world
from ontschot_demo.installing import HELPERS
from ontschot_demo.town import generate_town
from ontschot_demo.truth import Sources, Truth
from processes.measured import rows as read_rows
from processes.running import PATIENCE, Command, Running, product, running

SEED = 2024
HOUSEHOLDS = 19_200
"""Gives a universe of just over 20,000 slots."""

QUESTIONS = ("Q13", "Q01")
TIMES = 7
"""How often each question is asked."""

RHO = 10_000_000_000
"""Price of one question, in units of 1e-12: fourteen of them fit in a year's budget."""

TARGETS = (
    Target("Q13, last consent to readable answer: worst", 1.0),
    Target("Q01, last consent to readable answer: worst", 1.0),
    Target("provider (the largest): memory, connected and idle", 150.0),
    Target("provider (the largest): memory, idle after all answers", 150.0),
)
"""With 20,000 slots and six providers, on two cores that do all parties' work."""

LOOK_SECONDS = 0.01
CALM_SECONDS = 3.0
"""How long nothing is asked before memory is measured."""

_RELEASES = "SELECT document, query, consented_at, published_at FROM release"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was asked: when, its hash, and when its answer could be read (seconds)."""

    question: str
    digest: str
    asked: float
    readable: float


@dataclass(frozen=True, slots=True)
class Released:
    """A release as the coordinator knows it; ``stamped``: seconds from consent to publication."""

    manifest: Manifest
    query: str | None
    stamped: float


def run(times: int = TIMES) -> list[Row]:
    """Return rows of name, value and unit; every question is asked ``times`` times."""
    with tempfile.TemporaryDirectory(prefix="ontschot-") as name, _federation(Path(name)) as party:
        time.sleep(CALM_SECONDS)
        idle = _usage(party)
        round_ = measuring.open_round(
            party.federation, party.inputs, party.options.period, party.paths.boundaries
        )
        party.round = round_
        answered = [_ask(party, question) for _ in range(times) for question in QUESTIONS]
        time.sleep(CALM_SECONDS)
        after = _usage(party)
        first = [
            ("slots of the universe", float(party.inputs.universe.slots), ""),
            ("4 kB written through to the disk: median", _flushed(party.folder), "s"),
        ]
        return [*first, *_figures(party, answered), *_memory(idle, after)]


@contextmanager
def _federation(folder: Path) -> Iterator[Running]:
    options = Options(seed=SEED)
    world = make_world(generate_town(SEED, HOUSEHOLDS), options)
    (folder / "klok").mkdir()
    with running(folder, world, options, _timed(folder / "klok")) as party:
        yield party


def _timed(folder: Path) -> Command:
    entry = Path(__file__).with_name("entry_timed.py")

    def command(settings: Settings) -> list[str]:
        if settings.role == "dealer":
            return product(settings)
        return [sys.executable, str(entry), str(settings.home), str(_notes_file(folder, settings))]

    return command


def _notes_file(folder: Path, settings: Settings) -> Path:
    return folder / f"{settings.name}.jsonl"


def _ask(party: Running, question: str) -> Answered:
    signed = _approved(party, question, f"Meting {time.monotonic_ns()}")
    asked = time.time()
    measuring.ask(party.federation, signed)
    _until_readable(party, signed.digest)
    return Answered(question, signed.digest, asked, time.time())


def _approved(party: Running, question: str, purpose: str) -> SignedDocument:
    if party.round is None:
        raise AssertionError
    usual = Query.parse(measuring.approved(party.federation, party.round, question).payload)
    maps = {(item.level, item.minimum): item.hash for item in party.round.area_maps}
    most = party.federation.office.act(lambda desk: desk.roster.parameters.household_providers)
    blocks = plan_blocks(definition(question), maps, RHO, household_providers=most)
    query = usual.model_copy(update={"purpose": purpose, "blocks": blocks})
    signed = SignedDocument(query.to_bytes())
    for key in party.federation.approvers:
        signed = signed.add_signature(QUERY, key)
    return signed


def _until_readable(party: Running, digest: str) -> None:
    store = party.home("coordinator") / "coordinator.db"
    deadline = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=30)) as connection:
        there = "SELECT 1 FROM result WHERE query = ?"
        while connection.execute(there, [digest]).fetchone() is None:
            party.processes.require_alive()
            if time.monotonic() > deadline:
                raise TimeoutError(str(party.logs))
            time.sleep(LOOK_SECONDS)


def _figures(party: Running, answered: list[Answered]) -> list[Row]:
    notes = _notes(party)
    released = _released(party)
    maps = {found.digest: found for found in party.inputs.maps.values()}
    truth = Truth(
        Sources(party.paths.lines, party.paths.left_out, party.paths.addresses),
        party.options.period,
    )
    found: list[Row] = []
    try:
        for question in QUESTIONS:
            mine = [one for one in answered if one.question == question]
            releases = [_release_of(one, released) for one in mine]
            seconds = [
                one.readable - last_consent(notes, release.manifest.digest, release.manifest.nodes)
                for one, release in zip(mine, releases, strict=True)
            ]
            found += spread(f"{question}, last consent to readable answer", seconds, "s")
            stamped = [release.stamped for release in releases]
            found += spread(f"{question}, the same by the coordinator's stamps", stamped, "s")
            found += _from_asking(question, mine)
            found += beside(question, releases[0].manifest, maps, truth, median(seconds))
            found += _uploads(party, question, mine[0], notes, released)
    finally:
        truth.close()
    return found


def _from_asking(question: str, answered: list[Answered]) -> list[Row]:
    first, *later = [one.readable - one.asked for one in answered]
    return [
        (f"{question}, asked to answered: the first time, with uploads", first, "s"),
        *spread(f"{question}, asked to answered: later, with fresh gate keys", later, "s"),
    ]


def _uploads(
    party: Running, question: str, first: Answered, notes: list[Note], released: list[Released]
) -> list[Row]:
    (variable,) = (one.id for one in definition(question).variables)
    found: list[Journey] = [
        journey(notes, Sent(node, first.digest, envelope, _admission(envelope, released)), HELPERS)
        for envelope, node in _store(
            party,
            f"SELECT envelope, node FROM upload WHERE variable = '{variable}'",  # noqa: S608
        )
    ]
    name = f"upload of {variable}, acceptance to"
    held = spread(f"{name} both receipts", [one.held for one in found], "s")
    return held + spread(f"{name} admitted at both", [one.admitted for one in found], "s")


def _admission(envelope: str, released: list[Released]) -> str:
    (digest,) = (
        one.manifest.digest
        for one in released
        if one.query is None and one.manifest.uploads == (envelope,)
    )
    return digest


def _release_of(answered: Answered, released: list[Released]) -> Released:
    (found,) = (one for one in released if one.query == answered.digest)
    return found


def _notes(party: Running) -> list[Note]:
    found = []
    for name, settings in party.federation.nodes.items():
        path = _notes_file(party.folder / "klok", settings)
        if path.exists():
            found += read_notes(name, path.read_text("ascii").splitlines())
    return found


def _released(party: Running) -> list[Released]:
    return [
        Released(Manifest.parse(document), query, _seconds(consented, published))
        for document, query, consented, published in _store(party, _RELEASES)
    ]


def _store(party: Running, query: str) -> list[tuple[Any, ...]]:
    return read_rows(party.home("coordinator") / "coordinator.db", query)


def _seconds(start: str | None, end: str | None) -> float:
    if start is None or end is None:
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _flushed(folder: Path, times: int = 51) -> float:
    # A letter is on disk before it is answered, so an answer waits for some of these.
    taken = []
    with (folder / "geschreven").open("wb", buffering=0) as file:
        for _ in range(times):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - start)
    return median(taken)


def _usage(party: Running) -> dict[str, Usage]:
    return {name: usage_of(pid) for name, pid in party.pids().items()}


def _memory(idle: dict[str, Usage], after: dict[str, Usage]) -> list[Row]:
    groups = {
        "provider (the largest)": [name for name in after if name.startswith("aanbieder")],
        "helper (the larger)": list(HELPERS),
        "dealer": ["dealer"],
        "coordinator": ["coordinator"],
    }
    found: list[Row] = []
    for group, names in groups.items():
        found += [
            (f"{group}: memory, connected and idle", _most(idle, names, "resident"), "MB"),
            (f"{group}: memory, idle after all answers", _most(after, names, "resident"), "MB"),
            (f"{group}: most memory ever", _most(after, names, "peak"), "MB"),
            (f"{group}: processor time, start to end", _most(after, names, "seconds"), "s"),
        ]
    return found


def _most(used: dict[str, Usage], names: list[str], what: str) -> float:
    return max(float(getattr(used[name], what)) for name in names)
