# SPDX-License-Identifier: EUPL-1.2
"""Which children get which youth care.

Exact numbers (quotas) of children meet the published shares: of those of 0 to 17 years 11 % are in
care, split by stay as CBS counts, 1.2 % have protection; of those of 12 to 22 years 0.4 % have
probation. The published 12.2 % (``reference_figures``) counts wijkteams too, and these do not
declare per client.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.households import ADULT, Population
from ontschot_demo.offers import GUARDIAN, GUIDANCE, HOMES, MENTAL, YOUTH, offer
from ontschot_demo.plans import Plan
from ontschot_demo.reference_figures import PROBATION, PROTECTION, stay_shares
from ontschot_demo.sampling import apportion, choose, pick

IN_CARE = 0.11
"""Share of the children of 0 to 17 years that is in youth care with our providers."""

NONE, AT_HOME, BOTH, AWAY = range(4)
"""Care of a child: none; without stay; with and without stay; with stay only."""

_EXTREME_PER = 10_000
"""One family in so many households costs over EUR 500,000 (Nulmeting Zwijndrecht 2014)."""

_STAYS_PER_FAMILY = 3
"""At most so many children of a family have care with stay: more would pass for a group home."""

_INTENSIVE = 0.019
"""Share of the families in care with a child in the dearest stay all through the period."""

_STACKED = 0.0025
"""Share of families with care from five or six providers."""

_AGES = ((1, 0.0), (4, 0.35), (8, 1.0), (12, 1.5), (16, 1.4), (ADULT, 1.2), (21, 0.06), (200, 0.0))
"""Weight of a child below this age. Nobody turns 23 within a year: then youth care ends."""

_AT_HOME = (
    ("45A48", YOUTH, 0.23),
    ("45A49", YOUTH, 0.12),
    ("41A03", YOUTH, 0.05),
    ("50A01", YOUTH, 0.04),
    ("54001", MENTAL, 0.17),
    ("54002", MENTAL, 0.10),
    ("54003", MENTAL, 0.04),
    ("53A01", MENTAL, 0.04),
    ("45A76", MENTAL, 0.09),
    ("45A49", GUIDANCE, 0.12),
)
_SECOND = 0.20
_STAYS = (("44A08", 0.42), ("44A27", 0.22), ("43A10", 0.31), ("43A90", 0.05))


@dataclass(frozen=True, slots=True, eq=False)
class YouthCare:
    """The children in care: ``care`` int64[p] and marks bool[p].

    ``extreme`` are the children of the families of extreme cost, ``intensive`` other children in
    the dearest stay. ``stacked`` are the households with care from many providers.
    """

    care: NDArray[np.int64]
    protected: NDArray[np.bool_]
    probation: NDArray[np.bool_]
    extreme: NDArray[np.bool_]
    intensive: NDArray[np.bool_]
    stacked: NDArray[np.int64]


def assign(rng: np.random.Generator, people: Population) -> YouthCare:
    """Return which children are in care, of which kind."""
    young = people.child & (people.age < ADULT)
    # What happens in a family happens to all its children: care, and stay more so.
    family = rng.lognormal(0, 0.9, len(people.burden))
    burden = people.burden * np.sqrt(family)
    weight = people.child * _age_weights(people.age) * burden[people.household]
    extreme = _extreme(rng, people, weight)
    counts = apportion(round(IN_CARE * int(young.sum())), stay_shares())
    care = np.zeros(len(weight), dtype=np.int64)
    chosen = pick(rng, np.where(extreme, 1e9, weight), int(counts.sum()))
    care[chosen] = AT_HOME
    heavy = (care == AT_HOME) * young * weight * family[people.household] ** 1.2
    order = pick(rng, np.where(extreme, 1e9, heavy), len(heavy))
    stay = _at_most(order, people.household, _STAYS_PER_FAMILY)[: int(counts[1] + counts[2])]
    care[stay] = AWAY
    care[stay[: int(counts[1])]] = BOTH
    stacked = _stacked(people, care, stay, extreme)
    protected = _protected(rng, people, care, stacked)
    probation = _probation(rng, people, care)
    intensive = _intensive(people, care, stay[~extreme[stay]])
    return YouthCare(care, protected, probation, extreme, intensive, stacked)


def plan_youth(rng: np.random.Generator, people: Population, youth: YouthCare, plan: Plan) -> None:
    """Add the care of the children to the plan."""
    at_home = np.flatnonzero(youth.care == AT_HOME)
    both = np.flatnonzero((youth.care == BOTH) & ~youth.extreme)
    _plan_at_home(rng, at_home, plan)
    _plan_at_home(rng, both, plan)
    staying = np.flatnonzero((youth.care >= BOTH) & ~youth.extreme & ~youth.intensive)
    kinds = np.array([offer(code, HOMES) for code, _ in _STAYS])
    plan.add(staying, kinds[choose(rng, [share for _, share in _STAYS], len(staying))])
    plan.add(np.flatnonzero(youth.intensive), offer("43A90", HOMES), whole=True)
    plan.add(np.flatnonzero(youth.protected), offer("48A01", GUARDIAN))
    plan.add(np.flatnonzero(youth.probation), offer("47A01", GUARDIAN))
    most = np.flatnonzero(youth.extreme)
    plan.add(most, offer("43A90", HOMES), whole=True)
    plan.add(most, offer("54003", MENTAL), whole=True)
    eldest_both = both[np.isin(people.household[both], youth.stacked)]
    plan.add(eldest_both, offer("45A48", YOUTH))
    plan.add(eldest_both, offer("54001", MENTAL))


def _age_weights(age: NDArray[np.int64]) -> NDArray[np.float64]:
    limits = np.array([limit for limit, _ in _AGES])
    weights = np.array([weight for _, weight in _AGES])
    found: NDArray[np.float64] = weights[np.searchsorted(limits, age, side="right")]
    return found


def _extreme(
    rng: np.random.Generator, people: Population, weight: NDArray[np.float64]
) -> NDArray[np.bool_]:
    # All children of 5 to 17 of a family with three of them.
    suits = people.child & (people.age >= 5) & (people.age < ADULT)
    sizes = people.per_household(suits)
    number = round(len(sizes) / _EXTREME_PER)
    families = pick(rng, np.where(sizes == _STAYS_PER_FAMILY, people.burden, 0), number)
    return suits & np.isin(people.household, families) & (weight > 0)


def _at_most(
    order: NDArray[np.int64], household: NDArray[np.int64], most: int
) -> NDArray[np.int64]:
    # The persons in this order, but of every household only the first ``most``.
    homes = household[order]
    grouped = np.argsort(homes, kind="stable")
    _, starts, sizes = np.unique(homes[grouped], return_index=True, return_counts=True)
    rank = np.empty(len(order), dtype=np.int64)
    rank[grouped] = np.arange(len(order)) - np.repeat(starts, sizes)
    return order[rank < most]


def _stacked(
    people: Population,
    care: NDArray[np.int64],
    stay: NDArray[np.int64],
    extreme: NDArray[np.bool_],
) -> NDArray[np.int64]:
    # Families of the heaviest children with both kinds of care, and those of extreme cost.
    number = round(_STACKED * int((people.per_household(people.child) > 0).sum()))
    families = people.household[stay[(care[stay] == BOTH) & ~extreme[stay]]]
    first = np.sort(np.unique(families, return_index=True)[1])
    return np.union1d(families[first][: max(1, number)], people.household[extreme])


def _intensive(
    people: Population, care: NDArray[np.int64], stay: NDArray[np.int64]
) -> NDArray[np.bool_]:
    # One child each of the families that the drawing of stays put first.
    number = round(_INTENSIVE * len(np.unique(people.household[care > NONE])))
    first = np.sort(np.unique(people.household[stay], return_index=True)[1])
    found = np.zeros(len(care), dtype=np.bool_)
    found[stay[first][:number]] = True
    return found


def _protected(
    rng: np.random.Generator,
    people: Population,
    care: NDArray[np.int64],
    stacked: NDArray[np.int64],
) -> NDArray[np.bool_]:
    young = people.child & (people.age < ADULT)
    weight = young * people.burden[people.household] * np.array([0.1, 4.0, 30.0, 30.0])[care]
    weight[np.isin(people.household, stacked) & (care >= BOTH) & young] = 1e9
    found = np.zeros(len(care), dtype=np.bool_)
    found[pick(rng, weight, round(float(PROTECTION.value) / 100 * int(young.sum())))] = True
    return found


def _probation(
    rng: np.random.Generator, people: Population, care: NDArray[np.int64]
) -> NDArray[np.bool_]:
    eligible = people.child & (people.age >= 12)
    weight = (
        np.where((people.age >= 14) & (people.age <= 20), 1.0, 0.1) * eligible * (people.age < 22)
    )
    weight *= people.burden[people.household] * np.array([0.15, 3.0, 6.0, 6.0])[care]
    found = np.zeros(len(care), dtype=np.bool_)
    found[pick(rng, weight, round(float(PROBATION.value) / 100 * int(eligible.sum())))] = True
    return found


def _plan_at_home(rng: np.random.Generator, children: NDArray[np.int64], plan: Plan) -> None:
    kinds = np.array([offer(code, provider) for code, provider, _ in _AT_HOME])
    shares = [share for _, _, share in _AT_HOME]
    first = kinds[choose(rng, shares, len(children))]
    plan.add(children, first)
    more = children[rng.random(len(children)) < _SECOND]
    plan.add(more, kinds[choose(rng, shares, len(more))])
    day_care = children[first == offer("41A03", YOUTH)]
    plan.add(day_care[rng.random(len(day_care)) < 0.7], offer("42A03", YOUTH))
    crisis = children[rng.random(len(children)) < 0.012]
    plan.add(crisis, offer("46A01", YOUTH))
