# SPDX-License-Identifier: EUPL-1.2
"""Universes: the file comes back as it was, other bytes are refused, places are those of a dict."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.universe import (
    Address,
    AreaMap,
    Universe,
    area_map,
    normalise_columns,
    slots_of,
)
from ontschot.protocol.universe.areas import LEVELS
from ontschot.protocol.universe.errors import MalformedAreaMap, MalformedUniverse
from property.universe.reference import normalise, place
from unit.protocol.universe.samples import OVERFLOW, Row, columns, listing, small_universe

BUURTEN = st.sampled_from(["BU05310101", "BU0531AB02", "BU06420000", "BU0642ZZ99"])
ROWS = st.tuples(
    st.sampled_from(["3342AB", "3342AC", "9999ZZ"]),
    st.integers(1, 4),
    st.sampled_from(["", "A", "B"]),
    st.sampled_from(["", "1", "2", "BIS"]),
    BUURTEN,
)
UNIVERSES = st.lists(ROWS, min_size=1, max_size=30)


@given(UNIVERSES)
def test_the_file_comes_back_as_it_was(rows: list[Row]) -> None:
    universe = small_universe(rows)
    data = universe.to_bytes()
    body = data.splitlines()[1:]
    assert body == sorted(set(body))
    assert len(body) == len({row[:4] for row in rows})
    again = Universe.from_bytes(data)
    assert (again.digest, again.to_bytes()) == (universe.digest, data)
    assert small_universe(reversed(rows)).to_bytes() == data


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_as_malformed(data: bytes) -> None:
    for read in (Universe.from_bytes, AreaMap.from_bytes):
        try:
            read(data)
        except MalformedMessage:
            continue
        raise AssertionError


@settings(max_examples=200)
@given(st.data())
def test_no_changed_byte_gives_the_same_file_another_meaning(data: st.DataObject) -> None:
    """Whatever is read is written back to the very bytes that were read."""
    good = small_universe().to_bytes()
    place_, byte = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 255))
    changed = good[:place_] + bytes([byte]) + good[place_ + 1 :]
    with suppress(MalformedUniverse):
        assert Universe.from_bytes(changed).to_bytes() == changed


@settings(max_examples=200)
@given(st.data(), st.sampled_from(LEVELS))
def test_no_changed_byte_gives_the_same_map_another_meaning(
    data: st.DataObject, level: str
) -> None:
    good = area_map(small_universe(), next(x for x in LEVELS if x == level), 1).to_bytes()
    place_, byte = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 255))
    changed = good[:place_] + bytes([byte]) + good[place_ + 1 :]
    with suppress(MalformedAreaMap):
        assert AreaMap.from_bytes(changed).to_bytes() == changed


@given(
    UNIVERSES,
    st.lists(
        st.tuples(
            st.sampled_from(["3342AB", "3342 ac", "9999ZZ", "1000AA", "x"]),
            st.integers(0, 5),
            st.sampled_from(["", "a", "B", "C"]),
            st.sampled_from(["", "01", "2", "bis", "3"]),
            st.sampled_from([None, "GM0531", "GM0642", "GM0363"]),
        ),
        max_size=20,
    ),
)
def test_places_are_those_of_a_dict(
    rows: list[Row], clients: list[tuple[str, int, str, str, str | None]]
) -> None:
    universe = small_universe(rows)
    lines: dict[Address, int] = {}
    gemeente_of: dict[Address, str] = {}
    overflow: dict[str, tuple[int, int]] = {}
    slot = 0
    own = sorted({(min(r[4] for r in rows if r[:4] == row[:4]), row[:4]) for row in rows})
    for gemeente in universe.gemeenten:
        for buurt, fields in own:
            if f"GM{buurt[2:6]}" != gemeente.code:
                continue
            address = normalise(*fields)
            assert address is not None
            lines[address], gemeente_of[address] = slot, gemeente.code
            slot += 1
        overflow[gemeente.code] = (slot, OVERFLOW[gemeente.code])
        slot += gemeente.overflow
    assert slot == universe.slots
    addresses = normalise_columns(*columns([(*client[:4], "") for client in clients]))
    found = slots_of(universe, addresses, [client[4] for client in clients])
    assert found.slots.tolist() == [
        place(lines, overflow, gemeente_of, normalise(*client[:4]), client[4]) for client in clients
    ]


@given(UNIVERSES, st.integers(1, 31), st.sampled_from(LEVELS))
def test_listings_in_any_parts_give_one_universe(rows: list[Row], cut: int, level: str) -> None:
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    universe = Universe.build([listing(part) for part in parts], 2023, OVERFLOW)
    assert universe.digest == small_universe(rows).digest
    found = area_map(universe, next(x for x in LEVELS if x == level), 1)
    assert AreaMap.from_bytes(found.to_bytes()).digest == found.digest
