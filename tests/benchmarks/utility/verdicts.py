# SPDX-License-Identifier: EUPL-1.2
"""The targets of the estimates, and whether what was measured reaches them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Final

from benchmarks.utility.gathering import (
    ALL,
    BUURT_250,
    COST,
    GEMEENTE_20_000,
    SHARE,
    WITH_CARE,
    Errors,
    Found,
    Key,
)

COVERED: Final = (0.93, 0.97)
"""Between these must lie how often an interval of 95 % holds the truth."""

_TOP: Final = SHARE.format(3)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target for one place and distribution: ``value`` must lie within ``least`` and ``most``."""

    place: str
    costs: str
    what: str
    least: float
    most: float
    value: float

    @property
    def reached(self) -> bool:
        """Whether it does."""
        return self.least <= self.value <= self.most


@dataclass(frozen=True, slots=True)
class _Of:
    """Figures that targets are about."""

    question: str
    level: str
    measure: str
    size: str = ALL

    @property
    def words(self) -> str:
        where = f"per {self.level}" if self.size == ALL else f"per {self.level} of {self.size}"
        return f"{self.measure}, {where}"

    def errors(self, found: Found, place: str, costs: str, estimator: str) -> Errors | None:
        """Return the errors of an estimator, or nothing where there are none."""
        key = Key(place, costs, self.question, self.level, self.measure, self.size, estimator)
        return found.get(key)


_COSTS: Final = tuple(
    _Of("Q01", level, COST, size)
    for level, size in (("buurt", BUURT_250), ("wijk", ALL), ("gemeente", ALL))
)
_COUNT: Final = _Of("Q06", "buurt", WITH_CARE, BUURT_250)
_COUNT_WIJK: Final = _Of("Q06", "wijk", WITH_CARE)
_SHARE: Final = _Of("Q10", "gemeente", _TOP, GEMEENTE_20_000)

_MEDIANS: Final = (*zip(_COSTS, (0.20, 0.10, 0.05), strict=True), (_COUNT, 0.10))
_RATIOS: Final = ((_COSTS[0], 1.0), (_COSTS[1], 1.0), (_COUNT, 1.0), (_COUNT_WIJK, 1.0))
_GEMEENTE: Final = ((_COSTS[2], "curator"), (_COSTS[2], "curator 10/20/70"))
_INTERVALS: Final = (*_COSTS, _COUNT, _COUNT_WIJK, _Of("Q10", "gemeente", _TOP))


def verdicts(found: Found, place: str, costs: str) -> Iterator[Verdict]:
    """Yield every target of which something was measured."""
    for of, most in _MEDIANS:
        if (ours := of.errors(found, place, costs, "composite")) is not None:
            words = f"{of.words}: median relative error"
            yield Verdict(place, costs, words, 0.0, most, ours.quantile(0.5))
    yield from _ratios(found, place, costs)
    if (share := _SHARE.errors(found, place, costs, "composite")) is not None:
        words = f"{_SHARE.words}: 90th percentile of the error"
        yield Verdict(place, costs, words, 0.0, 0.03, share.quantile(0.9))
    for of in _INTERVALS:
        if (ours := of.errors(found, place, costs, "composite")) is not None:
            words = f"{of.words}: coverage of the 95 % interval"
            yield Verdict(place, costs, words, *COVERED, ours.coverage)


def _ratios(found: Found, place: str, costs: str) -> Iterator[Verdict]:
    compared = [(of, "curator", most) for of, most in _RATIOS]
    compared += [(of, name, 1.1) for of, name in _GEMEENTE]
    for of, name, most in compared:
        ours = of.errors(found, place, costs, "composite")
        theirs = of.errors(found, place, costs, name)
        if ours is not None and theirs is not None:
            beside = theirs.quantile(0.5)
            ratio = ours.quantile(0.5) / beside if beside else inf
            words = f"{of.words}: median error / that of the {name}"
            yield Verdict(place, costs, words, 0.0, most, ratio)
