# SPDX-License-Identifier: EUPL-1.2
from datetime import date

import numpy as np

from ontschot_demo.clients import World
from ontschot_demo.households import populate
from ontschot_demo.sampling import stream
from ontschot_demo.town import Town


def test_every_household_lives_at_an_address_of_its_buurt(small_town: Town) -> None:
    people = populate(stream(1, "people"), small_town, date(2024, 1, 1))
    assert len(people.address) == small_town.households
    assert len(set(people.address.tolist())) == len(people.address)
    assert np.array_equal(small_town.addresses.buurt[people.address], people.buurt)


def test_households_start_with_an_adult(world: World) -> None:
    people = world.people
    first = np.append(True, people.household[1:] != people.household[:-1])
    assert not people.child[first].any()
    assert set(people.per_household(~people.child).tolist()) == {1, 2}
    assert people.per_household(people.child).max() == 4


def test_ages_are_those_of_a_town(world: World) -> None:
    people = world.people
    assert people.age[people.child].min() == 0
    assert people.age[people.child].max() == 22
    assert people.age[~people.child].min() >= 19
    assert people.age.max() <= 100
    assert 0.17 < np.mean(people.age >= 65) < 0.26
    assert 0.18 < np.mean(people.age < 18) < 0.27
    assert 1.9 < len(people.age) / len(people.address) < 2.4


def test_families_follow_the_shares_of_their_buurt(world: World) -> None:
    people = world.people
    families = people.per_household(people.child) > 0
    expected = sum(buurt.households * buurt.families for buurt in world.town.buurten)
    assert abs(families.sum() - expected) < 4 * np.sqrt(expected)


def test_parents_are_older_than_their_children(world: World) -> None:
    people = world.people
    first = np.flatnonzero(np.append(True, people.household[1:] != people.household[:-1]))
    parent = people.age[first][people.household]
    gap = (parent - people.age)[people.child]
    assert gap.min() >= 16
    assert 27 < np.median(gap) < 36


def test_age_and_birth_date_agree(world: World) -> None:
    people = world.people
    first = np.datetime64("2024-01-01")
    born = people.born.astype("datetime64[Y]").astype(int) + 1970
    month_day_passed = (people.born - people.born.astype("datetime64[Y]")).astype(int) <= 0
    years = 2024 - born - (~month_day_passed).astype(int)
    assert (people.born < first).all()
    assert np.abs(years - people.age).max() <= 1
    assert np.mean(years == people.age) > 0.98
