# SPDX-License-Identifier: EUPL-1.2
"""Measured figures: what one is, how several runs become one, and how it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from statistics import median
from typing import Literal, TypeAlias

Row: TypeAlias = tuple[str, float, str]
"""What was measured, its value, and the unit; a ratio has the unit ``x`` and what it is to."""

SIGNIFICANT = 3
"""Digits that are written: machines differ by more than the fourth."""

_SECONDS = {"s": 1, "ms": 1e3, "µs": 1e6}


@dataclass(frozen=True, slots=True)
class Target:
    """The most that the row called ``row`` may be, in the unit of that row."""

    row: str
    most: float

    def met(self, value: float) -> bool:
        """Return whether a value is within the target."""
        return value <= self.most


def spread(name: str, values: Sequence[float], unit: str) -> list[Row]:
    """Return the rows of several runs of one thing: their median and the worst, that is largest.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError(name)
    return [(f"{name}: median", median(values), unit), (f"{name}: worst", max(values), unit)]


def is_ratio(row: Row) -> bool:
    """Return whether a row says how many times as much something is as something beside it."""
    return row[2].partition(" ")[0] == "x"


def written(value: float, unit: str) -> str:
    """Return a value with its unit as people read it: ``312 ms``, ``85,300 lines``, ``3.7 x``."""
    if unit == "s":
        for small, factor in _SECONDS.items():
            if abs(value) * factor >= 0.9995 or small == "µs":
                return f"{number(value * factor)} {small}"
    return f"{number(value)} {unit}".rstrip()


def number(value: float) -> str:
    """Return a number with three digits that count, or all of those before the point."""
    if value == 0:
        return "0"
    decimals = max(SIGNIFICANT - 1 - floor(log10(abs(value))), 0)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def table(
    rows: Sequence[Sequence[str]], heads: Sequence[str], right: Literal[0, 1] | None = None
) -> str:
    """Return a Markdown table; column ``right`` is aligned to the right.

    Raises:
        ValueError: a row of another length than the heads.
    """
    if any(len(row) != len(heads) for row in rows):
        raise ValueError(len(heads))
    rules = ["---:" if column == right else "---" for column in range(len(heads))]
    lines = [heads, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    head, *body = ("| " + " | ".join(line) + " |" for line in lines)
    return "\n".join([head, "|" + "|".join(rules) + "|", *body]) + "\n"
