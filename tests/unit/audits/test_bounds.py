# SPDX-License-Identifier: EUPL-1.2
"""Lower bounds on privacy loss: below the truth, near it, and above what is claimed too low."""

from math import exp, inf, log

import numpy as np
import pytest
from scipy import stats

from audits.bounds import (
    CHANCE,
    Scores,
    Told,
    bounds,
    epsilon_bound,
    gaussian_epsilon,
    least,
    most,
    mu_bound,
    rho_bound,
)
from ontschot.protocol.privacy.conversion import epsilon_of
from ontschot.protocol.privacy.units import RHO_UNITS

DELTA = 1e-6


def normal(mu: float, size: int, seed: int = 1) -> tuple[Scores, Scores]:
    random = np.random.default_rng(seed)
    return random.normal(0, 1, size), random.normal(mu, 1, size)


@pytest.mark.parametrize(("seen", "of"), [(0, 10), (3, 10), (10, 10), (1, 2000), (1999, 2000)])
def test_the_ends_of_an_interval_leave_the_chance_that_is_said(seen: int, of: int) -> None:
    low, high = least(seen, of), most(seen, of)
    assert 0 <= low <= seen / of <= high <= 1
    if seen:
        assert stats.binom.sf(seen - 1, of, low) == pytest.approx(CHANCE, rel=1e-6)
    if seen < of:
        assert stats.binom.cdf(seen, of, high) == pytest.approx(CHANCE, rel=1e-6)


def test_no_difference_is_no_loss() -> None:
    found = bounds(*normal(0.0, 4000), DELTA)
    assert (found.epsilon, found.rho, found.mu, found.epsilon_of_mu) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("mu", [0.5, 1.0, 2.0])
def test_bounds_lie_below_the_truth_and_not_far(mu: float) -> None:
    found = bounds(*normal(mu, 40_000), DELTA)
    assert 0.85 * mu - 0.05 < found.mu < mu
    assert 0 < found.rho < mu**2 / 2
    assert 0 < found.epsilon < gaussian_epsilon(mu, DELTA)


def test_randomised_response_is_measured_by_its_definition() -> None:
    # Says the truth with probability 3/4: epsilon is log 3.
    random = np.random.default_rng(2)
    without, with_it = (random.random(20_000) < share for share in (0.25, 0.75))
    found = bounds(without.astype(np.float64), with_it.astype(np.float64), DELTA)
    assert 0.85 * log(3) < found.epsilon < log(3)


def test_complements_count_as_well() -> None:
    # The event itself shows nothing here, its complement shows everything.
    assert epsilon_bound(Told(false=0.5, true=0.999), 0.0) == pytest.approx(log(0.5 / 0.001))
    assert rho_bound(Told(false=0.5, true=0.999)) > 0.5


def test_perfect_knowledge_shows_no_more_than_the_number_of_releases() -> None:
    zeros = np.zeros(1000)
    found = bounds(zeros, zeros + 1, DELTA)
    assert 3 < found.epsilon < log(1000)


def test_nothing_is_shown_by_who_is_wrong() -> None:
    told = Told(false=0.6, true=0.4)
    assert rho_bound(told) == -inf
    assert mu_bound(told) < 0
    found = bounds(*normal(-1.0, 2000), DELTA)
    assert (found.epsilon, found.rho, found.mu) == (0.0, 0.0, 0.0)


def test_rho_of_coins_is_below_that_of_the_normal_laws_behind_them() -> None:
    for mu in (0.1, 1.0, 3.0):
        for threshold in np.linspace(-3, 3 + mu, 25):
            false, true = stats.norm.sf(threshold), stats.norm.sf(threshold - mu)
            assert rho_bound(Told(float(false), float(true))) <= mu**2 / 2 + 1e-9


def test_the_epsilon_of_two_normal_laws_fits_its_delta() -> None:
    for mu in (0.05, 1.0, 4.0):
        epsilon = gaussian_epsilon(mu, DELTA)
        delta = stats.norm.cdf(mu / 2 - epsilon / mu) - exp(epsilon) * stats.norm.cdf(
            -mu / 2 - epsilon / mu
        )
        assert delta == pytest.approx(DELTA, rel=1e-6)
        claimed = float(epsilon_of(int(mu**2 / 2 * RHO_UNITS)))
        assert 0.85 * claimed < epsilon < claimed
    assert gaussian_epsilon(0.0, DELTA) == 0.0
    assert gaussian_epsilon(1e-9, 0.5) == 0.0
