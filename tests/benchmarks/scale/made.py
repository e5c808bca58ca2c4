# SPDX-License-Identifier: EUPL-1.2
"""Made-up addresses and records of any size, whose totals are known exactly.

Each universe has a year of its own, so one federation can have rounds over several: what happened
in one year is no part of another. Amounts are whole quanta, so no coin is tossed in rounding, and
the figures that come out of a release are these totals' but for its noise.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select

from benchmarks.universe import Columns, made_columns, made_universe
from ontschot.node.provider.intake.codes import categories
from ontschot.node.provider.records.models import BRP_ADDRESS, Client
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.universe import (
    AreaMap,
    Universe,
    area_map,
    normalise_columns,
    slots_of,
)

ASKED: Final = ("Q13", "Q02")
GROUPS: Final = 8
MOST_QUANTA: Final = 50
"""An amount is at most so many quanta of its group: the cap of one provider."""

SHARE: Final = 0.04
"""Part of all addresses with a client of one provider."""

Rows: TypeAlias = list[tuple[object, ...]]

_LOAD: Final = (
    "INSERT OR IGNORE INTO inlading VALUES"
    " (1, '', '00000000', 'gemaakt', '', '2026-01-01', 0, 0, 0, 0, 0, NULL, NULL)"
)
_CLIENTS: Final = "INSERT INTO client (client_id, bsn_index) VALUES (?, ?)"
_ADDRESSES: Final = (
    "INSERT INTO adres (client_id, soort, postcode, huisnummer, huisletter, toevoeging, gemeente,"
    " gezien_van, gezien_tot) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CARE: Final = (
    "INSERT INTO prestatie (inlading_id, client_id, gemeente, wet, categorie, hulpvorm,"
    " periode_van, periode_tot, bedrag_cent, dc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MINIMA: Final[tuple[tuple[Level, int], ...]] = (
    ("gemeente", 100),
    ("wijk", 100),
    ("gemeente", 250),
    ("wijk", 250),
)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A universe with its maps, in a year of its own.

    Attributes:
        year: of the records.
        columns: its addresses.
        universe: its slots.
        maps: those that the questions need.
        slot: int64[addresses], the slot of each.
    """

    year: int
    columns: Columns
    universe: Universe
    maps: dict[tuple[Level, int], AreaMap]
    slot: NDArray[np.int64]

    @property
    def slots(self) -> int:
        """How many slots there are: one for each address, and some that stand for no one's."""
        return self.universe.slots

    @property
    def gemeenten(self) -> tuple[str, ...]:
        """The gemeenten, four digits each."""
        return tuple(sorted({buurt[2:6] for buurt in self.columns.buurt}))


@dataclass(frozen=True, slots=True, eq=False)
class Care:
    """Care of one provider in one year: a client at each of some addresses.

    Attributes:
        address: int64[clients], which address of the place.
        group: int64[clients], publication group, 1 to 8.
        quanta: int64[clients], the amount in quanta of that group.
    """

    address: NDArray[np.int64]
    group: NDArray[np.int64]
    quanta: NDArray[np.int64]


def place_of(addresses: int, year: int) -> Place:
    """Return a place of so many addresses."""
    columns = made_columns(addresses)
    universe = made_universe(columns)
    normalised = normalise_columns(
        columns.postcode, columns.number, columns.letter, ("",) * len(columns)
    )
    gemeenten = [f"GM{buurt[2:6]}" for buurt in columns.buurt]
    maps = {(level, minimum): area_map(universe, level, minimum) for level, minimum in _MINIMA}
    slot = slots_of(universe, normalised, gemeenten).slots.astype(np.int64)
    return Place(year, columns, universe, maps, slot)


def care_of(place: Place, provider: int) -> Care:
    """Return the care of provider number ``provider``, the same whenever asked."""
    chance = np.random.default_rng((place.year, provider))
    there = len(place.columns)
    clients = int(there * SHARE)
    address = np.sort(chance.choice(there, clients, replace=False))
    group = chance.integers(1, GROUPS + 1, clients)
    return Care(address, group, chance.integers(1, MOST_QUANTA + 1, clients))


def totals(place: Place, cares: list[Care], question: str) -> NDArray[np.uint32]:
    """Return the totals of a question's variables over all providers: uint32[variables, slots]."""
    rows = []
    for variable in definition(question).variables:
        row = np.zeros(place.slots, np.uint32)
        for care in cares:
            mine = np.isin(care.group, variable.groups) if variable.groups else slice(None)
            amount = 1 if variable.measure == "served" else care.quanta[mine].astype(np.uint32)
            row[place.slot[care.address[mine]]] += amount
        rows.append(row)
    return np.stack(rows)


def quantum_cents() -> dict[int, int]:
    """Return the quantum of each publication group in Q02, in cents."""
    return {one.groups[0]: one.quantum_cents for one in definition("Q02").variables}


def fill(records: Engine, place: Place, care: Care) -> None:
    """Write care into an SQLite record store, behind what is there; no load is noted."""
    with records.begin() as connection:
        first = connection.execute(select(func.count()).select_from(Client)).scalar_one() + 1
        connection.exec_driver_sql(_LOAD)
        connection.exec_driver_sql(_CLIENTS, _clients(care, first))
        connection.exec_driver_sql(_ADDRESSES, _addresses(place, care, first))
        connection.exec_driver_sql(_CARE, _care(place, care, first))


def _clients(care: Care, first: int) -> Rows:
    return [(client, secrets.token_bytes(32)) for client, *_ in _each(care, first)]


def _addresses(place: Place, care: Care, first: int) -> Rows:
    columns, (start, end) = place.columns, _ends(place)
    return [
        (
            client,
            BRP_ADDRESS,
            columns.postcode[at],
            int(columns.number[at]),
            columns.letter[at],
            "",
            columns.buurt[at][2:6],
            start,
            end,
        )
        for client, at, *_ in _each(care, first)
    ]


def _care(place: Place, care: Care, first: int) -> Rows:
    buurten, (start, _) = place.columns.buurt, _ends(place)
    cents, kinds = quantum_cents(), {item.group: item for item in categories().values()}
    return [
        (
            1,
            client,
            buurten[at][2:6],
            kinds[group].law,
            kinds[group].code,
            kinds[group].hulpvorm,
            start,
            start,
            cents[group] * quanta,
            "D",
        )
        for client, at, group, quanta in _each(care, first)
    ]


def _each(care: Care, first: int) -> Iterator[tuple[int, int, int, int]]:
    columns = (care.address.tolist(), care.group.tolist(), care.quanta.tolist())
    return zip(range(first, first + len(care.address)), *columns, strict=True)


def _ends(place: Place) -> tuple[str, str]:
    return f"{place.year}-01-01", f"{place.year}-12-31"
