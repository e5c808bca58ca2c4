# SPDX-License-Identifier: EUPL-1.2
"""The one normaliser: rule by rule."""

import numpy as np
import pytest

from ontschot.protocol.universe import Address, normalise, normalise_columns
from ontschot.protocol.universe.errors import AddressUnusable

Given = tuple[str | None, str | int | None, str | None, str | None]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("3342AB", 12, None, None), Address("3342AB", 12)),
        ((" 3342 ab ", " 0012 ", "", ""), Address("3342AB", 12)),
        (("3342-AB", "12", "a", ""), Address("3342AB", 12, "A")),
        (("3342AB", "12A", "", ""), Address("3342AB", 12, "A")),
        (("3342AB", "12a2", None, None), Address("3342AB", 12, "A", "2")),
        (("3342AB", "12-14", "", ""), Address("3342AB", 12, "", "14")),
        (("3342AB", "12 bis", "", ""), Address("3342AB", 12, "", "BIS")),
        (("3342AB", "12 b", "C", "4"), Address("3342AB", 12, "C", "B4")),
        (("3342AB", 12, "A1", ""), Address("3342AB", 12, "A", "1")),
        (("3342AB", 12, "", "A1"), Address("3342AB", 12, "A", "1")),
        (("3342AB", 12, "HS", "2"), Address("3342AB", 12, "", "HS2")),
        (("3342AB", 12, "", "0A01"), Address("3342AB", 12, "A", "1")),
        (("3342AB", 12, "B", "0A"), Address("3342AB", 12, "B", "A")),
        (("3342AB", 12, "", "0001"), Address("3342AB", 12, "", "1")),
        (("3342AB", 12, "", "00"), Address("3342AB", 12, "", "0")),
        (("3342AB", 12, "A", "00"), Address("3342AB", 12, "A", "0")),
        (("3342AB", 12, "", "1-hoog"), Address("3342AB", 12, "", "1HOO")),
        (("3342AB", 12, "", "é 2 ½"), Address("3342AB", 12, "", "2")),
        (("3342AB", 99999, "z", "zzzz"), Address("3342AB", 99999, "Z", "ZZZZ")),
        (("1000AA", 1, "", ""), Address("1000AA", 1)),
        (("9999ZZ", 1, "", ""), Address("9999ZZ", 1)),
        (("3342AB", 1, " " * 32 + "A", ""), Address("3342AB", 1)),
    ],
)
def test_each_rule(given: Given, expected: Address) -> None:
    assert normalise(*given) == expected


@pytest.mark.parametrize(
    "postcode",
    ["", None, "3342", "3342A", "3342ABC", "0342AB", "AB3342", "3342SA", "3342sd", "3342 SS"],
)
def test_refuses_what_is_no_postcode(postcode: str | None) -> None:
    with pytest.raises(AddressUnusable) as caught:
        normalise(postcode, 1)
    assert caught.value.detail == "postcode"


@pytest.mark.parametrize("number", [None, "", 0, "0", "000", "A12", "nr 12", -5, 100_000, 10**40])
def test_refuses_what_is_no_house_number(number: str | int | None) -> None:
    with pytest.raises(AddressUnusable) as caught:
        normalise("3342AB", number)
    assert caught.value.detail == "huisnummer"


def test_an_error_shows_nothing_of_the_address() -> None:
    with pytest.raises(AddressUnusable) as caught:
        normalise("9876XX!", "13579246")
    assert not any(part in str(caught.value) for part in ("9876", "XX", "13579246"))


def test_columns_keep_their_rows_and_say_what_is_wrong() -> None:
    found = normalise_columns(
        ["3342AB", "oops", "3342AB", ""], np.array([7, 7, 0, 0]), ["", "", "", ""], ["b"] * 4
    )
    assert found.fault.tolist() == [0, 1, 2, 1]
    assert found.place.tolist()[1:] == [-1, -1, -1]
    assert found.address(0) == Address("3342AB", 7, "B")
    assert len(normalise_columns([], [], [], [])) == 0


def test_numbers_order_addresses_as_their_text_does() -> None:
    texts = ["", "0", "1", "9", "A", "B", "B2", "BB", "Z", "ZZZZ"]
    found = normalise_columns(["3342AB"] * 10, [1] * 10, ["A"] * 10, texts)
    assert (np.diff(found.suffix) > 0).all()


def test_columns_of_different_length_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="one length"):
        normalise_columns(["3342AB"], [1, 2], [""], [""])
