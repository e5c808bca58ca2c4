# SPDX-License-Identifier: EUPL-1.2
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.privacy.conversion import delta_for, epsilon_of, textbook_epsilon_of

RHO = st.integers(1, 2**46).flatmap(lambda top: st.integers(1, top))
DELTA = st.integers(2, 15).map(lambda digits: Fraction(1, 10**digits))


@given(RHO, RHO, DELTA)
def test_more_rho_is_more_epsilon(one: int, other: int, delta: Fraction) -> None:
    low, high = sorted((one, other))
    assert epsilon_of(low, delta) <= epsilon_of(high, delta)


@given(RHO, DELTA)
def test_a_smaller_delta_is_more_epsilon(rho: int, delta: Fraction) -> None:
    assert epsilon_of(rho, delta) <= epsilon_of(rho, delta / 10)


@given(RHO, DELTA)
def test_never_worse_than_the_textbook(rho: int, delta: Fraction) -> None:
    assert epsilon_of(rho, delta) <= textbook_epsilon_of(rho, delta)


@given(st.integers(1, 10**30))
def test_delta_is_a_hundredth_of_a_chance_per_unit(people: int) -> None:
    delta = delta_for(people)
    assert delta * people <= Fraction(1, 100)
    # And not needlessly small: one digit less would be too large, or above a millionth.
    assert delta == Fraction(1, 10**6) or delta * 10 * people > Fraction(1, 100)
