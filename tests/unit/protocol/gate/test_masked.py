# SPDX-License-Identifier: EUPL-1.2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.gate import (
    MalformedMasked,
    decode_masked,
    encode_masked,
    masked_size,
    opened,
)


@pytest.mark.parametrize(
    ("bits", "width"), [(1, 1), (5, 1), (8, 1), (9, 2), (16, 2), (17, 3), (24, 3), (25, 4), (31, 4)]
)
def test_values_take_whole_bytes(bits: int, width: int) -> None:
    values = np.array([0, 1, 2**bits - 1], dtype=np.uint32)
    data = encode_masked(values, bits)
    assert len(data) == masked_size(3, bits) == 3 * width
    assert data == b"".join(int(v).to_bytes(width, "little") for v in values)
    assert np.array_equal(decode_masked(data, 3, bits), values)


@given(st.binary(max_size=40), st.integers(0, 12), st.integers(1, 31))
def test_any_bytes_decode_to_themselves_or_are_malformed(
    data: bytes, slots: int, bits: int
) -> None:
    try:
        values = decode_masked(data, slots, bits)
    except MalformedMasked:
        return
    assert encode_masked(values, bits) == data


@pytest.mark.parametrize("data", [b"\x20", b"\x00\x00", b"", b"\xff"])
def test_length_and_ring_are_checked(data: bytes) -> None:
    with pytest.raises(MalformedMasked):
        decode_masked(data, 1, 5)


def test_no_value_outside_the_ring_is_sent() -> None:
    with pytest.raises(ValueError, match="outside the ring"):
        encode_masked(np.array([32], dtype=np.uint32), 5)


def test_opening_adds_modulo_n() -> None:
    mine = np.array([31, 0, 17], dtype=np.uint32)
    assert opened(mine, mine, 5).tolist() == [30, 0, 2]
    high = np.array([2**31 - 1], dtype=np.uint32)
    assert opened(high, high, 31).tolist() == [2**31 - 2]


def test_opening_wants_two_of_a_length() -> None:
    with pytest.raises(ValueError, match="two lengths"):
        opened(np.zeros(2, dtype=np.uint32), np.zeros(1, dtype=np.uint32), 5)
