# SPDX-License-Identifier: EUPL-1.2
import numpy as np
import pytest

from ontschot_demo.bsn import TEST_RANGE, nobodys, remainders


def _by_hand(number: int) -> int:
    digits = [int(digit) for digit in f"{number:09d}"]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11


def test_the_remainder_is_that_of_the_eleven_test() -> None:
    numbers = np.array([999900006, 123456782, 111222333, 100000009], dtype=np.int64)
    assert remainders(numbers).tolist() == [_by_hand(int(number)) for number in numbers]
    assert remainders(numbers[:2]).tolist() == [0, 0]


def test_test_numbers_come_first_and_there_are_9091() -> None:
    numbers = nobodys(np.random.default_rng(1), 9091)
    assert len(set(numbers.tolist())) == 9091
    assert numbers.min() >= TEST_RANGE[0]
    assert numbers.max() <= TEST_RANGE[1]
    assert not remainders(numbers).any()


@pytest.mark.parametrize("count", [0, 1, 9092, 30_000])
def test_any_number_of_them_is_different_and_nobodys(count: int) -> None:
    numbers = nobodys(np.random.default_rng(1), count)
    assert len(set(numbers.tolist())) == count
    found = remainders(numbers)
    inside = (numbers >= TEST_RANGE[0]) & (numbers <= TEST_RANGE[1])
    assert ((found == 1) | ((found == 0) & inside)).all()
    assert ((numbers >= 100_000_000) & (numbers <= 999_999_999)).all()
