# SPDX-License-Identifier: EUPL-1.2
"""The made-up people of a town: households at addresses, adults and children.

Types of household follow the public shares of each buurt. Every household has a *burden*, larger
in some buurten than in others, by which care piles up in some families and stays away from most.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.sampling import choose
from ontschot_demo.town import Town

MALE, FEMALE = 1, 2
ADULT = 18
ELDEST_YOUTH = 22
"""Youth care ends at 18, and can go on to 23."""

_CHILDREN = (0.41, 0.42, 0.13, 0.04)
"""Families with one, two, three and four children at home."""

_ONE_PARENT = 0.21
_SENIOR = 65


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Households (arrays of length h) and persons (arrays of length p).

    ``address`` int64[h] indexes the town's addresses, ``buurt`` int64[h] its buurten; ``burden``
    float64[h] has median about 1. Of each person: ``household`` int64[p], ``age`` int64[p] on the
    first day of the period, ``born`` datetime64[D][p], ``sex`` int64[p], ``child`` bool[p].
    """

    address: NDArray[np.int64]
    buurt: NDArray[np.int64]
    burden: NDArray[np.float64]
    household: NDArray[np.int64]
    age: NDArray[np.int64]
    born: NDArray[np.datetime64]
    sex: NDArray[np.int64]
    child: NDArray[np.bool_]

    def per_household(self, persons: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many of the marked persons each household has, int64[h]."""
        return np.bincount(self.household[persons], minlength=len(self.address))


def populate(rng: np.random.Generator, town: Town, first_day: date) -> Population:
    """Return the people of the town; ages hold on ``first_day``."""
    buurt = np.repeat(
        np.arange(len(town.buurten)), [buurt.households for buurt in town.buurten]
    ).astype(np.int64)
    burden = rng.lognormal(0, 0.62, len(buurt)) * rng.lognormal(0, 0.30, len(town.buurten))[buurt]
    children, adults, senior = _types(rng, town, buurt)
    sizes = adults + children
    household = np.repeat(np.arange(len(buurt)), sizes)
    place = np.arange(len(household)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    child = place >= adults[household]
    age = _ages(rng, household, place, child, senior)
    sex = rng.integers(MALE, FEMALE + 1, len(household))
    # A second adult is mostly of the other sex.
    second = np.flatnonzero((place == 1) & ~child)
    sex[second] = np.where(rng.random(len(second)) < 0.97, 3 - sex[second - 1], sex[second - 1])
    address = _addresses(rng, town, buurt)
    born = _birth_dates(rng, age, first_day)
    return Population(address, buurt, burden, household, age, born, sex, child)


def _types(
    rng: np.random.Generator, town: Town, buurt: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    # Numbers of children and adults, and which households are of people of 65 and over.
    families = np.array([one.families for one in town.buurten])[buurt]
    singles = np.array([one.singles for one in town.buurten])[buurt]
    seniors = np.array([one.seniors for one in town.buurten])[buurt]
    draw = rng.random(len(buurt))
    family, single = draw < families, (draw >= families) & (draw < families + singles)
    children = np.where(family, 1 + choose(rng, _CHILDREN, len(buurt)), 0)
    alone = single | (family & (rng.random(len(buurt)) < _ONE_PARENT))
    adults = np.where(alone, 1, 2)
    # Seniors have no children at home, so they are more of the other households.
    share = (1.75 * seniors / np.maximum(1 - families, 0.2)).clip(0, 0.85)
    senior = ~family & (rng.random(len(buurt)) < share)
    return children, adults.astype(np.int64), senior


def _ages(
    rng: np.random.Generator,
    household: NDArray[np.int64],
    place: NDArray[np.int64],
    child: NDArray[np.bool_],
    senior: NDArray[np.bool_],
) -> NDArray[np.int64]:
    count = int(household[-1]) + 1
    adult = np.where(
        senior,
        _SENIOR + rng.gamma(2.2, 5.0, count).clip(0, 33),
        22 + 42 * rng.beta(1.1, 1.2, count),
    )
    youngest = rng.uniform(0, 19.5, count)
    gap = rng.gamma(4.0, 0.7, len(household))
    first_child = child & np.append(True, ~child[:-1])
    gap[~child | first_child] = 0
    since = np.cumsum(gap)
    older = since - np.repeat(since[first_child], _run_lengths(child))[_position(child)]
    child_age = np.minimum(youngest[household] + older, ELDEST_YOUTH + 0.5)
    eldest = np.zeros(count)
    np.maximum.at(eldest, household[child], child_age[child])
    parent = eldest + rng.normal(30, 4.2, count).clip(19, 44)
    adult = np.where(eldest > 0, parent, adult)[household] + np.where(
        place == 1, rng.normal(0, 3, len(household)), 0
    )
    return np.where(child, child_age, adult.clip(ADULT + 1, 100)).astype(np.int64)


def _run_lengths(child: NDArray[np.bool_]) -> NDArray[np.int64]:
    starts = np.flatnonzero(child & np.append(True, ~child[:-1]))
    ends = np.flatnonzero(child & np.append(~child[1:], True))
    lengths: NDArray[np.int64] = ends - starts + 1
    return lengths


def _position(child: NDArray[np.bool_]) -> NDArray[np.int64]:
    # Of every person the number of children before it, at most the last child.
    position: NDArray[np.int64] = np.maximum(np.cumsum(child) - 1, 0)
    return position


def _addresses(rng: np.random.Generator, town: Town, buurt: NDArray[np.int64]) -> NDArray[np.int64]:
    # Households take addresses of their buurt in random order; what is left over is vacant.
    order = rng.permutation(len(town.addresses))
    order = order[np.argsort(town.addresses.buurt[order], kind="stable")]
    available = np.bincount(town.addresses.buurt, minlength=len(town.buurten))
    wanted = np.bincount(buurt, minlength=len(town.buurten))
    within = np.arange(len(buurt)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    found: NDArray[np.int64] = order[(np.cumsum(available) - available)[buurt] + within]
    return found


def _birth_dates(
    rng: np.random.Generator, age: NDArray[np.int64], first_day: date
) -> NDArray[np.datetime64]:
    # Born so that the last birthday was 1 to 364 days before the first day.
    days = np.floor(age * 365.25).astype(np.int64) + rng.integers(1, 364, len(age))
    born: NDArray[np.datetime64] = np.datetime64(first_day, "D") - days.astype("timedelta64[D]")
    return born
