# SPDX-License-Identifier: EUPL-1.2
"""How a noised value is shown: rounded, "minder dan 10", or "te onzeker".

Presentation looks at noised values and at the public size of the noise, never at anything else;
it is post-processing and costs no privacy (Dwork and Roth 2014, proposition 2.1). It never changes
the raw value, which stands beside it. The interval is always shown: rounded outward, so that it
covers at least what the raw interval covers, and cut at zero, because no true count or sum is below
zero. The rules, in this order:

1. a noised count below 10 is not shown as a number. It is "minder dan 10" where its whole interval
   says so, and else "te onzeker": a noised count of 3 with an interval up to 45 says nothing of 10;
2. a value is "te onzeker" where the half width of the interval *as shown* is more than half of the
   value *as shown*, so that whoever reads both finds the rule kept;
3. counts are rounded to 5, sums to EUR 1,000.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ontschot.protocol.amounts import euros, grouped
from ontschot.protocol.language import Text

Unit: TypeAlias = Literal[
    "households", "persons", "allocations", "trajects", "euroCents", "permille"
]
Kind: TypeAlias = Literal["value", "belowTen", "uncertain"]

Z95 = 1.959963984540054
"""Two-sided 95 % point of the standard normal distribution."""

COUNT_STEP = 5
SUM_STEP_CENTS = 100_000
SHARE_STEP = 10
SMALLEST_COUNT = 10

_STEPS: dict[str, int] = {"euroCents": SUM_STEP_CENTS, "permille": SHARE_STEP}

BELOW_TEN = Text("minder dan 10", "fewer than 10")
UNCERTAIN = Text("te onzeker", "too uncertain")


@dataclass(frozen=True, slots=True)
class Presentation:
    """What people see of one figure, in the figure's own unit.

    Attributes:
        kind: which rule applied.
        value: the rounded value, or None if it is not shown.
        low: lower end of the shown 95 % interval.
        high: upper end of it.
        text: what stands in the table instead of a number or as one.
    """

    kind: Kind
    value: int | None
    low: int
    high: int
    text: Text


def present(value: int, low: float, high: float, unit: Unit) -> Presentation:
    """Return how a value is shown.

    Args:
        value: noised or estimated, signed, in ``unit``.
        low: lower end of the 95 % interval, in ``unit``.
        high: upper end of it.
        unit: of all three: households, persons, allocations, trajects, euro cents, or permille.
    """
    step = _STEPS.get(unit, COUNT_STEP)
    shown_low = max(0, math.floor(low / step) * step)
    shown_high = max(step, math.ceil(high / step) * step)
    rounded = (value + step // 2) // step * step
    if unit not in _STEPS and value < SMALLEST_COUNT:
        if high < SMALLEST_COUNT:
            return Presentation("belowTen", None, shown_low, shown_high, BELOW_TEN)
        return Presentation("uncertain", None, shown_low, shown_high, UNCERTAIN)
    if shown_high - shown_low > rounded:
        return Presentation("uncertain", None, shown_low, shown_high, UNCERTAIN)
    return Presentation("value", rounded, shown_low, shown_high, number_text(rounded, unit))


def number_text(value: int, unit: Unit) -> Text:
    """Return a rounded value as people write it: ``1.205``, ``€ 1.205.000`` or ``52 %``."""
    if unit == "permille":
        share = f"{value / 10:g} %"
        return Text(share.replace(".", ","), share)
    if unit == "euroCents":
        return euros(value)
    return grouped(value)
