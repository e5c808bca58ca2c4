# SPDX-License-Identifier: EUPL-1.2
"""Whole releases over real processes, by slots and providers: seconds, bytes, memory.

``python -m tests.benchmarks releases``; ``run`` returns the rows and ``images`` draws them. Up to
20 providers are a process each; 100 are one process that speaks for all of them, each with its own
keys, records, ledger and connection.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final, TypeAlias

from benchmarks.figures import Row, Target, spread
from benchmarks.lines import Line, drawn
from benchmarks.scale.asking import Answered, ask, ask_at_once
from benchmarks.scale.beside import FIELDS, Pooled, by_spu
from benchmarks.scale.made import ASKED, Place, care_of, place_of
from benchmarks.scale.party import DRIVER, MOST_PROCESSES, Party, federated
from benchmarks.spu.beside import SpuMissing
from ontschot_demo.installing import DEALER, HELPERS
from ontschot_demo.processes import PartyStopped

Told: TypeAlias = Callable[[Sequence[Row]], None]

YEARS: Final = {20_000: 2024, 200_000: 2025}
"""Addresses of each place, with the year of its records."""


@dataclass(frozen=True, slots=True)
class Size:
    """What is asked of a federation of so many providers.

    Attributes:
        nodes: how many providers.
        asked: of each place, by its addresses, which questions.
        at_once: how many of Q13 are asked at the same time, in the smallest place.
        times: how often each question is asked there; twice in larger places.
    """

    nodes: int
    asked: Mapping[int, Sequence[str]]
    at_once: Sequence[int] = ()
    times: int = field(default=3)

    def name(self, question: str, addresses: int) -> str:
        """Return how rows of a question in a place begin."""
        return f"{question}, {addresses:,} addresses, {self.nodes} providers"


SIZES: Final = (
    Size(5, dict.fromkeys(YEARS, ASKED)),
    Size(20, dict.fromkeys(YEARS, ASKED), (1, 2, 4, 8)),
    Size(100, dict.fromkeys(YEARS, ASKED)),
)

RELEASE: Final = "last consent to answer over REST"
TARGETS: Final = (
    Target(f"{SIZES[1].name('Q13', 20_000)}: {RELEASE}: worst", 1.0),
    Target(f"{SIZES[1].name('Q02', 20_000)}: {RELEASE}: worst", 4.0),
)
NODES_PLOT, SLOTS_PLOT, QUESTIONS_PLOT = (
    "bench-release-nodes.svg",
    "bench-release-slots.svg",
    "bench-release-questions.svg",
)


def run(sizes: Sequence[Size] = SIZES, told: Told = lambda _: None) -> list[Row]:
    """Return rows of name, value and unit; ``told`` gets those of each question as they come."""
    wanted = sorted({addresses for size in sizes for addresses in size.asked})
    places = {addresses: place_of(addresses, YEARS[addresses]) for addresses in wanted}
    rows: list[Row] = [
        (f"{addresses:,} addresses: slots", float(place.slots), "")
        for addresses, place in places.items()
    ]
    for size in sizes:
        try:
            _federation(size, places, rows, told)
        except (PartyStopped, TimeoutError) as error:  # what was measured before it stands
            why = error.why if isinstance(error, PartyStopped) else "no answer in time"
            rows.append((f"{size.nodes} providers: not measured further ({why})", 0, "runs"))
    return rows + _by_spu(sizes, places, rows)


def images(rows: Sequence[Row], sizes: Sequence[Size] = SIZES) -> dict[str, str]:
    """Return the drawings of what ``run`` measured, by the name of their file."""
    found = {name: value for name, value, _ in rows}
    smallest = min(addresses for size in sizes for addresses in size.asked)
    few = min(sizes, key=lambda size: size.nodes)
    at_once = [
        (float(count), found[name])
        for size in sizes
        for count in size.at_once
        if (name := _at_once(size, smallest, count)) in found
    ]
    nodes = [(size, smallest, float(size.nodes)) for size in sizes]
    slots = [(few, addresses, float(addresses)) for addresses in few.asked]
    drawings = {
        NODES_PLOT: (f"An answer, {smallest:,} addresses", "providers", _lines(found, nodes)),
        SLOTS_PLOT: (f"An answer, {few.nodes} providers", "addresses", _lines(found, slots)),
        QUESTIONS_PLOT: (
            "Asked at the same time, keys dealt meanwhile",
            "questions",
            [Line("all answers of Q13", at_once)] if at_once else [],
        ),
    }
    return {
        file: drawn(title, across, lines)
        for file, (title, across, lines) in drawings.items()
        if lines
    }


def _lines(found: Mapping[str, float], points: Sequence[tuple[Size, int, float]]) -> list[Line]:
    lines = []
    for question in ("Q13", "Q02"):
        at = [
            (across, found[name])
            for size, addresses, across in points
            if (name := f"{size.name(question, addresses)}: {RELEASE}: median") in found
        ]
        if at:
            lines.append(Line(f"{question}, from the last consent", at))
    return lines


def _at_once(size: Size, addresses: int, count: int) -> str:
    what = "1 question" if count == 1 else f"{count} questions at once"
    return f"{size.name('Q13', addresses)}: {what}, asked to last answer"


def _federation(size: Size, places: Mapping[int, Place], rows: list[Row], told: Told) -> None:
    mine = [places[addresses] for addresses in size.asked]
    start = perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="ontschot-") as name,
        federated(Path(name) / "federatie", size.nodes, mine) as party,
    ):
        began = f"{size.nodes} providers: installed, records made, all connected"
        rows.append((began, perf_counter() - start, "s"))
        for addresses, questions in size.asked.items():
            for question in questions:
                found = _question(party, size, places[addresses], question, addresses)
                told(found)
                rows += found
        for count in size.at_once:
            smallest = min(size.asked)
            seconds = ask_at_once(party, places[smallest].slots, "Q13", count)
            rows.append((_at_once(size, smallest, count), seconds, "s"))


def _question(party: Party, size: Size, place: Place, question: str, addresses: int) -> list[Row]:
    name = size.name(question, addresses)
    times = size.times if addresses == min(size.asked) else min(size.times, 2)
    answered = [ask(party, place.slots, question) for _ in range(times)]
    seconds = [one.release for one in answered]
    pooled = Pooled(place, party.cares[place.slots])
    try:
        in_the_clear = pooled.seconds(question)
    finally:
        pooled.close()
    return [
        *spread(f"{name}: {RELEASE}", seconds, "s"),
        *spread(f"{name}: the same by the coordinator's stamp", [a.stamped for a in answered], "s"),
        *spread(f"{name}: its own gate keys dealt and audited", [a.dealing for a in answered], "s"),
        (f"{name}: asked to all uploads held, the first time", answered[0].uploading, "s"),
        (f"{name}: from there to all checked, with keys for each", answered[0].admitting, "s"),
        *of_parties(name, answered, size.nodes),
        (f"{name}: pooled DuckDB", in_the_clear, "s"),
        (f"{name}: median / pooled DuckDB", median(seconds) / in_the_clear, "x"),
    ]


def of_parties(name: str, answered: Sequence[Answered], nodes: int) -> list[Row]:
    """Return what each kind of party carried, and the most memory that it had."""
    first, last = answered[0], answered[-1]
    rows: list[Row] = []
    for group, (names, share) in _groups(first, nodes).items():
        for what, carried in (("uploads", first.uploaded), ("release", last.released)):
            some = [carried[one] for one in names if one in carried]
            if some:
                sent = max(one.sent for one in some) / share / 1e6
                received = max(one.received for one in some) / share / 1e6
                rows.append((f"{name}: {what}, {group} sends", sent, "MB"))
                rows.append((f"{name}: {what}, {group} receives", received, "MB"))
        peaks = [max(one.peaks[party] for one in answered) for party in names]
        whole = f"all {nodes} providers in one process" if share > 1 else group
        rows.append((f"{name}: {whole}: most memory", max(peaks), "MB"))
    return rows


def _groups(answered: Answered, nodes: int) -> dict[str, tuple[list[str], int]]:
    """Return the kinds of parties: their processes, and for how many parties one of them speaks.

    Of a process that speaks for many, bytes are divided by their number: the mean.
    """
    others = {"coordinator", *HELPERS, DEALER}
    providers = [name for name in answered.peaks if name not in others]
    return {
        "a provider": (providers, nodes if providers == [DRIVER] else 1),
        "a helper": (list(HELPERS), 1),
        "the dealer": ([DEALER], 1),
        "the coordinator": (["coordinator"], 1),
    }


def _by_spu(
    sizes: Sequence[Size], places: Mapping[int, Place], measured: Sequence[Row]
) -> list[Row]:
    found = {name: value for name, value, _ in measured}
    rows: list[Row] = []
    asked = {
        (addresses, one) for size in sizes for addresses, some in size.asked.items() for one in some
    }
    for addresses, question in sorted(asked):
        place = places[addresses]
        cares = [care_of(place, number) for number in range(MOST_PROCESSES)]
        for ring in FIELDS:
            name = f"{question}, {addresses:,} addresses: SPU ABY3 {ring}"
            try:
                computed = by_spu(place, cares, question, ring)
            except SpuMissing as error:
                rows.append((f"{name} cannot be run here ({error})", 0, "runs"))
                continue
            seconds = min(computed.seconds)
            rows.append((f"{name}, three processes", seconds, "s"))
            rows.append((f"{name}, most memory of a process", computed.peak, "MB"))
            for size in sizes:
                mine = f"{size.name(question, addresses)}: {RELEASE}: median"
                if mine in found:
                    ratio = found[mine] / seconds
                    rows.append((f"{mine} / SPU ABY3 {ring}", ratio, "x"))
    return rows
