# SPDX-License-Identifier: EUPL-1.2
"""The normaliser on any text: it agrees with the reference, is a fixed point, never falls over."""

from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.universe import Address, normalise, normalise_columns
from ontschot.protocol.universe.errors import AddressUnusable
from property.universe.reference import normalise as reference

ANY = st.one_of(st.none(), st.text(max_size=40), st.text("0123456789ABCabc -./é\t", max_size=8))
NUMBERS = st.one_of(ANY, st.integers(), st.integers(-1, 100_001))
POSTCODES = st.one_of(
    ANY, st.from_regex(r"[0-9]{4} ?[A-Za-z]{2}", fullmatch=True), st.just("3342AB")
)
USABLE = st.tuples(
    st.from_regex(r"[1-9][0-9]{3} ?[A-RT-Za-rt-z][A-Za-z]", fullmatch=True),
    st.integers(1, 99_999).map(str),
    st.text("ABCabc1 -", max_size=2),
    st.text("ABab012 -", max_size=6),
)


def attempt(*fields: str | int | None) -> Address | None:
    try:
        return normalise(*fields)  # type: ignore[arg-type]  # the strategies give each its type
    except AddressUnusable:
        return None


@given(POSTCODES, NUMBERS, ANY, ANY)
def test_agrees_with_the_rules_one_address_at_a_time(
    postcode: str | None, number: str | int | None, letter: str | None, addition: str | None
) -> None:
    assert attempt(postcode, number, letter, addition) == reference(
        postcode, number, letter, addition
    )


@given(USABLE)
def test_is_a_fixed_point(fields: tuple[str, str, str, str]) -> None:
    once = normalise(*fields)
    assert normalise(once.postcode, once.number, once.letter, once.addition) == once


@given(USABLE, st.data())
def test_case_spaces_and_punctuation_make_no_difference(
    fields: tuple[str, str, str, str], data: st.DataObject
) -> None:
    noise = st.sampled_from(["", " ", ".", "-", "/", "  "])

    def disturbed(text: str) -> str:
        changed = data.draw(st.sampled_from([text.lower(), text.upper()]))
        return data.draw(noise) + "".join(c + data.draw(noise) for c in changed)

    postcode, number, letter, addition = fields
    other = (disturbed(postcode), f"  00{number} .", disturbed(letter), disturbed(addition))
    assert normalise(*other) == normalise(*fields)


@given(st.lists(st.tuples(POSTCODES, NUMBERS, ANY, ANY), max_size=8))
def test_many_at_once_are_as_one_by_one(
    rows: list[tuple[str | None, str | int | None, str | None, str | None]],
) -> None:
    columns = [[row[i] for row in rows] for i in range(4)]
    found = normalise_columns(*columns)
    expected = [reference(*row) for row in rows]
    assert [fault == 0 for fault in found.fault] == [address is not None for address in expected]
    for i, address in enumerate(expected):
        if address:
            assert found.address(i) == address
