# SPDX-License-Identifier: EUPL-1.2
"""Errors and coverage of one round of answers, and of many."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.utility.beside import TOP, Plain
from benchmarks.utility.exact import CENTS, Exact
from benchmarks.utility.towns import Floats
from ontschot.coordinator.estimates.tables import PERCENTS
from ontschot.coordinator.results.document import Result, Table
from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition, definition
from ontschot.protocol.results.table_ids import source_id

LEAST_SLOTS: Final = 250
"""Buurten from so many addresses are shown by themselves."""

LARGE_GEMEENTE: Final = 20_000
"""Gemeenten from so many addresses are shown by themselves."""

ALL, BUURT_250, GEMEENTE_20_000 = "all", "250 or more", "20,000 or more"
"""Sizes, in addresses."""

SHARE: Final = "share of the dearest {} %"
COST, WITH_CARE = "cost, all care", "households with care, all care"
"""Names of measures that targets are about."""

_LAWS: Final = {("JW", "WMO"): "all care", ("JW",): "Jeugdwet", ("WMO",): "Wmo"}
_CODES: Final = {1: "Jeugdwet only", 2: "Wmo only", 3: "both laws"}


class Key(NamedTuple):
    """What a figure is: its place, distribution, question, level, measure, size and estimator.

    ``measure`` names what is estimated; ``size`` says of which areas.
    """

    place: str
    costs: str
    question: str
    level: str
    measure: str
    size: str
    estimator: str


@dataclass(slots=True, eq=False)
class Errors:
    """Of many figures of one kind: what part of the truth they are off, and whether it is inside.

    ``off`` float64[n] relative to the truth, where that is not zero; of shares, off in points of 1.
    ``inside`` bool[m] of all of them: an interval promises to hold a truth of zero as well, and
    among those where there is something it holds it less often than it says.
    """

    off: list[Floats] = field(default_factory=list)
    inside: list[NDArray[np.bool_]] = field(default_factory=list)

    def add(self, off: Floats, inside: NDArray[np.bool_]) -> None:
        """Add figures."""
        self.off.append(off)
        self.inside.append(inside)

    @property
    def number(self) -> int:
        """How many figures of which the truth is not zero."""
        return sum(len(part) for part in self.off)

    def quantile(self, part: float) -> float:
        """Return a quantile of the absolute errors; there must be one."""
        return float(np.quantile(np.abs(np.concatenate(self.off)), part))

    @property
    def coverage(self) -> float:
        """The part of the intervals that hold what they are about."""
        return float(np.concatenate(self.inside).mean())


Found = Mapping[Key, Errors]


def merged(parts: Iterable[Found]) -> dict[Key, Errors]:
    """Return the errors of several rounds together."""
    found: dict[Key, Errors] = defaultdict(Errors)
    for part in parts:
        for key, errors in part.items():
            for off, inside in zip(errors.off, errors.inside, strict=True):
                found[key].add(off, inside)
    return dict(found)


def pooled(found: Found, **fixed: str) -> dict[Key, Errors]:
    """Return the errors with some fields of the key replaced: ``costs="all"`` pools over costs."""
    return merged({key._replace(**fixed): errors} for key, errors in found.items())


def of_answers(exact: Exact, costs: str, results: Sequence[Result]) -> dict[Key, Errors]:
    """Return the errors of every table of a round of answers."""
    found: dict[Key, Errors] = defaultdict(Errors)
    for result in results:
        known = definition(result.question)
        blocks = {block.id: block for block in known.blocks}
        for table in result.tables:
            block, kind = _about(table, blocks)
            truth = exact.truth(known.id, block, kind)
            held = truth
            if table.estimator != "composite":
                held = exact.released(known.id, block)
            figures = _figures(table)
            key = Key(exact.place.name, costs, known.id, block.level, "", "", table.estimator)
            names = _measures(table, known, block, kind)
            _judge(found, key, names, (figures, truth, held), _slots(table))
    return dict(found)


def of_plain(exact: Exact, costs: str, releases: Iterable[Plain]) -> dict[Key, Errors]:
    """Return the errors of plain releases; intervals are about the clamped figure's noise only."""
    found: dict[Key, Errors] = defaultdict(Errors)
    for one in releases:
        truth = exact.truth(one.question, one.block, one.kind)
        if one.kind == "shares":
            names, truth = [SHARE.format(TOP)], truth[:, [PERCENTS.index(TOP)]]
        else:
            names = measures(definition(one.question), one.block, "plain", truth.shape[1])
        figures = np.stack([one.figures, one.figures - one.half, one.figures + one.half])
        key = Key(exact.place.name, costs, one.question, one.block.level, "", "", one.name)
        slots = exact.area_map(one.block).slots_per_area
        # Their intervals promise nothing of the truth; this is how often they hold it.
        _judge(found, key, names, (figures, truth, truth), slots)
    return dict(found)


