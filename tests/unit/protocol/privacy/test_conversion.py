# SPDX-License-Identifier: EUPL-1.2
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from ontschot.protocol.privacy.conversion import (
    DEFAULT_CAP,
    DELTA,
    delta_for,
    epsilon_of,
    epsilon_text,
    rho_for,
    textbook_epsilon_of,
)

GRID = [
    (rho, Fraction(1, 10**digits))
    for rho in (1, 214, 10**6, 10**7, 24_356_000_000, DEFAULT_CAP, 5 * 10**12, 10**15)
    for digits in (2, 6, 7, 12)
]


def exact_epsilon(rho: int, delta: Fraction) -> Decimal:
    """The bound by golden-section search over ln(alpha - 1), with 80 digits: no shared code."""
    with localcontext(prec=80):
        loss = Decimal(rho) / 10**12
        small = Decimal(delta.numerator) / delta.denominator

        def bound(log_x: Decimal) -> Decimal:
            alpha = 1 + log_x.exp()
            rest = (1 / (alpha * small)).ln() / (alpha - 1)
            return alpha * loss + (1 - 1 / alpha).ln() + rest

        low, high = Decimal(-60), Decimal(60)
        ratio = (Decimal(5).sqrt() - 1) / 2
        for _ in range(240):
            left, right = high - ratio * (high - low), low + ratio * (high - low)
            low, high = (low, right) if bound(left) < bound(right) else (left, high)
        return max(Decimal(0), bound((low + high) / 2))


@pytest.mark.parametrize(("rho", "delta"), GRID)
def test_never_below_the_exact_figure_and_within_one_step(rho: int, delta: Fraction) -> None:
    difference = epsilon_of(rho, delta) - exact_epsilon(rho, delta)
    # The search ends within 1e-30 of the minimum, from above.
    assert Decimal("-1e-30") <= difference < Decimal("1.000001e-12")


@pytest.mark.parametrize(("rho", "delta"), GRID)
def test_tighter_than_the_textbook(rho: int, delta: Fraction) -> None:
    assert epsilon_of(rho, delta) < textbook_epsilon_of(rho, delta)


def test_the_default_cap_is_epsilon_three() -> None:
    assert epsilon_text(DEFAULT_CAP) == "3.000"
    assert abs(rho_for(Fraction(3)) - DEFAULT_CAP) < 1_000_000


def test_figures_of_the_design() -> None:
    assert epsilon_text(24_356_000_000) == "1.000"
    assert abs(textbook_epsilon_of(17_469_000_000) - 1) < Decimal("1e-5")
    # Half noise at each helper doubles rho: epsilon 3 becomes 4.41.
    assert epsilon_of(2 * DEFAULT_CAP).quantize(Decimal("0.01")) == Decimal("4.41")


def test_no_loss_is_epsilon_nought() -> None:
    assert epsilon_of(0) == 0
    assert epsilon_text(0) == "0.000"


def test_a_loss_below_what_delta_covers_is_epsilon_nought() -> None:
    assert epsilon_of(1, Fraction(1, 2)) == 0


def test_the_largest_rho_for_an_epsilon() -> None:
    rho = rho_for(Fraction(1))
    assert epsilon_of(rho) <= 1 < epsilon_of(rho + 1_000)


@pytest.mark.parametrize("epsilon", [Fraction(1, 100), Fraction(50)])
def test_a_small_and_a_large_epsilon_have_a_rho(epsilon: Fraction) -> None:
    rho = rho_for(epsilon)
    assert Fraction(epsilon_of(rho)) <= epsilon < Fraction(epsilon_of(2 * rho))


@pytest.mark.parametrize(
    ("people", "digits"),
    [(1, 6), (9, 6), (10_000, 6), (10_001, 7), (20_000, 7), (100_000, 7), (100_001, 8)],
)
def test_delta_by_the_number_of_units(people: int, digits: int) -> None:
    assert delta_for(people) == Fraction(1, 10**digits)


def test_delta_is_never_above_a_millionth() -> None:
    assert delta_for(1) == DELTA


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: epsilon_of(-1),
        lambda: epsilon_of(1, Fraction(0)),
        lambda: epsilon_of(1, Fraction(1)),
        lambda: textbook_epsilon_of(-1),
        lambda: textbook_epsilon_of(1, Fraction(2)),
        lambda: rho_for(Fraction(0)),
        lambda: delta_for(0),
    ],
)
def test_what_has_no_conversion(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        wrong()
