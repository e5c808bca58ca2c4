# SPDX-License-Identifier: EUPL-1.2
"""OpenDP's own figures beside ours: price of a mechanism, epsilon of a price, whole statistics."""

from fractions import Fraction
from math import nextafter
from typing import Any

import opendp.prelude as dp
import pytest

from ontschot.node.noise import gaussian
from ontschot.protocol.documents.queries import Statistic
from ontschot.protocol.privacy.conversion import epsilon_of
from ontschot.protocol.privacy.sensitivity import of_block
from ontschot.protocol.privacy.units import RHO_UNITS, Rho, rho_of, sigma_for

dp.enable_features("contrib", "honest-but-curious")

VECTOR = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
PRICES = [1, 999, 10**7, 24_355_970_359, 185_070_000_000, 5 * 10**11, 7 * 10**13]


@pytest.mark.parametrize("rho", PRICES)
@pytest.mark.parametrize("move", [1, 2, 500, 1500])
def test_we_charge_at_least_what_opendp_says(rho: int, move: int) -> None:
    sigma = sigma_for(rho, move**2)
    theirs = gaussian(sigma).map(float(move))
    ours = rho_of(sigma, move**2)
    # One step of a float is OpenDP's own rounding up.
    assert Fraction(nextafter(theirs, 0.0)) * RHO_UNITS <= ours
    assert ours - Fraction(theirs) * RHO_UNITS < 1
    assert ours <= rho


@pytest.mark.parametrize("rho", PRICES)
@pytest.mark.parametrize("digits", [2, 6, 7, 11])
def test_one_conversion_to_epsilon(rho: int, digits: int) -> None:
    delta = Fraction(1, 10**digits)
    measurement = dp.m.make_user_measurement(
        *VECTOR, dp.zero_concentrated_divergence(), lambda _: 0, lambda _: rho / RHO_UNITS
    )
    converted: Any = dp.c.make_zCDP_to_approxDP(measurement)
    theirs = converted.map(1.0).epsilon(float(delta))
    difference = Fraction(theirs) - Fraction(epsilon_of(rho, delta))
    assert -Fraction(1, 10**12) * 2 < difference < Fraction(1, 10**12)


def figures(statistic: Statistic, thresholds: list[int], cap: int | None, totals: Any) -> list[int]:
    if statistic == "capped":
        return [sum(min(x, cap or 0) for x in totals)]
    ends = [*thresholds[1:], 10**9] if statistic == "bins" else [10**9] * len(thresholds)
    return [sum(t <= x < end for x in totals) for t, end in zip(thresholds, ends, strict=True)]


@pytest.mark.parametrize(
    ("statistic", "thresholds", "cap"),
    [
        ("at-least", [1], None),
        ("at-least", [2, 3, 5], None),
        ("bins", [1, 2, 4], None),
        ("capped", [], 500),
    ],
)
def test_opendp_vouches_for_the_whole_statistic(
    statistic: Statistic, thresholds: list[int], cap: int | None
) -> None:
    """The table as a user transformation with our sensitivity as its stability map."""
    squared = of_block(statistic, thresholds, cap).added.l2_squared
    sigma = sigma_for(Rho(10**10), squared)
    table = dp.user_domain("Totals", lambda x: isinstance(x, list)), dp.user_distance("households")
    aggregate = dp.t.make_user_transformation(
        *table,
        *VECTOR,
        lambda totals: figures(statistic, thresholds, cap, totals),
        lambda moved: float(moved) * squared**0.5,
    )
    measurement = aggregate >> dp.m.then_gaussian(scale=float(sigma))
    ours = Fraction(rho_of(sigma, squared), RHO_UNITS)
    assert float(ours) == pytest.approx(measurement.map(1), rel=1e-9)
    assert 4 * float(ours) == pytest.approx(measurement.map(2), rel=1e-9)
    assert len(measurement([0, 1, 2, 700])) == max(1, len(thresholds))
