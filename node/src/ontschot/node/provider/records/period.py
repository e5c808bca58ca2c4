# SPDX-License-Identifier: EUPL-1.2
"""The days that a question is about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included; a prestatie belongs to its first day."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Check the order.

        Raises:
            ValueError: the last day is before the first.
        """
        if self.last < self.first:
            raise ValueError("a period that ends before it begins")

    def covers(self, day: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition that ``day`` lies in the period."""
        return day.between(self.first, self.last)
