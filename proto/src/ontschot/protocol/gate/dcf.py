# SPDX-License-Identifier: EUPL-1.2
"""Distributed comparison functions: shares of ``[a < r] * beta``, one hidden ``r`` per slot.

Boyle, Chandran, Gilboa, Gupta, Ishai, Kumar, Rathee: "Function Secret Sharing for Mixed-Mode and
Fixed-Point Secure Computation", EUROCRYPT 2021, eprint 2020/1392, its DCF, with
``alpha = r``, ``beta = 1`` or ``(1, r)`` in a group of ``payload``, and the generator of ``mmo``.
Names follow the paper: ``s`` seeds, ``t`` control bits, ``v`` values, ``CW`` correction words,
``V_alpha`` the value gathered on the path to ``alpha``. ``Convert`` reads bytes as little-endian
words: a bijection onto the group, so uniform strings give uniform values.

Security is that of the paper's construction: one key is simulated without ``alpha`` and
``beta``, since each correction word holds, as a pad, an expansion of a seed the other party has
and this one does not. Three deviations, none of which touches that argument:

* the generator (argued in ``mmo``);
* the values of both children are two halves of one block ``H(s | 1)`` where they fit in one, and
  two blocks ``H(s | 1)``, ``H(s | 3)`` where they do not. Disjoint parts of a pseudorandom string
  are independent of each other, which is all that a value is used for;
* the tree stops ``leaf_bits`` levels early (``payload``). Element ``j`` of the last correction word
  is ``(-1)^t1 ([j < low bits of alpha] * beta - v_0[j] + v_1[j] - V_alpha)``, where ``v[j]`` are
  the disjoint parts of ``H(s | 1), H(s | 3)`` of the leaf's seed. A point whose path left
  ``alpha``'s has equal seeds and control bits at both parties, so nothing is added; a point that
  ends in ``alpha``'s leaf gets ``[j < low bits] * beta`` in all. To one party all elements are
  uniform, since the other's seed of that leaf, and with it every ``v[j]``, is unknown to it.

In memory the two low bits of ``s_CW``, which seeds do not use, hold ``t_CW`` of the left (bit 0)
and of the right child (bit 1). A mask of ones chooses between ``-x`` and ``x``: it is
``(x ^ mask) - mask``. All arithmetic is modulo 2^w.
"""

from dataclasses import dataclass

import numpy as np

from ontschot.protocol.gate.blocks import (
    CLEAR,
    ONE,
    ONES,
    TWO,
    VALUE,
    Values,
    Words,
    as_words,
    buffers,
    is_wide,
    lane_of,
    shaped,
    spread,
    tweak_rows,
)
from ontschot.protocol.gate.mmo import BLOCK_WORDS, WORD, Mmo
from ontschot.protocol.gate.payload import Group


@dataclass(frozen=True, slots=True)
class Corrections:
    """The correction words of ``m`` slots; secret to nobody of the two, yet to all others.

    Attributes:
        group: of the payload.
        seeds: uint64[depth, m, 2], per level ``s_CW`` with both control bits.
        values: word[depth, m, columns], per level ``V_CW``.
        leaves: word[m, elements, columns], the last correction word.
    """

    group: Group
    seeds: Words
    values: Values
    leaves: Values

    def of(self, slots: slice) -> "Corrections":
        """Return those of some of the slots."""
        return Corrections(
            self.group, self.seeds[:, slots], self.values[:, slots], self.leaves[slots]
        )


def generate(mmo: Mmo, roots: Words, r: Words, out: Corrections) -> None:
    """Make the keys of ``m`` slots: ``Gen`` of the paper.

    Args:
        mmo: the generator of the batch.
        roots: uint64[2, m, 2], the parties' root seeds, two low bits zero. Left unchanged.
        r: uint64[m], the hidden points, below 2^(depth + leaf_bits).
        out: what is written.
    """
    depth, low = len(out.seeds), out.group.leaf_bits
    path = _Path(mmo, out.group, roots, r)
    for level in range(depth):
        bit = (r >> np.uint64(depth + low - 1 - level)) & ONE
        path.step(bit, out.seeds[level], out.values[level])
    path.finish(r & np.uint64(out.group.elements - 1), out.leaves)


