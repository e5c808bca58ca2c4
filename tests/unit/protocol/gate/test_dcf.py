# SPDX-License-Identifier: EUPL-1.2
"""The keys against a literal, one-slot transcription of Figure 3 of eprint 2020/1392."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from ontschot.protocol.gate import dcf, walk
from ontschot.protocol.gate.dcf import Corrections
from ontschot.protocol.gate.mmo import Mmo
from ontschot.protocol.gate.payload import GROUPS, Group

BATCH = b"batch of the test"
Element = tuple[int, ...]
GROUP_LIST = list(GROUPS.values())


class Figure3:
    """``Gen`` in the words of the paper, with Python's integers, and its leaves packed."""

    def __init__(self, group: Group) -> None:
        info = b"ontschot/gate/mmo/v1"
        key = HKDF(algorithm=SHA256(), length=16, salt=None, info=info).derive(BATCH)
        self.cipher = Cipher(algorithms.AES128(key), modes.ECB())  # noqa: S305 - the block itself
        self.group = group

    def h(self, x: int) -> int:
        block = x.to_bytes(16, "little")
        hashed = int.from_bytes(self.cipher.encryptor().update(block), "little")
        return hashed ^ x

    def convert(self, v: int) -> Element:
        word, columns = self.group.word_bits, self.group.columns
        return tuple(v >> (word * i) & (2**word - 1) for i in range(columns))

    def combine(self, *terms: tuple[int, Element]) -> Element:
        columns = range(self.group.columns)
        return tuple(
            sum(factor * element[i] for factor, element in terms) % 2**self.group.word_bits
            for i in columns
        )

    def expand(self, s: int) -> dict[str, tuple[int, Element, int]]:
        left, right = self.h(s), self.h(s | 2)
        if self.group.size == 16:
            values = self.h(s | 1), self.h(s | 3)
        else:
            values = self.h(s | 1), self.h(s | 1) >> 64
        return {
            "L": (left & ~3, self.convert(values[0]), left & 1),
            "R": (right & ~3, self.convert(values[1]), right >> 1 & 1),
        }

    def leaf(self, s: int) -> list[Element]:
        both = self.h(s | 1) | self.h(s | 3) << 128
        return [self.convert(both >> (8 * self.group.size * j)) for j in range(self.group.elements)]

    def gen(
        self, roots: tuple[int, int], alpha: int, n: int
    ) -> tuple[list[tuple[int, Element]], list[Element]]:
        nothing = (0,) * self.group.columns
        beta = (1, alpha)[: self.group.columns]
        s, t, v_alpha = list(roots), [0, 1], nothing
        words = []
        for i in range(n - self.group.leaf_bits):
            g = [self.expand(s[0]), self.expand(s[1])]
            alpha_i = alpha >> (n - 1 - i) & 1
            keep, lose = ("R", "L") if alpha_i else ("L", "R")
            sign = -1 if t[1] else 1
            s_cw = g[0][lose][0] ^ g[1][lose][0]
            v_cw = self.combine((sign, g[1][lose][1]), (-sign, g[0][lose][1]), (-sign, v_alpha))
            if lose == "L":
                v_cw = self.combine((1, v_cw), (sign, beta))
            v_alpha = self.combine(
                (1, v_alpha), (-1, g[1][keep][1]), (1, g[0][keep][1]), (sign, v_cw)
            )
            t_cw = {
                "L": g[0]["L"][2] ^ g[1]["L"][2] ^ alpha_i ^ 1,
                "R": g[0]["R"][2] ^ g[1]["R"][2] ^ alpha_i,
            }
            words.append((s_cw | t_cw["L"] | t_cw["R"] << 1, v_cw))
            for b in (0, 1):
                s[b] = g[b][keep][0] ^ t[b] * s_cw
                t[b] = g[b][keep][2] ^ t[b] * t_cw[keep]
        sign = -1 if t[1] else 1
        last = [
            self.combine(
                (sign * (j < alpha % self.group.elements), beta),
                (sign, v_1),
                (-sign, v_0),
                (-sign, v_alpha),
            )
            for j, (v_0, v_1) in enumerate(zip(self.leaf(s[0]), self.leaf(s[1]), strict=True))
        ]
        return words, last


