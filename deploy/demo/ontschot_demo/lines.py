# SPDX-License-Identifier: EUPL-1.2
"""Declared lines: one per traject and calendar month, and now and then a correction.

A correction is a credit of the whole line in a later month, mostly followed by a new, lower debit.
A traject with a credit keeps at least two other debits, so nobody's care nets to nothing.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.offers import DAY, MINUTE, OFFERS, OUTPUT, PART_OF_DAY
from ontschot_demo.plans import Dates, Period, Trajecten, is_daily

NO_PREVIOUS = -1
"""``Lines.previous`` of a line that corrects nothing."""

_CREDITS = 0.015
_CORRECTED = 0.8
_SEASON = (1.0, 0.95, 1.05, 1.0, 0.95, 1.0, 0.8, 0.7, 1.05, 1.05, 1.0, 0.85)
"""Hours of help per month of the year: less in holidays."""

_ROUND_THE_CLOCK = 30


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines of care, arrays of length m.

    ``traject`` int64 indexes the trajecten; ``first`` and ``last`` datetime64[D], within one month;
    ``volume`` int64 in ``unit`` (U2); ``amount`` int64 in euro cents; ``credit`` bool; ``previous``
    int64: the line a credit takes back; ``sent`` datetime64[M]: the month it was declared in.
    """

    traject: NDArray[np.int64]
    first: Dates
    last: Dates
    volume: NDArray[np.int64]
    unit: NDArray[np.str_]
    amount: NDArray[np.int64]
    credit: NDArray[np.bool_]
    previous: NDArray[np.int64]
    sent: Dates

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.traject)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """Return some lines; ``previous`` keeps pointing into the lines taken from."""
        return type(self)(*(getattr(self, name)[rows] for name in self.__slots__))


def declare(rng: np.random.Generator, trajecten: Trajecten, period: Period) -> Lines:
    """Return the lines of all trajecten in the period, the corrections last."""
    debits = _debits(rng, trajecten, period)
    wrong = _to_correct(rng, debits)
    taken_back = _later(debits.take(wrong), wrong, period, rng, credit=True)
    again = np.flatnonzero(rng.random(len(taken_back)) < _CORRECTED)
    better = taken_back.take(again)
    better = _with_volume(
        better, np.maximum(better.volume * 7 // 10, 1), trajecten.offer[better.traject]
    )
    return _join(debits, taken_back, better)


def amounts(
    volume: NDArray[np.int64], unit: NDArray[np.str_], which: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return volume times tariff in euro cents; of minutes a sixtieth, half a cent up (9346)."""
    tariff = np.array([found.tariff for found in OFFERS], dtype=np.int64)[which]
    return np.where(unit == MINUTE, (2 * volume * tariff + 60) // 120, volume * tariff)


def _debits(rng: np.random.Generator, trajecten: Trajecten, period: Period) -> Lines:
    first = np.datetime64(period.first, "D")
    last = np.datetime64(period.last, "D")
    begin = np.maximum(trajecten.begin, first)
    end = np.minimum(np.where(np.isnat(trajecten.end), last, trajecten.end), last)
    start = begin.astype("datetime64[M]")
    count = (end.astype("datetime64[M]") - start).astype(np.int64) + 1
    traject = np.repeat(np.arange(len(begin)), count)
    rank = np.arange(len(traject)) - np.repeat(np.cumsum(count) - count, count)
    month = start[traject] + rank.astype("timedelta64[M]")
    opens = month.astype("datetime64[D]")
    closes = (month + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    van = np.maximum(opens, begin[traject])
    tot = np.minimum(closes, end[traject])
    which = trajecten.offer[traject]
    days = (tot - van).astype(np.int64) + 1
    part = days / ((closes - opens).astype(np.int64) + 1)
    volume = _volumes(rng, trajecten.per_month[traject] * part, days, which, month)
    unit = np.array([found.unit for found in OFFERS])[which]
    none = np.full(len(traject), NO_PREVIOUS)
    credit = np.zeros(len(traject), dtype=np.bool_)
    amount = amounts(volume, unit, which)
    return Lines(traject, van, tot, volume, unit, amount, credit, none, month)


def _volumes(
    rng: np.random.Generator,
    expected: NDArray[np.float64],
    days: NDArray[np.int64],
    which: NDArray[np.int64],
    month: Dates,
) -> NDArray[np.int64]:
    unit = np.array([found.unit for found in OFFERS])[which]
    season = np.array(_SEASON)[month.astype(np.int64) % 12]
    seasonal = (unit == MINUTE) | (unit == PART_OF_DAY)
    units = expected * np.where(seasonal, season, 1.0) * rng.lognormal(0, 0.15, len(expected))
    step = np.where(unit == MINUTE, 15, 1)
    volume = np.maximum(np.round(units / step), 1).astype(np.int64) * step
    volume[unit == OUTPUT] = 1
    all_days = np.array([found.volume >= _ROUND_THE_CLOCK for found in OFFERS])[which]
    volume = np.where((unit == DAY) & all_days, days, volume)
    return np.where(is_daily(which), np.minimum(volume, days), volume)


def _to_correct(rng: np.random.Generator, debits: Lines) -> NDArray[np.int64]:
    # At most one line of a traject, and only where at least two others remain.
    order = rng.permutation(len(debits))
    order = order[np.bincount(debits.traject)[debits.traject[order]] >= 3]
    one = order[np.sort(np.unique(debits.traject[order], return_index=True)[1])]
    return np.sort(one[: round(_CREDITS * len(debits))])


def _later(
    lines: Lines,
    origin: NDArray[np.int64],
    period: Period,
    rng: np.random.Generator,
    *,
    credit: bool,
) -> Lines:
    delay = rng.integers(1, 4, len(lines)).astype("timedelta64[M]")
    sent = np.minimum(lines.sent + delay, np.datetime64(period.last, "M"))
    return Lines(
        lines.traject,
        lines.first,
        lines.last,
        lines.volume,
        lines.unit,
        lines.amount,
        np.full(len(lines), credit),
        origin,
        sent,
    )


def _with_volume(lines: Lines, volume: NDArray[np.int64], which: NDArray[np.int64]) -> Lines:
    return Lines(
        lines.traject,
        lines.first,
        lines.last,
        volume,
        lines.unit,
        amounts(volume, lines.unit, which),
        np.zeros(len(lines), dtype=np.bool_),
        np.full(len(lines), NO_PREVIOUS),
        lines.sent,
    )


def _join(*parts: Lines) -> Lines:
    return Lines(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__slots__)
    )
