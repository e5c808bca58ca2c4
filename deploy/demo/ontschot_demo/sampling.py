# SPDX-License-Identifier: EUPL-1.2
"""Drawing exact numbers of things by weight, so that small towns meet published shares too."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

STREAMS = ("town", "addresses", "people", "youth", "wmo", "lines", "spelling", "mistakes")
"""Independent streams of randomness: a change in one part leaves the other parts as they were."""


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of one of ``STREAMS``.

    Raises:
        ValueError: no such part.
    """
    return np.random.default_rng([seed, STREAMS.index(part)])


def pick(rng: np.random.Generator, weights: ArrayLike, count: int) -> NDArray[np.int64]:
    """Return ``count`` different indices drawn by weight, or all with a weight above 0 if fewer.

    Exponential clocks: the first ``count`` to ring (Efraimidis and Spirakis, 2006). The heaviest
    tend to come first.
    """
    values = np.asarray(weights, dtype=np.float64)
    clocks = rng.exponential(size=len(values))
    clocks = np.divide(clocks, values, out=np.full(len(values), np.inf), where=values > 0)
    order = np.argsort(clocks, kind="stable")
    chosen: NDArray[np.int64] = order[: min(count, int((values > 0).sum()))]
    return chosen


def pick_per_row(
    rng: np.random.Generator, weights: NDArray[np.float64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (row, column) pairs: in row i, ``counts[i]`` different columns drawn by weight."""
    clocks = rng.exponential(size=weights.shape)
    clocks = np.divide(clocks, weights, out=np.full(weights.shape, np.inf), where=weights > 0)
    rank = np.argsort(np.argsort(clocks, axis=1, kind="stable"), axis=1, kind="stable")
    rows, columns = np.nonzero((rank < counts[:, None]) & (weights > 0))
    return rows.astype(np.int64), columns.astype(np.int64)


def apportion(total: int, shares: ArrayLike) -> NDArray[np.int64]:
    """Return whole numbers that add up to ``total`` in proportion to ``shares`` (largest rest)."""
    weights: NDArray[np.float64] = np.asarray(shares, dtype=np.float64)
    exact = total * weights / weights.sum()
    counts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    rest = np.argsort(counts - exact, kind="stable")[: total - int(counts.sum())]
    counts[rest] += 1
    return counts


def choose(rng: np.random.Generator, shares: Sequence[float], size: int) -> NDArray[np.int64]:
    """Return ``size`` indices drawn with the probabilities in ``shares`` (made to sum to 1)."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    drawn = np.searchsorted(edges / edges[-1], rng.random(size), side="right")
    return drawn.astype(np.int64)
