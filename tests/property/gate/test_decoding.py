# SPDX-License-Identifier: EUPL-1.2
"""Foreign bytes load or are malformed, and nothing else happens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.gate import BatchSpec, GatePart, Party, derive, layout
from ontschot.protocol.gate.payload import GROUPS

BATCH = bytes(32)
SPECS = [
    BatchSpec("table", 3, 2, ((0, 1, 1, 1),)),
    *(BatchSpec("dcf", 3, 3, payload=payload) for payload in GROUPS),
]
PARTIES: list[Party] = ["A", "B"]
MADE = {spec: derive(spec, BATCH, bytes(range(32))) for spec in SPECS}


def part_of(spec: BatchSpec, party: Party) -> bytes:
    return MADE[spec].part_a if party == "A" else MADE[spec].part_b


@given(st.sampled_from(SPECS), st.sampled_from(PARTIES), st.binary(max_size=400))
def test_random_bytes_are_malformed(spec: BatchSpec, party: Party, data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        GatePart.load(spec, party, BATCH, data)


@settings(max_examples=200)
@given(st.sampled_from(SPECS), st.sampled_from(PARTIES), st.data())
def test_a_damaged_part_is_never_what_was_offered(
    spec: BatchSpec, party: Party, data: st.DataObject
) -> None:
    whole = part_of(spec, party)
    offered = MADE[spec].hashes.part_a if party == "A" else MADE[spec].hashes.part_b
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=20)) + whole[stop:]
    if damaged == whole:
        GatePart.load(spec, party, BATCH, damaged, offered)
        return
    with pytest.raises(MalformedMessage):
        GatePart.load(spec, party, BATCH, damaged, offered)


@given(st.sampled_from(SPECS), st.sampled_from(PARTIES), st.integers(0, 63), st.integers(1, 255))
def test_every_byte_of_the_header_counts(
    spec: BatchSpec, party: Party, at: int, change: int
) -> None:
    damaged = bytearray(part_of(spec, party))
    damaged[layout.header_at(spec) + at] ^= change
    with pytest.raises(MalformedMessage):
        GatePart.load(spec, party, BATCH, damaged)
