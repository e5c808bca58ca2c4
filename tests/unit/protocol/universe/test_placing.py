# SPDX-License-Identifier: EUPL-1.2
"""From clients to slots: every mapping rule, on a universe small enough to read."""

import hashlib

import pytest

from ontschot.protocol.universe import NOT_PLACED, How, normalise_columns, slots_of
from unit.protocol.universe.samples import Row, columns, small_universe

Client = tuple[str, str, str, str, str | None]


def place(client: Client) -> tuple[int, How]:
    postcode, number, letter, addition, gemeente = client
    addresses = normalise_columns([postcode], [number], [letter], [addition])
    found = slots_of(small_universe(), addresses, [gemeente])
    return int(found.slots[0]), How(int(found.how[0]))


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (("3342AB", "3", "A", "2", "GM0531"), (3, How.EXACT)),
        (("3342 ab", "3a02", "", "", "0531"), (3, How.EXACT)),
        (("3331AB", "2", "", "bis", None), (10, How.EXACT)),
        (("3331AB", "2", "", "bis", ""), (10, How.EXACT)),
        (("3342AB", "3", "A", "9", "GM0531"), (2, How.WITHOUT_ADDITION)),
        (("3342AB", "1", "", "99", "GM0531"), (0, How.WITHOUT_ADDITION)),
        (("3342AB", "1", "Q", "", "GM0531"), (0, How.WITHOUT_LETTER)),
        (("3342AB", "1", "Q", "7", "GM0531"), (0, How.WITHOUT_LETTER)),
        (("oops", "1", "", "", "GM0531"), (NOT_PLACED, How.NO_ADDRESS)),
        (("3342AB", "", "", "", "GM0531"), (NOT_PLACED, How.NO_ADDRESS)),
        (("3342AB", "1", "", "", "GM0363"), (NOT_PLACED, How.OUTSIDE)),
        (("3342AB", "1", "", "", "five"), (NOT_PLACED, How.OUTSIDE)),
        (("3342AB", "1", "", "", "GM"), (NOT_PLACED, How.OUTSIDE)),
        (("1011AB", "1", "", "", None), (NOT_PLACED, How.OUTSIDE)),
    ],
)
def test_each_rule(client: Client, expected: tuple[int, How]) -> None:
    assert place(client) == expected


@pytest.mark.parametrize(
    ("client", "text", "first", "count"),
    [
        # No such house; a house whose letter is missing; an address in another gemeente.
        (("3342AB", "77", "", "", "GM0531"), "3342AB|77||", 5, 4),
        (("3331XZ", "12", "", "", "GM0642"), "3331XZ|12||", 12, 3),
        (("3342AB", "3", "A", "2", "GM0642"), "3342AB|3|A|2", 12, 3),
    ],
)
def test_the_rest_is_hashed_onto_the_overflow_of_the_responsible_gemeente(
    client: Client, text: str, first: int, count: int
) -> None:
    digest = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    assert place(client) == (first + digest % count, How.OVERFLOW)


def test_many_clients_at_once_are_placed_as_one_by_one() -> None:
    rows: list[Row] = [
        ("3342AB", number, letter, "", "") for number in range(6) for letter in ("", "A", "B")
    ]
    gemeenten = ["GM0531", "0642", None] * 6
    together = slots_of(small_universe(), normalise_columns(*columns(rows)), gemeenten)
    alone = [
        place((row[0], str(row[1]), row[2], row[3], gemeente))
        for row, gemeente in zip(rows, gemeenten, strict=True)
    ]
    assert list(zip(together.slots.tolist(), map(How, together.how.tolist()), strict=True)) == alone
    assert (together.slots.dtype.name, together.how.dtype.name) == ("int32", "uint8")


def test_no_clients_have_no_slots() -> None:
    assert len(slots_of(small_universe(), normalise_columns([], [], [], []), []).slots) == 0


def test_every_client_has_a_gemeente_column() -> None:
    with pytest.raises(ValueError, match="as many"):
        slots_of(small_universe(), normalise_columns(["3342AB"], [1], [""], [""]), [])
