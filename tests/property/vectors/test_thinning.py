# SPDX-License-Identifier: EUPL-1.2
"""Thinning: exactly the cap, never more than there was, and what the formula says."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ontschot.node.provider.vectors.cells import thin
from ontschot.node.provider.vectors.rounding import COIN_BITS

COUNTS = st.lists(st.lists(st.integers(0, 1000), min_size=4, max_size=4), min_size=1, max_size=20)
COIN = st.integers(0, 2**COIN_BITS - 1)


@given(COUNTS, st.integers(1, 50), st.data())
def test_a_row_keeps_the_cap_and_nothing_it_did_not_have(
    rows: list[list[int]], cap: int, data: st.DataObject
) -> None:
    coins = data.draw(st.lists(COIN, min_size=len(rows), max_size=len(rows)))
    counts = np.array(rows, dtype=np.int64)
    kept = thin(counts, cap, np.array(coins, dtype=np.uint64))
    assert (kept >= 0).all()
    assert (kept <= counts).all()
    assert kept.sum(axis=1).tolist() == [min(sum(row), cap) for row in rows]


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.integers(1, 6))
def test_over_all_starts_a_class_keeps_its_share(row: list[int], cap: int) -> None:
    total = sum(row)
    if total <= cap:
        return
    # A coin in the middle of each of the S equal parts of [0, 1).
    coins = [(2 * part + 1) * 2**COIN_BITS // (2 * total) for part in range(total)]
    counts = np.tile(row, (total, 1))
    kept = thin(counts, cap, np.array(coins, dtype=np.uint64)).sum(axis=0)
    assert [Fraction(int(k), total) for k in kept] == [Fraction(cap * n, total) for n in row]
