# SPDX-License-Identifier: EUPL-1.2
"""Whether draws that should have nothing to do with one another have not.

Rows are releases in their order; columns are everything drawn for one of them: helper by helper,
block by block, output by output, area by area.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from audits.laws import ONE_IN, Floats, Ints

LEVEL: Final = ONE_IN / 100
"""What a p-value must be above: the laws of these statistics are known for many releases only, so
they get a hundred times more room than exact ones."""

LAGS: Final = 20
SHUFFLES: Final = 999
ROUNDS: Final = 3


def p_values(rows: Ints) -> Mapping[str, float]:
    """Return the p-value of each test of independence of draws (int64[releases, columns]).

    ``one pair``: the largest correlation of two columns, by Fisher's transformation, times the
    number of pairs. ``all pairs``: the sum of squared correlations of all pairs, which is nearly
    chi-square (Schott, Biometrika 92, 2005). ``sizes``: the same sum for absolute values, which
    sees that large draws come together though signs are free. ``one after another``: Ljung and
    Box's test (Biometrika 65, 1978) on each release's draws after those of the release before.
    ``releases``: the same on each column down the releases, columns added up.
    """
    values = rows.astype(np.float64)
    pairs = _correlations(values)
    largest = float(np.abs(pairs).max())
    fisher = np.arctanh(min(largest, 1 - 1e-15)) * sqrt(len(rows) - 3)
    return {
        "one pair": min(1.0, 2 * float(stats.norm.sf(fisher)) * pairs.size),
        "all pairs": _sum_of_squares(pairs, len(rows)),
        "sizes": _sum_of_squares(_correlations(np.abs(values)), len(rows)),
        "one after another": _ljung_box(values.reshape(1, -1)),
        "releases": _ljung_box(values.T),
    }


def worst(rows: Ints) -> float:
    """Return the smallest of the p-values."""
    return min(p_values(rows).values())


def shuffled(left: Ints, right: Ints, seed: int) -> float:
    """Return the p-value of a permutation test of two vectors of draws.

    The statistic is how many places hold the same draw: no law is taken for granted. The least
    possible p is 1 / (SHUFFLES + 1), so who wants to be surer looks at several vectors.
    """
    found = stats.permutation_test(
        (left, right),
        lambda one, other: float(np.sum(one == other)),
        permutation_type="pairings",
        vectorized=False,
        n_resamples=SHUFFLES,
        alternative="greater",
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def _correlations(values: Floats) -> NDArray[np.float64]:
    matrix = np.asarray(np.corrcoef(values, rowvar=False), dtype=np.float64)
    return np.asarray(matrix[np.triu_indices(values.shape[1], 1)])


def _sum_of_squares(pairs: Floats, releases: int) -> float:
    # A squared correlation of independent columns has mean 1 / (releases - 1).
    return float(stats.chi2.sf(np.sum(pairs**2) * (releases - 1), pairs.size))


def _ljung_box(series: Floats) -> float:
    centred = series - series.mean(axis=1, keepdims=True)
    length = series.shape[1]
    total = 0.0
    for lag in range(1, LAGS + 1):
        products = np.sum(centred[:, lag:] * centred[:, :-lag], axis=1)
        total += float(np.sum((products / np.sum(centred**2, axis=1)) ** 2)) / (length - lag)
    return float(stats.chi2.sf(total * length * (length + 2), LAGS * len(series)))
