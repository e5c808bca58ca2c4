# SPDX-License-Identifier: EUPL-1.2
from fractions import Fraction
from math import isclose, sqrt

import numpy as np
import pytest

from ontschot.protocol.privacy.accuracy import (
    Z_95,
    of_bins,
    of_count,
    of_euros,
    of_sum,
    share_usable,
)
from ontschot.protocol.privacy.units import sigma_for


def test_a_count_carries_the_noise_of_both_helpers() -> None:
    assert isclose(of_count(Fraction(3)).sd, 3 * sqrt(2))
    assert isclose(of_count(Fraction(3)).half_width, Z_95 * 3 * sqrt(2))


def test_the_full_noise_of_two_helpers_costs_a_factor_1_41() -> None:
    # At epsilon 1 one helper's noise is 4.53 (design, section 4); a trusted curator has that.
    sigma = sigma_for(24_355_970_359, 1)
    assert isclose(float(sigma), 4.531, abs_tol=1e-3)
    assert isclose(of_count(sigma).sd / float(sigma), sqrt(2))


def test_bins_added_up() -> None:
    assert isclose(of_bins(Fraction(3), 4).sd, 2 * of_count(Fraction(3)).sd)
    assert of_bins(Fraction(3), 1) == of_count(Fraction(3))


def test_quanta_become_cents() -> None:
    assert isclose(of_euros(Fraction(7, 2), 10_000).sd, 35_000 * sqrt(2))


def test_sum_and_difference_of_separate_figures() -> None:
    assert isclose(of_sum(of_count(Fraction(3)), of_count(Fraction(4))).sd, 5 * sqrt(2))


def test_the_share_of_areas_that_can_be_shown() -> None:
    accuracy = of_count(Fraction(10))
    limit = 2 * accuracy.half_width
    expected = np.array([0.0, limit * 0.99, limit, limit * 10])
    assert share_usable(expected, accuracy) == 0.5


def test_an_area_where_nothing_is_expected_shows_nothing() -> None:
    assert share_usable(np.zeros(3), of_count(Fraction(1, 2**60))) == 0


@pytest.mark.parametrize("expected", [[], [-1.0], [float("nan")], [float("inf")]])
def test_expectations_that_are_none(expected: list[float]) -> None:
    with pytest.raises(ValueError, match="expected figures"):
        share_usable(np.array(expected), of_count(Fraction(1)))
