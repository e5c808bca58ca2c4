# SPDX-License-Identifier: EUPL-1.2
"""The mixed model: against formulas of the literature, and on regions with known truth."""

import numpy as np
import pytest

from ontschot.coordinator.estimates.households import HouseholdTypes, cost_amounts, cost_types
from ontschot.coordinator.estimates.mixed import _slopes, _solve, fit
from ontschot.coordinator.estimates.observations import Observation, Target
from unit.coordinator.estimates.worlds import BUURTEN, covers, region, released, slots

NO_COVARIATES = np.zeros((BUURTEN, 0))
ONE_TYPE = HouseholdTypes(np.eye(1), np.zeros((0, 1)), np.zeros(0), np.zeros(1), np.zeros(1))


def test_one_type_and_one_level_is_the_predictor_of_fay_and_herriot() -> None:
    # With one count per area the model is Fay-Herriot's: area mean m, variance A between areas.
    rng = np.random.default_rng(1)
    size, noise = slots(), 12.0**2
    truth = 0.12 * size * (1 + rng.normal(0, 0.5, BUURTEN))
    values = truth + rng.normal(0, noise**0.5, BUURTEN)
    cover = np.eye(BUURTEN)
    observation = Observation(np.ones(1), cover, values, np.full(BUURTEN, noise))
    model = fit(ONE_TYPE, [observation], size, NO_COVARIATES)
    between = model.taus[0] * (size * model.rates[0]) ** 2 + size * model.rates[0] * (
        1 - model.rates[0]
    )
    middle = values.mean()
    expected = middle + between / (between + noise) * (values - middle)
    found = model.predict([Target(np.ones(1), cover)])
    assert found.values == pytest.approx(expected, rel=1e-6)
    # g1 of Prasad and Rao; the other terms make the error larger, never smaller.
    least = np.sqrt(between * noise / (between + noise))
    assert (found.standard_errors >= least * (1 - 1e-9)).all()
    assert (found.standard_errors <= least * 1.3).all()


def test_the_error_of_a_variance_is_that_of_restricted_likelihood() -> None:
    # Balanced: the REML estimate of A has variance 2 (A + D)^2 / (m - 1), not / m. (Searle,
    # Casella, McCulloch, "Variance Components", section 6.6; A here is tau (n p)^2.)
    rng = np.random.default_rng(7)
    size, noise = slots(), 12.0**2
    values = 0.12 * size * (1 + rng.normal(0, 0.5, BUURTEN)) + rng.normal(0, 12, BUURTEN)
    observation = Observation(np.ones(1), np.eye(BUURTEN), values, np.full(BUURTEN, noise))
    model = fit(ONE_TYPE, [observation], size, NO_COVARIATES)
    mean = size[0] * model.rates[0]
    total = model.taus[0] * mean**2 + mean * (1 - model.rates[0]) + noise
    # The other variance has no effect here.
    assert model._spread_of_taus[0, 0] == pytest.approx(
        2 * (total / mean**2) ** 2 / (BUURTEN - 1), rel=1e-6
    )
    assert model.taus[0] * mean**2 == pytest.approx(
        values.var(ddof=1) - mean * (1 - model.rates[0]) - noise, rel=1e-3
    )


def test_the_slopes_of_the_likelihood_are_its_slopes() -> None:
    rng = np.random.default_rng(8)
    data = fit(cost_types(), released(rng, region(rng)), slots(), NO_COVARIATES)._data
    knots = cost_types().basis.shape[1]
    prior = np.eye(knots) * 3.0, np.zeros(knots)
    taus, step = np.array([0.05, 0.02]), 1e-6
    found = _slopes(data, _solve(data, prior, taus))
    for place in range(2):
        moved = step * np.eye(2)[place]
        up, down = (_solve(data, prior, taus + sign * moved).criterion for sign in (1, -1))
        assert found[place] == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-3)


