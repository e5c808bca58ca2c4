# SPDX-License-Identifier: EUPL-1.2
"""The worlds of the utility benchmark, and what gates would give of them."""

import numpy as np
import pytest

from benchmarks.utility.exact import Exact, exact
from benchmarks.utility.towns import Place, area_sums, made_up_place
from benchmarks.utility.worlds import COSTS, MOST_EUROS, World, world
from ontschot.protocol.catalogue.definitions import BlockDefinition, definition


@pytest.fixture(scope="module")
def place() -> Place:
    return made_up_place(1_500, 14, 3)


@pytest.fixture(scope="module")
def town() -> Place:
    return made_up_place()


@pytest.fixture(scope="module")
def found(place: Place) -> Exact:
    rng = np.random.default_rng(1)
    return exact(rng, place, world(rng, place, COSTS["lognormal, sigma 1.2"]))


def block(question: str, name: str) -> BlockDefinition:
    return next(one for one in definition(question).blocks if one.id == name)


@pytest.mark.parametrize("costs", COSTS)
def test_a_few_households_cost_more_than_half(town: Place, costs: str) -> None:
    made = [world(np.random.default_rng(seed), town, COSTS[costs]) for seed in range(4)]
    slots = town.universe.slots
    means, tops = [], []
    for one in made:
        dearest = np.sort(one.euros)[::-1][: round(0.03 * slots)]
        means.append(one.euros.sum() / slots)
        tops.append(dearest.sum() / one.euros.sum())
    assert 1_300 <= np.mean(means) <= 1_800
    assert 0.5 <= np.mean(tops) <= 0.82
    assert all(one.euros.max() <= MOST_EUROS for one in made)


def test_records_add_up_to_households(found: Exact) -> None:
    made = found.world
    total = np.bincount(made.household, made.amount)
    assert total == pytest.approx(made.euros)
    assert len(np.unique(made.slot)) == len(made.slot)
    household, provider = made.pairs
    euros = made.at_provider(definition("Q01").variable("euros"))
    assert np.bincount(household, euros) == pytest.approx(made.euros)
    assert provider.max() < found.place.providers
    served = definition("Q13").variable("served")
    assert np.bincount(household, made.at_provider(served)) == pytest.approx(made.true(served))
    assert set(made.group.tolist()) == set(range(1, 9))


def test_everybody_with_care_has_it_under_a_law(found: Exact) -> None:
    laws = definition("Q06").variable("served-jw"), definition("Q06").variable("served-wmo")
    jw, wmo = (found.world.true(variable) > 0 for variable in laws)
    assert (jw | wmo).all()
    assert (jw & wmo).any()
    # Here no provider gives care under both, so none counts a household for both.
    at = [found.world.at_provider(variable) for variable in laws]
    assert (at[0] + at[1] == 1).all()


def test_the_same_seed_makes_the_same_world(place: Place) -> None:
    draw = COSTS["Lomax, alpha 2.2"]
    one, two = (world(np.random.default_rng(5), place, draw) for _ in range(2))
    assert (one.slot == two.slot).all()
    assert (one.amount == two.amount).all()


def test_each_provider_rounds_without_bias_and_caps() -> None:
    made = World(
        slot=np.array([0, 3]),
        euros=np.array([150.0, 700_000.0]),
        household=np.array([0, 0, 1]),
        provider=np.array([0, 1, 0]),
        group=np.array([1, 4, 4]),
        amount=np.array([50.0, 100.0, 700_000.0]),
    )
    variable = definition("Q01").variable("euros")
    rng = np.random.default_rng(1)
    totals = np.array([made.reported(variable, rng) for _ in range(2_000)])
    assert set(totals[:, 0].tolist()) == {1, 2}
    assert abs(totals[:, 0].mean() - 1.5) < 0.06
    assert (totals[:, 1] == variable.node_cap).all()
    served = definition("Q13").variable("served")
    assert made.reported(served, rng).tolist() == [2, 1]
    assert made.true(served).tolist() == [2, 1]


def test_figures_of_the_gates_are_those_of_the_households(found: Exact) -> None:
    made, buurten = found.world, block("Q06", "all-buurt")
    ones = area_sums(found.area_map(buurten), made.slot, np.ones(len(made.slot)))
    assert (found.opened["Q06", "all-buurt"][:, 0] == ones).all()
    assert (found.truth("Q06", buurten, "plain")[:, 0] == ones).all()
    tiers = found.opened["Q09", "tiers-gemeente"]
    # Rounding moves hardly a household below the first tier.
    assert tiers.sum() == pytest.approx(len(made.slot), abs=0.01 * len(made.slot))
    laws = found.opened["Q12", "laws-gemeente"]
    assert laws.sum() == len(made.slot)


def test_the_truth_has_no_cap(found: Exact) -> None:
    gemeente = block("Q01", "sum-gemeente")
    assert found.truth("Q01", gemeente, "plain").sum() == pytest.approx(
        found.world.euros.sum() * 100
    )
    assert found.released("Q01", block("Q01", "sum-wijk")).sum() < found.world.euros.sum() * 100
    tiers = block("Q09", "tiers-gemeente")
    amounts = found.truth("Q09", tiers, "amounts")
    least = found.world.euros[found.world.euros >= 100].sum() * 100
    assert amounts[:, : len(tiers.thresholds)].sum() == pytest.approx(least)


def test_shares_of_the_dearest_rise_with_how_many_they_are(found: Exact) -> None:
    shares = found.truth("Q10", block("Q10", "top-tiers-gemeente"), "shares")
    assert (np.diff(shares, axis=1) >= 0).all()
    euros, slots = np.sort(found.world.euros)[::-1], found.place.universe.slots
    top = euros[: round(0.03 * slots)].sum() / euros.sum()
    assert shares[0, 1] == pytest.approx(1000 * top)
