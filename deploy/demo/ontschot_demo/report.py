# SPDX-License-Identifier: EUPL-1.2
"""What ``make demo`` tells at the end: each answer, its interval, and the truth beside it.

Figures are those that readers get: rounded, and with words instead of a number where the answer is
too small or too uncertain to show. So the screen, the portal and the files say the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeAlias

from ontschot.protocol.language import Text

Unit: TypeAlias = Literal["euros", "households", "permille"]

FEWEST_AREAS = 4
"""A median of fewer errors says nothing."""

EXPECTED_PERCENT = 95
"""At least so many of a hundred intervals should hold the truth: they are rounded outward."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer; numbers are euro cents for euros.

    ``shown`` is the number or the words that readers get. ``low`` and ``high`` bound the 95 %
    interval that they get with it. ``truth`` is None where there is none to show. ``value`` is what
    was published before rounding and hiding, if it is known.
    """

    area: str
    shown: int | Text
    low: int
    high: int
    truth: int | None
    value: int | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the interval holds the truth; None without truth."""
        return None if self.truth is None else self.low <= self.truth <= self.high


@dataclass(frozen=True, slots=True)
class Group:
    """The answers to one outcome, such as "2 providers", for each area."""

    outcome: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """One table: what was asked, and a group of answers for each outcome.

    Attributes:
        question: title of the question, such as "Q06 Huishoudens met hulp".
        wording: the question itself.
        title: of this table.
        unit: of its numbers.
        groups: every group has the same areas in the same order.
    """

    question: Text
    wording: Text
    title: Text
    unit: Unit
    groups: tuple[Group, ...]

    @property
    def error(self) -> float | None:
        """The median relative error over the areas of the first outcome; None for a few areas."""
        errors = [
            abs(row.value - row.truth) / row.truth
            for row in self.groups[0].rows
            if row.truth and row.value is not None
        ]
        return median(errors) if len(errors) >= FEWEST_AREAS else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All answers of this table."""
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class Party:
    """What one party saw in this run, a line each, and what it never saw."""

    name: Text
    saw: tuple[Text, ...]
    never: Text


@dataclass(frozen=True, slots=True)
class Report:
    """All that is shown; ``remarks`` come last, one line each."""

    title: Text
    answers: tuple[Answers, ...]
    parties: tuple[Party, ...]
    remarks: tuple[Text, ...] = ()


def coverage(rows: Iterable[Row]) -> tuple[int, int]:
    """Return how many intervals hold the truth, and how many there are with a truth."""
    held = [row.holds for row in rows if row.holds is not None]
    return sum(held), len(held)


def grouped(number: int) -> Text:
    """Return a whole number as people write it: ``1.205`` in Dutch, ``1,205`` in English."""
    english = f"{number:,}"
    return Text(english.replace(",", "."), english)
