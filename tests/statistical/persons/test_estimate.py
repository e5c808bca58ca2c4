# SPDX-License-Identifier: EUPL-1.2
"""6,000 persons in buckets, many times: what collisions hide comes back, and the variance is true.

Seeded, so these tests say the same on every run.
"""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from ontschot.protocol.persons import clients_of
from ontschot.protocol.persons.buckets import LOAD

PERSONS = 6_000
RUNS = 2_000


def occupied(buckets: int, persons: int, seed: int, runs: int = RUNS) -> NDArray[np.int64]:
    random = np.random.default_rng(seed)
    return np.array(
        [len(np.unique(random.integers(0, buckets, persons))) for _ in range(runs)],
        dtype=np.int64,
    )


def sizes(buckets: int) -> NDArray[np.int64]:
    return np.full(RUNS, buckets, dtype=np.int64)


@pytest.mark.parametrize("buckets", [2**14, 2**18, 2**20])
def test_persons_are_estimated_without_bias(buckets: int) -> None:
    found = occupied(buckets, PERSONS, seed=buckets)
    estimate = clients_of(found, sizes(buckets), Fraction(0))
    error = estimate.persons - PERSONS
    standard = error.std(ddof=1) / RUNS**0.5
    assert abs(error.mean()) < 3 * standard + 0.05
    assert (PERSONS - found.mean()) > 10 * standard  # the plain count is too low, and visibly so


def test_the_load_of_the_protocol_hides_one_in_sixty_four() -> None:
    buckets = 2**18
    assert buckets >= LOAD * PERSONS
    hidden = PERSONS - occupied(buckets, PERSONS, seed=3).mean()
    assert hidden == pytest.approx(PERSONS**2 / (2 * buckets), rel=0.05)


@pytest.mark.parametrize("buckets", [2**14, 2**18])
def test_the_variance_of_collisions_is_what_is_said(buckets: int) -> None:
    estimate = clients_of(occupied(buckets, PERSONS, seed=5), sizes(buckets), Fraction(0))
    assert estimate.persons.var(ddof=1) == pytest.approx(estimate.collisions.mean(), rel=0.12)
    assert (estimate.noise == 0).all()


@pytest.mark.parametrize("buckets", [2**13, 2**18])
def test_with_noise_both_parts_of_the_variance_add_up(buckets: int) -> None:
    random = np.random.default_rng(7)
    noise = np.rint(random.normal(0, 30 * 2**0.5, RUNS)).astype(np.int64)
    found = occupied(buckets, PERSONS, seed=7) + noise
    estimate = clients_of(found, sizes(buckets), Fraction(2 * 30**2))
    error = estimate.persons - PERSONS
    assert abs(error.mean()) < 3 * error.std(ddof=1) / RUNS**0.5 + 0.5
    assert error.var(ddof=1) == pytest.approx(estimate.variance.mean(), rel=0.12)
    covered = np.abs(error) < 1.96 * np.sqrt(estimate.variance)
    assert 0.93 < covered.mean() < 0.97


def test_too_few_empty_buckets_give_no_figure() -> None:
    found = clients_of(
        np.array([921, 922, 1024, 2000], dtype=np.int64),
        np.full(4, 1024, dtype=np.int64),
        Fraction(2),
    )
    assert found.full.tolist() == [False, True, True, True]
    assert np.isfinite(found.persons[0])
    assert np.isnan(found.persons[1:]).all()
    assert np.isnan(found.variance[1:]).all()


def test_noise_may_make_a_figure_negative() -> None:
    found = clients_of(np.array([-40]), np.array([1024]), Fraction(800))
    assert found.persons[0] == pytest.approx(-39.23, abs=0.01)
    assert found.collisions[0] == 0
