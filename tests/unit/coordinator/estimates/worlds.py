# SPDX-License-Identifier: EUPL-1.2
"""Small made-up regions with known truth, and what a round would release of them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ontschot.coordinator.estimates.households import cost_amounts
from ontschot.coordinator.estimates.observations import Floats, Observation

WIJKEN, BUURTEN, SLOTS = 5, 30, 400
"""Atoms are buurten of equal size; each wijk has an equal number of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Costs of the households with care: ``buurt`` int64[h] and ``euros`` float64[h]."""

    buurt: NDArray[np.int64]
    euros: Floats

    def sums(self, values: Floats) -> Floats:
        """Return the sum per buurt of a value of each household with care."""
        return np.bincount(self.buurt, weights=values, minlength=BUURTEN).astype(np.float64)


def covers() -> tuple[Floats, Floats, Floats]:
    """Return the covers of gemeente, wijken and buurten."""
    buurten = np.eye(BUURTEN)
    wijken = np.repeat(np.eye(WIJKEN), BUURTEN // WIJKEN, axis=1)
    return np.ones((1, BUURTEN)), wijken, buurten


def slots() -> Floats:
    """Return the slots of each atom."""
    return np.full(BUURTEN, float(SLOTS))


def region(rng: np.random.Generator, spread: float = 1.2) -> Region:
    """Return a region in which about one in eight households has care."""
    rates = 0.125 * rng.lognormal(0, 0.3, BUURTEN)
    buurt = np.repeat(np.arange(BUURTEN), rng.binomial(SLOTS, rates.clip(0, 1)))
    euros = np.minimum(rng.lognormal(8.6, spread, len(buurt)), 1_000_000)
    return Region(buurt, euros)


def released(rng: np.random.Generator, world: Region) -> list[Observation]:
    """Return what a round of Q01, Q06 and Q09 would release, with full noise at both helpers."""
    gemeente, wijken, buurten = covers()
    amounts = cost_amounts()
    found = []
    for cap, cover, rho in (
        (20_000, buurten, 0.04),
        (75_000, wijken, 0.03),
        (250_000, gemeente, 0.005),
        (1, buurten, 0.011),
    ):
        values = cover @ world.sums(np.minimum(world.euros, cap))
        found.append(_noised(rng, np.minimum(amounts, cap), cover, values, cap / np.sqrt(rho)))
    ends = [0, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, np.inf]
    for low, high in pairwise(ends):
        inside = ((amounts >= low) & (amounts < high)).astype(np.float64)
        counted = ((world.euros >= low) & (world.euros < high)).astype(np.float64)
        values = gemeente @ world.sums(counted)
        found.append(_noised(rng, inside, gemeente, values, 1 / np.sqrt(0.018)))
    return found


def _noised(
    rng: np.random.Generator, per_type: Floats, cover: Floats, values: Floats, sd: float
) -> Observation:
    noise = rng.normal(0, sd, len(values))
    return Observation(per_type, cover, values + noise, np.full(len(values), sd**2))
