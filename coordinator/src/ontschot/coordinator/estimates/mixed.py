# SPDX-License-Identifier: EUPL-1.2
"""Small-area estimation: a mixed model over households, and its empirical best linear predictor.

Model. In atom j with n_j slots the number of households of type t is a multinomial count with
expectation ``n_j p_t (1 + x_j b + u_j + v_j g_t)``: p_t the region's rate of type t, x_j public
covariates, u_j and v_j independent effects of the area on numbers and along the tilt g, with
variances to be estimated. What is released is a sum over atoms of a function of type, plus noise
of exactly known variance. So values y have expectation and covariance in closed form:

    E y = mu + X b,    Cov y = sampling + sum_k tau_k E_k + noise.

That is an area-level model in the sense of Fay and Herriot (1979), with several variables at
several levels at once (multivariate: Benavent and Morales 2016): every released figure informs
every estimate, and estimates of areas add up to those of the areas that hold them. The estimate is
the empirical best linear unbiased predictor. Variances of effects are estimated by restricted
maximum likelihood. The mean squared error is g1 + g2 + 2 g3 of Prasad and Rao (1990), g3 by
numerical differentiation (Datta and Lahiri 2000, for REML).

Rates p_t = exp(basis @ c + offset) are estimated first by penalised least squares; then c is a
fixed effect with its penalty as prior, linearised there (one step of Gauss-Newton), so its
uncertainty is in the error of every estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import cho_solve, cholesky, pinvh, solve_triangular
from scipy.optimize import least_squares, minimize

from ontschot.coordinator.estimates.households import HouseholdTypes
from ontschot.coordinator.estimates.observations import Floats, Observation, Target

_COVARIATE_SPREAD = 0.5
"""Prior standard deviation of the effect of a standardised covariate on the logarithm of a rate."""

_LOOSE = 10.0
"""Prior standard deviation of every coefficient of a log number around its starting value: it says
nothing (a factor of e^10) but where the figures say nothing either."""

_STARTS = ((0.05, 0.01), (0.005, 0.001))
_BOUNDS = ((0.0, 3.0), (0.0, 3.0))
"""Of the roots of variances: relative spreads beyond three are no spread of areas."""

_MOST_LOG = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Estimates of a target: ``values`` float64[m], ``covariance`` float64[m, m] of the errors."""

    values: Floats
    covariance: Floats

    @property
    def standard_errors(self) -> Floats:
        """The roots of the mean squared errors, float64[m]."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Functions of households summed over areas: ``per_type`` [m, t], ``cover`` [m, atoms]."""

    per_type: Floats
    cover: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Second moments between rows: sampling, and one matrix for each variance of an effect."""

    sampling: Floats
    effects: tuple[Floats, ...]

    def total(self, taus: Floats) -> Floats:
        return self.sampling + sum(
            (tau * effect for tau, effect in zip(taus, self.effects, strict=True)),
            start=np.zeros_like(self.sampling),
        )


@dataclass(frozen=True, slots=True, eq=False)
class MixedModel:
    """A fitted model. ``taus`` are the variances of area effects: on numbers, and along the tilt.

    Attributes:
        rates: float64[types], households of each type per slot, over the region.
        taus: float64[2].
    """

    rates: Floats
    taus: Floats
    _types: HouseholdTypes = field(repr=False)
    _slots: Floats = field(repr=False)
    _covariates: Floats = field(repr=False)
    _data: "_Data" = field(repr=False)
    _solved: "_Solved" = field(repr=False)
    _spread_of_taus: Floats = field(repr=False)

    def predict(self, targets: Sequence[Target]) -> Estimate:
        """Return the estimates of all rows of all targets, in order, with their covariance."""
        rows = _stack([(target.per_type, target.cover) for target in targets])
        mean, design = _expectation(rows, self.rates, self._types, self._slots, self._covariates)
        cross = _moments(rows, self._data.rows, self.rates, self._types, self._slots)
        own = _moments(rows, rows, self.rates, self._types, self._slots)
        solved = self._solved
        gain = solved.whiten(cross.total(self.taus).T)
        values = mean + design @ solved.effects + gain.T @ solved.residual
        left = design - gain.T @ solved.design
        covariance = own.total(self.taus) - gain.T @ gain + left @ solved.inverse @ left.T
        return Estimate(values, covariance + 2 * self._variance_part(cross))

    def _variance_part(self, cross: _Moments) -> Floats:
        # g3: how the predictor moves with the variances, times how uncertain those are.
        solved = self._solved
        weights = cho_solve((solved.factor, True), cross.total(self.taus).T)
        # Whitened, so that the inner product of two of them is with Cov y.
        moves = [
            solved.whiten(effect.T - data_effect @ weights)
            for effect, data_effect in zip(cross.effects, self._data.moments.effects, strict=True)
        ]
        part = np.zeros((weights.shape[1], weights.shape[1]))
        for a, first in enumerate(moves):
            for b, second in enumerate(moves):
                part += self._spread_of_taus[a, b] * (first.T @ second)
        return (part + part.T) / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    rows: _Rows
    values: Floats
    noise: Floats
    mean: Floats
    design: Floats
    moments: _Moments


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """The model solved at given variances; ``residual`` and ``design`` are whitened."""

    factor: Floats
    effects: Floats
    inverse: Floats
    residual: Floats
    design: Floats
    criterion: float

    def whiten(self, rows: Floats) -> Floats:
        whitened: Floats = solve_triangular(self.factor, rows, lower=True)
        return whitened


def fit(
    types: HouseholdTypes,
    observations: Sequence[Observation],
    slots: Floats,
    covariates: Floats,
) -> MixedModel:
    """Fit the model to released values.

    Args:
        types: the types of household.
        observations: at least one.
        slots: float64[atoms], public.
        covariates: float64[atoms, q], public, standardised; q may be 0.

    Raises:
        ValueError: no observation, or shapes that do not fit.
    """
    rows = _stack([(one.per_type, one.cover) for one in observations])
    values = np.concatenate([one.values for one in observations])
    noise = np.concatenate([one.variance for one in observations])
    log_numbers = _first_numbers(types, observations, slots)
    rates = _numbers(types, log_numbers) / slots.sum()
    mean, design = _expectation(rows, rates, types, slots, covariates)
    moments = _moments(rows, rows, rates, types, slots)
    data = _Data(rows, values, noise, mean, design, moments)
    prior = _prior(types, log_numbers, covariates.shape[1])
    taus, spread = _variances(data, prior)
    solved = _solve(data, prior, taus)
    return MixedModel(rates, taus, types, slots, covariates, data, solved, spread)


def _stack(parts: Sequence[tuple[Floats, Floats]]) -> _Rows:
    if not parts:
        msg = "nothing was released"
        raise ValueError(msg)
    return _Rows(
        np.concatenate(
            [np.repeat(per_type[None], len(cover), axis=0) for per_type, cover in parts]
        ),
        np.concatenate([cover for _, cover in parts]),
    )


def _numbers(types: HouseholdTypes, log_numbers: Floats) -> Floats:
    logs = types.basis @ log_numbers + types.offset
    numbers: Floats = np.exp(np.clip(logs, -_MOST_LOG, _MOST_LOG))
    return numbers


def _first_numbers(
    types: HouseholdTypes, observations: Sequence[Observation], slots: Floats
) -> Floats:
    """Return c of the region: penalised least squares over the sums of all areas."""
    per_type = np.stack([one.per_type for one in observations])
    totals = np.array([one.values.sum() for one in observations])
    # A map may leave slots out; its sum stands for the part of the region that it covers.
    share = np.array([(one.cover.sum(axis=0) @ slots) for one in observations]) / slots.sum()
    spread = np.sqrt([one.variance.sum() for one in observations])

    def residuals(c: Floats) -> Floats:
        misfit = (share * (per_type @ _numbers(types, c)) - totals) / spread
        return np.concatenate([misfit, types.penalty @ c - types.aim, (c - start) / _LOOSE])

    def jacobian(c: Floats) -> Floats:
        moved = (per_type * _numbers(types, c)) @ types.basis
        return np.vstack([share[:, None] * moved / spread[:, None], types.penalty, loose])

    per_slot = 0.1 * slots.sum() / len(types.basis)
    start = np.linalg.lstsq(types.basis, np.log(per_slot) - 0.5 * types.tilt**2, rcond=None)[0]
    loose = np.eye(len(start)) / _LOOSE
    found: Floats = least_squares(residuals, start, jacobian, max_nfev=100).x
    return found


def _expectation(
    rows: _Rows, rates: Floats, types: HouseholdTypes, slots: Floats, covariates: Floats
) -> tuple[Floats, Floats]:
    size = rows.cover @ slots
    each = rows.per_type @ rates
    by_rate = size[:, None] * ((rows.per_type * rates) @ types.basis)
    by_covariate = each[:, None] * ((rows.cover * slots) @ covariates)
    return size * each, np.hstack([by_rate, by_covariate])


def _moments(
    left: _Rows, right: _Rows, rates: Floats, types: HouseholdTypes, slots: Floats
) -> _Moments:
    shared = (left.cover * slots) @ right.cover.T
    squared = (left.cover * slots**2) @ right.cover.T
    means = left.per_type @ rates, right.per_type @ rates
    tilted = left.per_type @ (rates * types.tilt), right.per_type @ (rates * types.tilt)
    # Multinomial: a household is of one type at most.
    sampling = ((left.per_type * rates) @ right.per_type.T - np.outer(*means)) * shared
    return _Moments(sampling, (np.outer(*means) * squared, np.outer(*tilted) * squared))


def _prior(types: HouseholdTypes, log_numbers: Floats, covariates: int) -> tuple[Floats, Floats]:
    """Return rows and aims of the prior on how far c and the covariates are from the first fit."""
    blank = np.zeros((len(types.penalty), covariates))
    of_rates = np.hstack([types.penalty, blank])
    spread = [_LOOSE] * len(log_numbers) + [_COVARIATE_SPREAD] * covariates
    each = np.diag(1 / np.array(spread))
    aim = np.concatenate([types.aim - types.penalty @ log_numbers, np.zeros(len(spread))])
    return np.vstack([of_rates, each]), aim


def _solve(data: _Data, prior: tuple[Floats, Floats], taus: Floats) -> _Solved:
    factor = cholesky(data.moments.total(taus) + np.diag(data.noise), lower=True)
    design: Floats = solve_triangular(factor, data.design, lower=True)
    values: Floats = solve_triangular(factor, data.values - data.mean, lower=True)
    rows, aim = prior
    normal = design.T @ design + rows.T @ rows
    # Symmetric and positive, but of entries of very different size: no plain inverse.
    inverse: Floats = pinvh(normal).astype(np.float64)
    effects = inverse @ (design.T @ values + rows.T @ aim)
    residual, surprise = values - design @ effects, rows @ effects - aim
    criterion = (
        residual @ residual
        + surprise @ surprise
        + 2 * np.log(np.diag(factor)).sum()
        + np.linalg.slogdet(normal)[1]
    )
    return _Solved(factor, effects, inverse, residual, design, float(criterion))


def _variances(data: _Data, prior: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Return the variances of area effects by REML, and the covariance of those estimates."""

    def criterion(roots: Floats) -> tuple[float, Floats]:
        solved = _solve(data, prior, roots**2)
        return solved.criterion, 2 * roots * _slopes(data, solved)

    # Roots, so that no variance is negative; two starts, since the likelihood may have two hills.
    found = [
        minimize(criterion, np.sqrt(start), jac=True, method="L-BFGS-B", bounds=_BOUNDS)
        for start in _STARTS
    ]
    taus: Floats = min(found, key=lambda result: result.fun).x ** 2
    spread = np.linalg.pinv(_information(data, _solve(data, prior, taus)))
    return taus, spread.astype(np.float64)


