# SPDX-License-Identifier: EUPL-1.2
"""From figures to the classes of a map: values, and how certain they are."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeAlias

from ontschot.portal.answers import Area, Figure, Unit
from ontschot.protocol.results import rate_of

Measure: TypeAlias = Literal["rate", "value"]
"""``rate``: per 100 addresses (counts) or per address (euro cents); ``value``: the value itself.

Big areas have big totals, so a map of totals mostly shows how big areas are; a rate divides by
public numbers and costs no privacy.
"""

MOST_CLASSES = 5
SPREAD_LIMITS = (0.10, 0.25, 0.50)
"""Half width of the 95 % interval as part of the value; beyond the last it is not shown."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Classes of a map: class i holds ``breaks[i-1] <= value < breaks[i]``."""

    breaks: tuple[float, ...]
    step: float

    @property
    def classes(self) -> int:
        """The number of classes, 1 to 5."""
        return len(self.breaks) + 1

    def index(self, value: float) -> int:
        """Return the class of a value, from 0."""
        return bisect_right(self.breaks, value)

    def colour(self, index: int) -> int:
        """Return which of the five colours a class gets; fewer classes keep the contrast."""
        return {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}[
            self.classes
        ][index]


def measured(area: Area, figure: Figure, unit: Unit, measure: Measure) -> float | None:
    """Return what the map shows of a figure, or None if it is not shown as a number.

    Counts are per 100 addresses, euro cents per address (``rate_of``), or either as it is. It is
    rounded as readers see it, so that a legend never contradicts a table.
    """
    if figure.shown.value is None:
        return None
    if measure == "value":
        return float(figure.shown.value)
    rate = rate_of(figure, area.slots, unit)
    return None if rate is None else rate.value


def measured_error(area: Area, figure: Figure, unit: Unit, measure: Measure) -> float:
    """Return the standard error of what the map shows of a figure, in the same measure.

    Only for figures of which ``measured`` is not None.
    """
    if measure == "value":
        return figure.standard_error
    return figure.standard_error / area.slots * (1 if unit == "euroCents" else 100)


def scale_of(values: Sequence[float], errors: Sequence[float] = ()) -> Scale:
    """Return at most five classes with about as many areas in each, at round limits.

    No class but the outer ones is narrower than the median standard error, so that the map does
    not paint differences that are only noise. Only noised values go in, so the limits tell
    nothing that the values do not.

    Args:
        values: what the map shows.
        errors: their standard errors.
    """
    ordered = sorted(values)
    if not ordered or ordered[0] == ordered[-1]:
        return Scale((), 1)
    least = median(errors) if errors else 0.0
    step = 10.0 ** math.floor(math.log10((ordered[-1] - ordered[0]) / 10))
    breaks: list[float] = []
    for part in range(1, MOST_CLASSES):
        quantile = ordered[min(len(ordered) - 1, len(ordered) * part // MOST_CLASSES)]
        limit = round(round(quantile / step) * step, 9)
        before = breaks[-1] if breaks else -math.inf
        holds = any(before <= value < limit for value in ordered) and ordered[-1] >= limit
        if holds and limit - before >= least:
            breaks.append(limit)
    return Scale(tuple(breaks), step)


def spread(figure: Figure) -> float:
    """Return half the shown interval as part of the shown value; infinite where none is shown.

    It is what "te onzeker" goes by, so the map of certainty and the table never disagree.
    """
    shown = figure.shown
    if not shown.value:
        return math.inf
    return (shown.high - shown.low) / 2 / shown.value
