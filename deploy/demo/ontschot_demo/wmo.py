# SPDX-License-Identifier: EUPL-1.2
"""Which adults get which Wmo services.

The number of services per household follows the published distribution of Alkmaar exactly (largest
rest), the number of clients per household nearly: a second adult takes some of the services.
"""

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.households import Population
from ontschot_demo.offers import GUIDANCE, HOUSEHOLD, offer
from ontschot_demo.plans import Plan
from ontschot_demo.reference_figures import wmo_service_shares
from ontschot_demo.sampling import apportion, pick, pick_per_row
from ontschot_demo.youth import YouthCare

HOUSEHOLDS = 0.10
"""Share of the households with a Wmo service of our providers. Alkmaar has 6,820 households with
any service (CBS); others deliver there too, and the demo has two Wmo providers."""

_SECOND_ADULT = 0.16
"""Share of the services of a couple with several that goes to the second adult."""

_AGES = ((30, 0.10), (50, 0.22), (65, 0.42), (75, 1.0), (85, 3.2), (200, 6.0))
"""Weight of a household by the age of its first adult, up to this age."""

_WEIGHTS = (
    # code, provider, weight for adults under 65, weight for people of 65 and over
    ("01A05", HOUSEHOLD, 1.6, 6.0),
    ("03A01", HOUSEHOLD, 0.2, 0.35),
    ("11A01", HOUSEHOLD, 0.5, 0.9),
    ("12A01", HOUSEHOLD, 0.5, 1.2),
    ("13A01", HOUSEHOLD, 0.3, 0.6),
    ("14A01", HOUSEHOLD, 0.3, 0.5),
    ("02A03", GUIDANCE, 4.5, 0.5),
    ("07A01", GUIDANCE, 1.1, 0.5),
    ("08A01", GUIDANCE, 0.3, 0.25),
    ("04A02", GUIDANCE, 0.1, 0.1),
    ("06A01", GUIDANCE, 0.5, 0.12),
    ("15A01", GUIDANCE, 0.22, 0.02),
)


def plan_wmo(rng: np.random.Generator, people: Population, youth: YouthCare, plan: Plan) -> None:
    """Add the care of the adults to the plan."""
    first = np.flatnonzero(np.append(True, people.household[1:] != people.household[:-1]))
    adults = people.per_household(~people.child)
    count = round(HOUSEHOLDS * len(first))
    chosen = pick(rng, _household_weights(people, youth, first, adults), count)
    services = _services(rng, people, youth, chosen)
    weights = np.array([[younger, older] for _, _, younger, older in _WEIGHTS])
    older = (people.age[first[chosen]] >= 65).astype(np.int64)
    rows = weights.T[older]
    stacked = np.isin(chosen, youth.stacked)
    rows[stacked, _row("02A03")] = 1e9
    rows[stacked, _row("01A05")] *= 0.1
    where, what = pick_per_row(rng, rows, services)
    person = first[chosen[where]]
    second = (adults[chosen[where]] == 2) & (services[where] > 1)
    person = person + (second & (rng.random(len(person)) < _SECOND_ADULT))
    indices = np.array([offer(code, provider) for code, provider, _, _ in _WEIGHTS])
    plan.add(person, indices[what])


def _row(code: str) -> int:
    return [found for found, _, _, _ in _WEIGHTS].index(code)


def _household_weights(
    people: Population,
    youth: YouthCare,
    first: NDArray[np.int64],
    adults: NDArray[np.int64],
) -> NDArray[np.float64]:
    limits = np.array([limit for limit, _ in _AGES])
    by_age = np.array([weight for _, weight in _AGES])
    weight = by_age[np.searchsorted(limits, people.age[first], side="right")]
    weight = weight * np.where(adults == 1, 1.5, 1.0) * people.burden
    # Parents of children in care need help more often than other parents.
    weight = weight * np.where(people.per_household(youth.care > 0) > 0, 3.0, 1.0)
    weight = weight * np.where(people.per_household(youth.protected) > 0, 3.0, 1.0)
    weight[youth.stacked] = 1e9
    return weight


def _services(
    rng: np.random.Generator,
    people: Population,
    youth: YouthCare,
    chosen: NDArray[np.int64],
) -> NDArray[np.int64]:
    # How many services each chosen household has: the published numbers, more with more burden.
    counts = apportion(len(chosen), wmo_service_shares())
    sizes = np.repeat(np.arange(1, len(counts) + 1), counts)
    sixes = np.flatnonzero(sizes == len(counts))
    sizes[sixes[::3]] += 1
    rank = people.burden[chosen] * rng.lognormal(0, 1.0, len(chosen))
    rank[np.isin(chosen, youth.stacked)] += 2.0
    services = np.empty(len(chosen), dtype=np.int64)
    services[np.argsort(rank, kind="stable")] = np.sort(sizes)
    return services
