# SPDX-License-Identifier: EUPL-1.2
"""The vector against a plain join in DuckDB, and its distance to the euros."""

from typing import Any

import duckdb
import numpy as np
import pytest

from ontschot.node.provider.vectors import VectorResult, vector_of
from ontschot.protocol.universe import Universe, area_map
from unit.node.provider.vectors.samples import EUROS, KEY, ROUND, SERVED, Someone, clients, crowd
from unit.protocol.universe.samples import Row, synthetic_rows, synthetic_universe

SIZES = {f"BU{gemeente}010{i}": 400 for gemeente in ("0531", "0642") for i in range(4)}
CLIENTS = 3_000

# Placing by a join: the house itself, else the house without its letter. Clipped and rounded with
# the node's own coins, in integers wide enough not to overflow.
VECTOR = """
    WITH placed AS (
        SELECT coalesce(exact.slot, bare.slot) AS slot, sum(clients.cents) AS cents,
               max(clients.served) AS served
        FROM clients
        LEFT JOIN slots AS exact USING (postcode, number, letter)
        LEFT JOIN slots AS bare ON bare.postcode = clients.postcode
             AND bare.number = clients.number AND bare.letter = ''
        WHERE clients.counted GROUP BY ALL),
    clipped AS (SELECT slot, least(greatest(cents, 0), $cap)::HUGEINT AS cents, served FROM placed)
    SELECT coins.slot,
           coalesce(clipped.cents // $quantum + CASE WHEN coins.coin <
             ((clipped.cents % $quantum) * 1099511627776) // $quantum THEN 1 ELSE 0 END, 0),
           coalesce(clipped.served, 0),
           coalesce(clipped.cents, 0)
    FROM coins LEFT JOIN clipped USING (slot) ORDER BY coins.slot
"""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return synthetic_rows(SIZES)


@pytest.fixture(scope="module")
def people(rows: list[Row]) -> list[Someone]:
    # Only houses whose bare number exists can be found without their letter; these always can.
    bare = {row[:2] for row in rows if not row[2]}
    known = [row for row in rows if row[:2] in bare]
    unknown_letter = [(row[0], row[1], "X", "", row[4]) for row in known[::7]]
    return crowd([*known, *unknown_letter], CLIENTS, seed=3)


@pytest.fixture(scope="module")
def universe() -> Universe:
    return synthetic_universe(SIZES)


@pytest.fixture(scope="module")
def joined(universe: Universe, rows: list[Row], people: list[Someone]) -> np.ndarray:
    """Slots by (slot, quanta, flag, clipped cents), int64."""
    parameters: dict[str, Any] = {"cap": EUROS.cap_cents, "quantum": EUROS.quantum_cents}
    # Inside one function: a fixture annotated with DuckDB's connection outlives DuckDB's module
    # once Hypothesis has run, and the interpreter then ends with screens of complaints.
    with duckdb.connect() as connection:
        _fill(connection, universe, rows, people)
        return np.array(connection.execute(VECTOR, parameters).fetchall(), dtype=np.int64)


def _fill(
    connection: duckdb.DuckDBPyConnection,
    universe: Universe,
    rows: list[Row],
    people: list[Someone],
) -> None:
    connection.execute("CREATE TABLE slots (slot INT, postcode TEXT, number INT, letter TEXT)")
    connection.execute(
        "CREATE TABLE clients (postcode TEXT, number INT, letter TEXT, cents BIGINT,"
        " served INT, counted BOOL)"
    )
    connection.execute("CREATE TABLE coins (slot INT, coin UBIGINT)")
    # Slots counted from the order that the universe promises, not asked of it.
    ordered = sorted(rows, key=lambda row: (row[4], row[0], row[1], row[2]))
    overflow = universe.gemeenten[0].overflow
    first = universe.gemeenten[0].addresses
    numbered = [(i + (overflow if i >= first else 0), *row[:3]) for i, row in enumerate(ordered)]
    connection.executemany("INSERT INTO slots VALUES (?, ?, ?, ?)", numbered)
    listed = [(*p.row[:3], p.cents, int(p.served), p.counted) for p in people]
    connection.executemany("INSERT INTO clients VALUES (?, ?, ?, ?, ?, ?)", listed)
    coins = KEY.coins(ROUND, universe.digest, EUROS, universe.slots).tolist()
    connection.executemany("INSERT INTO coins VALUES (?, ?)", list(enumerate(coins)))


def in_parts(people: list[Someone], universe: Universe, variable: Any) -> VectorResult:
    parts = [clients(people[i : i + 700]) for i in range(0, len(people), 700)]
    return vector_of(parts, universe, variable, KEY, ROUND)


def test_euros_are_those_of_the_join(
    people: list[Someone], universe: Universe, joined: np.ndarray
) -> None:
    found = in_parts(people, universe, EUROS)
    assert np.array_equal(joined[:, 0], np.arange(universe.slots))
    assert np.array_equal(found.vector, joined[:, 1])
    assert found.report.households.cents == joined[:, 3].sum()
    assert found.report.above.count > 10
    assert found.report.below.count > 10


def test_flags_are_those_of_the_join(
    people: list[Someone], universe: Universe, joined: np.ndarray
) -> None:
    assert np.array_equal(in_parts(people, universe, SERVED).vector, joined[:, 2])


def test_quanta_lie_close_to_the_euros(
    people: list[Someone], universe: Universe, joined: np.ndarray
) -> None:
    found = in_parts(people, universe, EUROS)
    quantum = EUROS.quantum_cents
    distance = found.vector.astype(np.int64) * quantum - joined[:, 3]
    assert np.abs(distance).max() < quantum
    # Per area: five standard deviations of a sum of roundings, each of which has at most half a
    # quantum. The coins are fixed, so this never fails by chance.
    index = area_map(universe, "buurt", 1).index
    for area in range(len(SIZES)):
        inside = index == area
        touched = int((joined[inside, 3] % quantum > 0).sum())
        assert abs(distance[inside].sum()) < 5 * np.sqrt(touched) * quantum / 2


def test_every_euro_is_placed_or_accounted_for(people: list[Someone], universe: Universe) -> None:
    report = in_parts(people, universe, EUROS).report
    total = sum(person.cents for person in people)
    assert report.placed.cents + report.unplaced.cents + report.institutions.cents == total
    assert report.households.cents + report.above.cents + report.below.cents == report.placed.cents
    assert report.placed.count == len(people)
