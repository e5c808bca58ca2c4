# SPDX-License-Identifier: EUPL-1.2
"""Distributed comparison functions: shares of ``[a < r] * (1, r)``, one hidden ``r`` per slot.

Boyle, Chandran, Gilboa, Gupta, Ishai, Kumar, Rathee: "Function Secret Sharing for Mixed-Mode and
Fixed-Point Secure Computation", EUROCRYPT 2021, eprint 2020/1392, its DCF, with
``alpha = r``, ``beta = (1, r)`` in the group ``Z_{2^64}^2``, and the generator of ``mmo``. Names
follow the paper: ``s`` seeds, ``t`` control bits, ``v`` values, ``CW`` correction words,
``V_alpha`` the value gathered on the path to ``alpha``. ``Convert`` reads 16 bytes as two
little-endian words: a bijection onto the group, so uniform strings give uniform values.

Security is that of the paper's construction: one key is simulated without ``alpha`` and
``beta``, since each correction word holds, as a pad, an expansion of a seed the other party has
and this one does not. Two deviations, neither of which touches that argument: the generator
(argued in ``mmo``), and that a leaf's value is ``H(s | 1)`` and not ``s``, because the two low
bits of a seed are zero and would leave two bits of ``V_alpha`` unpadded.

In memory a correction word of a level is ``[s_CW, V_CW]``; the two low bits of ``s_CW``, which
seeds do not use, hold ``t_CW`` of the left (bit 0) and of the right child (bit 1). ``-x`` and
``x`` are chosen by a mask of ones: ``(x ^ mask) - mask``. All arithmetic is modulo 2^64.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.gate.mmo import BLOCK_WORDS, WORD, Mmo

Words = NDArray[np.uint64]

_ONES: Final = ~np.uint64(0)
_CLEAR: Final = ~np.uint64(3)
_ONE: Final = np.uint64(1)
_TWO: Final = np.uint64(2)


def generate(mmo: Mmo, roots: Words, r: Words, levels: Words, leaf: Words) -> None:
    """Make the keys of ``m`` slots: ``Gen`` of the paper.

    Args:
        mmo: the generator of the batch.
        roots: uint64[2, m, 2], the parties' root seeds, two low bits zero. Left unchanged.
        r: uint64[m], the hidden points, below 2^bits.
        levels: uint64[bits, 2, m, 2], out: per level ``s_CW`` with control bits, and ``V_CW``.
        leaf: uint64[m, 2], out: the last correction word.
    """
    bits = len(levels)
    path = _Path(mmo, roots, r)
    for level, correction in enumerate(levels):
        path.step((r >> np.uint64(bits - 1 - level)) & _ONE, correction)
    path.finish(leaf)


class _Path:
    """Both parties' way down to the hidden points of ``m`` slots.

    Attributes:
        seeds: uint64[2, m, 2], the parties' seeds at the node reached.
        control: uint64[2, m, 2], their control bits as masks of ones.
        gathered: uint64[m, 2], V_alpha.
        beta: uint64[m, 2], the payload ``(1, r)``.
        right: uint64[m, 2], ones where the path goes right (``alpha_i = 1``, lose = left).
    """

    __slots__ = (
        "beta",
        "blocks",
        "control",
        "gathered",
        "hashed",
        "mmo",
        "right",
        "seeds",
        "tweaks",
    )

    def __init__(self, mmo: Mmo, roots: Words, r: Words) -> None:
        m = r.size
        self.mmo = mmo
        self.tweaks = _tweaks(4, m)
        self.blocks, self.hashed = _buffers(4, 2, m)
        self.seeds = roots.copy()
        self.control = np.zeros((2, m, BLOCK_WORDS), dtype=WORD)
        self.control[1] = _ONES
        self.gathered = np.zeros((m, BLOCK_WORDS), dtype=WORD)
        self.beta = np.empty((m, BLOCK_WORDS), dtype=WORD)
        self.beta[:, 0], self.beta[:, 1] = _ONE, r
        self.right = np.empty((m, BLOCK_WORDS), dtype=WORD)

    def step(self, bit: Words, correction: Words) -> None:
        """Write one level's correction (uint64[2, m, 2]) and go where ``bit`` (uint64[m]) says."""
        _spread(bit, self.right)
        shape = (4, 2, bit.size)
        np.bitwise_or(self.seeds, self.tweaks[:, None], out=_shaped(self.blocks, *shape))
        self.mmo.hash_into(self.blocks, self.hashed)
        left_s, left_v, right_s, right_v = _shaped(self.hashed, *shape)
        self._correct_values(left_v[0] - left_v[1], right_v[0] - right_v[1], correction[1])
        self._correct_seeds(left_s[0] ^ left_s[1], right_s[0] ^ right_s[1], bit, correction[0])
        self._descend(left_s, right_s, bit, correction[0])

    def finish(self, leaf: Words) -> None:
        """Write the last correction word (uint64[m, 2])."""
        used = self.seeds.size + BLOCK_WORDS
        np.bitwise_or(self.seeds, self.tweaks[1], out=_shaped(self.blocks, 1, 2, len(leaf))[0])
        self.mmo.hash_into(self.blocks[:used], self.hashed[:used])
        value = _shaped(self.hashed, 1, 2, len(leaf))[0]
        self._signed(value[1] - value[0] - self.gathered, leaf)

    def _correct_values(self, left: Words, right: Words, out: Words) -> None:
        """Write V_CW to ``out`` and move V_alpha one level down.

        ``left`` and ``right`` are ``d = v_0 - v_1`` of the children. ``(-1)^t1 V_CW`` is
        ``beta [lose = left] - d_lose - V_alpha``; added to ``V_alpha + d_keep`` it gives the next
        ``V_alpha``.
        """
        swap = (left ^ right) & self.right
        step = (self.beta & self.right) - (right ^ swap)
        self._signed(step - self.gathered, out)
        np.add(step, left ^ swap, out=self.gathered)

    def _correct_seeds(self, left: Words, right: Words, bit: Words, out: Words) -> None:
        """Write s_CW, with both t_CW in its low bits, to ``out``.

        ``left`` and ``right`` are the exclusive or of both parties' seeds of the children.
        """
        lose = ((left ^ right) & self.right) ^ right
        t_left = (left[:, 0] ^ bit ^ _ONE) & _ONE
        t_right = (right[:, 0] ^ (bit << _ONE)) & _TWO
        out[:, 1] = lose[:, 1]
        out[:, 0] = (lose[:, 0] & _CLEAR) | t_left | t_right

    def _descend(self, left: Words, right: Words, bit: Words, correction: Words) -> None:
        """Take both parties' corrected seeds and control bits of the child on the path."""
        keep = ((left ^ right) & self.right) ^ left
        keep ^= self.control & correction
        _spread((keep[..., 0] >> bit) & _ONE, self.control)
        keep[..., 0] &= _CLEAR
        self.seeds = keep

    def _signed(self, value: Words, out: Words) -> None:
        """Write ``(-1)^t1 * value`` to ``out``."""
        np.bitwise_xor(value, self.control[1], out=value)
        np.subtract(value, self.control[1], out=out)


