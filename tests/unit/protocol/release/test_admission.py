# SPDX-License-Identifier: EUPL-1.2
"""When an upload is admitted: five deviations, exactly, without floats."""

from fractions import Fraction

import pytest

from ontschot.protocol.privacy.units import rho_of
from ontschot.protocol.release.admission import admission_price, is_admitted


@pytest.mark.parametrize("areas", [1, 2, 7])
def test_the_bound_is_five_deviations_of_both_helpers_noise(areas: int) -> None:
    sigma = Fraction(224)
    # 25 * 2 * areas * 224^2 is the largest square that passes.
    largest = 0
    while (largest + 1) ** 2 <= 25 * 2 * areas * 224**2:
        largest += 1
    assert is_admitted(largest, sigma, areas)
    assert not is_admitted(largest + 1, sigma, areas)


def test_only_too_many_bad_slots_are_suspect() -> None:
    assert is_admitted(-(10**9), Fraction(1), 1)
    assert is_admitted(0, Fraction(1), 1)
    assert not is_admitted(10**9, Fraction(224), 1)


def test_the_price_is_that_of_one_count() -> None:
    basis = admission_price(10**7)
    assert basis.household <= 10**7
    assert basis.household == basis.person == rho_of(basis.sigma, 1)
    assert 223 < basis.sigma < 225
