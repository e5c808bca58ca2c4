# SPDX-License-Identifier: EUPL-1.2
"""Intervals of money beside those of the households that it is for."""

from ontschot.coordinator.estimates.tables import with_numbers
from ontschot.coordinator.results.build import figure_of


def test_money_may_be_nothing_where_there_may_be_no_household() -> None:
    few, many = figure_of(2, 2.5, 0.3, 9.0, "households"), figure_of(80, 9, 64, 99, "households")
    money = figure_of(144_733_734, 177_836_659, 13_938_988, 598_796_167, "euroCents")
    ((beside_few, beside_many),) = with_numbers([[money, money]], [[few, many]])
    assert (beside_few.low, beside_few.shown.low) == (0, 0)
    assert (beside_few.high, beside_few.value) == (money.high, money.value)
    assert beside_many == money


def test_a_lower_end_that_is_rounded_to_nothing_is_nothing_too() -> None:
    # Shown as 0 to 20 households; the money does not say that there are any.
    number = figure_of(9, 4, 3.0, 20.0, "households")
    money = figure_of(200_000_000, 80_000_000, 90_000_000, 400_000_000, "euroCents")
    ((found,),) = with_numbers([[money]], [[number]])
    assert found.shown.low == 0
