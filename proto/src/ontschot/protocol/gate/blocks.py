# SPDX-License-Identifier: EUPL-1.2
"""Arrays of blocks of the trees' generator, and masks of ones in the shape of their values."""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.gate.mmo import BLOCK_WORDS, WORD
from ontschot.protocol.gate.payload import Group

Words: TypeAlias = NDArray[np.uint64]
Values: TypeAlias = NDArray[Any]
"""Elements of the payload's group: uint32 or uint64, [..., columns]."""

ONES: Final = ~np.uint64(0)
CLEAR: Final = ~np.uint64(3)
"""All bits but the two that seeds leave free."""

ONE: Final = np.uint64(1)
TWO: Final = np.uint64(2)
VALUE: Final = 1
"""Tweak of the block with the values of both children, or of the left one."""


def is_wide(group: Group) -> bool:
    """Return whether an element fills a block, so that two children's values are two blocks."""
    return group.size == BLOCK_WORDS * WORD.itemsize


def lane_of(group: Group) -> "np.dtype[Any]":
    """Return the type that holds a whole element of a group that is not wide."""
    return np.dtype(f"<u{group.size}")


def as_words(lanes: Values, group: Group) -> Values:
    """Return whole elements (lane[...]) as words (word[..., columns]), contiguous."""
    whole = np.ascontiguousarray(lanes)
    return whole.view(group.word).reshape(*whole.shape, group.columns)


def spread(bit: Words, out: Words) -> None:
    """Write a mask of ones for every 1 in ``bit`` to both words of its block in ``out``."""
    np.negative(bit, out=out[..., 0])
    out[..., 1] = out[..., 0]


def tweak_rows(tweaks: tuple[int, ...], m: int) -> Words:
    """Return uint64[tweaks, m, 2] with the tweak in every low word: full rows run faster."""
    rows = np.zeros((len(tweaks), m, BLOCK_WORDS), dtype=WORD)
    rows[..., 0] = np.array(tweaks, dtype=WORD)[:, None]
    return rows


def buffers(kinds: int, k: int, m: int) -> tuple[Words, Words]:
    """Return two flat buffers of ``kinds * k * m`` blocks, each with room for one block more."""
    size = kinds * k * m * BLOCK_WORDS + BLOCK_WORDS
    return np.zeros(size, dtype=WORD), np.zeros(size, dtype=WORD)


def shaped(buffer: Words, kinds: int, k: int, m: int) -> Words:
    """Return the blocks of a buffer without its spare room: uint64[kinds, k, m, 2]."""
    return buffer[: kinds * k * m * BLOCK_WORDS].reshape(kinds, k, m, BLOCK_WORDS)
