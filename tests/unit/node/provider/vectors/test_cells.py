# SPDX-License-Identifier: EUPL-1.2
"""CELL vectors against a plain count per household, and what one household can add."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from ontschot.node.provider.vectors import Group
from ontschot.node.provider.vectors.build import VectorResult
from ontschot.node.provider.vectors.cells import ClassedClients, build_cells, cells_of
from ontschot.protocol.documents.rounds import AreaMapReference, CellGrid, VariableDocument
from ontschot.protocol.release.cells import cell_count
from ontschot.protocol.universe import area_map
from unit.node.provider.records.conftest import Filler
from unit.node.provider.vectors.samples import KEY, Someone, clients, crowd, round_of
from unit.protocol.universe.samples import synthetic_rows, synthetic_universe

SIZES = {f"BU{gemeente}010{i}": 150 for gemeente in ("0531", "0642") for i in range(1, 4)}
ROWS = synthetic_rows(SIZES)
UNIVERSE = synthetic_universe(SIZES)
AREAS = area_map(UNIVERSE, "buurt", 100)
CAP = 2
GRID = CellGrid(by="verwijzer", classes=["01", "02", "overig"], level="buurt", minimum=100)
VARIABLE = VariableDocument(
    id="referrals",
    measure="allocations",
    wetten=["JW"],
    groups=[],
    quantum_cents=1,
    node_cap=CAP,
    cells=GRID,
)
ROUND = round_of(
    UNIVERSE,
    [VARIABLE],
    [AreaMapReference(level="buurt", minimum=100, hash=AREAS.digest)],
)


def made(people: list[Someone], counts: NDArray[np.int64]) -> VectorResult:
    middle = len(people) // 2
    chunks = [
        ClassedClients(clients(people[part]), counts[part])
        for part in (slice(0, middle), slice(middle, None))
    ]
    return cells_of(chunks, UNIVERSE, AREAS, ROUND, VARIABLE, KEY)


def random_counts(people: int, most: int) -> NDArray[np.int64]:
    return np.random.default_rng(5).integers(0, most, (people, 3))


def per_household(people: list[Someone], counts: NDArray[np.int64]) -> dict[Any, Any]:
    found: dict[Any, Any] = defaultdict(lambda: np.zeros(3, np.int64))
    for person, row in zip(people, counts, strict=True):
        found[person.row] += row
    crowds = Counter(person.row for person in people)
    return {row: total for row, total in found.items() if crowds[row] <= 8}


def test_below_the_cap_cells_are_the_plain_counts() -> None:
    people = [Someone(row, 0) for row in ROWS[::3]]
    people += [people[5]] * 8
    counts = np.eye(3, dtype=np.int64)[np.arange(len(people)) % 3]
    expected: dict[str, Any] = defaultdict(lambda: np.zeros(3, np.int64))
    for row, found in per_household(people, counts).items():
        expected[row[4]] += found
    result = made(people, counts)
    grid = result.vector.reshape(3, len(AREAS.codes))
    assert result.vector.dtype == np.uint32
    assert len(result.vector) == cell_count(GRID, AREAS)
    for number, code in enumerate(AREAS.codes):
        assert grid[:, number].tolist() == expected[code].tolist()
    assert result.report.institutions == Group(9)
    assert result.report.placed == Group(len(people) - 9)
    assert result.report.above == Group()


def test_above_the_cap_every_household_counts_for_exactly_the_cap() -> None:
    people = crowd(ROWS, 2000, seed=2)
    counts = random_counts(2000, 4)
    households = per_household(people, counts)
    result = made(people, counts)
    assert int(result.vector.sum()) == sum(min(int(h.sum()), CAP) for h in households.values())
    assert result.report.above.count == sum(int(h.sum()) > CAP for h in households.values())


def test_one_household_moves_the_cells_by_at_most_the_cap() -> None:
    people = crowd(ROWS, 400, seed=4)
    counts = random_counts(400, 3)
    whole = made(people, counts).vector.astype(np.int64)
    for row in sorted({person.row for person in people})[:40]:
        others = [number for number, person in enumerate(people) if person.row != row]
        rest = made([people[number] for number in others], counts[others]).vector.astype(np.int64)
        assert (whole >= rest).all()
        assert (whole - rest).sum() <= CAP


def test_the_same_records_give_the_same_cells() -> None:
    people, counts = crowd(ROWS, 300, seed=6), random_counts(300, 4)
    assert np.array_equal(made(people, counts).vector, made(people, counts).vector)


def test_cells_of_areas_add_up_to_those_of_the_area_that_holds_them() -> None:
    # Most households are above the cap: each must keep the same things at both levels.
    whole = area_map(UNIVERSE, "gemeente", 100)
    grid = CellGrid(by="verwijzer", classes=GRID.classes, level="gemeente", minimum=100)
    variable = VARIABLE.model_copy(update={"id": "referrals-gemeente", "cells": grid})
    people, counts = crowd(ROWS, 2000, seed=7), random_counts(2000, 4)
    chunk = [ClassedClients(clients(people), counts)]
    gemeenten = cells_of(chunk, UNIVERSE, whole, ROUND, variable, KEY).vector.reshape(3, -1)
    buurten = made(people, counts).vector.reshape(3, -1)
    assert buurten.sum() > 0
    for number, code in enumerate(whole.codes):
        own = [place for place, buurt in enumerate(AREAS.codes) if buurt[2:6] == code[2:6]]
        assert gemeenten[:, number].tolist() == buurten[:, own].sum(axis=1).tolist()


def test_thinning_is_fair_on_average() -> None:
    # All households have (1, 2, 3) and keep 2: each class keeps a third of what it had. With
    # independent coins per household the deviation of a mean over n is below 1 / (2 sqrt n).
    people = [Someone(row, 0) for row in ROWS]
    counts = np.tile([1, 2, 3], (len(people), 1))
    kept = made(people, counts).vector.reshape(3, -1).sum(axis=1) / len(people)
    assert kept == pytest.approx([1 / 3, 2 / 3, 1], abs=5 / (2 * np.sqrt(len(people))))
    assert kept.sum() == pytest.approx(CAP)


def test_nobody_gives_zeros() -> None:
    result = cells_of([], UNIVERSE, AREAS, ROUND, VARIABLE, KEY)
    assert result.vector.tolist() == [0] * cell_count(GRID, AREAS)


def test_a_variable_without_cells_is_no_cell_vector() -> None:
    flag = VARIABLE.model_copy(update={"cells": None})
    with pytest.raises(ValueError, match="without cells"):
        cells_of([], UNIVERSE, AREAS, ROUND, flag, KEY)


def test_from_the_records_themselves(engine: Engine) -> None:
    filler, row = Filler(engine), ROWS[0]
    address = {
        "huisnummer": row[1],
        "huisletter": row[2],
        "toevoeging": row[3],
        "gemeente": row[4][2:6],
    }
    one, two = filler.client(), filler.client()
    for number, client in enumerate((one, two), start=1):
        filler.address(client, row[0], **address)
        filler.grant(client, number, f"0{number}", ingang=date(2025, 2, 1))
    result = build_cells(engine, UNIVERSE, AREAS, ROUND, VARIABLE, KEY)
    area = AREAS.codes.index(row[4])
    assert result.vector.reshape(3, -1)[:, area].tolist() == [1, 1, 0]
    assert int(result.vector.sum()) == 2