class _Path:
    """Both parties' way down to the hidden points of ``m`` slots.

    Attributes:
        seeds: uint64[2, m, 2], the parties' seeds at the node reached.
        control: uint64[2, m, 2], their control bits as masks of ones.
        gathered: word[m, columns], V_alpha.
        beta: word[m, columns], the payload.
        right: uint64[m, 2], ones where the path goes right (``alpha_i = 1``, lose = left).
    """

    __slots__ = (
        "beta",
        "blocks",
        "control",
        "gathered",
        "group",
        "hashed",
        "mmo",
        "right",
        "seeds",
        "tweaks",
    )

    def __init__(self, mmo: Mmo, group: Group, roots: Words, r: Words) -> None:
        m = r.size
        self.mmo = mmo
        self.group = group
        # both children's seeds, then what their values are read from
        tweaks = (0, 2, VALUE, 3)[: 4 if is_wide(group) else 3]
        self.tweaks = tweak_rows(tweaks, m)
        self.blocks, self.hashed = buffers(len(tweaks), 2, m)
        self.seeds = roots.copy()
        self.control = np.zeros((2, m, BLOCK_WORDS), dtype=WORD)
        self.control[1] = ONES
        self.gathered = np.zeros((m, group.columns), dtype=group.word)
        self.beta = np.ones((m, group.columns), dtype=group.word)
        if group.columns == 2:
            self.beta[:, 1] = r
        self.right = np.empty((m, BLOCK_WORDS), dtype=WORD)

    def step(self, bit: Words, seeds: Words, values: Values) -> None:
        """Write a level's corrections (uint64[m, 2], word[m, columns]) and go where ``bit`` says.

        ``bit`` is uint64[m].
        """
        spread(bit, self.right)
        shape = (len(self.tweaks), 2, bit.size)
        np.bitwise_or(self.seeds, self.tweaks[:, None], out=shaped(self.blocks, *shape))
        self.mmo.hash_into(self.blocks, self.hashed)
        left, right, *value = shaped(self.hashed, *shape)
        if is_wide(self.group):
            self._correct_values(value[0], value[1], values)
        else:
            lanes = value[0].view(lane_of(self.group)).reshape(2, bit.size, BLOCK_WORDS, -1)
            self._correct_values(
                as_words(lanes[:, :, 0, 0], self.group),
                as_words(lanes[:, :, 1, 0], self.group),
                values,
            )
        self._correct_seeds(left[0] ^ left[1], right[0] ^ right[1], bit, seeds)
        self._descend(left, right, bit, seeds)

    def finish(self, low: Words, leaves: Values) -> None:
        """Write the last correction word (word[m, elements, columns]).

        ``low`` (uint64[m]) are the bits of the hidden point below the leaf.
        """
        m, elements = low.size, self.group.elements
        blocks, hashed = buffers(2, 2, m)
        np.bitwise_or(self.seeds, tweak_rows((1, 3), m)[:, None], out=shaped(blocks, 2, 2, m))
        self.mmo.hash_into(blocks, hashed)
        halves = shaped(hashed, 2, 2, m).view(self.group.word)
        values = halves.reshape(2, 2, m, elements // 2, self.group.columns)
        sign = self._mask(self.control[1])
        for j in range(elements):
            value = values[j * 2 // elements, :, :, j % (elements // 2)]
            below = (low > j).astype(self.group.word)[:, None] * self.beta
            _signed(below - value[0] + value[1] - self.gathered, sign, leaves[:, j])

    def _correct_values(self, left: Values, right: Values, out: Values) -> None:
        """Write V_CW to ``out`` and move V_alpha one level down.

        ``left`` and ``right`` (word[2, m, columns]) are both parties' values of the children, and
        ``d = v_0 - v_1``. ``(-1)^t1 V_CW`` is ``beta [lose = left] - d_lose - V_alpha``; added to
        ``V_alpha + d_keep`` it gives the next ``V_alpha``.
        """
        went = self._mask(self.right)
        d_left, d_right = left[0] - left[1], right[0] - right[1]
        swap = (d_left ^ d_right) & went
        step = (self.beta & went) - (d_right ^ swap)
        _signed(step - self.gathered, self._mask(self.control[1]), out)
        np.add(step, d_left ^ swap, out=self.gathered)

    def _correct_seeds(self, left: Words, right: Words, bit: Words, out: Words) -> None:
        """Write s_CW, with both t_CW in its low bits, to ``out``.

        ``left`` and ``right`` are the exclusive or of both parties' seeds of the children.
        """
        lose = ((left ^ right) & self.right) ^ right
        t_left = (left[:, 0] ^ bit ^ ONE) & ONE
        t_right = (right[:, 0] ^ (bit << ONE)) & TWO
        out[:, 1] = lose[:, 1]
        out[:, 0] = (lose[:, 0] & CLEAR) | t_left | t_right

    def _descend(self, left: Words, right: Words, bit: Words, correction: Words) -> None:
        """Take both parties' corrected seeds and control bits of the child on the path."""
        keep = ((left ^ right) & self.right) ^ left
        keep ^= self.control & correction
        spread((keep[..., 0] >> bit) & ONE, self.control)
        keep[..., 0] &= CLEAR
        self.seeds = keep

    def _mask(self, mask: Words) -> Values:
        """Return a mask of blocks (uint64[m, 2]) as a mask of elements (word[m, columns])."""
        return (
            mask
            if is_wide(self.group)
            else as_words(mask.view(lane_of(self.group))[:, 0], self.group)
        )


def _signed(value: Values, mask: Values, out: Values) -> None:
    """Write ``-value`` where ``mask`` is ones and ``value`` where it is zero; spoils ``value``."""
    np.bitwise_xor(value, mask, out=value)
    np.subtract(value, mask, out=out)
