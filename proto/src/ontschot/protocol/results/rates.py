# SPDX-License-Identifier: EUPL-1.2
"""Rates of figures: per 100 addresses, or euros per address, with the interval they have.

A rate divides what people see of a figure by a public number. It starts from the rounded value,
never from the value behind it: dividing that by a number that everyone knows would give the
unrounded figure back. The interval is the shown one divided by the same number, rounded outward.
Big areas have big totals, so a map of totals mostly shows how big areas are; a rate costs no
privacy (Dwork and Roth 2014, proposition 2.1).
"""

import math
from dataclasses import dataclass

from ontschot.protocol.results.shapes import Figure, Unit

_TENTHS_PER_100 = 1000


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its 95 % interval.

    Of counts: a number per 100 addresses, to one decimal. Of money: euro cents per address, in
    whole euros.
    """

    value: float
    low: float
    high: float


def rate_of(figure: Figure, slots: int, unit: Unit) -> Rate | None:
    """Return the rate of a figure of an area with ``slots`` addresses, a public number.

    None where the figure is not shown as a number, the area has no addresses, or the figure is a
    share already.
    """
    shown = figure.shown
    if shown.value is None or slots <= 0 or unit == "permille":
        return None
    if unit == "euroCents":
        per, step = 100 * slots, 100.0
        numbers = shown.value / per, math.floor(shown.low / per), math.ceil(shown.high / per)
        value, low, high = (round(number) * step for number in numbers)
        return Rate(value, low, high)
    value = round(shown.value * _TENTHS_PER_100 / slots)
    low = math.floor(shown.low * _TENTHS_PER_100 / slots)
    high = math.ceil(shown.high * _TENTHS_PER_100 / slots)
    return Rate(value / 10, low / 10, high / 10)
