# SPDX-License-Identifier: EUPL-1.2
"""Properties of intervals around estimates that cannot be negative."""

from hypothesis import given
from hypothesis import strategies as st

from ontschot.coordinator.estimates.intervals import interval
from ontschot.protocol.privacy.accuracy import Z_95


@given(st.floats(1, 1e9), st.floats(1e-6, 3))
def test_an_interval_is_positive_and_holds_the_middle(value: float, relative: float) -> None:
    low, high = interval(value, relative * value)
    assert 0 <= low < high
    assert low <= value or relative > 1
    assert high > value or relative > 1


@given(st.floats(1, 1e9), st.floats(1e-6, 0.02))
def test_a_small_error_gives_the_symmetric_interval(value: float, relative: float) -> None:
    error = relative * value
    low, high = interval(value, error)
    assert abs(low - (value - Z_95 * error)) <= 0.1 * error
    assert abs(high - (value + Z_95 * error)) <= 0.1 * error


@given(st.floats(-1e6, 0), st.floats(1, 1e6))
def test_nothing_below_zero_is_shown(value: float, error: float) -> None:
    assert interval(value, error) == (0.0, Z_95 * error)
