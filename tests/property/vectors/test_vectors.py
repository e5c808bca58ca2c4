# SPDX-License-Identifier: EUPL-1.2
"""Vectors of any clients, against a plain dict of households."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ontschot.node.provider.vectors import vector_of
from ontschot.protocol.universe import How, normalise_columns, slots_of
from ontschot.protocol.variables import Variable
from unit.node.provider.vectors.samples import EUROS, KEY, ROUND, SERVED, Someone, clients
from unit.protocol.universe.samples import ROWS, columns, small_universe

UNIVERSE = small_universe()
CAP, QUANTUM = EUROS.cap_cents, EUROS.quantum_cents
AMOUNTS = st.one_of(
    st.integers(-20_000, 50_000),
    st.integers(-(2**40), 2**40),
    st.sampled_from([CAP - 1, CAP, CAP + 1]),
)
PEOPLE = st.lists(
    st.builds(
        Someone,
        st.sampled_from(
            [*ROWS, ("3342AB", 77, "", "", "BU05310101"), ("x", 1, "", "", "BU05310101")]
        ),
        AMOUNTS,
        st.sampled_from([None, "GM0531", "GM0363"]),
        st.booleans(),
        st.sampled_from([True, True, False]),
        st.booleans(),
    ),
    max_size=25,
)


def vector(people: list[Someone], variable: Variable = EUROS) -> list[int]:
    found = vector_of([clients(people)], UNIVERSE, variable, KEY, ROUND).vector
    return [int(value) for value in found]


def households(people: list[Someone]) -> dict[int, list[Someone]]:
    """Return who counts in each slot, by the rule on institutions written plainly."""
    slots: dict[int, list[Someone]] = defaultdict(list)
    homes: dict[Any, list[Someone]] = defaultdict(list)
    for person in people:
        addresses = normalise_columns(*columns([person.row]))
        gemeente = person.gemeente or f"GM{person.row[4][2:6]}"
        placed = slots_of(UNIVERSE, addresses, [gemeente])
        slot = int(placed.slots[0])
        home = slot, person.row[:4] if placed.how[0] == How.OVERFLOW else None
        if slot >= 0:
            homes[home].append(person)
    for (slot, _), those in homes.items():
        if len(those) <= 8 and sum(person.stays for person in those) <= 3:
            slots[slot] += [person for person in those if person.counted]
    return slots


@given(PEOPLE)
def test_every_slot_is_the_clipped_sum_rounded_up_or_down(people: list[Someone]) -> None:
    found, expected = vector(people), households(people)
    for slot in range(UNIVERSE.slots):
        cents = min(max(sum(person.cents for person in expected[slot]), 0), CAP)
        assert cents // QUANTUM <= found[slot] <= -(-cents // QUANTUM) <= EUROS.node_cap


@given(PEOPLE)
def test_every_flag_says_whether_anyone_there_is_served(people: list[Someone]) -> None:
    found, expected = vector(people, SERVED), households(people)
    for slot in range(UNIVERSE.slots):
        assert found[slot] == any(person.served for person in expected[slot])


@given(PEOPLE, st.integers(0, 25), st.randoms(use_true_random=False))
def test_order_and_parts_make_no_difference(
    people: list[Someone], cut: int, random: object
) -> None:
    shuffled = sorted(people, key=lambda _: random.random())  # type: ignore[attr-defined]  # Random
    parts = [clients(shuffled[:cut]), clients(shuffled[cut:])]
    found = vector_of(parts, UNIVERSE, EUROS, KEY, ROUND)
    assert found.vector.tolist() == vector(people)
    assert found.report == vector_of([clients(people)], UNIVERSE, EUROS, KEY, ROUND).report


@given(PEOPLE)
def test_every_client_and_euro_is_in_the_report_once(people: list[Someone]) -> None:
    report = vector_of([clients(people)], UNIVERSE, EUROS, KEY, ROUND).report
    all_of_them = report.placed + report.unplaced + report.institutions
    counted = [person for person in people if person.counted]
    assert all_of_them.count == len(counted)
    assert all_of_them.cents == sum(person.cents for person in counted)
    kept = report.households + report.above + report.below
    assert kept.cents == report.placed.cents


@given(PEOPLE, st.integers(0, 24), st.integers(0, 2**40))
def test_more_euros_never_make_fewer_quanta(people: list[Someone], who: int, more: int) -> None:
    richer = [
        replace(person, cents=person.cents + more) if number == who else person
        for number, person in enumerate(people)
    ]
    for before, after in zip(vector(people), vector(richer), strict=True):
        assert before <= after
