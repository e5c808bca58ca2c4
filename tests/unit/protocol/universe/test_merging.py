# SPDX-License-Identifier: EUPL-1.2
"""Joining areas that are too small, by a rule that anyone can repeat."""

from dataclasses import replace

import numpy as np
import pytest

from ontschot.protocol.universe import Level, area_map, merge_small, require_derived
from ontschot.protocol.universe.errors import AreasTooSmall, MalformedAreaMap
from unit.protocol.universe.samples import small_universe, synthetic_universe


def merged(sizes: dict[str, int], level: Level = "buurt", minimum: int = 100) -> list[list[str]]:
    return [list(group.holds) for group in merge_small(sizes, level, minimum)]


def test_large_areas_stay_as_they_are() -> None:
    assert merged({"BU00010101": 100, "BU00010102": 101}) == [["BU00010101"], ["BU00010102"]]


def test_small_ones_are_joined_in_order_until_they_are_large_enough() -> None:
    sizes = {f"BU0001010{i}": 60 for i in range(4)} | {"BU00010109": 500}
    assert merged(sizes) == [
        ["BU00010100", "BU00010101"],
        ["BU00010102", "BU00010103"],
        ["BU00010109"],
    ]


def test_what_is_left_over_joins_the_smallest_that_is_large_enough() -> None:
    sizes = {"BU00010101": 300, "BU00010102": 20, "BU00010103": 200, "BU00010104": 200}
    assert merged(sizes) == [["BU00010101"], ["BU00010102", "BU00010103"], ["BU00010104"]]


def test_the_left_over_may_join_an_area_that_was_just_made() -> None:
    sizes = {"BU00010101": 60, "BU00010102": 50, "BU00010103": 20, "BU00010104": 400}
    assert merged(sizes) == [["BU00010101", "BU00010102", "BU00010103"], ["BU00010104"]]


def test_a_wijk_that_is_too_small_goes_up_to_its_gemeente() -> None:
    sizes = {
        "BU00010101": 30, "BU00010102": 30, "BU00010201": 300, "BU00010301": 50, "BU00020101": 100
    }  # fmt: skip
    assert merged(sizes) == [
        ["BU00010101", "BU00010102", "BU00010301"],
        ["BU00010201"],
        ["BU00020101"],
    ]


def test_a_gemeente_that_is_too_small_joins_another() -> None:
    sizes = {"BU00010101": 99, "BU00020101": 400, "BU00020102": 300}
    assert merged(sizes) == [["BU00010101", "BU00020102"], ["BU00020101"]]
    assert merged({"GM0001": 99, "GM0002": 1}, "gemeente") == [["GM0001", "GM0002"]]
    assert merged({"WK000101": 99, "WK000102": 200, "WK000201": 150}, "wijk") == [
        ["WK000101", "WK000102"],
        ["WK000201"],
    ]


def test_a_universe_that_is_too_small_is_refused() -> None:
    with pytest.raises(AreasTooSmall, match="99 addresses, at least 100"):
        merged({"BU00010101": 50, "BU00020101": 49})


def test_overflow_slots_do_not_make_an_area_large() -> None:
    universe = synthetic_universe({"BU00010101": 90, "BU00020101": 200})
    assert area_map(universe, "gemeente", 100).codes == ("GM0001+1",)


def test_code_and_name_say_what_an_area_holds() -> None:
    sizes = dict.fromkeys(("BU00010101", "BU00010102", "BU00010103"), 50)
    universe = synthetic_universe(sizes | {"BU00010201": 90, "BU00010301": 130})
    names = {"BU00010101": "Oost", "BU00010102": "West", "BU00010103": "Kern", "BU00010201": "Veer"}
    found = area_map(universe, "buurt", 120, names)
    assert found.codes == ("BU00010101+2", "BU00010201+1")
    assert found.names == ("Oost, West en Kern", "Veer en BU00010301")
    assert found.areas[0].holds == ("BU00010101", "BU00010102", "BU00010103")
    whole = area_map(universe, "buurt", 370, names)
    assert (whole.codes, whole.names) == (("BU00010101+4",), ("Oost, West en 3 andere",))


def test_the_slots_of_a_joined_area_need_not_be_one_run() -> None:
    universe = synthetic_universe({"BU00010101": 60, "BU00010102": 300, "BU00010103": 60})
    found = area_map(universe, "buurt", 100)
    assert found.run_areas.tolist() == [0, 1, 0, -1]
    values = np.ones(universe.slots, dtype=np.uint64)
    assert found.sums(values).tolist() == [120, 300]


def test_anyone_can_check_that_a_map_follows_the_rule() -> None:
    universe = synthetic_universe({"BU00010101": 60, "BU00010102": 300, "BU00010103": 60})
    found = area_map(universe, "buurt", 100, {"BU00010101": "Oost"})
    require_derived(universe, found)
    with pytest.raises(MalformedAreaMap, match="the rule"):
        require_derived(universe, replace(found, minimum=50))
    other = replace(found, run_lengths=found.run_lengths + np.array([1, -1, 0, 0]))
    with pytest.raises(MalformedAreaMap, match="the rule"):
        require_derived(universe, other)
    with pytest.raises(MalformedAreaMap, match="another universe"):
        require_derived(small_universe(), found)