def _projection(solved: _Solved) -> Floats:
    """Return P: the inverse of Cov y with the uncertainty of all fixed effects in it."""
    factor = (solved.factor, True)
    weights: Floats = solve_triangular(solved.factor, solved.design, lower=True, trans="T")
    inverse: Floats = cho_solve(factor, np.eye(len(solved.factor)))
    return inverse - weights @ solved.inverse @ weights.T


def _slopes(data: _Data, solved: _Solved) -> Floats:
    """Return the derivatives of the criterion by the variances: tr(P E) - e'E e, e = P y."""
    projection = _projection(solved)
    left = solve_triangular(solved.factor, solved.residual, lower=True, trans="T")
    return np.array(
        [np.sum(projection * effect) - left @ effect @ left for effect in data.moments.effects]
    )


def _information(data: _Data, solved: _Solved) -> Floats:
    """Return the expected information of REML on the variances: tr(P E_a P E_b) / 2.

    With the inverse of Cov y in the place of P it would be that of plain maximum likelihood, which
    takes the fixed effects for known (Datta and Lahiri 2000; Rao and Molina 2015, section 5.2.4).
    """
    projection = _projection(solved)
    moves = [projection @ effect for effect in data.moments.effects]
    return np.array([[0.5 * np.sum(a * b.T) for b in moves] for a in moves])
