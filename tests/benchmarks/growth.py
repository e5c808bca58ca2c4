# SPDX-License-Identifier: EUPL-1.2
"""How cost grows: with slots, thresholds and outputs, areas, and uploads. One helper, one thread.

``python -m tests.benchmarks growth``; ``run`` returns the rows and ``images`` draws them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.figures import Row
from benchmarks.gates import CAP, TABLE, THRESHOLDS, best, totals_of
from benchmarks.lines import Line, drawn
from benchmarks.pair import BATCH, SEED
from ontschot.node.helper.gates import total_share
from ontschot.protocol.gate import BatchSpec, GatePart, area_sums, derive
from ontschot.protocol.sharing import expand

Work = Callable[[], object]

HALF_MILLION: Final = 500_000
FIFTY_THOUSAND: Final = 50_000


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing: title, what grows (its name and amounts), and per line the work for an amount."""

    title: str
    across: str
    amounts: Sequence[int]
    lines: Mapping[str, Callable[[int], Work]]

    def row(self, line: str, amount: int) -> str:
        """Return the name of a row."""
        return f"{self.title}, {line}, {amount:,} {self.across}"


def _amounts(slots: int) -> Work:
    spec = BatchSpec("dcf", slots, 16, payload="sum")
    keys, y = _keys(spec), totals_of(slots, spec.ring)
    return lambda: keys.evaluate(y, THRESHOLDS, [CAP], 1)


def _table(slots: int) -> Work:
    spec = BatchSpec("table", slots, 4, TABLE)
    keys, y = _keys(spec), totals_of(slots, spec.ring)
    return lambda: keys.outputs(y, 1)


def _thresholds(count: int) -> Work:
    spec = BatchSpec("dcf", FIFTY_THOUSAND, 16, payload="count")
    keys, y = _keys(spec), totals_of(FIFTY_THOUSAND, spec.ring)
    return lambda: keys.evaluate(y, range(100, 100 + count), [], 1)


def _outputs(count: int) -> Work:
    rows = tuple(tuple(int(x >= t) for x in range(16)) for t in range(count))
    spec = BatchSpec("table", FIFTY_THOUSAND, 4, rows)
    keys, y = _keys(spec), totals_of(FIFTY_THOUSAND, spec.ring)
    return lambda: keys.outputs(y, 1)


def _areas(count: int) -> Work:
    values = totals_of(HALF_MILLION, 2**32)
    areas = (np.arange(HALF_MILLION) * count // HALF_MILLION).astype(np.int32)
    return lambda: area_sums(values, areas, count)


def _seeds(count: int) -> Work:
    seeds = [number.to_bytes(32, "little") for number in range(count)]
    return lambda: total_share(expand(seed, HALF_MILLION) for seed in seeds)


def _shares(count: int) -> Work:
    share = totals_of(HALF_MILLION, 2**32)
    return lambda: total_share(share for _ in range(count))


def _keys(spec: BatchSpec) -> GatePart:
    return GatePart.load(spec, "A", BATCH, derive(spec, BATCH, SEED).part_a)


PLOTS: Final[dict[str, Plot]] = {
    "bench-slots.svg": Plot(
        "A gate",
        "slots",
        (10_000, 20_000, 50_000, 100_000, 200_000, 500_000),
        {"comparison of amounts": _amounts, "table": _table},
    ),
    "bench-outputs.svg": Plot(
        "50,000 slots",
        "thresholds or outputs",
        (1, 2, 4, 8, 16),
        {"comparison": _thresholds, "table": _outputs},
    ),
    "bench-areas.svg": Plot(
        "Sums of 500,000 slots", "areas", (10, 100, 1000, 10_000), {"one output": _areas}
    ),
    "bench-uploads.svg": Plot(
        "Adding up 500,000 slots",
        "uploads",
        (5, 10, 20, 50, 100),
        {"from seeds": _seeds, "from shares in memory": _shares},
    ),
}


def run(plots: Mapping[str, Plot] = PLOTS) -> list[Row]:
    """Return rows of name, value and unit."""
    return [
        (plot.row(line, amount), best(work(amount), 3), "s")
        for plot in plots.values()
        for line, work in plot.lines.items()
        for amount in plot.amounts
    ]


def images(rows: Sequence[Row], plots: Mapping[str, Plot] = PLOTS) -> dict[str, str]:
    """Return the drawings of what ``run`` measured, by the name of their file."""
    seconds = {name: value for name, value, _ in rows}
    return {
        file: drawn(
            f"{plot.title}: time of a helper",
            plot.across,
            [
                Line(line, [(amount, seconds[plot.row(line, amount)]) for amount in plot.amounts])
                for line in plot.lines
            ],
        )
        for file, plot in plots.items()
    }
