# SPDX-License-Identifier: EUPL-1.2
from dataclasses import FrozenInstanceError
from fractions import Fraction
from typing import Any

import pytest

from ontschot.protocol.documents.queries import Block, Statistic
from ontschot.protocol.privacy.charge import (
    HOUSEHOLD_PERSONS,
    PERSON_PROVIDERS,
    Charge,
    PricedBlock,
    charges_of,
    household_price,
    person_squares,
    release_charges,
)
from ontschot.protocol.privacy.errors import MalformedParameter
from ontschot.protocol.privacy.sensitivity import bins, capped, clamped, count, nested
from ontschot.protocol.privacy.units import RHO_UNITS, Rho, rho_of

SIGMA = Fraction(45, 2)


def block(
    statistic: Statistic, thresholds: list[int], cap: int | None = None, **changes: Any
) -> Block:
    fields = {
        "id": "b",
        "variable": "v",
        "level": "wijk",
        "area_map": "0" * 64,
        "statistic": statistic,
        "thresholds": thresholds,
        "cap": cap,
        "l2_squared": "1",
        "sigma": "45/2",
        "rho": "1",
    }
    return Block.model_validate(fields | changes)


def test_a_count_costs_household_and_person_the_same() -> None:
    household, person = release_charges([PricedBlock(count(), SIGMA)], [2025])
    assert household == Charge("household", (2025,), rho_of(SIGMA, 1))
    assert person == Charge("person", (2025,), rho_of(SIGMA, 1))


def test_bins_cost_household_and_person_two_figures() -> None:
    # Whoever shifts the value that records are added to makes them move from bin to bin.
    household, person = release_charges([PricedBlock(bins(5), SIGMA)], [2025])
    assert household.rho == person.rho == rho_of(SIGMA, 2)


def test_only_sums_over_cells_cost_a_person_more_than_a_household() -> None:
    statistics: tuple[tuple[Statistic, list[int], int | None], ...] = (
        ("bins", [1, 2], None),
        ("at-least", [1, 2, 3], None),
        ("capped", [], 500),
    )
    for one in statistics:
        household, person = charges_of([block(*one)], (2025,))
        assert household.rho == person.rho
    household, person = release_charges([PricedBlock(clamped(2, 3), SIGMA)], [2025])
    assert (household.rho, person.rho) == (rho_of(SIGMA, 36), rho_of(SIGMA, 72))


def test_a_count_of_persons_costs_that_of_three_providers_and_that_of_four_persons() -> None:
    household, person = charges_of([block("at-least", [1], unit="person")], (2025,))
    assert person == Charge("person", (2025,), rho_of(SIGMA, (PERSON_PROVIDERS + 1) ** 2))
    assert household == Charge("household", (2025,), rho_of(SIGMA, HOUSEHOLD_PERSONS**2))
    assert household.rho == person.rho
    assert household_price([block("at-least", [1], unit="person")]) == household.rho


def test_a_person_moves_its_own_bucket_and_one_more_at_each_provider() -> None:
    assert [person_squares(providers) for providers in (1, 2, 3)] == [4, 9, 16]


def test_the_price_is_that_of_one_helpers_noise() -> None:
    # Outsiders, who see both noises, would get half of this: informative only.
    household, _ = release_charges([PricedBlock(count(), Fraction(1))], [2025])
    assert household.rho == RHO_UNITS // 2


def test_tables_add_up_and_each_is_rounded_up() -> None:
    blocks = [PricedBlock(nested(2), Fraction(3)), PricedBlock(capped(7), Fraction(11, 2))]
    household, person = release_charges(blocks, [2025])
    assert household.rho == rho_of(Fraction(3), 2) + rho_of(Fraction(11, 2), 49) == person.rho


def test_every_year_of_the_period_pays_in_full() -> None:
    household, _ = release_charges([PricedBlock(count(), SIGMA)], [2025, 2024, 2025])
    assert household.years == (2024, 2025)
    assert household.rho == rho_of(SIGMA, 1)


def test_the_charges_of_a_querys_blocks() -> None:
    blocks = [block("bins", [1, 2]), block("at-least", [1, 2, 3]), block("capped", [], 500)]
    household, person = charges_of(blocks, (2025,))
    assert household.rho == sum(rho_of(SIGMA, squared) for squared in (2, 3, 250_000))
    assert person.rho == sum(rho_of(SIGMA, squared) for squared in (2, 3, 250_000))


def test_what_a_block_says_of_its_price_is_not_believed() -> None:
    honest = charges_of([block("at-least", [1, 2, 3])], (2025,))
    assert charges_of([block("at-least", [1, 2, 3], rho="0", l2_squared="0")], (2025,)) == honest


def test_a_sigma_that_is_none_has_no_price() -> None:
    with pytest.raises(MalformedParameter):
        charges_of([block("bins", [1], sigma="1/3")], (2025,))


@pytest.mark.parametrize(
    ("unit", "years", "rho"),
    [
        ("household", (), 1),
        ("household", (2025, 2024), 1),
        ("household", (2025, 2025), 1),
        ("household", (2025,), 0),
        ("household", (2025,), -1),
        ("street", (2025,), 1),
    ],
)
def test_a_charge_that_charges_nothing_known(unit: Any, years: tuple[int, ...], rho: int) -> None:
    with pytest.raises(ValueError, match="a charge"):
        Charge(unit, years, Rho(rho))


def test_a_release_without_tables_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        release_charges([], [2025])


def test_a_charge_cannot_be_changed() -> None:
    charge = Charge("person", (2025,), Rho(1))
    with pytest.raises(FrozenInstanceError):
        charge.rho = Rho(0)  # type: ignore[misc]  # the point of the test