def test_exact_figures_are_returned_as_they_are() -> None:
    rng = np.random.default_rng(2)
    world, (_, _, buurten) = region(rng), covers()
    per_type = np.minimum(cost_amounts(), 20_000)
    values = world.sums(np.minimum(world.euros, 20_000))
    exact = Observation(per_type, buurten, values, np.full(BUURTEN, 1e-3))
    model = fit(cost_types(), [exact], slots(), NO_COVARIATES)
    found = model.predict([Target(per_type, buurten)])
    assert found.values == pytest.approx(values, rel=1e-6)


def test_estimates_of_parts_add_up_to_the_whole() -> None:
    rng = np.random.default_rng(3)
    model = fit(cost_types(), released(rng, region(rng)), slots(), NO_COVARIATES)
    gemeente, wijken, buurten = covers()
    amounts = cost_amounts()
    found = model.predict([Target(amounts, cover) for cover in (gemeente, wijken, buurten)]).values
    assert found[1:6].sum() == pytest.approx(found[0])
    assert found[6:].sum() == pytest.approx(found[0])
    assert found[6:12].sum() == pytest.approx(found[1])


def test_estimates_are_nearer_than_the_released_figures() -> None:
    rng = np.random.default_rng(4)
    direct, composite = [], []
    _, _, buurten = covers()
    for _ in range(8):
        world = region(rng)
        observations = released(rng, world)
        model = fit(cost_types(), observations, slots(), NO_COVARIATES)
        truth = world.sums(world.euros)
        estimate = model.predict([Target(cost_amounts(), buurten)]).values
        direct.append(np.abs(observations[0].values - truth) / truth)
        composite.append(np.abs(estimate - truth) / truth)
    assert np.median(composite) < 0.8 * np.median(direct)


def test_the_same_figures_give_the_same_estimates() -> None:
    observations = released(np.random.default_rng(5), region(np.random.default_rng(5)))
    target = [Target(cost_amounts(), covers()[1])]
    one, two = (
        fit(cost_types(), observations, slots(), NO_COVARIATES).predict(target) for _ in range(2)
    )
    assert (one.values == two.values).all()
    assert (one.covariance == two.covariance).all()


def test_covariates_that_explain_the_areas_make_them_more_certain() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(0, 1, BUURTEN)
    truth = 0.12 * slots() * np.exp(0.5 * (x - x.mean()))
    sd = 25.0
    observation = Observation(
        np.ones(1), np.eye(BUURTEN), truth + rng.normal(0, sd, BUURTEN), np.full(BUURTEN, sd**2)
    )
    target = [Target(np.ones(1), np.eye(BUURTEN))]
    without = fit(ONE_TYPE, [observation], slots(), NO_COVARIATES).predict(target)
    with_x = fit(ONE_TYPE, [observation], slots(), (x / x.std())[:, None]).predict(target)
    assert with_x.standard_errors.mean() < without.standard_errors.mean()


def test_nothing_released_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was released"):
        fit(cost_types(), [], slots(), NO_COVARIATES)


def test_an_observation_needs_noise_and_a_value_for_each_area() -> None:
    one = np.ones(1)
    with pytest.raises(ValueError, match="variance of noise"):
        Observation(one, np.eye(2), np.ones(2), np.zeros(2))
    with pytest.raises(ValueError, match="for each area"):
        Observation(one, np.eye(2), np.ones(3), np.ones(3))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [1e-8, 1e8])
def test_nearly_no_noise_and_nothing_but_noise_give_finite_estimates(factor: float) -> None:
    rng = np.random.default_rng(7)
    world = region(rng)
    observations = [
        Observation(one.per_type, one.cover, one.values, one.variance * factor)
        for one in released(rng, world)
    ]
    model = fit(cost_types(), observations, slots(), NO_COVARIATES)
    found = model.predict([Target(cost_amounts(), cover) for cover in covers()])
    assert np.isfinite(found.values).all()
    assert (found.standard_errors > 0).all()
