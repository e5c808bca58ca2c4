# SPDX-License-Identifier: EUPL-1.2
"""The eleven-test catches what it is made for."""

from hypothesis import given
from hypothesis import strategies as st

from ontschot.node.provider.intake.facts import FORM, NOBODY, REAL, TEST, WITHOUT, WRONG, Kinds
from ontschot.node.provider.records.bsn import is_nine_digits, remainder

NUMBERS = st.integers(0, 999_999_999).map("{:09d}".format)
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


@given(NUMBERS)
def test_it_is_the_weighted_sum(number: str) -> None:
    weighted = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=True))
    assert remainder(number) == weighted % 11


@given(NUMBERS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_changes_the_remainder(number: str, place: int, step: int) -> None:
    digit = str((int(number[place]) + step) % 10)
    assert remainder(number[:place] + digit + number[place + 1 :]) != remainder(number)


@given(NUMBERS, st.integers(0, 7))
def test_swapped_neighbours_change_the_remainder(number: str, place: int) -> None:
    one, two = number[place], number[place + 1]
    swapped = number[:place] + two + one + number[place + 2 :]
    assert (remainder(swapped) != remainder(number)) is (one != two)


@given(st.text(max_size=12) | NUMBERS)
def test_every_text_is_one_kind_and_only_digits_pass(text: str) -> None:
    kind = Kinds()[text]
    assert kind in {FORM, WITHOUT, WRONG, TEST, NOBODY, REAL}
    assert (kind == FORM) is (not is_nine_digits(text))
    if kind in {TEST, REAL}:
        assert remainder(text) == 0
