# SPDX-License-Identifier: EUPL-1.2
"""The universe: order of slots, its file, its bounds."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from ontschot.protocol import canonical
from ontschot.protocol.universe import Addresses, Listing, Universe, lookup
from ontschot.protocol.universe import universe as universe_module
from ontschot.protocol.universe.errors import (
    MalformedUniverse,
    NoAddresses,
    UniverseTooLarge,
    UnknownEncoder,
)
from unit.protocol.universe.samples import OVERFLOW, ROWS, YEAR, listing, small_universe

FILE = b"""{"addresses":8,"encoder":"ontschot-address-1","format":"ontschot-universe/1",\
"gemeenten":[{"addresses":5,"code":"GM0531","overflow":4},\
{"addresses":3,"code":"GM0642","overflow":3}],"year":2023}
BU05310101;3342AB;00001; ;    
BU05310101;3342AB;00003; ;    
BU05310101;3342AB;00003;A;    
BU05310101;3342AB;00003;A;2   
BU05310102;3342CD;00010; ;    
BU06420100;3331AB;00001; ;    
BU06420100;3331AB;00002; ;BIS 
BU06420201;3331XZ;00012;B;    
"""  # noqa: W291 -- lines have one width


def test_file_is_the_one_form() -> None:
    universe = small_universe(reversed(ROWS))
    assert universe.to_bytes() == FILE
    assert universe.digest == hashlib.sha256(FILE).hexdigest()


def test_lines_are_in_byte_order() -> None:
    body = FILE.splitlines()[1:]
    assert body == sorted(body)


def test_load_gives_back_what_save_wrote(tmp_path: Path) -> None:
    path = tmp_path / "universe"
    small_universe().save(path)
    loaded = Universe.load(path)
    assert path.read_bytes() == FILE
    assert loaded.digest == small_universe().digest
    assert loaded.year == YEAR


def test_overflow_slots_stand_behind_their_gemeente() -> None:
    universe = small_universe()
    assert universe.slots == 8 + 4 + 3
    assert universe.slots_of_lines(np.arange(8)).tolist() == [0, 1, 2, 3, 4, 9, 10, 11]
    assert universe.first_overflow.tolist() == [5, 12]


def test_overflow_is_one_in_64_and_at_least_64() -> None:
    rows = [("3342AB", 1 + i, "", "", "BU05310101") for i in range(5000)]
    universe = Universe.build([listing([*rows, ROWS[5]])], YEAR)
    assert [gemeente.overflow for gemeente in universe.gemeenten] == [79, 64]


def test_an_address_listed_twice_is_one_slot_in_the_lowest_buurt() -> None:
    again = ("3342 cd", "0010", "", "", "BU05310101")
    universe = small_universe([*ROWS, again, ROWS[0]])
    assert universe.header.addresses == 8
    assert universe.buurt_runs[0] == ("BU05310101", 5)


def test_listings_may_come_in_parts() -> None:
    parts = [listing(ROWS[i : i + 3]) for i in (6, 0, 3)]
    assert Universe.build(parts, YEAR, OVERFLOW).to_bytes() == FILE


def test_refuses_to_build_from_nothing() -> None:
    with pytest.raises(NoAddresses):
        Universe.build([], YEAR)


def test_refuses_more_slots_than_the_protocol_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(universe_module, "MAX_SLOTS", 14)
    with pytest.raises(UniverseTooLarge):
        small_universe()
    with pytest.raises(MalformedUniverse):
        Universe.from_bytes(FILE)


def test_refuses_what_its_own_reader_would_refuse() -> None:
    with pytest.raises(ValueError, match="year"):
        Universe.build([listing(ROWS)], 1999)
    with pytest.raises(ValueError, match="overflow"):
        Universe.build([listing(ROWS)], YEAR, {"GM0531": 0})
    one = np.array([-1], dtype=np.int64)
    unusable = Addresses(one, one * 0, np.array([1], dtype=np.uint8))
    with pytest.raises(ValueError, match="unusable"):
        Universe.build([Listing(one + 2, unusable)], YEAR)


def test_another_encoder_is_told_apart() -> None:
    other = FILE.replace(b"ontschot-address-1", b"ontschot-address-2")
    with pytest.raises(UnknownEncoder):
        Universe.from_bytes(other)


def test_an_address_in_two_buurten_is_refused() -> None:
    head, _, body = FILE.partition(b"\n")
    header = canonical.decode(head)
    header["addresses"] += 1
    header["gemeenten"][0]["addresses"] += 1
    twice = body.replace(b"BU05310102", b"BU05310102;3342AB;00001; ;    \nBU05310102", 1)
    with pytest.raises(MalformedUniverse, match="two buurten"):
        Universe.from_bytes(canonical.encode(header) + b"\n" + twice)


def test_names_the_line_that_is_wrong() -> None:
    with pytest.raises(MalformedUniverse, match="line 4:"):
        Universe.from_bytes(FILE.replace(b"00003;A;    ", b"00003;a;    "))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"gemeenten":[', b'"gemeenten":[1,'),
        (b'{"addresses":5,', b"{"),
        (b'"addresses":5', b'"addresses":true'),
        (b'"overflow":4', b'"overflow":1048577'),
        (b'"code":"GM0531"', b'"code":"GM053"'),
        (b'"year":2023', b'"year":"2023"'),
        (b'"year":2023', b'"year":2023,"z":1'),
    ],
)
def test_the_header_has_one_form(old: bytes, new: bytes) -> None:
    assert old in FILE
    with pytest.raises(MalformedUniverse, match="line 1:"):
        Universe.from_bytes(FILE.replace(old, new, 1))


def test_more_kinds_of_suffix_than_a_key_holds_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookup, "_SUFFIX_BITS", 2)
    with pytest.raises(MalformedUniverse, match="too many"):
        Universe.from_bytes(FILE)
