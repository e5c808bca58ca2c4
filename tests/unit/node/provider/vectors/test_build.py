# SPDX-License-Identifier: EUPL-1.2
"""Vectors of clients in memory: sums, clips, flags, and what the report says."""

import numpy as np
import pytest

from ontschot.node.provider.vectors import Group, PlacementReport, VectorResult, vector_of
from ontschot.node.provider.vectors.errors import AmountsTooLarge
from ontschot.protocol.universe import How
from ontschot.protocol.variables import Variable
from unit.node.provider.vectors.samples import EUROS, KEY, ROUND, SERVED, Someone, clients
from unit.protocol.universe.samples import ROWS, small_universe

CROWDS = [(8, 0, False), (9, 0, True), (3, 3, False), (4, 4, True), (8, 3, False), (5, 4, True)]
"""How many clients, how many of them with a stay, and whether that is an institution."""

ELSEWHERE = ("1011AB", 1, "", "", "BU03630000")
NEW_HOUSE = ("3342AB", 99, "", "", "BU05310101")


def result(people: list[Someone], variable: Variable = EUROS) -> VectorResult:
    return vector_of([clients(people)], small_universe(), variable, KEY, ROUND)


def test_clients_of_one_household_are_added_up() -> None:
    found = result([Someone(ROWS[1], 120_000), Someone(ROWS[1], 80_000), Someone(ROWS[5], 10_000)])
    expected = np.zeros(15, dtype=np.uint32)
    expected[[1, 9]] = [20, 1]
    assert found.vector.tolist() == expected.tolist()
    assert found.vector.dtype == np.uint32
    assert found.report.households == Group(2, 210_000)


def test_the_cap_is_on_the_household_and_the_report_says_what_was_cut() -> None:
    found = result([Someone(ROWS[1], 4_000_000), Someone(ROWS[1], 2_000_000)])
    assert found.vector[1] == 500
    assert found.report.above == Group(1, 1_000_000)
    assert found.report.households == Group(1, 5_000_000)


def test_credits_count_inside_a_household_and_floor_at_zero() -> None:
    found = result([Someone(ROWS[1], 50_000), Someone(ROWS[1], -20_000), Someone(ROWS[2], -70_000)])
    assert found.vector[[1, 2]].tolist() == [3, 0]
    assert found.report.below == Group(1, -70_000)


def test_a_flag_is_one_however_many_clients() -> None:
    found = result(
        [
            Someone(ROWS[1], 5),
            Someone(ROWS[1], 6),
            Someone(ROWS[2], 0, served=False),
            Someone(ROWS[3], -1, served=True),
        ],
        SERVED,
    )
    assert found.vector.tolist() == [0, 1, 0, 1] + [0] * 11
    assert found.report.households == Group(2, 0)
    assert found.report.placed == Group(4, 0)
    assert (found.report.above, found.report.below) == (Group(), Group())


def test_the_report_tells_how_clients_were_placed() -> None:
    report = result(
        [
            Someone(ROWS[1], 1),
            Someone((*ROWS[1][:3], "7", ROWS[1][4]), 20),
            Someone(("3342AB", 1, "Q", "", "BU05310101"), 300),
            Someone(NEW_HOUSE, 4_000),
            Someone(("", 1, "", "", "BU05310101"), 50_000),
            Someone(ELSEWHERE, 600_000),
            *[Someone(ROWS[7], 7_000_000, stays=True)] * 4,
        ]
    ).report
    assert report.clients == {
        How.EXACT: Group(1, 1),
        How.WITHOUT_ADDITION: Group(1, 20),
        How.WITHOUT_LETTER: Group(1, 300),
        How.OVERFLOW: Group(1, 4_000),
        How.NO_ADDRESS: Group(1, 50_000),
        How.OUTSIDE: Group(1, 600_000),
    }
    assert report.placed == Group(4, 4_321)
    assert report.unplaced == Group(2, 650_000)
    assert report.institutions == Group(4, 28_000_000)


@pytest.mark.parametrize("variable", [EUROS, SERVED])
@pytest.mark.parametrize(("people", "stay", "institution"), CROWDS)
def test_an_institution_adds_nothing_to_its_slot(
    variable: Variable, people: int, stay: int, institution: bool
) -> None:
    crowd = [Someone(ROWS[1], 900_000, stays=number < stay) for number in range(people)]
    neighbour = Someone(ROWS[2], 900_000)
    vector = result([*crowd, neighbour], variable).vector
    assert bool(vector[1]) is not institution
    assert vector[2]


def test_who_does_not_count_still_makes_an_institution() -> None:
    people = [Someone(ROWS[1], 900_000, counted=number > 0) for number in range(9)]
    found = result(people)
    assert not found.vector.any()
    assert found.report.institutions == Group(8, 8 * 900_000)
    assert result(people[1:]).vector.any()
    assert not result(people[:1]).vector.any()


def test_several_spellings_of_one_slot_are_one_address() -> None:
    rooms = [("3342AB", 3, "A", f"{number}", "BU05310101") for number in range(20, 29)]
    assert result([Someone(row, 900_000) for row in rooms[:8]]).vector[2]
    assert not result([Someone(row, 900_000) for row in rooms]).vector.any()


def test_one_address_in_two_gemeenten_is_two_slots() -> None:
    here = [Someone(ROWS[1], 900_000)] * 8
    there = [Someone(ROWS[1], 900_000, "GM0642")] * 8
    both = result([*here, *there])
    assert both.vector[1]
    assert np.count_nonzero(both.vector) == 2
    more = result([*here, *there, here[0]])
    assert np.flatnonzero(more.vector != both.vector).tolist() == [1]
    assert more.vector[1] == 0


def test_strangers_in_an_overflow_slot_are_no_institution_together() -> None:
    rows = [("3342ZZ", number, "", "", "BU05310101") for number in range(1, 61)]
    crowded = [Someone(rows[0], 900_000)] * 9
    found = result([*crowded, *(Someone(row, 900_000) for row in rows[1:])])
    assert found.report.institutions == Group(9, 9 * 900_000)
    assert found.report.placed.count == 59
    assert np.count_nonzero(found.vector) == 4


def test_no_clients_make_a_vector_of_zeros() -> None:
    found = vector_of([], small_universe(), EUROS, KEY, ROUND)
    assert found.vector.tolist() == [0] * 15
    assert not vector_of([clients([])], small_universe(), SERVED, KEY, ROUND).vector.any()
    assert found.report.placed == Group()


@pytest.mark.parametrize("cents", [2**61 + 1, -(2**61) - 1, -(2**63)])
def test_amounts_that_might_not_fit_are_refused(cents: int) -> None:
    with pytest.raises(AmountsTooLarge):
        result([Someone(ROWS[1], cents), Someone(ROWS[2], 0)])


def test_nothing_shows_a_value() -> None:
    found = result([Someone(ROWS[1], 1_234_567)])
    shown = repr(found) + repr(found.report.placed) + repr(clients([Someone(ROWS[1], 1_234_567)]))
    assert not any(text in shown for text in ("1234567", "1_234_567", "123", "3342AB"))
    assert isinstance(found.report, PlacementReport)
