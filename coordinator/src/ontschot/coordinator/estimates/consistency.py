# SPDX-License-Identifier: EUPL-1.2
"""Consistency: released figures of several levels made to add up, by weighted least squares.

Unknown are the true sums per atom of area (and per kind of household, where a total and its parts
were released); each released figure is a sum of them plus noise of known variance. The weighted
least squares estimate is the best linear unbiased one (Gauss-Markov), uses no model of the world,
and areas then add up to the areas that hold them. Hay, Rastogi, Miklau and Suciu (2010) is the
special case of one regular tree.

Estimates are signed. ``not_negative`` comes after, and keeps totals; rounding comes last.
"""

from collections.abc import Sequence

import numpy as np

from ontschot.coordinator.estimates.mixed import Estimate
from ontschot.coordinator.estimates.observations import Floats, Observation, Target

_RANK = 1e-9


def least_squares(observations: Sequence[Observation], targets: Sequence[Target]) -> Estimate:
    """Return the estimates of all rows of all targets, in order, with their covariance.

    ``per_type`` may have any length, the same everywhere: the kinds that are told apart.

    Raises:
        ValueError: no observation, or a target that the released figures do not determine.
    """
    if not observations:
        msg = "nothing was released"
        raise ValueError(msg)
    spread = np.sqrt(np.concatenate([one.variance for one in observations]))
    design = np.concatenate([np.kron(one.per_type, one.cover) for one in observations])
    values = np.concatenate([one.values for one in observations]) / spread
    left, singular, right = np.linalg.svd(design / spread[:, None], full_matrices=False)
    kept = singular > _RANK * singular[0]
    left, singular, right = left[:, kept], singular[kept], right[kept]
    wanted = np.concatenate([np.kron(target.per_type, target.cover) for target in targets])
    along = wanted @ right.T
    if not np.allclose(along @ right, wanted, atol=1e-6):
        msg = "a target that the released figures do not determine"
        raise ValueError(msg)
    map_back = along / singular
    return Estimate(map_back @ (left.T @ values), map_back @ map_back.T)


def not_negative(parts: Floats, total: float, variances: Floats) -> Floats:
    """Return the nearest parts without negative ones that add up to ``total``.

    Nearest in squares weighted by 1 / variance, so uncertain parts give way first.

    Args:
        parts: float64[m], signed, m at least 1.
        total: what they must add up to; below zero counts as zero.
        variances: float64[m], positive.
    """
    wanted = max(total, 0.0)
    free = np.ones(len(parts), dtype=bool)
    # Each round fixes at least one more part at zero, so there are at most m rounds.
    while True:
        moved = np.where(free, parts, 0.0)
        weight = np.where(free, variances, 0.0)
        moved += (wanted - moved.sum()) * weight / weight.sum()
        below = free & (moved < 0)
        if not below.any() or (free & ~below).sum() == 0:
            return np.maximum(moved, 0.0)
        free &= ~below
