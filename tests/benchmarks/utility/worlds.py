# SPDX-License-Identifier: EUPL-1.2
"""Made-up households with care: who has it, from how many providers, and what it costs.

Nothing here is fitted to the estimators. The number of households with care differs per buurt with
its public numbers and by chance (a lognormal factor of about 0.3 for each law), what care costs a
little (0.15). Means are about EUR 1,500 per household, as municipal spending is, and the dearest
3 % of all households have between half and three quarters of the money.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.utility.towns import Floats, Place, Slots
from ontschot.protocol.documents.rounds import VariableDocument

MOST_EUROS: Final = 1_000_000
"""No household costs more in a year: what every estimate states as an assumption."""

MEAN_EUROS: Final = 11_000
"""Of a household with care."""

JEUGDWET: Final = (4, 5, 6, 7, 8)
WMO: Final = (1, 2, 3)
"""Publication groups of each law."""

_RATES: Final = (0.072, 0.068)
"""Part of the households with care under the Jeugdwet, and under the Wmo."""

_TOGETHER: Final = 1.4
"""Care under the one law is so much more likely where there is care under the other."""

_BY_COVARIATE: Final = 0.25
_SHARED, _OF_A_LAW, _SEVERITY = 0.24, 0.18, 0.15
_UNPLACED: Final = 0.01
"""Part of the households whose address is not in the public file."""

_PROVIDERS: Final = (0.70, 0.18, 0.07, 0.03, 0.013, 0.007)
"""Chance of 1, 2, ... 6 providers."""

_WEIGHTS: Final = {
    1: (0.35, 0.10),
    2: (0.60, 0.30),
    3: (0.05, 0.60),
    4: (0.35, 0.10),
    5: (0.30, 0.10),
    6: (0.08, 0.40),
    7: (0.05, 0.35),
    8: (0.22, 0.05),
}
"""How often care is of each group: where a household is cheap, and where it is dear."""

_DEAR: Final = 25_000

Draw: TypeAlias = Callable[[np.random.Generator, int], Floats]


def _lognormal(sigma: float) -> Draw:
    middle = np.log(MEAN_EUROS) - sigma**2 / 2
    return lambda rng, size: rng.lognormal(middle, sigma, size)


def _mixture(rng: np.random.Generator, size: int) -> Floats:
    kind = rng.choice(3, size, p=(0.62, 0.33, 0.05))
    middle, spread = np.array([8.0, 9.0, 11.2])[kind], np.array([0.9, 1.0, 0.6])[kind]
    found: Floats = np.exp(rng.normal(middle, spread))
    return found


def _with_stays(rng: np.random.Generator, size: int) -> Floats:
    stays = rng.random(size) < 0.012
    found: Floats = np.exp(
        np.where(stays, rng.normal(12.17, 0.15, size), rng.normal(8.5, 1.05, size))
    )
    return found


COSTS: Final[dict[str, Draw]] = {
    "lognormal, sigma 1.0": _lognormal(1.0),
    "lognormal, sigma 1.2": _lognormal(1.2),
    "lognormal, sigma 1.5": _lognormal(1.5),
    "Lomax, alpha 2.2": lambda rng, size: rng.pareto(2.2, size) * 1.2 * MEAN_EUROS,
    "mixture of three lognormals": _mixture,
    "lognormal, and stays of one tariff": _with_stays,
}
"""Distributions of what the care of a household costs in a year, in euros."""


@dataclass(frozen=True, eq=False)
class World:
    """Households with care; h of them, with r records of one provider's care of one group.

    Attributes:
        slot: int64[h].
        euros: float64[h], what a household costs, without any cap.
        household: int64[r], whose record it is.
        provider: int64[r].
        group: int64[r], 1 to 8.
        amount: float64[r], euros; together the costs of the household.
    """

    slot: Slots
    euros: Floats
    household: Slots
    provider: Slots
    group: Slots
    amount: Floats

    @cached_property
    def has(self) -> Mapping[str, NDArray[np.bool_]]:
        """Which households have care under each law, bool[h]."""
        found = {}
        for law, groups in (("JW", JEUGDWET), ("WMO", WMO)):
            found[law] = np.zeros(len(self.slot), dtype=bool)
            found[law][self.household[np.isin(self.group, groups)]] = True
        return found

    def true(self, variable: VariableDocument) -> Floats:
        """Return the variable of each household, without caps or rounding: euros, or providers."""
        counted = self._counted(variable)
        if variable.measure == "euros":
            return self._per_household(np.where(counted, self.amount, 0.0))
        pairs = np.unique(self._pair[counted])
        number = np.bincount(pairs // self._most, minlength=len(self.slot))
        return number.astype(np.float64)

    def reported(self, variable: VariableDocument, rng: np.random.Generator) -> Slots:
        """Return the sum over providers of what each reports of a household, in quanta: int64[h].

        Each caps its own amount and rounds it to whole quanta without bias.
        """
        if variable.measure != "euros":
            return self.true(variable).astype(np.int64)
        counted = self._counted(variable)
        pairs, place = np.unique(self._pair[counted], return_inverse=True)
        quanta = np.bincount(place, self.amount[counted], len(pairs)) * 100 / variable.quantum_cents
        capped = np.minimum(quanta, variable.node_cap)
        rounded = np.floor(capped + rng.random(len(capped)))
        total = np.bincount(pairs // self._most, rounded, len(self.slot))
        return total.astype(np.int64)

    @cached_property
    def pairs(self) -> tuple[Slots, Slots]:
        """Household and provider of each pair of them with care, int64[p] each."""
        pairs = np.unique(self._pair)
        return pairs // self._most, pairs % self._most

    def at_provider(self, variable: VariableDocument) -> Floats:
        """Return the variable of each pair as that provider alone knows it: euros, or 0 and 1."""
        found, place = np.unique(self._pair, return_inverse=True)
        counted = self._counted(variable)
        if variable.measure == "euros":
            return np.bincount(place, self.amount * counted, len(found)).astype(np.float64)
        return (np.bincount(place, counted, len(found)) > 0).astype(np.float64)

    def _counted(self, variable: VariableDocument) -> NDArray[np.bool_]:
        laws = [law for law, code in ((JEUGDWET, "JW"), (WMO, "WMO")) if code in variable.wetten]
        groups = variable.groups or [group for law in laws for group in law]
        return np.isin(self.group, groups)

    @property
    def _most(self) -> int:
        return int(self.provider.max(initial=0)) + 1

    @property
    def _pair(self) -> Slots:
        return self.household * self._most + self.provider

    def _per_household(self, values: NDArray[Any]) -> Floats:
        return np.bincount(self.household, values, len(self.slot)).astype(np.float64)


def world(rng: np.random.Generator, place: Place, draw: Draw) -> World:
    """Return one made-up world in a place, with costs from ``draw``."""
    buurten = len(place.covariates)
    shared = rng.normal(0, _SHARED, buurten)
    laws = []
    for column, rate in enumerate(_RATES):
        chance = _BY_COVARIATE * place.covariates[:, column] + shared
        chance = np.exp(chance + rng.normal(0, _OF_A_LAW, buurten))
        laws.append(np.minimum(rate * chance / np.average(chance, weights=_sizes(place)), 0.6))
    jw = rng.random(len(place.buurt)) < laws[0][place.buurt]
    more = np.where(
        jw, _TOGETHER, (1 - laws[0] * _TOGETHER)[place.buurt] / (1 - laws[0])[place.buurt]
    )
    wmo = rng.random(len(place.buurt)) < laws[1][place.buurt] * more
    served = np.flatnonzero(jw | wmo)
    severity = np.exp(rng.normal(0, _SEVERITY, buurten) - _SEVERITY**2 / 2)
    euros = draw(rng, len(served)) * severity[place.buurt[served]]
    # Care of less than a euro or more than is possible is no care that anyone knows.
    euros = np.clip(euros, 1.0, MOST_EUROS)
    slot = _placed(rng, place, served)
    slot, first = np.unique(slot, return_index=True)
    kept = served[first]
    return _with_records(rng, place, slot, euros[first], np.stack([jw[kept], wmo[kept]], axis=1))


def _sizes(place: Place) -> Floats:
    return np.bincount(place.buurt, minlength=len(place.covariates)).astype(np.float64)


def _placed(rng: np.random.Generator, place: Place, served: Slots) -> Slots:
    """Return the slots of households; a few are in an overflow slot of their gemeente."""
    first, count = place.overflow
    gemeente = place.universe.gemeente_of_line[served]
    over = first[gemeente] + rng.integers(0, count[gemeente])
    return np.where(rng.random(len(served)) < _UNPLACED, over, place.slots[served])


def _with_records(
    rng: np.random.Generator, place: Place, slot: Slots, euros: Floats, laws: NDArray[np.bool_]
) -> World:
    chances = np.array(_PROVIDERS[: place.providers])
    number = 1 + rng.choice(len(chances), len(slot), p=chances / chances.sum())
    # Care under both laws is two records at least.
    number = np.maximum(number, laws.sum(axis=1))
    household = np.repeat(np.arange(len(slot)), number)
    order = np.arange(len(household)) - np.repeat(np.cumsum(number) - number, number)
    # The first record has the first law of the household, the next the other, and so on.
    both = (laws[:, 0] & laws[:, 1])[household]
    is_wmo = np.where(both, order % 2 == 1, laws[:, 1][household])
    share = rng.exponential(1, len(household))
    share /= np.bincount(household, share)[household]
    start = rng.integers(0, place.providers, len(slot))[household]
    return World(
        slot=slot,
        euros=euros,
        household=household,
        provider=(start + order) % place.providers,
        group=_groups(rng, euros[household], is_wmo),
        amount=euros[household] * share,
    )


def _groups(rng: np.random.Generator, euros: Floats, is_wmo: NDArray[np.bool_]) -> Slots:
    found = np.zeros(len(euros), dtype=np.int64)
    dear = euros / (euros + _DEAR)
    for groups, among in ((WMO, is_wmo), (JEUGDWET, ~is_wmo)):
        cheap_weights, dear_weights = np.array([_WEIGHTS[group] for group in groups]).T
        weights = np.outer(1 - dear[among], cheap_weights) + np.outer(dear[among], dear_weights)
        upto = np.cumsum(weights, axis=1)
        chosen = (rng.random((len(upto), 1)) * upto[:, -1:] > upto).sum(axis=1)
        found[among] = np.array(groups)[chosen]
    return found
