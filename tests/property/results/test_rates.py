# SPDX-License-Identifier: EUPL-1.2
"""Rates come from what is shown, with an interval that covers the shown one."""

from hypothesis import assume, given
from hypothesis import strategies as st

from ontschot.coordinator.results.build import figure_of
from ontschot.coordinator.results.presentation import Unit
from ontschot.protocol.results import rate_of

UNITS: st.SearchStrategy[Unit] = st.sampled_from(("households", "persons", "euroCents"))
SLOTS = st.integers(1, 10**6)


@given(st.integers(1, 10**10), st.floats(0.0, 0.5), SLOTS, UNITS)
def test_the_interval_of_a_rate_is_that_of_the_figure(
    value: int, part: float, slots: int, unit: Unit
) -> None:
    figure = figure_of(value, 1.0, value * (1 - part), value * (1 + part), unit)
    found = rate_of(figure, slots, unit)
    if figure.shown.value is None:
        assert found is None
        return
    assert found is not None
    per = slots if unit == "euroCents" else slots / 100
    assert found.low <= figure.shown.low / per * (1 + 1e-12)
    assert found.high >= figure.shown.high / per * (1 - 1e-12)
    assert found.low <= found.value <= found.high
    step = 100 if unit == "euroCents" else 0.1
    assert abs(found.value - figure.shown.value / per) <= step / 2 + 1e-9 * found.value


@given(st.integers(10, 10**6), st.integers(-2, 2), SLOTS)
def test_what_rounding_hid_stays_hidden(value: int, off: int, slots: int) -> None:
    # Two figures that are shown alike have one rate.
    middle = value // 5 * 5
    assume(middle >= 10 and middle + off >= 10)
    one, other = (figure_of(v, 1.0, v - 0.0, v + 0.0, "households") for v in (middle, middle + off))
    assume(one.shown.value == other.shown.value)
    rates = [rate_of(figure, slots, "households") for figure in (one, other)]
    assert len({rate.value for rate in rates if rate is not None}) <= 1


def test_shares_and_areas_without_addresses_have_no_rate() -> None:
    share = figure_of(520, 10.0, 500.0, 540.0, "permille")
    count = figure_of(520, 10.0, 500.0, 540.0, "households")
    assert rate_of(share, 100, "permille") is None
    assert rate_of(count, 0, "households") is None
    found = rate_of(count, 1_000, "households")
    assert found is not None
    assert (found.value, found.low, found.high) == (52.0, 50.0, 54.0)
