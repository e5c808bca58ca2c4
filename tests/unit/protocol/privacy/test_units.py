# SPDX-License-Identifier: EUPL-1.2
from fractions import Fraction

import pytest

from ontschot.protocol.privacy.errors import MalformedParameter, PriceTooSmall
from ontschot.protocol.privacy.units import (
    RHO_UNITS,
    format_rho,
    format_sigma,
    is_float64,
    parse_rho,
    parse_sigma,
    rho_of,
    rho_text,
    sigma_for,
)


def test_the_price_of_sigma_one_is_one_half() -> None:
    assert rho_of(Fraction(1), 1) == RHO_UNITS // 2


def test_a_price_is_rounded_up() -> None:
    # 1e12 / (2 * 9) is no whole number.
    assert rho_of(Fraction(3), 1) == RHO_UNITS // 18 + 1


def test_even_enormous_noise_costs_one_unit() -> None:
    assert rho_of(Fraction(2**60), 1) == 1


def test_what_never_moves_costs_nothing() -> None:
    assert rho_of(Fraction(1), 0) == 0


def test_twice_the_sensitivity_costs_four_times_as_much() -> None:
    assert rho_of(Fraction(10), 4) == 4 * rho_of(Fraction(10), 1)


@pytest.mark.parametrize(("sigma", "squared"), [(Fraction(0), 1), (Fraction(-1), 1), (1, -1)])
def test_a_price_needs_positive_noise(sigma: Fraction, squared: int) -> None:
    with pytest.raises(ValueError, match="sigma must be positive"):
        rho_of(Fraction(sigma), squared)


def test_the_sigma_of_admission_is_about_224() -> None:
    sigma = sigma_for(10_000_000, 1)
    assert round(float(sigma)) == 224
    assert rho_of(sigma, 1) <= 10_000_000


def test_a_sigma_that_fits_exactly_stays_exact() -> None:
    assert sigma_for(RHO_UNITS // 2, 1) == 1
    assert sigma_for(RHO_UNITS // 2, 25) == 5


@pytest.mark.parametrize("rho", [0, -1])
def test_a_price_of_nothing_is_refused(rho: int) -> None:
    with pytest.raises(PriceTooSmall):
        sigma_for(rho, 1)


def test_a_sensitivity_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="positive"):
        sigma_for(1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.5",
        "1/0",
        "0/1",
        "-1/2",
        "+1/2",
        "01/2",
        "1/02",
        "2/4",
        "4/2",
        "1/3",
        "1/6",
        " 1/2",
        "1/2 ",
        "1/2\n",
        "1 /2",
        "1/2/1",
        "1e3/2",
        "\u0661/2",
        "9007199254740993/1",
        "36893488147419103231/18446744073709551616",
        "1/36893488147419103232",
        "4611686018427387905/1",
        "9" * 31 + "/1",
    ],
)
def test_another_spelling_of_a_sigma_is_malformed(text: str) -> None:
    with pytest.raises(MalformedParameter):
        parse_sigma(text)


@pytest.mark.parametrize("text", ["1/1", "3/2", "7059547277/4294967296", "4611686018427387904/1"])
def test_a_sigma_is_read_and_written_alike(text: str) -> None:
    assert format_sigma(parse_sigma(text)) == text


@pytest.mark.parametrize("sigma", [Fraction(1, 3), Fraction(0), Fraction(-1), Fraction(2**63)])
def test_what_would_not_be_read_is_not_written(sigma: Fraction) -> None:
    with pytest.raises(MalformedParameter):
        format_sigma(sigma)


@pytest.mark.parametrize(
    "text", ["", "-1", "01", "1.0", "1e3", " 1", "1\n", "\u0661", "1" + "0" * 19]
)
def test_another_spelling_of_a_rho_is_malformed(text: str) -> None:
    with pytest.raises(MalformedParameter):
        parse_rho(text)


def test_a_rho_beyond_the_range_is_malformed() -> None:
    assert parse_rho(str(10**18)) == 10**18
    with pytest.raises(MalformedParameter):
        parse_rho(str(10**18 + 1))


@pytest.mark.parametrize("rho", [-1, 10**18 + 1])
def test_a_rho_out_of_range_is_not_written(rho: int) -> None:
    with pytest.raises(MalformedParameter):
        format_rho(rho)


@pytest.mark.parametrize(
    ("rho", "text"),
    [(0, "0"), (1, "0.000000000001"), (185_070_000_000, "0.18507"), (10 * RHO_UNITS, "10")],
)
def test_a_rho_for_people(rho: int, text: str) -> None:
    assert rho_text(rho) == text


def test_what_a_float64_holds() -> None:
    assert is_float64(Fraction(1, 2))
    assert not is_float64(Fraction(1, 3))
    assert not is_float64(Fraction(2**53 + 1))
    assert not is_float64(Fraction(10) ** 400)
