# SPDX-License-Identifier: EUPL-1.2
"""The BSN's form and its eleven-test."""

import pytest

from ontschot.node.provider.records.bsn import (
    TEST_FIRST,
    TEST_LAST,
    Bsn,
    is_nine_digits,
    is_test_number,
    remainder,
)
from ontschot.node.provider.records.errors import BsnInvalid


@pytest.mark.parametrize("bsn", ["999900006", "999990019", "999999990", "111222333", "123456782"])
def test_numbers_that_pass(bsn: str) -> None:
    assert remainder(bsn) == 0
    assert Bsn(bsn).digits == bsn


def test_there_are_9091_test_numbers() -> None:
    inside = range(int(TEST_FIRST), int(TEST_LAST) + 1)
    assert sum(is_test_number(str(number)) for number in inside) == 9091


def test_numbers_outside_the_range_are_no_test_numbers() -> None:
    assert not is_test_number("111222333")
    assert not is_test_number("999900007")


@pytest.mark.parametrize(
    "text",
    ["", "12345678", "1234567890", "12345678a", "１１１２２２３３３", " 11222333", "²²²²²²²²²"],
)
def test_what_is_no_number(text: str) -> None:
    assert not is_nine_digits(text)
    with pytest.raises(BsnInvalid):
        Bsn(text)


@pytest.mark.parametrize("text", ["999999999", "000000000", "123456789"])
def test_numbers_that_are_no_bsn(text: str) -> None:
    with pytest.raises(BsnInvalid) as caught:
        Bsn(text)
    assert text not in str(caught.value) + repr(caught.value)


def test_a_number_that_can_be_nobodys_is_accepted() -> None:
    assert remainder("100000001") == 8
    nobody = next(str(n) for n in range(100_000_000, 100_000_100) if remainder(str(n)) == 1)
    assert Bsn(nobody).digits == nobody