def room(group: Group, bits: int, m: int) -> Corrections:
    depth = bits - group.leaf_bits
    return Corrections(
        group,
        np.empty((depth, m, 2), dtype=np.uint64),
        np.empty((depth, m, group.columns), dtype=group.word),
        np.empty((m, group.elements, group.columns), dtype=group.word),
    )


def keys(
    group: Group, bits: int, r: NDArray[np.uint64], seed: int
) -> tuple[NDArray[np.uint64], Corrections]:
    rng = np.random.default_rng(seed)
    roots = rng.integers(0, 2**64, (2, r.size, 2), dtype=np.uint64)
    roots[..., 0] &= ~np.uint64(3)
    out = room(group, bits, r.size)
    dcf.generate(Mmo(BATCH), roots, r, out)
    return roots, out


def word(pair: NDArray[np.uint64]) -> int:
    return int(pair[0]) | int(pair[1]) << 64


@pytest.mark.parametrize("group", GROUP_LIST)
@pytest.mark.parametrize("bits", [3, 4, 7, 31])
def test_keys_are_those_of_the_figure(group: Group, bits: int) -> None:
    rng = np.random.default_rng(bits)
    r = rng.integers(0, 2**bits, 20, dtype=np.uint64)
    r[0], r[1] = 0, 2**bits - 1
    roots, made = keys(group, bits, r, bits)
    figure = Figure3(group)
    for slot in range(r.size):
        words, last = figure.gen((word(roots[0, slot]), word(roots[1, slot])), int(r[slot]), bits)
        assert words == [
            (word(made.seeds[i, slot]), tuple(map(int, made.values[i, slot])))
            for i in range(bits - group.leaf_bits)
        ]
        assert last == [tuple(map(int, element)) for element in made.leaves[slot]]


@pytest.mark.parametrize("group", GROUP_LIST)
def test_every_point_of_every_comparison_in_a_ring_of_16(group: Group) -> None:
    r = np.repeat(np.arange(16, dtype=np.uint64), 5)
    roots, made = keys(group, 4, r, 1)
    at = np.broadcast_to(np.arange(16, dtype=np.uint64)[:, None], (16, r.size)).copy()
    total = walk.evaluate(Mmo(BATCH), 0, roots[0], made, at)
    total += walk.evaluate(Mmo(BATCH), 1, roots[1], made, at)
    below = (at < r).astype(group.word)
    assert total.dtype == group.word
    assert np.array_equal(total[..., 0], below)
    if group.columns == 2:
        assert np.array_equal(total[..., 1], below * r)


@pytest.mark.parametrize("group", GROUP_LIST)
def test_some_slots_keys_evaluate_like_all_slots_keys(group: Group) -> None:
    r = np.arange(32, dtype=np.uint64)
    roots, made = keys(group, 5, r, 2)
    at = np.random.default_rng(1).integers(0, 32, (3, 32), dtype=np.uint64)
    whole = walk.evaluate(Mmo(BATCH), 1, roots[1], made, at)
    some = slice(7, 20)
    part = walk.evaluate(Mmo(BATCH), 1, roots[1, some], made.of(some), at[:, some])
    assert np.array_equal(part, whole[:, some])


@pytest.mark.parametrize("group", GROUP_LIST)
def test_generating_leaves_the_roots_alone(group: Group) -> None:
    rng = np.random.default_rng(9)
    roots = rng.integers(0, 2**64, (2, 8, 2), dtype=np.uint64) & ~np.uint64(3)
    before = roots.copy()
    dcf.generate(Mmo(BATCH), roots, np.arange(8, dtype=np.uint64), room(group, 4, 8))
    assert np.array_equal(roots, before)


def test_another_batch_id_is_another_generator() -> None:
    blocks = np.arange(10, dtype=np.uint64)
    one, two = np.zeros(10, dtype=np.uint64), np.zeros(10, dtype=np.uint64)
    Mmo(b"batch one").hash_into(blocks, one)
    Mmo(b"batch two").hash_into(blocks, two)
    assert not np.any(one[:8] == two[:8])
