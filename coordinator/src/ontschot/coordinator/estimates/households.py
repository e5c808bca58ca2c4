# SPDX-License-Identifier: EUPL-1.2
"""Types of household, and what is assumed about how many there are of each.

The number of households with care of type t is ``exp(basis @ c + offset)[t]`` over the region.
Where types are many (amounts of money) each is a cell of amounts, and the logarithm of the density
is a straight line between a few knots on the logarithm of the amount, so the distribution is a
chain of power laws; a penalty draws the bends between neighbouring slopes, loosely, to those of a
smooth distribution (P-splines: Eilers and Marx 1996, with a mean) and a public prior holds the
slope of the tail.

Cells end where the tiers and the caps of the questions do (``MARKS``), so a cell is in a tier or
not. (With cells of one width, whichever tier held their middle had all of them: tiers began up to
4 % too high or low, by up to a tenth of the households of a small one; intervals of tiers held the
truth in 72 to 86 of 100 where a gemeente was large.)
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from ontschot.coordinator.estimates.observations import Floats

LEAST_EUROS: Final = 50
MOST_EUROS: Final = 1_000_000
"""A household does not cost more than a million euros in a year: an assumption that every answer
states. The dearest that is known publicly is over half a million (Nulmeting Zwijndrecht)."""

KNOTS: Final = (
    *(50, 300, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 150_000, 250_000, 1_000_000),
)
MARKS: Final = (
    *(LEAST_EUROS, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000, 20_000, 25_000, 50_000),
    *(75_000, 100_000, 150_000, 250_000, 500_000, MOST_EUROS),
)
"""Amounts (euros) at which cells end: every threshold and cap of a question on all cost."""

_WIDEST: Final = 0.09
"""Of a cell, on the logarithm of the amount."""

_BEND: Final = (-0.5, 1.8)
"""A priori the slope of the log density falls by 0.5 for each unit of log amount, give or take 1.8
over one unit. (Of a lognormal distribution with sigma s it falls by 1 / s^2, of a power law not at
all; where a second, dearer group begins it rises.) The spread is wide on purpose. With -0.8 and
0.6, as chosen on five smooth distributions, intervals of the share of the dearest 1 % held the
truth in a third of the demo's towns, where stays of one tariff are a group apart; what is lost
where there is no such group is little (ADR 0025)."""

_TAIL_SLOPE: Final = (-3.0, 1.5)
"""A priori the density per unit of log amount falls as amount^-3 in the tail, give or take 1.5."""


@dataclass(frozen=True, slots=True, eq=False)
class HouseholdTypes:
    """t types of household with care, and a linear model of their log numbers.

    Attributes:
        basis: float64[t, k]; log numbers are ``basis @ c + offset``.
        penalty: float64[p, k] and
        aim: float64[p]: ``penalty @ c - aim`` is standard normal, a priori.
        tilt: float64[t], standardised: along which areas may differ beside in numbers.
        offset: float64[t]: the logarithm of how wide a type is, where types are cells.
    """

    basis: Floats
    penalty: Floats
    aim: Floats
    tilt: Floats
    offset: Floats


@cache
def cost_edges() -> Floats:
    """Return where the cells of amounts begin and end: euros, float64[types + 1]."""
    parts = [
        np.geomspace(low, high, int(np.ceil(np.log(high / low) / _WIDEST)) + 1)[:-1]
        for low, high in pairwise(MARKS)
    ]
    return np.append(np.concatenate(parts), MARKS[-1])


@cache
def cost_amounts() -> Floats:
    """Return the amounts (euros, float64[types]) that stand for the costs of a household.

    Each is the mean of its cell, if amounts are spread evenly there on the logarithm.
    """
    edges = cost_edges()
    amounts: Floats = np.diff(edges) / np.diff(np.log(edges))
    return amounts


@cache
def cost_types() -> HouseholdTypes:
    """Return the types of household by what their care costs in the period."""
    knots, amounts = np.log(KNOTS), np.log(cost_amounts())
    basis = np.stack([np.interp(amounts, knots, row) for row in np.eye(len(knots))], axis=1)
    gaps = np.diff(knots)
    slopes = np.diff(np.eye(len(knots)), axis=0) / gaps[:, None]
    between = np.sqrt((gaps[1:] + gaps[:-1]) / 2)
    bends = np.diff(slopes, axis=0) / between[:, None]
    (bend, give), (slope, spread) = _BEND, _TAIL_SLOPE
    penalty = np.vstack([bends / give, slopes[-1:] / spread])
    aim = np.append(bend * between / give, slope / spread)
    # Centred where a typical household is, in units of about one standard deviation of log cost.
    tilt, widths = (amounts - np.log(4_000)) / 1.5, np.diff(np.log(cost_edges()))
    return HouseholdTypes(basis, penalty, aim, tilt, np.log(widths / _WIDEST))


@cache
def law_types() -> HouseholdTypes:
    """Return three types: care under the Jeugdwet only, the Wmo only, and both."""
    nothing = np.zeros((0, 3))
    tilt = np.array([1.0, -1.0, 0.0])
    return HouseholdTypes(np.eye(3), nothing, np.zeros(0), tilt, np.zeros(3))
