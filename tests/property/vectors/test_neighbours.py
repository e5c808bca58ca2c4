# SPDX-License-Identifier: EUPL-1.2
"""Neighbouring worlds: what one household or one person moves is never more than what is charged.

A world is what all providers have in their records. Each test makes every provider's vector of it,
computes the figures that would be released without noise, takes away one household (all records
placed in one slot) or one person (all records of one number), and does it all again. Buckets of
persons are looked at with shifts of their totals too, the same in both worlds: a helper may add
what it likes to its masked value of each. Of tables over slots all shifts are tried in
``tests/unit/protocol/privacy/test_sensitivity.py``.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.protocol.persons import buckets
from ontschot.protocol.privacy.charge import (
    HOUSEHOLD_PERSONS,
    PERSON_PROVIDERS,
    PricedBlock,
    person_squares,
)
from ontschot.protocol.privacy.sensitivity import count
from property.vectors.worlds import (
    EDGES,
    TABLES,
    WORLDS,
    Figures,
    World,
    bucket_totals,
    check_households,
    check_persons,
    crowd,
    moved_persons,
    paid,
)
from unit.protocol.universe.samples import ROWS


@pytest.mark.parametrize("table", TABLES)
def test_at_the_edges_a_household_moves_what_it_pays_for(
    table: Callable[[World], Figures],
) -> None:
    for world in EDGES:
        check_households(world, [table])


def few_buckets(patch: pytest.MonkeyPatch, least: int) -> None:
    """Let persons share buckets all the time: a bound that holds by luck does not hold then."""
    patch.setattr(buckets, "LEAST", least)
    patch.setattr(buckets, "LOAD", 1)


@pytest.mark.parametrize("least", [1, 8, 1024])
def test_at_the_edges_persons_move_what_they_pay_for(
    monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    few_buckets(monkeypatch, least)
    for world in EDGES:
        check_persons(world)


@pytest.mark.parametrize("providers", range(1, PERSON_PROVIDERS + 1))
def test_a_person_with_full_slots_moves_what_is_stated_where_a_helper_shifts_its_bucket(
    providers: int,
) -> None:
    """The worst case exists: a smaller charge would be too small."""
    own, worst, plain = set(), set(), set()
    for start in range(0, 2_000, 100):
        world = [
            record
            for provider in range(providers)
            for others in [range(start + 10 * provider, start + 10 * provider + 4)]
            for record in crowd(provider, ROWS[1], [start + 99, *others])
        ]
        gone = [record for record in world if record.person == start + 99]
        totals = bucket_totals(world)
        less = bucket_totals([record for record in world if record not in gone])
        # Only the bucket that grows with the person is shifted.
        own.add(moved_persons(world, gone, np.where(totals > less, -totals, 0)))
        worst.add(moved_persons(world, gone, -totals))
        plain.add(moved_persons(world, gone))
    # At each provider another comes in where the person left. Unshifted its own bucket offsets one.
    assert max(plain) == (providers - 1) ** 2
    assert max(own) == max(worst) == person_squares(providers)
    if providers == PERSON_PROVIDERS:
        _, person = paid(PricedBlock(count(), Fraction(1), "person"))
        assert max(worst) == person


def test_a_household_of_four_moves_what_is_charged_and_no_shift_makes_it_more() -> None:
    world = crowd(0, ROWS[1], range(HOUSEHOLD_PERSONS))
    household, _ = paid(PricedBlock(count(), Fraction(1), "person"))
    assert {moved_persons(world, world, shift) for shift in (0, -bucket_totals(world))} == {
        household
    }


@settings(max_examples=25)
@given(WORLDS)
def test_in_any_world_a_household_moves_what_it_pays_for(world: World) -> None:
    check_households(world, TABLES)


@settings(max_examples=25)
@given(WORLDS, st.sampled_from([1, 8, 1024]), st.integers(0, 2**32 - 1))
def test_in_any_world_persons_move_what_they_pay_for(world: World, least: int, drawn: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        few_buckets(patch, least)
        check_persons(world, drawn)
