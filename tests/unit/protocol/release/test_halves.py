# SPDX-License-Identifier: EUPL-1.2
"""Halves of an answer: layout, pad, and decoding around zero."""

import numpy as np
import pytest

from ontschot.protocol.release.halves import (
    BLIND_BYTES,
    MalformedOutput,
    Table,
    combine,
    common_pad,
    half_size,
    pack,
)

TABLES = [Table("one", 2, 3, 32), Table("two", 1, 2, 64)]
SIZE = 2 * 3 * 4 + 2 * 8
MH = "ab" * 32
BLIND = bytes(range(32))


def test_the_layout_is_block_by_block_little_endian() -> None:
    sums = [np.arange(6, dtype=np.uint64).reshape(2, 3), np.array([[7, 2**40]], np.uint64)]
    half = pack(TABLES, sums, bytes(SIZE), "A", BLIND)
    small = b"".join(number.to_bytes(4, "little") for number in range(6))
    assert half == BLIND + small + (7).to_bytes(8, "little") + (2**40).to_bytes(8, "little")
    assert [table.size for table in TABLES] == [24, 16]
    assert half_size(TABLES) == len(half) == BLIND_BYTES + 40


def test_the_pad_is_of_both_secrets_and_the_manifest() -> None:
    secrets = b"a" * 32, b"b" * 32
    pad = common_pad(*secrets, MH, 100)
    assert len(pad) == 100
    assert common_pad(*secrets, MH, 64) == pad[:64]
    others = [
        common_pad(b"c" * 32, secrets[1], MH, 100),
        common_pad(secrets[0], b"c" * 32, MH, 100),
        common_pad(secrets[1], secrets[0], MH, 100),
        common_pad(*secrets, "cd" * 32, 100),
    ]
    assert len({pad, *others}) == 5


def test_one_half_is_covered_by_the_pad() -> None:
    """Every word of a half of zeros is a word of the pad: uniform to who lacks a secret."""
    pad = common_pad(b"a" * 32, b"b" * 32, MH, SIZE)
    zeros = [np.zeros((2, 3), np.uint64), np.zeros((1, 2), np.uint64)]
    half_a = pack(TABLES, zeros, pad, "A", BLIND)
    assert half_a == BLIND + pad
    half_b = pack(TABLES, zeros, pad, "B", bytes(32))
    assert [array.tolist() for array in combine(TABLES, half_a, half_b)] == [
        [[0, 0, 0], [0, 0, 0]],
        [[0, 0]],
    ]


@pytest.mark.parametrize("size", [0, SIZE - 1, SIZE + 1])
def test_halves_and_pads_of_another_length_are_malformed(size: int) -> None:
    good, bad = bytes(BLIND_BYTES + SIZE), bytes(BLIND_BYTES + size)
    with pytest.raises(MalformedOutput):
        combine(TABLES, bad, good)
    with pytest.raises(MalformedOutput):
        combine(TABLES, good, bad)
    with pytest.raises(MalformedOutput):
        combine(TABLES, bytes(BLIND_BYTES - 1), good)
    zeros = [np.zeros((2, 3), np.uint64), np.zeros((1, 2), np.uint64)]
    with pytest.raises(MalformedOutput):
        pack(TABLES, zeros, bytes(size), "A", BLIND)


def test_a_blind_has_its_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pack([], [], b"", "A", bytes(31))
