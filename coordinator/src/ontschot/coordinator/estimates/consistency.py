# SPDX-License-Identifier: EUPL-1.2
"""Consistency: released figures of several levels made to add up, by weighted least squares.

Unknown are the true sums per atom of area (and per kind of household, where a total and its parts
were released); each released figure is a sum of them plus noise of known variance. The weighted
least squares estimate is the best linear unbiased one (Gauss-Markov), uses no model of the world,
and areas then add up to the areas that hold them. Hay, Rastogi, Miklau and Suciu (2010) is the
special case of one regular tree. That is proved where the areas of every level hold all slots.

Some slots are in a gemeente and in no wijk or buurt (overflow, ADR 0007). No figure is about them
alone, so the released figures leave their sum free: it would take up whatever noise makes the parts
differ from the whole. What is public about it is their number n, of the N of their whole, which
tells two things:

* *Before the figures*, the sum of such a remainder is expected to be n / N of that of its whole,
  give or take six times that (and the chance of n draws beside it): whoever is not found at an
  address may well have care ten times as often as others (a stay elsewhere). ``_outside`` puts that
  in as one more observation: of the remainder less n / N of the whole there is nothing, with that
  standard deviation. It is about the unknowns alone, so no noise of a figure is in it.
* *After them*, it lies between 0 and n times the most that one slot can add. Where the estimate
  does not, it is moved to the nearest end and all others with it, along their covariance: the
  weighted least squares estimate under that bound.

What holds of figures with a remainder is less than the above, and in part was only measured:

* The deviation in that observation is six times n / N of the *noised* figure of the whole. For a
  given deviation, over worlds whose remainders have it, the estimate is the best linear unbiased
  predictor (Robinson 1991) and its standard errors are exact. In one world in particular it is
  biased, towards n / N, and the deviation depends on the noise a little. How often intervals held
  the truth in worlds with few and with many households in the remainder stands in ADR 0025.
* Standard errors are those before the bound. If these are right and errors normal, intervals hold
  the truth as often under it: an estimate is a part that is independent of the remainder's, plus a
  multiple of that; moving the latter to an end of an interval that holds the truth brings it
  nearer, and a normal part that is symmetric around nothing then covers the truth at least as often
  (Anderson 1955, theorem 1).

Estimates are signed until then. ``not_negative`` comes after, and keeps totals; rounding comes
last. What is shown adds up: parts and remainder are the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import lsq_linear

from ontschot.coordinator.estimates.mixed import Estimate
from ontschot.coordinator.estimates.observations import Floats, Observation, Target

_RANK = 1e-9

_OUTSIDE_SPREAD = 6.0
"""Standard deviation of a remainder before the figures, as a multiple of its expectation.

With 2 intervals of the remainder held the truth in a third of the rounds where a tenth of the
households with care is not found at an address, with 4 in nine tenths, with 6 in 95 of 100. The
error of a gemeente is 5 to 8 % larger than with 2 (ADR 0025)."""

_ONE = np.ones(1)


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level of a released column.

    ``cover`` float64[areas, atoms]; ``values`` float64[areas], as released; ``variances``
    float64[areas], of the noise.
    """

    cover: Floats
    values: Floats
    variances: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """What is public about slots: ``numbers`` float64[atoms], and the ``most`` that one adds.

    ``most`` is in the unit of the figures: 1 for households, the cap for capped sums.
    """

    numbers: Floats
    most: float


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """One level after adding up: no value is negative.

    Attributes:
        values: float64[areas].
        errors: float64[areas], standard errors of the signed estimates.
        rest: float64[w], for each of the w areas of the coarsest level what none of its areas at
            this level hold: with them it adds up to that area.
        rest_errors: float64[w], standard errors of those; 0 where there is no such slot.
        rest_slots: float64[w], their number.
    """

    values: Floats
    errors: Floats
    rest: Floats
    rest_errors: Floats
    rest_slots: Floats


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


