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
from itertools import pairwise

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


def add_up(
    covers: Sequence[Floats], values: Sequence[Floats], variances: Sequence[Floats]
) -> list[tuple[Floats, Floats]]:
    """Return one column at several levels so that areas add up to the areas that hold them.

    Args:
        covers: per level float64[areas, atoms].
        values: per level float64[areas], as released.
        variances: per level float64[areas], of the noise.

    Returns:
        Per level values without negative ones, float64[areas], and standard errors of the signed
        estimates, float64[areas]. Totals are those of the signed estimates, or zero.
    """
    one = np.ones(1)
    released = [
        Observation(one, cover, value, variance)
        for cover, value, variance in zip(covers, values, variances, strict=True)
    ]
    estimate = least_squares(released, [Target(one, cover) for cover in covers])
    ends = np.cumsum([len(cover) for cover in covers])[:-1]
    signed = np.split(estimate.values, ends)
    errors = np.split(estimate.standard_errors, ends)
    order = sorted(range(len(covers)), key=lambda level: len(covers[level]))
    kept = list(signed)
    coarsest = order[0]
    kept[coarsest] = np.maximum(signed[coarsest], 0.0)
    for parent, child in pairwise(order):
        kept[child] = _within(
            (covers[parent], signed[parent], kept[parent]),
            (covers[child], signed[child], errors[child]),
        )
    return list(zip(kept, errors, strict=True))


def _within(
    parents: tuple[Floats, Floats, Floats], children: tuple[Floats, Floats, Floats]
) -> Floats:
    """Return the children without negative ones, adding up within each parent as before.

    Slots of a parent that no child holds keep their signed estimate, as long as it is positive. A
    child that no single parent holds is cut at zero by itself.
    """
    cover_parent, signed_parent, kept_parent = parents
    cover, signed, errors = children
    found = np.maximum(signed, 0.0)
    inside = cover_parent @ cover.T == cover.sum(axis=1)
    for parent, held in enumerate(inside):
        places = np.flatnonzero(held)
        if not places.size:
            continue
        whole = np.array_equal(cover[places].sum(axis=0), cover_parent[parent])
        rest = 0.0 if whole else max(0.0, signed_parent[parent] - signed[places].sum())
        total = kept_parent[parent] - min(rest, kept_parent[parent])
        found[places] = not_negative(signed[places], float(total), errors[places] ** 2)
    return found


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
