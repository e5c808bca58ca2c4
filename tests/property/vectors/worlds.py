# SPDX-License-Identifier: EUPL-1.2
"""Small worlds of records at some providers, and what is released of each without noise."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final, TypeAlias

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from ontschot.node.provider.vectors import vector_of
from ontschot.node.provider.vectors.cells import ClassedClients, cells_of
from ontschot.node.provider.vectors.persons import NumberedClients, persons_of
from ontschot.protocol.documents.rounds import CellGrid, PersonGrid, VariableDocument
from ontschot.protocol.persons import PersonKey, buckets_of
from ontschot.protocol.privacy.charge import (
    HOUSEHOLD_PERSONS,
    PERSON_PROVIDERS,
    PricedBlock,
    person_squares,
)
from ontschot.protocol.privacy.sensitivity import (
    SlotSensitivity,
    bins,
    capped,
    clamped,
    count,
    nested,
)
from ontschot.protocol.privacy.units import RHO_UNITS
from ontschot.protocol.release.gates import ring_bits
from ontschot.protocol.universe import NO_AREA, area_map, normalise_columns, slots_of
from ontschot.protocol.variables import Variable
from unit.node.provider.vectors.samples import EUROS, KEY, SERVED, Someone, clients, round_of
from unit.protocol.universe.samples import ROWS, Row, columns, small_universe

UNIVERSE = small_universe()
AREAS = area_map(UNIVERSE, "gemeente", 1)
QUANTUM: Final = EUROS.quantum_cents
CAP: Final = 2
"""Of trajecten, at each provider."""
PROVIDERS: Final = 3
CLASSES: Final = 3
GRID = CellGrid(by="verwijzer", classes=["01", "02", "overig"], level="gemeente", minimum=100)
PEOPLE_GRID = PersonGrid(level="gemeente", minimum=100, per_mille=1000)
CELLS = VariableDocument(
    id="cells",
    measure="allocations",
    wetten=["JW"],
    groups=[],
    quantum_cents=1,
    node_cap=CAP,
    cells=GRID,
)
PERSONS = CELLS.model_copy(
    update={"id": "persons", "measure": "persons", "node_cap": 1, "cells": None}
).model_copy(update={"persons": PEOPLE_GRID})
ROUND = round_of(UNIVERSE, [CELLS, PERSONS])
PERSON_KEY = PersonKey(bytes(range(32)), ROUND.digest)
RING: Final = 1 << ring_bits(PROVIDERS, PERSONS.node_cap)
"""In which a gate over buckets opens totals, and where a shift goes round."""

Figures: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Record:
    """What one provider has of one person."""

    provider: int
    person: int
    home: Someone

    @property
    def slot(self) -> int:
        return slot_of(self.home.row, self.home.gemeente)


World: TypeAlias = Sequence[Record]
Own: TypeAlias = tuple[Record, ...]


@cache
def slot_of(row: Row, gemeente: str | None) -> int:
    address = normalise_columns(*columns([row]))
    return int(slots_of(UNIVERSE, address, [gemeente or f"GM{row[4][2:6]}"]).slots[0])


def per_provider(world: World) -> Iterator[Own]:
    for provider in range(PROVIDERS):
        yield tuple(record for record in world if record.provider == provider)


# What a provider makes of its own records is remembered: a neighbour changes few of them.


@lru_cache(maxsize=5000)
def vector(own: Own, variable: Variable) -> Figures:
    people = clients([record.home for record in own])
    return vector_of([people], UNIVERSE, variable, KEY, "r").vector.astype(np.int64)


@lru_cache(maxsize=5000)
def own_cells(own: Own) -> Figures:
    people = ClassedClients(clients([record.home for record in own]), counts_of(own))
    return cells_of([people], UNIVERSE, AREAS, ROUND, CELLS, KEY).vector.astype(np.int64)


@lru_cache(maxsize=5000)
def own_buckets(own: Own, layout: tuple[int, ...]) -> NDArray[np.uint32]:
    people = clients([record.home for record in own])
    numbered = NumberedClients(people, tuple(f"{record.person:09}" for record in own))
    found = persons_of([numbered], UNIVERSE, AREAS, PERSONS, PERSON_KEY).vector
    assert len(found) == sum(layout)
    return found


def flags(world: World) -> Figures:
    """Return how many households have help in each area."""
    return per_area(np.sum(slots_served(world), axis=0) >= 1)


def more_flags(world: World) -> Figures:
    """Return the same for those with help of one, two or three providers at least."""
    totals = np.sum(slots_served(world), axis=0)
    return np.concatenate([per_area(totals >= least) for least in (1, 2, 3)])


def binned(world: World) -> Figures:
    totals = np.sum(slots_served(world), axis=0)
    return np.concatenate([per_area(totals == exactly) for exactly in (1, 2, 3)])


def euros(world: World) -> Figures:
    """Return capped euros per area, in quanta."""
    totals = np.sum([vector(own, EUROS) for own in per_provider(world)], axis=0)
    return per_area(np.minimum(totals, EUROS.node_cap))


def cells(world: World) -> Figures:
    """Return allocations by class and area; a person has some of each class."""
    found: Figures = np.sum([own_cells(own) for own in per_provider(world)], axis=0)
    return found


def bucket_totals(world: World) -> Figures:
    """Return at how many providers each bucket is filled: int64[buckets]."""
    sizes = tuple(buckets_of(PEOPLE_GRID, AREAS).sizes.tolist())
    found: Figures = np.sum([own_buckets(own, sizes) for own in per_provider(world)], axis=0)
    return found.astype(np.int64)


def persons(world: World, shift: Figures | int = 0) -> Figures:
    """Return how many buckets of each area anybody fills, where a helper shifts their totals."""
    layout = buckets_of(PEOPLE_GRID, AREAS)
    filled = (bucket_totals(world) + shift) % RING >= 1
    return np.bincount(layout.index[filled], minlength=len(layout.sizes)).astype(np.int64)


def moved_persons(world: World, without: Iterable[Record], shift: Figures | int = 0) -> int:
    """Return the squares of what these records move in a count of persons."""
    gone = set(without)
    rest = [record for record in world if record not in gone]
    change = persons(world, shift) - persons(rest, shift)
    return int((change * change).sum())


def shifts_of(world: World, drawn: int) -> tuple[Figures | int, ...]:
    """Return shifts of the buckets: none, a drawn one, and the worst that there is.

    Minus the totals themselves empties every bucket, so each that changes in the other world is
    filled there: all of them move the same way.
    """
    totals = bucket_totals(world)
    return 0, np.random.default_rng(drawn).integers(0, RING, len(totals)), -totals


def slots_served(world: World) -> list[Figures]:
    return [vector(own, SERVED) for own in per_provider(world)]


def counts_of(own: Sequence[Record]) -> NDArray[np.int64]:
    rows = [[(record.person + number) % 3 for number in range(CLASSES)] for record in own]
    return np.array(rows, dtype=np.int64).reshape(-1, CLASSES)


def per_area(values: NDArray[np.integer] | NDArray[np.bool_]) -> Figures:
    found = np.zeros(len(AREAS.codes), dtype=np.int64)
    inside = AREAS.index != NO_AREA
    np.add.at(found, AREAS.index[inside], values[inside].astype(np.int64))
    return found


TABLES: Final[dict[Callable[[World], Figures], SlotSensitivity]] = {
    flags: count(),
    more_flags: nested(3),
    binned: bins(3),
    euros: capped(EUROS.node_cap),
    cells: clamped(CAP, PROVIDERS),
}


def paid(block: PricedBlock) -> tuple[int, int]:
    """Return the squares that the accounts of a household and of a person are charged for."""
    assert block.sigma == 1
    return block.household * 2 // RHO_UNITS, block.person * 2 // RHO_UNITS


def moved(table: Callable[[World], Figures], world: World, without: Iterable[Record]) -> int:
    gone = set(without)
    change = table(world) - table([record for record in world if record not in gone])
    return int((change * change).sum())


def by_slot(world: World) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for record in world:
        found[record.slot].append(record)
    return found


def by_person(world: World) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for record in world:
        found[record.person].append(record)
    return found


def check_households(world: World, tables: Iterable[Callable[[World], Figures]]) -> None:
    """Take each household, and each person who lives in one slot, out of every table."""
    for table in tables:
        household, person = paid(PricedBlock(TABLES[table], Fraction(1)))
        for slot, records in by_slot(world).items():
            assert moved(table, world, records) <= household, (table.__name__, slot)
        for records in by_person(world).values():
            if len({record.slot for record in records}) == 1:
                assert moved(table, world, records) <= person, (table.__name__, records)


def check_persons(world: World, drawn: int = 0) -> None:
    """Take each household and each person out of a count of persons, whatever a helper shifts."""
    for shift in shifts_of(world, drawn):
        check_persons_shifted(world, shift)


def check_persons_shifted(world: World, shift: Figures | int) -> None:
    household, person = paid(PricedBlock(count(), Fraction(1), "person"))
    for records in by_slot(world).values():
        providers = len({record.provider for record in records})
        people = len({record.person for record in records})
        found = moved_persons(world, records, shift)
        assert found <= min(people, HOUSEHOLD_PERSONS * providers) ** 2
        if providers == 1 or people <= HOUSEHOLD_PERSONS:
            assert found <= household
    crowded = {
        (slot, provider)
        for slot, records in by_slot(world).items()
        for provider in range(PROVIDERS)
        if len([one for one in records if one.provider == provider]) > HOUSEHOLD_PERSONS
    }
    for records in by_person(world).values():
        found = moved_persons(world, records, shift)
        assert len(records) <= PERSON_PROVIDERS
        assert found <= person_squares(len(records)) <= person
        if not crowded & {(record.slot, record.provider) for record in records}:
            assert found <= len(records)


def crowd(
    provider: int, row: Row, people: Sequence[int], *, stays: int = 0, **home: str
) -> list[Record]:
    """Return records of ``people`` at one address, the first ``stays`` of them with a bed."""
    return [
        Record(provider, person, Someone(row, 3 * QUANTUM, stays=number < stays, **home))  # type: ignore[arg-type]
        for number, person in enumerate(people)
    ]


SPELLINGS = [("3342AB", 3, "A", f"{number}", "BU05310101") for number in range(20, 24)]
NOWHERE: Row = ("3342ZZ", 5, "", "", "BU05310101")


def edges() -> Iterator[World]:
    """Yield the worlds at the edge of the rule: around 8 clients and 3 stays at one address."""
    for people, stays in ((1, 0), (4, 3), (4, 4), (5, 0), (5, 4), (8, 3), (9, 0)):
        for row in (ROWS[1], NOWHERE):
            there = crowd(0, row, range(people), stays=stays)
            yield there
            # The same people at another provider, some others at a third.
            yield [
                *there,
                *crowd(1, row, range(people)),
                *crowd(2, row, range(5, 5 + people), stays=stays),
            ]
            # Residents of one address for whom two gemeenten are responsible, at two providers.
            elsewhere = crowd(0, row, range(20, 20 + people), stays=stays, gemeente="GM0642")
            yield [*there, *elsewhere, *crowd(1, row, range(2))]
    # One slot in several spellings: 8 and 9 clients, 3 and 4 with a stay.
    for people, stays in ((2, 0), (1, 1)):
        spelled = [
            record
            for number, row in enumerate(SPELLINGS)
            for record in crowd(0, row, range(number * 10, number * 10 + people), stays=stays)
        ]
        yield spelled
        yield [*spelled, *crowd(0, ROWS[2], range(90, 91))]
        yield spelled[:-1]


EDGES: Final = [*edges()]

PLACES = st.sampled_from([*ROWS[:3], ROWS[5], NOWHERE, *SPELLINGS[:2]])
HOMES = st.builds(
    Someone,
    PLACES,
    st.integers(-QUANTUM, 40 * QUANTUM),
    st.sampled_from([None, "GM0531", "GM0642"]),
    st.booleans(),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([False, False, True]),
)
WORLDS = st.lists(
    st.builds(Record, st.integers(0, PROVIDERS - 1), st.integers(0, 40), HOMES),
    unique_by=lambda record: (record.provider, record.person),
    max_size=60,
)
