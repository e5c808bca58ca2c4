# SPDX-License-Identifier: EUPL-1.2
"""Distributed comparison functions: shares of ``[a < r] * (1, r)``, one hidden ``r`` per slot.

Boyle, Chandran, Gilboa, Gupta, Ishai, Kumar, Rathee: "Function Secret Sharing for Mixed-Mode and
Fixed-Point Secure Computation", EUROCRYPT 2021, eprint 2020/1392, Figure 3, with
``alpha = r``, ``beta = (1, r)`` in the group ``Z_{2^64}^2``, and the generator of ``mmo``. Names
follow the figure: ``s`` seeds, ``t`` control bits, ``v`` values, ``CW`` correction words,
``V_alpha`` the value gathered on the path to ``alpha``. ``Convert`` reads 16 bytes as two
little-endian words: a bijection onto the group, so uniform strings give uniform values.

Security is theorem for theorem that of the figure: one key is simulated without ``alpha`` and
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
    """Make the keys of ``m`` slots: ``Gen`` of Figure 3.

    Args:
        mmo: the generator of the batch.
        roots: uint64[2, m, 2], the parties' root seeds, two low bits zero. Left unchanged.
        r: uint64[m], the hidden points, below 2^bits.
        levels: uint64[bits, 2, m, 2], out: per level ``s_CW`` with control bits, and ``V_CW``.
        leaf: uint64[m, 2], out: the last correction word.
    """
    bits, _, m, _ = levels.shape
    tweaks = _tweaks(4, m)
    blocks, hashed = _buffers(4, 2, m)
    seeds = roots.copy()
    control = np.zeros((2, m, BLOCK_WORDS), dtype=WORD)
    control[1] = _ONES
    gathered = np.zeros((m, BLOCK_WORDS), dtype=WORD)
    beta = np.empty_like(gathered)
    beta[:, 0], beta[:, 1] = _ONE, r
    right = np.empty_like(gathered)
    for level in range(bits):
        bit = (r >> np.uint64(bits - 1 - level)) & _ONE
        _spread(bit, right)
        np.bitwise_or(seeds[None], tweaks[:, None], out=_shaped(blocks, 4, 2, m))
        mmo.hash_into(blocks, hashed)
        left_s, left_v, right_s, right_v = _shaped(hashed, 4, 2, m)
        _correct_values(left_v, right_v, right, beta, control[1], gathered, levels[level, 1])
        _correct_seeds(left_s, right_s, right, bit, levels[level, 0])
        _descend(left_s, right_s, right, bit, levels[level, 0], control, seeds)
    np.bitwise_or(seeds, tweaks[1], out=_shaped(blocks, 4, 2, m)[0])
    mmo.hash_into(blocks, hashed)
    value = _shaped(hashed, 4, 2, m)[0]
    leaf[:] = ((value[1] - value[0] - gathered) ^ control[1]) - control[1]


def evaluate(mmo: Mmo, party: int, roots: Words, levels: Words, leaf: Words, at: Words) -> Words:
    """Return this party's share of ``[a < r] * (1, r)`` at several points: ``Eval`` of Figure 3.

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
    k, m = at.shape
    bits = levels.shape[0]
    tweak = _tweaks(2, m)[1]
    clear = np.full((m, BLOCK_WORDS), _ONES, dtype=WORD)
    clear[:, 0] = _CLEAR
    blocks, hashed = _buffers(2, k, m)
    control = np.full((k, m, BLOCK_WORDS), _ONES if party else np.uint64(0), dtype=WORD)
    total = np.zeros_like(control)
    scratch = np.empty_like(control)
    bit = np.empty((k, m), dtype=WORD)
    word = np.empty_like(bit)
    _shaped(blocks, 2, k, m)[0] = roots
    for level in range(bits):
        seed, value_input = _shaped(blocks, 2, k, m)
        np.right_shift(at, np.uint64(bits - 1 - level), out=bit)
        np.bitwise_and(bit, _ONE, out=bit)
        np.left_shift(bit, _ONE, out=word)
        np.bitwise_or(seed[..., 0], word, out=seed[..., 0])
        np.bitwise_or(seed, tweak, out=value_input)
        mmo.hash_into(blocks, hashed)
        child, value = _shaped(hashed, 2, k, m)
        np.bitwise_and(levels[level, 1], control, out=scratch)
        np.add(value, scratch, out=value)
        np.add(total, value, out=total)
        np.bitwise_and(levels[level, 0], control, out=scratch)
        np.bitwise_xor(child, scratch, out=child)
        np.right_shift(child[..., 0], bit, out=word)
        np.bitwise_and(word, _ONE, out=word)
        _spread(word, control)
        np.bitwise_and(child, clear, out=child)
        blocks, hashed = hashed, blocks
    total += _leaf_value(mmo, blocks, hashed, tweak, leaf, control)
    return np.negative(total, out=total) if party else total


def _leaf_value(
    mmo: Mmo, blocks: Words, hashed: Words, tweak: Words, leaf: Words, control: Words
) -> Words:
    k, m, _ = control.shape
    seed, _ = _shaped(blocks, 2, k, m)
    np.bitwise_or(seed, tweak, out=seed)
    used = seed.size + BLOCK_WORDS
    mmo.hash_into(blocks[:used], hashed[:used])
    value: Words = _shaped(hashed, 2, k, m)[0]
    value += leaf & control
    return value


def _correct_values(
    left: Words, right_: Words, right: Words, beta: Words, sign: Words, gathered: Words, out: Words
) -> None:
    """Write V_CW to ``out`` and move V_alpha (``gathered``) one level down.

    ``(-1)^t1 * V_CW`` occurs in both: with ``d = v_0 - v_1`` it is ``beta [lose = left] - d_lose
    - V_alpha``, and the next ``V_alpha`` is ``V_alpha + d_keep`` plus it.
    """
    left_d = left[0] - left[1]
    right_d = right_[0] - right_[1]
    swap = (left_d ^ right_d) & right
    lose = right_d ^ swap
    keep = left_d ^ swap
    step = (beta & right) - lose
    np.subtract(step, gathered, out=lose)
    np.bitwise_xor(lose, sign, out=lose)
    np.subtract(lose, sign, out=out)
    np.add(step, keep, out=gathered)


def _correct_seeds(left: Words, right_: Words, right: Words, bit: Words, out: Words) -> None:
    """Write s_CW with both t_CW in its low bits to ``out``."""
    left_x = left[0] ^ left[1]
    right_x = right_[0] ^ right_[1]
    lose = ((left_x ^ right_x) & right) ^ right_x
    t_left = (left_x[:, 0] ^ bit ^ _ONE) & _ONE
    t_right = (right_x[:, 0] ^ (bit << _ONE)) & _TWO
    out[:, 1] = lose[:, 1]
    out[:, 0] = (lose[:, 0] & _CLEAR) | t_left | t_right


def _descend(
    left: Words,
    right_: Words,
    right: Words,
    bit: Words,
    correction: Words,
    control: Words,
    seeds: Words,
) -> None:
    """Move both parties' seeds and control bits to the child on the path."""
    np.bitwise_xor(left, right_, out=seeds)
    np.bitwise_and(seeds, right, out=seeds)
    np.bitwise_xor(seeds, left, out=seeds)
    np.bitwise_and(control, correction, out=control)
    np.bitwise_xor(seeds, control, out=seeds)
    _spread((seeds[..., 0] >> bit) & _ONE, control)
    np.bitwise_and(seeds[..., 0], _CLEAR, out=seeds[..., 0])


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