def evaluate(mmo: Mmo, party: int, roots: Words, levels: Words, leaf: Words, at: Words) -> Words:
    """Return this party's share of ``[a < r] * (1, r)`` at several points: ``Eval`` of the paper.

    Args:
        mmo: the generator of the batch.
        party: 0 (A) or 1 (B).
        roots: uint64[m, 2], this party's root seeds.
        levels: uint64[bits, 2, m, 2] as made by ``generate``.
        leaf: uint64[m, 2] idem.
        at: uint64[k, m], ``k`` public points ``a`` per slot, below 2^bits.

    Returns:
        uint64[k, m, 2]: shares of ``[a < r]`` and of ``r * [a < r]``, modulo 2^64.
    """
    bits = len(levels)
    walk = _Walk(mmo, party, roots, at.shape)
    bit = np.empty(at.shape, dtype=WORD)
    for level, correction in enumerate(levels):
        np.right_shift(at, np.uint64(bits - 1 - level), out=bit)
        np.bitwise_and(bit, _ONE, out=bit)
        walk.step(bit, correction)
    total = walk.finish(leaf)
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
        "hashed",
        "mmo",
        "scratch",
        "shape",
        "total",
        "tweak",
    )

    def __init__(self, mmo: Mmo, party: int, roots: Words, shape: tuple[int, ...]) -> None:
        k, m = shape
        self.mmo = mmo
        self.shape = (2, k, m)
        self.tweak = _tweaks(2, m)[1]
        self.clear = np.full((m, BLOCK_WORDS), _ONES, dtype=WORD)
        self.clear[:, 0] = _CLEAR
        self.blocks, self.hashed = _buffers(2, k, m)
        self.control = np.full((k, m, BLOCK_WORDS), _ONES if party else np.uint64(0), dtype=WORD)
        self.total = np.zeros_like(self.control)
        self.scratch = np.empty_like(self.control)
        _shaped(self.blocks, *self.shape)[0] = roots

    def step(self, bit: Words, correction: Words) -> None:
        """Go left where ``bit`` (uint64[k, m]) is 0 and right where it is 1."""
        seed, value_input = _shaped(self.blocks, *self.shape)
        word = self.scratch[..., 0]
        np.left_shift(bit, _ONE, out=word)
        np.bitwise_or(seed[..., 0], word, out=seed[..., 0])
        np.bitwise_or(seed, self.tweak, out=value_input)
        self.mmo.hash_into(self.blocks, self.hashed)
        child, value = _shaped(self.hashed, *self.shape)
        np.bitwise_and(correction[1], self.control, out=self.scratch)
        np.add(value, self.scratch, out=value)
        np.add(self.total, value, out=self.total)
        np.bitwise_and(correction[0], self.control, out=self.scratch)
        np.bitwise_xor(child, self.scratch, out=child)
        np.right_shift(child[..., 0], bit, out=word)
        np.bitwise_and(word, _ONE, out=word)
        _spread(word, self.control)
        np.bitwise_and(child, self.clear, out=child)
        self.blocks, self.hashed = self.hashed, self.blocks

    def finish(self, leaf: Words) -> Words:
        """Add the leaves' values and return the sum along the way (uint64[k, m, 2])."""
        seed, _ = _shaped(self.blocks, *self.shape)
        np.bitwise_or(seed, self.tweak, out=seed)
        used = seed.size + BLOCK_WORDS
        self.mmo.hash_into(self.blocks[:used], self.hashed[:used])
        self.total += _shaped(self.hashed, *self.shape)[0]
        self.total += leaf & self.control
        return self.total


def _spread(bit: Words, out: Words) -> None:
    """Write a mask of ones for every 1 in ``bit`` to both words of its block in ``out``."""
    np.negative(bit, out=out[..., 0])
    out[..., 1] = out[..., 0]


def _tweaks(count: int, m: int) -> Words:
    """Return uint64[count, m, 2] with the tweak in every low word: full rows run faster."""
    tweaks = np.zeros((count, m, BLOCK_WORDS), dtype=WORD)
    tweaks[..., 0] = np.arange(count, dtype=WORD)[:, None]
    return tweaks


def _buffers(kinds: int, k: int, m: int) -> tuple[Words, Words]:
    """Return two flat buffers of ``kinds * k * m`` blocks, each with room for one block more."""
    size = kinds * k * m * BLOCK_WORDS + BLOCK_WORDS
    return np.zeros(size, dtype=WORD), np.zeros(size, dtype=WORD)


def _shaped(buffer: Words, kinds: int, k: int, m: int) -> Words:
    return buffer[: kinds * k * m * BLOCK_WORDS].reshape(kinds, k, m, BLOCK_WORDS)