def add_up(levels: Sequence[Level], slots: Slots) -> list[Added]:
    """Return one column at several levels so that areas add up to the areas that hold them.

    Totals are those of the signed estimates under the bounds of the remainders, or zero.
    """
    covers = [level.cover for level in levels]
    order = sorted(range(len(levels)), key=lambda level: len(covers[level]))
    whole = levels[order[0]]
    rests = _Rests.of(whole.cover, covers)
    released = [Observation(_ONE, one.cover, one.values, one.variances) for one in levels]
    estimate = least_squares(
        released + [_outside(whole, row, slots) for row in rests.rows],
        [Target(_ONE, cover) for cover in (*covers, rests.rows) if len(cover)],
    )
    estimate = _bounded(estimate, rests.rows @ slots.numbers * slots.most)
    ends = np.cumsum([len(cover) for cover in covers])
    *signed, _ = np.split(estimate.values, ends)
    *errors, of_rests = np.split(estimate.standard_errors, ends)
    kept = list(signed)
    kept[order[0]] = np.maximum(signed[order[0]], 0.0)
    for parent, child in pairwise(order):
        kept[child] = _within(
            (covers[parent], signed[parent], kept[parent]),
            (covers[child], signed[child], errors[child]),
        )
    # An area without a remainder has number -1: the zero at the end.
    deviations, numbers = np.append(of_rests, 0.0), np.append(rests.rows @ slots.numbers, 0.0)
    added = []
    for k, which in enumerate(rests.of_level):
        left = np.maximum(kept[order[0]] - _inside(whole.cover, covers[k]) @ kept[k], 0.0)
        rest = np.where(which < 0, 0.0, left)
        added.append(Added(kept[k], errors[k], rest, deviations[which], numbers[which]))
    return added


@dataclass(frozen=True, slots=True, eq=False)
class _Rests:
    """Remainders: ``rows`` float64[r, atoms], each another, and which one an area has per level.

    ``of_level`` has int64[w] for each level: the row of each area of the coarsest one, or -1.
    """

    rows: Floats
    of_level: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, whole: Floats, covers: Sequence[Floats]) -> "_Rests":
        numbers: dict[bytes, int] = {}
        rows: list[Floats] = []
        of_level = []
        for cover in covers:
            which = np.full(len(whole), -1)
            for area, row in enumerate(np.clip(whole - _inside(whole, cover) @ cover, 0.0, 1.0)):
                if row.any() and row.tobytes() not in numbers:
                    numbers[row.tobytes()] = len(rows)
                    rows.append(row)
                which[area] = numbers.get(row.tobytes(), -1)
            of_level.append(which)
        return cls(np.array(rows).reshape(len(rows), whole.shape[1]), tuple(of_level))


def _inside(whole: Floats, cover: Floats) -> NDArray[np.bool_]:
    """Return which areas of ``cover`` lie in which of ``whole``, bool[w, areas]."""
    return np.asarray(whole @ cover.T == cover.sum(axis=1))


def _outside(whole: Level, row: Floats, slots: Slots) -> Observation:
    """Return what is known before the figures about a remainder, as the module says.

    Amounts of at most m with expectation a have a variance of at most m a. The size of a is taken
    from the figure of the whole and one deviation of its noise: where that figure is zero or less
    there may still be something.
    """
    (area,) = np.flatnonzero(whole.cover @ row == row.sum())[:1]
    number, among = float(row @ slots.numbers), float(whole.cover[area] @ slots.numbers)
    total = max(float(whole.values[area]), 0.0) + float(whole.variances[area]) ** 0.5
    each = min(total / among, slots.most)
    variance = (_OUTSIDE_SPREAD * number * each) ** 2 + number * slots.most * each
    beyond_share = row - number / among * whole.cover[area]
    return Observation(_ONE, beyond_share[None, :], np.zeros(1), np.array([variance]))


def _bounded(estimate: Estimate, most: Floats) -> Estimate:
    """Return the estimate with its last values between 0 and ``most`` (float64[r]).

    Errors are those of ``estimate``.
    """
    rows = np.arange(len(estimate.values) - len(most), len(estimate.values))
    found = estimate.values[rows]
    if ((found >= 0) & (found <= most)).all():
        return estimate
    half = cholesky(estimate.covariance[np.ix_(rows, rows)], lower=True)
    whiten = solve_triangular(half, np.eye(len(rows)), lower=True)
    nearest = lsq_linear(whiten, whiten @ found, (np.zeros(len(rows)), most), method="bvls").x
    moved = estimate.covariance[:, rows] @ (whiten.T @ (whiten @ (nearest - found)))
    return Estimate(estimate.values + moved, estimate.covariance)


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
    for parent, held in enumerate(_inside(cover_parent, cover)):
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