def _about(table: Table, blocks: Mapping[str, BlockDefinition]) -> tuple[BlockDefinition, str]:
    if table.estimator == "direct":
        return blocks[table.id], "plain"
    name = source_id(table.id)
    for prefix, kind in (("counts-", "plain"), ("amounts-", "amounts"), ("shares-", "shares")):
        if name not in blocks and name.startswith(prefix):
            return blocks[name.removeprefix(prefix)], kind
    return blocks[name], "plain"


def _figures(table: Table) -> Floats:
    """Return values, lower and upper ends, float64[3, areas, m]."""
    rows = [
        [(figure.value, figure.low, figure.high) for figure in area.figures] for area in table.areas
    ]
    return np.moveaxis(np.array(rows, dtype=np.float64), 2, 0)


def _slots(table: Table) -> NDArray[np.int64]:
    return np.array([area.slots for area in table.areas], dtype=np.int64)


def _measures(table: Table, known: Definition, block: BlockDefinition, kind: str) -> list[str]:
    if kind == "shares":
        return [SHARE.format(percent) for percent in PERCENTS]
    return measures(known, block, kind, len(table.outputs))


def measures(known: Definition, block: BlockDefinition, kind: str, outputs: int) -> list[str]:
    """Return the name of each of ``outputs`` columns of a table: bins first, then from each on."""
    variable = known.source(block.variable)
    if variable is None:
        return [f"households with care: {_CODES[code]}" for code in block.thresholds]
    of = f"group {variable.groups[0]}" if variable.groups else _LAWS[tuple(variable.wetten)]
    if block.statistic == "capped":
        return [f"cost, {of}"]
    if variable.measure == "served" and block.statistic == "at-least":
        return [f"households with care, {of}"]
    scale = variable.quantum_cents // CENTS if variable.measure == "euros" else 1
    sign = "€" if variable.measure == "euros" else "providers "
    ends = [f"{sign}{threshold * scale:,}" for threshold in block.thresholds]
    what = "cost of households" if kind == "amounts" else f"households, {of}"
    is_open = [block.statistic == "at-least" or one is ends[-1] for one in ends]
    bins = [f"{what}: {end}{' or more' * more}" for end, more in zip(ends, is_open, strict=True)]
    return bins + [f"{what}: {end} or more" for end in ends[: outputs - len(ends)]]


def _judge(
    found: dict[Key, Errors],
    key: Key,
    measures: Sequence[str],
    figures: tuple[Floats, Floats, Floats],
    slots: NDArray[np.int64],
) -> None:
    (value, low, high), truth, held = figures
    is_inside = (low <= held) & (held <= high)
    for column, measure in enumerate(measures):
        for size, chosen in _sizes(key.level, slots):
            if not chosen.any():
                continue
            of = chosen & (truth[:, column] > 0)
            off = value[of, column] - truth[of, column]
            by = 1000.0 if measure.startswith("share") else truth[of, column]
            one = key._replace(measure=measure, size=size)
            found[one].add(off / by, is_inside[chosen, column])


def _sizes(level: str, slots: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield ALL, np.ones(len(slots), dtype=bool)
    if level == "buurt":
        yield BUURT_250, slots >= LEAST_SLOTS
    if level == "gemeente":
        yield GEMEENTE_20_000, slots >= LARGE_GEMEENTE
