# SPDX-License-Identifier: EUPL-1.2
"""Rounding to quanta: unbiased, repeatable, bound to its round and variable, and silent."""

import hmac
import json
from dataclasses import replace

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

from ontschot.node.provider.vectors import RoundingKey
from ontschot.node.provider.vectors.rounding import round_to_quanta
from unit.node.provider.vectors.samples import EUROS, KEY, ROUND

UNIVERSE = "ab" * 32
N = 200_000


def rounded(cents: int, quantum: int = 10_000, key: RoundingKey = KEY) -> np.ndarray:
    coins = key.coins(ROUND, UNIVERSE, EUROS, N)
    return round_to_quanta(np.full(N, cents, dtype=np.int64), quantum, coins)


@pytest.mark.parametrize("cents", [1, 2_500, 5_000, 9_999, 123_456, 49_999_999])
def test_the_mean_is_the_amount(cents: int) -> None:
    found = rounded(cents)
    rest = cents % 10_000 / 10_000
    assert set(found.tolist()) <= {cents // 10_000, cents // 10_000 + 1}
    # Five standard deviations of the mean; the coins are fixed, so this never fails by chance.
    assert abs(found.mean() - cents / 10_000) < 5 * np.sqrt(rest * (1 - rest) / N)


@pytest.mark.parametrize("quantum", [1, 3, 10_000, 9_999_991])
def test_the_chance_is_the_rest_up_to_one_in_2_to_the_40(quantum: int) -> None:
    """Just below the limit a coin rounds up, at the limit it does not."""
    for rest in {0, 1, quantum // 3, quantum - 1} & set(range(quantum)):
        limit = (rest << 40) // quantum
        coins = np.array([0, max(limit, 1) - 1, limit, 2**40 - 1], dtype=np.uint64)
        cents = np.full(4, 7 * quantum + rest, dtype=np.int64)
        up = limit > 0
        assert round_to_quanta(cents, quantum, coins).tolist() == [7 + up, 7 + up, 7, 7]


def test_whole_quanta_stay_as_they_are() -> None:
    assert set(rounded(0).tolist()) == {0}
    assert set(rounded(2**26 * 10_000).tolist()) == {2**26}
    assert rounded(5).dtype == np.uint32


def test_a_larger_amount_never_becomes_fewer_quanta() -> None:
    assert (rounded(4_000) <= rounded(4_001)).all()
    assert (rounded(9_999) <= rounded(10_000)).all()


def test_a_repeat_throws_the_same_coins_and_anything_else_new_ones() -> None:
    coins = KEY.coins(ROUND, UNIVERSE, EUROS, 1000)
    again = RoundingKey(bytes(range(32))).coins(ROUND, UNIVERSE, EUROS, 1000)
    assert np.array_equal(coins, again)
    others = [
        RoundingKey(bytes(32)).coins(ROUND, UNIVERSE, EUROS, 1000),
        KEY.coins("vervolg-2026", UNIVERSE, EUROS, 1000),
        KEY.coins(ROUND, "cd" * 32, EUROS, 1000),
        KEY.coins(ROUND, UNIVERSE, replace(EUROS, id="euros2"), 1000),
        KEY.coins(ROUND, UNIVERSE, replace(EUROS, node_cap=501), 1000),
    ]
    for other in others:
        assert not (coins == other).any()
    assert int(coins.max()) < 2**40


def test_coins_are_the_top_40_bits_of_the_keystream() -> None:
    """RFC 5869 and counter mode once more, from HMAC and single AES blocks."""
    document = {
        "purpose": "ontschot-rounding/1",
        "round": ROUND,
        "universe": UNIVERSE,
        "variable": EUROS.to_document(),
    }
    info = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    extracted = hmac.digest(bytes(32), bytes(range(32)), "sha256")
    key = hmac.digest(extracted, info + b"\x01", "sha256")
    block = Cipher(AES256(key), ECB()).encryptor()  # noqa: S305 -- one block at a time
    stream = b"".join(block.update(i.to_bytes(16, "big")) for i in range(2))
    words = [int.from_bytes(stream[i : i + 8], "little") for i in range(0, 32, 8)]
    assert KEY.coins(ROUND, UNIVERSE, EUROS, 4).tolist() == [word >> 24 for word in words]


def test_a_key_is_32_bytes_and_says_nothing() -> None:
    assert repr(RoundingKey(b"s" * 32)) == "RoundingKey(...)"
    with pytest.raises(ValueError, match="32 bytes"):
        RoundingKey(b"s" * 31)
