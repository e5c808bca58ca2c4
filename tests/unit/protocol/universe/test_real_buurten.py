# SPDX-License-Identifier: EUPL-1.2
"""The 104 real buurten of two gemeenten, with as many made-up addresses as they have households."""

from pathlib import Path

import numpy as np
import pytest

from ontschot.protocol.universe import (
    COUNTS_MINIMUM,
    EUROS_MINIMUM,
    AreaMap,
    How,
    Universe,
    area_map,
    normalise_columns,
    require_derived,
    slots_of,
)
from ontschot.protocol.universe.geometry import Buurt, area_names, read_buurten
from ontschot.protocol.universe.merging import AREAS
from unit.protocol.universe.samples import YEAR, columns, listing, synthetic_rows

pytestmark = pytest.mark.testdata


@pytest.fixture(scope="module")
def buurten(test_data: Path) -> tuple[Buurt, ...]:
    return read_buurten((test_data / "cbs" / "buurten_2023_GM0642_GM0531.geojson").read_bytes())


def sizes(buurten: tuple[Buurt, ...]) -> dict[str, int]:
    return {buurt.code: buurt.households for buurt in buurten if buurt.households}


@pytest.fixture(scope="module")
def universe(buurten: tuple[Buurt, ...]) -> Universe:
    return Universe.build([listing(synthetic_rows(sizes(buurten)))], YEAR)


def test_one_slot_per_address_and_one_overflow_slot_per_64(universe: Universe) -> None:
    assert universe.header.addresses == 33_140
    assert {g.code: g.overflow for g in universe.gemeenten} == {"GM0531": 198, "GM0642": 321}
    assert Universe.from_bytes(universe.to_bytes()).digest == universe.digest


def test_no_area_is_below_the_minimum_and_none_is_lost(
    universe: Universe, buurten: tuple[Buurt, ...]
) -> None:
    households = sizes(buurten)
    for level in AREAS:
        for minimum in (1, COUNTS_MINIMUM, EUROS_MINIMUM):
            found = area_map(universe, level, minimum, area_names(buurten))
            require_derived(universe, found)
            held = [code for area in found.areas for code in area.holds]
            expected = {code.replace("BU", "")[: {"gemeente": 4, "wijk": 6, "buurt": 8}[level]]
                        for code in households}  # fmt: skip
            assert {code[2:] for code in held} == expected
            assert len(held) == len(expected)
            assert found.slots_per_area.min() >= minimum


def test_joining_keeps_most_of_the_detail(universe: Universe) -> None:
    # 92 of the 104 buurten have households, 68 at least 100 and 45 at least 250.
    assert [len(area_map(universe, "buurt", m).areas) for m in (1, 100, 250)] == [92, 69, 57]
    # All 14 wijken have households, four of them fewer than 250.
    assert [len(area_map(universe, "wijk", m).areas) for m in (1, 250)] == [14, 11]


def test_clusters_of_pc6_cut_the_region_in_a_hundred_parts(
    universe: Universe, buurten: tuple[Buurt, ...]
) -> None:
    found = area_map(universe, "pc6-cluster", EUROS_MINIMUM, area_names(buurten))
    require_derived(universe, found)
    assert AreaMap.from_bytes(found.to_bytes()).digest == found.digest
    sizes_found = found.slots_per_area
    assert (len(sizes_found), sizes_found.min(), sizes_found.max()) == (102, 260, 500)
    assert sizes_found.sum() == universe.header.addresses
    assert all(len({piece[:6] for piece in area.holds}) == 1 for area in found.areas)
    assert found.names[0] == "3300 AB t/m 3300 AN (buurt Dorp)"


def test_every_address_finds_its_own_slot(universe: Universe, buurten: tuple[Buurt, ...]) -> None:
    rows = synthetic_rows(sizes(buurten))
    placed = slots_of(
        universe, normalise_columns(*columns(rows)), [f"GM{row[4][2:6]}" for row in rows]
    )
    assert (placed.how == How.EXACT).all()
    assert len(np.unique(placed.slots)) == len(rows)
    codes = np.array(area_map(universe, "buurt", 1).codes)
    assert (codes[area_map(universe, "buurt", 1).index[placed.slots]] == [r[4] for r in rows]).all()
