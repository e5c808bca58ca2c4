# SPDX-License-Identifier: EUPL-1.2
"""Exact laws of released noise, and tests of draws against them.

A law is a table of probabilities on consecutive integers, cut where what is left is below 1e-30.
One helper's noise has N_Z(0, sigma^2): P(x) proportional to exp(-x^2 / (2 sigma^2)) (Canonne,
Kamath, Steinke, arXiv 2004.00010, Definition 1); both helpers' together its convolution with
itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import signal, stats

ONE_IN: Final = 4e-9
"""How often one p-value of a right sampler may fail. A run of the default suite has fewer than
two hundred p-values, and the audits of ``bounds`` besides, at a chance of 1e-7 in all: it fails
without cause less than once in a million."""

LEAST_DUE: Final = 25.0
"""Draws expected in a cell; below that the tail of chi-square is too thin for such levels."""

MOST_CELLS: Final = 200

_REACH: Final = 12

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """Probabilities (float64[m]) of the integers from ``first`` on."""

    first: int
    probabilities: Floats

    @classmethod
    def gaussian(cls, scale: Fraction) -> "Law":
        """Return N_Z(0, scale^2)."""
        reach = _REACH * (int(scale) + 1)
        values = np.arange(-reach, reach + 1, dtype=np.float64)
        weights = np.exp(-(values**2) / (2 * float(scale) ** 2))
        return cls(-reach, weights / weights.sum())

    def plus(self, other: "Law") -> "Law":
        """Return the law of the sum of two independent draws."""
        if self.probabilities.size < 10_000:
            both = np.convolve(self.probabilities, other.probabilities)
        else:
            # Off by 1e-16 in each place, of which none that matters is below 1e-9.
            both = signal.fftconvolve(self.probabilities, other.probabilities).clip(0)
        return Law(self.first + other.first, both / both.sum())

    @property
    def values(self) -> Ints:
        """The integers that have a probability."""
        return np.arange(self.first, self.first + self.probabilities.size, dtype=np.int64)

    def moment(self, order: int) -> float:
        """Return the mean of x^order."""
        return float(np.sum(self.values.astype(np.float64) ** order * self.probabilities))

    def sample(self, random: np.random.Generator, size: int) -> Ints:
        """Return draws by inversion in float64: for broken samplers that must be repeatable."""
        at = np.searchsorted(np.cumsum(self.probabilities), random.random(size), side="right")
        return self.values[np.minimum(at, self.probabilities.size - 1)]


def p_values(drawn: Ints, law: Law) -> Mapping[str, float]:
    """Return the p-value of each test of draws against a law; each is two-sided where it can be.

    ``cells``: Pearson's chi-square over the values, neighbours merged until enough are expected.
    ``variance``: the mean square, as a multiple of chi-square with the law's own kurtosis.
    ``tails``: how many lie in the outermost values of both sides, where ``LEAST_DUE`` are expected.
    ``spread``: Kolmogorov-Smirnov on the distribution function at each draw, made continuous by a
    uniform draw within each step (exact for a law on integers, at every scale).
    """
    at = drawn - law.first
    assert at.min() >= 0, "a draw that no sampler makes"
    assert at.max() < law.probabilities.size, "a draw that no sampler makes"
    return {
        "cells": _cells(at, law),
        "variance": _variance(drawn, law),
        "tails": _tails(at, law),
        "spread": _spread(at, law),
    }


def worst(drawn: Ints, law: Law) -> float:
    """Return the smallest of the p-values."""
    return min(p_values(drawn, law).values())


def _cells(at: Ints, law: Law) -> float:
    due = law.probabilities * at.size
    starts = _starts(due, max(LEAST_DUE, at.size / MOST_CELLS))
    expected = np.add.reduceat(due, starts)
    seen = np.add.reduceat(np.bincount(at, minlength=due.size), starts)
    p = float(stats.chisquare(seen, expected * at.size / expected.sum()).pvalue)
    # Draws that fit too well were not drawn.
    return min(1.0, 2 * min(p, 1 - p))


def _starts(due: Floats, least: float) -> Ints:
    # Greedy from the left; what is left at the right end joins the last cell.
    total = np.cumsum(due)
    starts, filled = [0], 0.0
    while True:
        end = int(np.searchsorted(total, filled + least)) + 1
        if end >= due.size or total[-1] - total[end - 1] < least:
            return np.array(starts, dtype=np.int64)
        starts.append(end)
        filled = float(total[end - 1])


def _variance(drawn: Ints, law: Law) -> float:
    second, fourth = law.moment(2), law.moment(4)
    # A mean of n squares has variance (m4 - m2^2) / n: that of chi-square with this many degrees.
    degrees = 2 * second**2 / (fourth - second**2) * drawn.size
    found = float(np.mean(drawn.astype(np.float64) ** 2)) / second * degrees
    return 2 * min(float(stats.chi2.cdf(found, degrees)), float(stats.chi2.sf(found, degrees)))


def _tails(at: Ints, law: Law) -> float:
    # Both laws are symmetric, so values at equal distance from the middle go together.
    distance = np.abs(law.values)
    beyond = np.cumsum(np.bincount(distance, law.probabilities)[::-1])[::-1]
    cut = int(np.flatnonzero(beyond * at.size >= LEAST_DUE)[-1])
    seen = int(np.sum(distance[at] >= cut))
    return float(stats.binomtest(seen, at.size, min(1.0, float(beyond[cut]))).pvalue)


def _spread(at: Ints, law: Law) -> float:
    below = np.concatenate([[0.0], np.cumsum(law.probabilities)])
    # Other draws have another seed, and the same draws the same: a failure can be looked into.
    within = np.random.default_rng(crc32(at.tobytes())).random(at.size)
    return float(stats.kstest(below[at] + within * law.probabilities[at], "uniform").pvalue)
