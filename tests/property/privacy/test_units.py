# SPDX-License-Identifier: EUPL-1.2
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.privacy.units import (
    SIGNIFICANT_BITS,
    format_rho,
    format_sigma,
    is_float64,
    parse_rho,
    parse_sigma,
    rho_of,
    sigma_for,
)

RHO = st.integers(1, 2**58).flatmap(lambda top: st.integers(1, top))
SQUARED = st.integers(1, 2**60).flatmap(lambda top: st.integers(1, top))
NEAR_SIGMA = st.from_regex(r"[0-9+\-. ]{0,22}/[0-9]{0,22}\n?", fullmatch=True)


@given(RHO, SQUARED)
def test_a_sigma_never_costs_more_than_asked(rho: int, squared: int) -> None:
    assert rho_of(sigma_for(rho, squared), squared) <= rho


@given(RHO, SQUARED)
def test_nor_much_less(rho: int, squared: int) -> None:
    # sigma is within a factor 1 + 2^-30 of the exact root, so the price is within 2^-28.
    sigma = sigma_for(rho, squared)
    assert sigma**2 * 2 * rho < (1 + Fraction(4, 2**SIGNIFICANT_BITS)) ** 2 * squared * 10**12
    assert rho_of(sigma, squared) >= rho * (1 - Fraction(1, 2**28)) - 1


@given(RHO, SQUARED)
def test_the_sampler_draws_with_exactly_this_sigma(rho: int, squared: int) -> None:
    sigma = sigma_for(rho, squared)
    assert is_float64(sigma)
    assert sigma.denominator & (sigma.denominator - 1) == 0


@given(RHO, SQUARED)
def test_what_is_made_is_written_and_read_alike(rho: int, squared: int) -> None:
    sigma = sigma_for(rho, squared)
    assert parse_sigma(format_sigma(sigma)) == sigma
    assert parse_rho(format_rho(rho)) == rho


@given(RHO, SQUARED, st.integers(1, 2**20))
def test_a_price_rises_with_the_sensitivity(rho: int, squared: int, more: int) -> None:
    sigma = sigma_for(rho, squared)
    assert rho_of(sigma, squared) <= rho_of(sigma, squared + more)


@given(st.fractions(min_value=Fraction(1, 2**20), max_value=2**40), SQUARED)
def test_the_price_is_the_exact_one_rounded_up(sigma: Fraction, squared: int) -> None:
    exact = Fraction(10**12 * squared) / (2 * sigma**2)
    assert 0 <= rho_of(sigma, squared) - exact < 1


@given(st.text() | NEAR_SIGMA)
def test_reading_a_sigma_fails_in_one_way_only(text: str) -> None:
    try:
        sigma = parse_sigma(text)
    except MalformedMessage:
        return
    assert format_sigma(sigma) == text


@given(st.text() | st.from_regex(r"[0-9+\-. ]{0,22}\n?", fullmatch=True))
def test_reading_a_rho_fails_in_one_way_only(text: str) -> None:
    try:
        rho = parse_rho(text)
    except MalformedMessage:
        return
    assert format_rho(rho) == text
