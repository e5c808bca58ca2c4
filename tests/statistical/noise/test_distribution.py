# SPDX-License-Identifier: EUPL-1.2
"""Real draws against exact probabilities. Together they fail by chance once in a million runs."""

from fractions import Fraction
from math import exp, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ontschot.node.noise import DiscreteGaussian
from ontschot.protocol.privacy.accuracy import of_count

pytestmark = pytest.mark.statistical

CHANCE = 1e-8
"""How often a test may fail for no reason (each side of a two-sided test)."""

SMALL = [Fraction(1, 2), Fraction(45, 64), Fraction(7, 2), Fraction(45, 2)]


def exact_probabilities(scale: Fraction) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Values within 12 scales of nought, and their probabilities under N_Z(0, scale^2)."""
    reach = 12 * (int(scale) + 1)
    values = np.arange(-reach, reach + 1)
    weights = np.array([exp(-(int(x) ** 2) / (2 * float(scale) ** 2)) for x in values])
    return values, weights / weights.sum()


def cells_of(expected: NDArray[np.float64]) -> NDArray[np.int64]:
    """The cell of each value: neighbours share one until ten are expected in it."""
    cells, cell, filled = [], 0, 0.0
    for left, due in zip(np.cumsum(expected[::-1])[::-1], expected, strict=True):
        # What is left after a full cell must fill another, else it stays in this one.
        if filled >= 10 and left >= 10:
            cell, filled = cell + 1, 0.0
        cells.append(cell)
        filled += due
    return np.array(cells)


def chi_square(drawn: NDArray[np.int64], scale: Fraction) -> float:
    """The p-value of the draws against the exact probabilities."""
    values, probabilities = exact_probabilities(scale)
    assert np.abs(drawn).max() <= values[-1]
    counts = np.bincount(drawn + values[-1], minlength=values.size)
    cells = cells_of(probabilities * drawn.size)
    seen = np.bincount(cells, counts)
    due = np.bincount(cells, probabilities * drawn.size)
    assert due.min() >= 10 - 1e-6
    return float(stats.chisquare(seen, due * seen.sum() / due.sum()).pvalue)


def check_variance(drawn: NDArray[np.int64], variance: float) -> None:
    """The mean square of normal-like draws is within what chance allows of ``variance``."""
    low = float(stats.chi2.ppf(CHANCE, drawn.size)) / drawn.size
    high = float(stats.chi2.isf(CHANCE, drawn.size)) / drawn.size
    found = float(np.mean(drawn.astype(np.float64) ** 2))
    # A discrete Gaussian of a very small scale has heavier tails than the normal one.
    assert 1 + 1.6 * (low - 1) < found / variance < 1 + 1.6 * (high - 1)


def exact_variance(scale: Fraction) -> float:
    values, probabilities = exact_probabilities(scale)
    return float(np.sum(values.astype(np.float64) ** 2 * probabilities))


@pytest.mark.parametrize("scale", SMALL)
def test_draws_have_the_exact_probabilities(scale: Fraction) -> None:
    p_value = chi_square(DiscreteGaussian().draw(scale, 20_000), scale)
    assert CHANCE < p_value < 1 - CHANCE


def test_this_test_sees_a_rounded_normal_distribution() -> None:
    # The usual mistake: continuous noise, rounded. At this scale 20,000 draws give it away.
    rounded = np.rint(np.random.default_rng(1).normal(0, 45 / 64, 20_000)).astype(np.int64)
    assert chi_square(rounded, Fraction(45, 64)) < CHANCE


def test_this_test_sees_a_scale_ten_percent_off() -> None:
    wide = DiscreteGaussian().draw(Fraction(99, 4), 20_000)
    assert chi_square(wide, Fraction(45, 2)) < CHANCE


@pytest.mark.parametrize("scale", SMALL)
def test_the_sum_of_two_helpers_noise_has_the_stated_variance(scale: Fraction) -> None:
    both = DiscreteGaussian().draw(scale, 10_000) + DiscreteGaussian().draw(scale, 10_000)
    check_variance(both, 2 * exact_variance(scale))


@pytest.mark.parametrize("scale", SMALL)
def test_what_is_foretold_is_never_too_small(scale: Fraction) -> None:
    foretold = of_count(scale).sd ** 2
    assert 2 * exact_variance(scale) <= foretold * (1 + 1e-12)
    if scale >= 1:
        assert 2 * exact_variance(scale) == pytest.approx(foretold, rel=1e-4)


def test_ninety_five_of_a_hundred_lie_within_the_half_width() -> None:
    scale = Fraction(224)
    both = DiscreteGaussian().draw(scale, 10_000) + DiscreteGaussian().draw(scale, 10_000)
    inside = int(np.sum(np.abs(both) <= of_count(scale).half_width))
    assert stats.binomtest(inside, both.size, 0.95).pvalue > CHANCE


def test_figures_of_one_vector_are_independent() -> None:
    drawn = DiscreteGaussian().draw(Fraction(45, 2), 20_000).astype(np.float64)
    for lag in (1, 2, 3):
        correlation = float(np.corrcoef(drawn[:-lag], drawn[lag:])[0, 1])
        assert abs(correlation) < 5.8 / sqrt(drawn.size)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [*SMALL, Fraction(1643, 1024), Fraction(15, 2), Fraction(224)])
def test_many_draws_have_the_exact_probabilities(scale: Fraction) -> None:
    p_value = chi_square(DiscreteGaussian().draw(scale, 300_000), scale)
    assert CHANCE < p_value < 1 - CHANCE


@pytest.mark.slow
@pytest.mark.parametrize("scale", [Fraction(10**6), Fraction(3991886731, 512)])
def test_wide_noise_looks_normal(scale: Fraction) -> None:
    drawn = DiscreteGaussian().draw(scale, 200_000)
    assert stats.kstest(drawn / float(scale), "norm").pvalue > CHANCE
    check_variance(drawn, float(scale) ** 2)
    # The last bits are as good as the first.
    assert stats.chisquare(np.bincount(drawn & 15, minlength=16)).pvalue > CHANCE
