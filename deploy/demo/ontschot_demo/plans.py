# SPDX-License-Identifier: EUPL-1.2
"""Who gets which care, when, and how much of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.households import ADULT, Population
from ontschot_demo.offers import DAY, OFFERS

Dates = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole calendar months, from the first of one to the last of another (or the same)."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Check that both ends are those of a month.

        Raises:
            ValueError: they are not, or the period ends before it begins.
        """
        whole = self.first.day == 1 and (self.last + timedelta(days=1)).day == 1
        if not whole or self.first > self.last:
            msg = "a period is one or more whole months"
            raise ValueError(msg)

    @property
    def days(self) -> int:
        """Number of days, first and last included."""
        return (self.last - self.first).days + 1


@dataclass(slots=True)
class Plan:
    """A growing list of (person, offer); ``whole`` marks care for the whole period."""

    person: list[NDArray[np.int64]] = field(default_factory=list)
    offer: list[NDArray[np.int64]] = field(default_factory=list)
    whole: list[NDArray[np.bool_]] = field(default_factory=list)

    def add(
        self,
        person: NDArray[np.int64],
        offer: NDArray[np.int64] | int,
        *,
        whole: bool = False,
    ) -> None:
        """Give each person its offer, or all of them the same one."""
        self.person.append(person)
        self.offer.append(np.broadcast_to(np.asarray(offer, dtype=np.int64), person.shape))
        self.whole.append(np.full(len(person), whole))


@dataclass(frozen=True, slots=True, eq=False)
class Trajecten:
    """Care of one offer to one person; no two of the same person and offer.

    Arrays of length t: ``person`` and ``offer`` int64, ``begin`` and ``end`` datetime64[D] (NaT
    while it goes on), ``per_month`` float64: units in a full month.
    """

    person: NDArray[np.int64]
    offer: NDArray[np.int64]
    begin: Dates
    end: Dates
    per_month: NDArray[np.float64]


def schedule(rng: np.random.Generator, plan: Plan, people: Population, period: Period) -> Trajecten:
    """Return the plan with dates and volumes; every traject has a day in the period."""
    person, which, whole = _unique(plan)
    ongoing = rng.random(len(person)) < _of_offers("ongoing")[which]
    mean = _of_offers("days")[which]
    # A traject met while it goes on is a long one: its time so far and to come are both a duration.
    lasted = np.minimum(rng.exponential(mean), 6 * 365).astype(np.int64)
    lasted = np.minimum(lasted, _longest(people, person, which, period))
    left = np.maximum(rng.exponential(mean), 5).astype(np.int64)
    within = (rng.random(len(person)) * (period.days - 14)).astype(np.int64)
    offset = np.where(ongoing | whole, -1 - lasted, within)
    end = np.where(ongoing, left, offset + left)
    end = np.where(_of_offers("once")[which] > 0, offset, end)
    first = np.datetime64(period.first, "D")
    begin = first + offset.astype("timedelta64[D]")
    until = first + end.astype("timedelta64[D]")
    until[whole | (end >= period.days)] = np.datetime64("NaT")
    sigma = _of_offers("spread")[which]
    volume = _of_offers("volume")[which] * rng.lognormal(0, 1, len(person)) ** sigma
    return Trajecten(person, which, begin, until, volume)


def is_daily(which: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which offers are counted in days."""
    return np.array([found.unit == DAY for found in OFFERS])[which]


def _longest(
    people: Population, person: NDArray[np.int64], which: NDArray[np.int64], period: Period
) -> NDArray[np.int64]:
    # Days since the person could first get such care: some weeks after birth, or at 18.
    lived = (np.datetime64(period.first, "D") - people.born[person]).astype(np.int64)
    adult = np.array([found.wet == "WMO" for found in OFFERS])[which]
    return np.maximum(lived - np.where(adult, ADULT * 366, 90), 0)


def _unique(plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    person, which = np.concatenate(plan.person), np.concatenate(plan.offer)
    whole = np.concatenate(plan.whole)
    # Of a double one, the one for the whole period stays.
    order = np.lexsort((~whole, which, person))
    person, which, whole = person[order], which[order], whole[order]
    new = np.append(True, (person[1:] != person[:-1]) | (which[1:] != which[:-1]))
    return person[new], which[new], whole[new]


def _of_offers(name: str) -> NDArray[np.float64]:
    return np.array([float(getattr(found, name)) for found in OFFERS])
