# SPDX-License-Identifier: EUPL-1.2
"""Noise of areas, outputs, blocks, helpers and releases is drawn anew each time.

Each p-value fails a right sampler less than once in 10^8, and the permutation test less than that:
three vectors in a row must each fail once in a thousand.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from audits.independence import LEVEL, ROUNDS, SHUFFLES, p_values, shuffled, worst
from audits.laws import Ints, Law
from audits.noise_only import of_helpers, released

pytestmark = pytest.mark.statistical

SCALE = Fraction(10)
COLUMNS = 36
ROWS = 300


@pytest.fixture(scope="module")
def drawn() -> Ints:
    """Real noise: releases x (helpers, blocks, outputs, areas)."""
    noise = of_helpers(released(SCALE, ROWS, blocks=2, outputs=3))
    assert noise.shape == (ROWS, COLUMNS)
    return noise


def fresh(seed: int) -> Ints:
    """Independent draws that are the same in every run."""
    random = np.random.default_rng(seed)
    return Law.gaussian(SCALE).sample(random, ROWS * COLUMNS).reshape(ROWS, COLUMNS)


def repeated(left: Ints, right: Ints) -> bool:
    """Whether every one of some pairs of vectors has more equal draws than shuffled ones have."""
    least = 1 / (SHUFFLES + 1)
    return all(
        shuffled(one, other, seed) <= least
        for seed, (one, other) in enumerate(zip(left, right, strict=True))
    )


def test_draws_are_independent(drawn: Ints) -> None:
    found = p_values(drawn)
    assert min(found.values()) > LEVEL, found


def test_draws_are_not_repeated(drawn: Ints) -> None:
    # Between helpers, between blocks of one helper, between neighbouring areas, between releases.
    half, block = COLUMNS // 2, COLUMNS // 4
    pairs = {
        "helpers": (drawn[:, :half], drawn[:, half:]),
        "blocks": (drawn[:, :block], drawn[:, block : 2 * block]),
        "areas": (drawn[:, :-1], drawn[:, 1:]),
        "releases": (drawn[:-1], drawn[1:]),
    }
    for name, (left, right) in pairs.items():
        parts = [np.array_split(side.reshape(-1), ROUNDS) for side in (left, right)]
        cut = min(part.size for part in parts[0])
        left_parts, right_parts = ([part[:cut] for part in side] for side in parts)
        assert not repeated(np.array(left_parts), np.array(right_parts)), name


def test_no_two_releases_are_the_same(drawn: Ints) -> None:
    # 36 draws of scale 10 are equal with probability below 1e-50.
    assert len(np.unique(drawn, axis=0)) == ROWS


def same_for_two_areas(rows: Ints) -> Ints:
    rows[:, 4] = rows[:, 3]
    return rows


def same_at_both_helpers(rows: Ints) -> Ints:
    rows[:, COLUMNS // 2 :] = rows[:, : COLUMNS // 2]
    return rows


def cancelled_by_the_peer(rows: Ints) -> Ints:
    rows[:, COLUMNS // 2 :] = -rows[:, : COLUMNS // 2]
    return rows


def kept_for_the_next_release(rows: Ints) -> Ints:
    rows[1::2] = rows[:-1:2]
    return rows


def signs_alone_are_fresh(rows: Ints) -> Ints:
    rows[:, 5] = np.where(rows[:, 6] % 2, 1, -1) * rows[:, 4]
    return rows


def a_bit_of_the_neighbour(rows: Ints) -> Ints:
    flat = rows.reshape(-1)
    flat[1:] = np.rint(0.95 * flat[1:] + 0.1 * flat[:-1]).astype(np.int64)
    return rows


@pytest.mark.parametrize(
    ("spoil", "by"),
    [
        (same_for_two_areas, "one pair"),
        (same_at_both_helpers, "all pairs"),
        (cancelled_by_the_peer, "all pairs"),
        (kept_for_the_next_release, "releases"),
        (signs_alone_are_fresh, "sizes"),
        (a_bit_of_the_neighbour, "one after another"),
    ],
)
def test_dependence_is_found(spoil: Callable[[Ints], Ints], by: str) -> None:
    assert worst(fresh(1)) > 1e-5
    assert p_values(spoil(fresh(1)))[by] < LEVEL


def test_repeated_draws_are_found() -> None:
    left, right = fresh(2)[:ROUNDS], fresh(3)[:ROUNDS]
    assert not repeated(left, right)
    right[:, ::3] = left[:, ::3]
    assert repeated(left, right)


@pytest.mark.slow
def test_many_draws_are_independent() -> None:
    found = p_values(of_helpers(released(SCALE, 3000, blocks=2, outputs=3)))
    assert min(found.values()) > LEVEL, found
