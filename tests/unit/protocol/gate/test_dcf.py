# SPDX-License-Identifier: EUPL-1.2
"""The keys against a literal, one-slot transcription of Figure 3 of eprint 2020/1392."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from ontschot.protocol.gate import dcf
from ontschot.protocol.gate.mmo import Mmo

BATCH = b"batch of the test"
MASK = 2**64 - 1
Pair = tuple[int, int]


class Figure3:
    """``Gen`` in the words of the paper, with Python's integers."""

    def __init__(self) -> None:
        info = b"ontschot/gate/mmo/v1"
        key = HKDF(algorithm=SHA256(), length=16, salt=None, info=info).derive(BATCH)
        self.cipher = Cipher(algorithms.AES128(key), modes.ECB())  # noqa: S305 - the block itself

    def h(self, x: int) -> int:
        block = x.to_bytes(16, "little")
        hashed = int.from_bytes(self.cipher.encryptor().update(block), "little")
        return hashed ^ x

    @staticmethod
    def convert(v: int) -> Pair:
        return v & MASK, v >> 64

    def expand(self, s: int) -> dict[str, tuple[int, Pair, int]]:
        left, right = self.h(s), self.h(s | 2)
        return {
            "L": (left & ~3, self.convert(self.h(s | 1)), left & 1),
            "R": (right & ~3, self.convert(self.h(s | 3)), right >> 1 & 1),
        }

    def gen(self, roots: Pair, alpha: int, n: int) -> tuple[list[tuple[int, Pair]], Pair]:
        beta = (1, alpha)
        s, t, v_alpha = list(roots), [0, 1], (0, 0)
        words = []
        for i in range(n):
            g = [self.expand(s[0]), self.expand(s[1])]
            alpha_i = alpha >> (n - 1 - i) & 1
            keep, lose = ("R", "L") if alpha_i else ("L", "R")
            sign = -1 if t[1] else 1
            s_cw = g[0][lose][0] ^ g[1][lose][0]
            v_cw = combine((sign, g[1][lose][1]), (-sign, g[0][lose][1]), (-sign, v_alpha))
            if lose == "L":
                v_cw = combine((1, v_cw), (sign, beta))
            v_alpha = combine((1, v_alpha), (-1, g[1][keep][1]), (1, g[0][keep][1]), (sign, v_cw))
            t_cw = {
                "L": g[0]["L"][2] ^ g[1]["L"][2] ^ alpha_i ^ 1,
                "R": g[0]["R"][2] ^ g[1]["R"][2] ^ alpha_i,
            }
            words.append((s_cw | t_cw["L"] | t_cw["R"] << 1, v_cw))
            for b in (0, 1):
                s[b] = g[b][keep][0] ^ t[b] * s_cw
                t[b] = g[b][keep][2] ^ t[b] * t_cw[keep]
        last = [self.convert(self.h(s[b] | 1)) for b in (0, 1)]
        sign = -1 if t[1] else 1
        return words, combine((sign, last[1]), (-sign, last[0]), (-sign, v_alpha))


def combine(*terms: tuple[int, Pair]) -> Pair:
    first = sum(factor * pair[0] for factor, pair in terms)
    second = sum(factor * pair[1] for factor, pair in terms)
    return first & MASK, second & MASK


def keys(bits: int, r: NDArray[np.uint64], seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    roots = rng.integers(0, 2**64, (2, r.size, 2), dtype=np.uint64)
    roots[..., 0] &= ~np.uint64(3)
    levels = np.empty((bits, 2, r.size, 2), dtype=np.uint64)
    leaf = np.empty((r.size, 2), dtype=np.uint64)
    dcf.generate(Mmo(BATCH), roots, r, levels, leaf)
    return roots, levels, leaf


def word(pair: NDArray[np.uint64]) -> int:
    return int(pair[0]) | int(pair[1]) << 64


@pytest.mark.parametrize("bits", [2, 4, 7, 31])
def test_keys_are_those_of_the_figure(bits: int) -> None:
    rng = np.random.default_rng(bits)
    r = rng.integers(0, 2**bits, 20, dtype=np.uint64)
    r[0], r[1] = 0, 2**bits - 1
    roots, levels, leaf = keys(bits, r, bits)
    figure = Figure3()
    for slot in range(r.size):
        words, last = figure.gen((word(roots[0, slot]), word(roots[1, slot])), int(r[slot]), bits)
        made = [
            (word(levels[i, 0, slot]), tuple(map(int, levels[i, 1, slot]))) for i in range(bits)
        ]
        assert made == words
        assert tuple(map(int, leaf[slot])) == last


def test_every_point_of_every_comparison_in_a_ring_of_16() -> None:
    r = np.repeat(np.arange(16, dtype=np.uint64), 5)
    roots, levels, leaf = keys(4, r, 1)
    at = np.broadcast_to(np.arange(16, dtype=np.uint64)[:, None], (16, r.size)).copy()
    total = dcf.evaluate(Mmo(BATCH), 0, roots[0], levels, leaf, at)
    total += dcf.evaluate(Mmo(BATCH), 1, roots[1], levels, leaf, at)
    below = (at < r).astype(np.uint64)
    assert np.array_equal(total[..., 0], below)
    assert np.array_equal(total[..., 1], below * r)


def test_generating_leaves_the_roots_alone() -> None:
    r = np.arange(8, dtype=np.uint64)
    rng = np.random.default_rng(9)
    roots = rng.integers(0, 2**64, (2, 8, 2), dtype=np.uint64) & ~np.uint64(3)
    before = roots.copy()
    levels, leaf = np.empty((3, 2, 8, 2), dtype=np.uint64), np.empty((8, 2), dtype=np.uint64)
    dcf.generate(Mmo(BATCH), roots, r, levels, leaf)
    assert np.array_equal(roots, before)


def test_another_batch_id_is_another_generator() -> None:
    blocks = np.arange(10, dtype=np.uint64)
    one, two = np.zeros(10, dtype=np.uint64), np.zeros(10, dtype=np.uint64)
    Mmo(b"batch one").hash_into(blocks, one)
    Mmo(b"batch two").hash_into(blocks, two)
    assert not np.any(one[:8] == two[:8])
