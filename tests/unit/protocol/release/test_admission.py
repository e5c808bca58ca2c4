# SPDX-License-Identifier: EUPL-1.2
"""When an upload is admitted: five deviations, exactly, without floats."""

from fractions import Fraction

import pytest

from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.privacy.charge import (
    HOUSEHOLD_PERSONS,
    PERSON_PROVIDERS,
    charges_of,
    person_squares,
    release_charges,
)
from ontschot.protocol.privacy.units import format_sigma, rho_of
from ontschot.protocol.release.admission import admission_price, is_admitted, unit_of
from ontschot.protocol.release.gates import admission_block


@pytest.mark.parametrize("areas", [1, 2, 7])
def test_the_bound_is_five_deviations_of_both_helpers_noise(areas: int) -> None:
    sigma = Fraction(224)
    # 25 * 2 * areas * 224^2 is the largest square that passes.
    largest = 0
    while (largest + 1) ** 2 <= 25 * 2 * areas * 224**2:
        largest += 1
    assert is_admitted(largest, sigma, areas)
    assert not is_admitted(largest + 1, sigma, areas)


def test_only_too_many_bad_slots_are_suspect() -> None:
    assert is_admitted(-(10**9), Fraction(1), 1)
    assert is_admitted(0, Fraction(1), 1)
    assert not is_admitted(10**9, Fraction(224), 1)


def test_the_price_is_that_of_one_count() -> None:
    basis = admission_price(10**7)
    assert basis.household <= 10**7
    assert basis.household == basis.person == rho_of(basis.sigma, 1)
    assert 223 < basis.sigma < 225


def test_of_a_vector_of_persons_it_is_that_of_its_tables() -> None:
    slots, persons = admission_price(10**7), admission_price(10**7, "person")
    assert persons.sigma == slots.sigma
    assert persons.household == rho_of(slots.sigma, HOUSEHOLD_PERSONS**2)
    assert persons.person == rho_of(slots.sigma, person_squares(PERSON_PROVIDERS))


@pytest.mark.parametrize("variable", [*definition("Q05").variables, *definition("Q01").variables])
def test_the_block_of_an_admission_charges_that_price(variable: VariableDocument) -> None:
    price = admission_price(10**7, unit_of(variable))
    block = admission_block(variable, "0" * 64, format_sigma(price.sigma), "1")
    assert block.unit == ("person" if variable.persons else "household")
    assert charges_of([block], [2025]) == release_charges([price], [2025])
