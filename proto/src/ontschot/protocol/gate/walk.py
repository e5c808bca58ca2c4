# SPDX-License-Identifier: EUPL-1.2
"""Evaluating comparison keys at public points: one way down the tree for each point of a slot.

``dcf`` says what is computed and why it is safe; nothing here is secret to who holds the keys.
"""

import numpy as np

from ontschot.protocol.gate.blocks import (
    CLEAR,
    ONE,
    ONES,
    VALUE,
    Values,
    Words,
    buffers,
    is_wide,
    lane_of,
    shaped,
    spread,
    tweak_rows,
)
from ontschot.protocol.gate.dcf import Corrections
from ontschot.protocol.gate.mmo import BLOCK_WORDS, WORD, Mmo
from ontschot.protocol.gate.payload import Group


def evaluate(mmo: Mmo, party: int, roots: Words, keys: Corrections, at: Words) -> Values:
    """Return this party's share of ``[a < r] * beta`` at several points: ``Eval`` of the paper.

    Args:
        mmo: the generator of the batch.
        party: 0 (A) or 1 (B).
        roots: uint64[m, 2], this party's root seeds.
        keys: as made by ``generate``.
        at: uint64[k, m], ``k`` public points ``a`` per slot, below 2^(depth + leaf_bits).

    Returns:
        word[k, m, columns]: shares of ``[a < r]`` and, in a group of two columns, of
        ``r * [a < r]``.
    """
    depth, low = len(keys.seeds), keys.group.leaf_bits
    walk = _Walk(mmo, keys.group, party, roots, at.shape)
    bit = np.empty(at.shape, dtype=WORD)
    for level in range(depth):
        np.right_shift(at, np.uint64(depth + low - 1 - level), out=bit)
        np.bitwise_and(bit, ONE, out=bit)
        walk.step(bit, keys.seeds[level], keys.values[level])
    np.bitwise_and(at, np.uint64(keys.group.elements - 1), out=bit)
    total = walk.finish(bit, keys.leaves)
    return np.negative(total, out=total) if party else total


class _Walk:
    """One party's way down the trees, for ``k`` points of each of ``m`` slots at once.

    The two buffers take turns as input and output of the hash; every operation writes in place,
    over whole rows, since at this size allocating would cost as much as computing.
    """

    __slots__ = (
        "blocks",
        "clear",
        "control",
        "first",
        "group",
        "hashed",
        "index",
        "mmo",
        "scratch",
        "shape",
        "term",
        "total",
        "tweak",
        "wide",
    )

    def __init__(
        self, mmo: Mmo, group: Group, party: int, roots: Words, shape: tuple[int, ...]
    ) -> None:
        k, m = shape
        self.mmo = mmo
        self.group = group
        self.wide = is_wide(group)
        self.shape = (2, k, m)
        self.tweak = tweak_rows((VALUE,), m)[0]
        self.clear = np.full((m, BLOCK_WORDS), ONES, dtype=WORD)
        self.clear[:, 0] = CLEAR
        self.blocks, self.hashed = buffers(2, k, m)
        self.control = np.full((k, m, BLOCK_WORDS), ONES if party else np.uint64(0), dtype=WORD)
        self.total = np.zeros((k, m, group.columns), dtype=group.word)
        self.term = np.empty_like(self.total)
        self.scratch = np.empty_like(self.control)
        per_block = BLOCK_WORDS * WORD.itemsize // group.size
        self.first = np.arange(0, k * m * per_block, per_block, dtype=np.intp).reshape(k, m)
        self.index = np.empty_like(self.first)
        shaped(self.blocks, *self.shape)[0] = roots

    def step(self, bit: Words, seeds: Words, values: Values) -> None:
        """Go left where ``bit`` (uint64[k, m]) is 0 and right where it is 1."""
        seed, value_input = shaped(self.blocks, *self.shape)
        word = self.scratch[..., 0]
        if not self.wide:
            np.bitwise_or(seed, self.tweak, out=value_input)
        np.left_shift(bit, ONE, out=word)
        np.bitwise_or(seed[..., 0], word, out=seed[..., 0])
        if self.wide:
            np.bitwise_or(seed, self.tweak, out=value_input)
        self.mmo.hash_into(self.blocks, self.hashed)
        child, value = shaped(self.hashed, *self.shape)
        self._gather(bit, value, values)
        np.bitwise_and(seeds, self.control, out=self.scratch)
        np.bitwise_xor(child, self.scratch, out=child)
        np.right_shift(child[..., 0], bit, out=word)
        np.bitwise_and(word, ONE, out=word)
        spread(word, self.control)
        np.bitwise_and(child, self.clear, out=child)
        self.blocks, self.hashed = self.hashed, self.blocks

    def _gather(self, bit: Words, value: Words, correction: Values) -> None:
        """Add the child's value and, under the control bit, its correction to the total."""
        if self.wide:
            np.bitwise_and(correction, self.control, out=self.term)
            np.add(value, self.term, out=value)
            np.add(self.total, value, out=self.total)
            return
        lane = lane_of(self.group)
        term = self.term.view(lane)[..., 0]
        np.bitwise_and(correction.view(lane)[..., 0], self.control.view(lane)[..., 0], out=term)
        np.add(self.total, self.term, out=self.total)
        # the left child's value starts the block, the right one's starts its second word
        np.multiply(bit.view(np.intp), WORD.itemsize // lane.itemsize, out=self.index)
        np.add(self.index, self.first, out=self.index)
        # no index is out of range; "clip" only spares numpy a copy
        np.take(value.view(lane).reshape(-1), self.index, out=term, mode="clip")
        np.add(self.total, self.term, out=self.total)

    def finish(self, low: Words, leaves: Values) -> Values:
        """Add the leaves' values and return the sum along the way (word[k, m, columns]).

        ``low`` (uint64[k, m]) are the bits of the points below their leaf.
        """
        seed, _ = shaped(self.blocks, *self.shape)
        half = self.group.elements // 2
        np.bitwise_or(seed, self.tweak, out=seed)
        seed[..., 0] |= (low // np.uint64(half)) << ONE
        used = seed.size + BLOCK_WORDS
        self.mmo.hash_into(self.blocks[:used], self.hashed[:used])
        slots = np.arange(low.size, dtype=np.intp).reshape(low.shape)
        at = low.astype(np.intp)
        parts = shaped(self.hashed, *self.shape)[0].view(self.group.word)
        flat = parts.reshape(-1, self.group.columns)
        self.total += np.take(flat, slots * half + at % half, axis=0)
        rows = leaves.reshape(-1, self.group.columns)
        slots %= low.shape[1]
        term = np.take(rows, slots * self.group.elements + at, axis=0)
        mask = self.control.view(self.group.word)[..., : self.group.columns]
        self.total += term & mask
        return self.total
