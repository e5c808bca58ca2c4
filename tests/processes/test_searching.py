# SPDX-License-Identifier: EUPL-1.2
"""The search for leaks is itself tested: it finds what is there, wherever, and not what is not."""

import base64
import random

import numpy as np
import pytest

from processes.searching import PASSAGE, Pattern, Searcher, expected_by_chance
from processes.sensitive import count_single_words

pytestmark = pytest.mark.processes

SHORT, LONG = b"Zq7!xP", bytes(range(200, 240))


def found(searcher: Searcher, data: bytes) -> list[tuple[str, str]]:
    return [(pattern.what, place) for place, pattern in searcher.in_bytes(data)]


@pytest.mark.parametrize("pattern", [SHORT, LONG, b"1234567", LONG[:24]])
def test_it_finds_a_pattern_at_any_offset(pattern: bytes) -> None:
    searcher = Searcher([Pattern("it", "bytes", pattern)])
    noise = random.Random(1).randbytes(100)
    for offset in range(40):
        data = noise[:offset] + pattern + noise[offset:]
        assert found(searcher, data) == [("it", str(offset))]
        assert found(searcher, noise[:offset] + pattern) == [("it", str(offset))]


def test_it_finds_all_of_many_patterns_and_no_other() -> None:
    randomness = random.Random(2)
    patterns = {randomness.randbytes(randomness.randrange(6, 60)) for _ in range(2_000)}
    chosen = sorted(patterns)[::7]
    data = b"".join(randomness.randbytes(500) + pattern for pattern in chosen)
    hits = Searcher(Pattern("it", "bytes", each) for each in patterns).in_bytes(data)
    assert {pattern.data for _, pattern in hits} == set(chosen)


def test_patterns_that_begin_alike_are_told_apart() -> None:
    alike = [bytes(30) + bytes([last]) for last in range(3)]
    searcher = Searcher(Pattern(f"{each[-1]}", "bytes", each) for each in alike[1:])
    assert found(searcher, bytes(100) + b"\2") == [("2", "70")]


@pytest.mark.parametrize("before", range(5))
@pytest.mark.parametrize("layer", ["hex", "base64", "both"])
def test_it_looks_inside_hex_and_base64_wherever_they_begin(layer: str, before: int) -> None:
    inner = bytes(before) + b"{ %s }" % SHORT + bytes(before)
    coded = inner.hex().encode() if layer != "base64" else inner
    coded = base64.b64encode(coded) if layer != "hex" else coded
    hits = found(Searcher([Pattern("it", "bytes", SHORT)]), b"x" * before + coded + b'"')
    assert {what for what, _ in hits} == {"it"}


@pytest.mark.parametrize(
    ("around", "counts"),
    [
        (b"bedrag=%s;", True),
        (b'{"bedrag":%s}', True),
        (b"EUR%s", True),
        (b"2024-01-01%sD", False),
        (b"9%s", False),
        (b"%s0", False),
        (b"c0ffee%sdeadbeefcafe", False),
        (b"\0%s\xff", True),
        (b"%s", True),
    ],
)
def test_a_text_counts_unless_it_is_part_of_a_number_or_a_hash(around: bytes, counts: bool) -> None:
    searcher = Searcher([Pattern("amount", "decimal", b"1234567", text=True)])
    assert bool(found(searcher, around % b"1234567")) == counts


@pytest.mark.parametrize(
    ("around", "counts"),
    [
        (b"\xf0f%s16cb0d255eU\x06#", False),
        (b"postcode %s!", True),
        (b"%s12a123456782", True),
        (b"\0%s12b4500000\0", True),
        (b"plaats%shuis7", True),
    ],
)
def test_a_postcode_counts_unless_it_is_part_of_what_is_left_of_a_hash(
    around: bytes, counts: bool
) -> None:
    searcher = Searcher([Pattern("address", "postcode", b"1995bc", text=True)])
    assert bool(found(searcher, around % b"1995bc")) == counts


def test_pages_are_searched_for_all_but_what_sqlite_makes_by_itself() -> None:
    sparse = Pattern("amount", "64 bits", b"\x12\x34\x56\0\0\0\0\0", pages=False)
    searcher = Searcher([sparse, Pattern("it", "bytes", SHORT)])
    data = b"-" + sparse.data + SHORT
    assert {pattern.what for _, pattern in searcher.in_bytes(data)} == {"amount", "it"}
    assert {pattern.what for _, pattern in searcher.in_bytes(data, pages=True)} == {"it"}


def test_only_long_passages_of_the_public_file_are_passed_over() -> None:
    public = b"".join(b"%05d;%s\n" % (number, SHORT) for number in range(200))
    searcher = Searcher([Pattern("it", "bytes", SHORT)], public)
    assert found(searcher, public) == []
    assert found(searcher, b"page" + public[300 : 300 + 3 * PASSAGE] + b"end") == []
    line = public.splitlines()[30]
    assert found(searcher, b"-" * 200 + line + b"-" * 200)
    changed = bytearray(public)
    changed[700:702] = b"??"
    assert found(searcher, bytes(changed)) == []
    assert found(searcher, public.replace(b";", b","))


def test_a_short_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Searcher([Pattern("bsn", "32 bits", b"\1\2\3\4")])


def test_chance_is_what_random_bytes_give() -> None:
    patterns = [Pattern("it", "bytes", bytes([first, 0, 0, 0, 0, 0, 0])) for first in range(256)]
    assert expected_by_chance(patterns, 256**6) == pytest.approx(1)
    assert expected_by_chance([], 10**9) == 0


def test_single_words_are_counted_at_every_offset() -> None:
    values = [1_234_567, 7_654_321]
    data = b"odd" + np.array([*values, 5, *values], "<u4").tobytes()
    assert count_single_words(data, values) == 4
    assert count_single_words(b"", values) == 0
    assert count_single_words(b"abc", values) == 0


def test_public_texts_about_areas_are_passed_over_in_short_stretches_too() -> None:
    areas = b'"code":"BU99010101-1995AA+15","name":"1995 AA t/m 1995 AG (buurt Kern)"'
    patterns = [Pattern("address", "postcode", code, text=True) for code in (b"1995AA", b"1995 AG")]
    searcher = Searcher(patterns, areas=areas)
    assert found(searcher, b"x" + areas + b"y") == []
    assert found(searcher, areas[:26]) == []
    assert len(found(searcher, b"lives at 1995 AG (elsewhere)")) == 1
    assert len(found(searcher, b"postcode 1995AA, number 12; BU99010101")) == 1
