# SPDX-License-Identifier: EUPL-1.2
"""The truth beside estimates: tiers, what they cost, and what the dearest households cost."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ontschot.protocol.catalogue.definitions import definition
from ontschot_demo.estimated import is_about, tier, true_of_estimate
from unit.demo.samples import Areas, line, table, truth_of

TWO_CITIES = """postcode;huisnummer;huisletter;toevoeging;buurtcode
1995AA;1;;;BU99010101
1995AA;2;;;BU99010101
1995AA;3;;;BU99010101
1996CC;1;;;BU99020101
1996CC;2;;;BU99020101
"""
APART: Areas = {"GM9901": ["GM9901"], "GM9902": ["GM9902"]}
JOINED: Areas = {"GM9901+1": ["GM9901", "GM9902"]}
THERE = {"postcode": "1996CC", "gemeentecode": "9902"}
PERCENTS = (1, 3, 5, 10, 20)


def _lines(first: Sequence[int], second: Sequence[int] = ()) -> list[tuple[str, ...]]:
    """Return a line for each household of two cities, by what it costs in cents."""
    lines = [line(k, huisnummer=str(k), bedrag_cent=str(c)) for k, c in enumerate(first, 1)]
    return lines + [
        line(10 + k, huisnummer=str(k), bedrag_cent=str(c), **THERE)
        for k, c in enumerate(second, 1)
    ]


def _shares(areas: Areas, slots: int) -> dict[str, Any]:
    found = table("estimate-shares-tiers-gemeente", areas, statistic="share", unit="permille")
    words = {"nl": "x", "en": "x"}
    found["outputs"] = [{"key": f"top{p}", "label": words, "derived": False} for p in PERCENTS]
    for area in found["areas"]:
        area["slots"] = slots
    return found


def _truths(folder: Path, lines: Sequence[tuple[str, ...]], of: dict[str, Any]) -> Any:
    with truth_of(folder, *lines, addresses=TWO_CITIES) as truth:
        known = definition("Q09")
        places = range(len(of["outputs"]))
        return [dict(true_of_estimate(known, of, place, truth)) for place in places]


def test_tiers_run_up_to_the_next_and_from_each_on() -> None:
    block = definition("Q09").blocks[0]
    found = [tier(block, place, 10_000) for place in range(17)]
    starts = [10_000, 100_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000]
    last = 50_000_000
    assert found[:9] == [*zip(starts, [*starts[1:], last], strict=True), (last, None)]
    assert found[9:] == [(start, None) for start in starts]


def test_a_count_above_a_cap_has_no_upper_edge() -> None:
    block = next(one for one in definition("Q03").blocks if one.id == "jw-above")
    assert tier(block, 0, 100_000) == (5_000_000, None)


def test_cost_and_numbers_of_the_same_tiers(tmp_path: Path) -> None:
    # € 100 and € 999.99 in the first tier, € 1,000 in the second, € 99.99 in none.
    lines = _lines([10_000, 99_999, 100_000], [9_999, 99_000_000])
    amounts = table("estimate-amounts-tiers-gemeente", APART, 9, 8, unit="euroCents")
    counts = table("estimate-counts-tiers-gemeente", APART, 9, 8)
    cost, numbers = _truths(tmp_path, lines, amounts), _truths(tmp_path, lines, counts)
    nothing = (0, 0)
    assert [tuple(one.values()) for one in cost] == [
        (109_999, 0), (100_000, 0), *[nothing] * 6, (0, 99_000_000),
        (209_999, 99_000_000), (100_000, 99_000_000), *[(0, 99_000_000)] * 6,
    ]  # fmt: skip
    assert [tuple(one.values()) for one in numbers] == [
        (2, 0), (1, 0), *[nothing] * 6, (0, 1),
        (3, 1), (1, 1), *[(0, 1)] * 6,
    ]  # fmt: skip
    assert cost[0] == {"GM9901": 109_999, "GM9902": 0}


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        # 1, 3, 5, 10 and 20 of a hundred: from the third household on all cost is in.
        (100, [600, 1000, 1000, 1000, 1000]),
        # half a household; one and a half; two and a half; five; ten: parts count as such
        (50, [300, 750, 950, 1000, 1000]),
        (10, [60, 180, 300, 600, 900]),
        (0, [0, 0, 0, 0, 0]),
    ],
)
def test_the_dearest_households_of_one_area(
    tmp_path: Path, slots: int, expected: list[int]
) -> None:
    # € 600, € 300 and € 100: of € 1,000 in all.
    found = _truths(tmp_path, _lines([10_000, 60_000, 30_000]), _shares(APART, slots))
    assert [one["GM9901"] for one in found] == expected
    assert [one["GM9902"] for one in found] == [0] * 5


def test_equal_households_take_equal_parts(tmp_path: Path) -> None:
    # Three of € 200 each: whichever of them is the dearest, shares are thirds.
    found = _truths(tmp_path, _lines([20_000] * 3), _shares(APART, 100))
    assert [one["GM9901"] for one in found] == [333, 1000, 1000, 1000, 1000]
    found = _truths(tmp_path, _lines([20_000] * 3), _shares(APART, 20))
    # 0.2, 0.6, 1, 2 and 4 of three
    assert [one["GM9901"] for one in found] == [67, 200, 333, 667, 1000]


def test_shares_of_joined_areas_are_of_their_households_together(tmp_path: Path) -> None:
    # € 500, € 100 here and € 300, € 100 there: the sum of two shares is no share.
    lines = _lines([50_000, 10_000], [30_000, 10_000])
    found = _truths(tmp_path, lines, _shares(JOINED, 100))
    assert [one["GM9901+1"] for one in found] == [500, 900, 1000, 1000, 1000]
    apart = _truths(tmp_path, lines, _shares(APART, 100))
    assert apart[0] == {"GM9901": 833, "GM9902": 750}


def test_credits_make_no_household_dearer_than_nothing(tmp_path: Path) -> None:
    lines = [
        *_lines([10_000, 30_000]),
        line(8, huisnummer="1", vorige_referentie="R00001", bedrag_cent="90000", dc="C"),
    ]
    found = _truths(tmp_path, lines, _shares(APART, 100))
    assert [one["GM9901"] for one in found] == [1000] * 5


def test_a_household_outside_every_area_has_a_part_in_its_gemeente(tmp_path: Path) -> None:
    lines = [*_lines([25_000]), line(7, postcode="1999ZZ", huisnummer="9", bedrag_cent="75000")]
    found = _truths(tmp_path, lines, _shares(APART, 100))
    assert [one["GM9901"] for one in found] == [750, 1000, 1000, 1000, 1000]


def test_a_household_outside_every_area_has_no_part_in_a_buurt(tmp_path: Path) -> None:
    lines = [*_lines([25_000, 75_000]), line(7, postcode="1999ZZ", huisnummer="9")]
    with truth_of(tmp_path, *lines, addresses=TWO_CITIES) as truth:
        assert truth.top_cost("buurt", ["BU99010101"], 100, 1) == 750
        assert truth.top_cost("buurt", ["BU99020101"], 100, 1) == 0


def test_an_estimate_is_about_one_table() -> None:
    assert is_about({"id": "estimate-counts-tiers-gemeente"}, "tiers-gemeente")
    assert is_about({"id": "estimate-jw-wijk"}, "jw-wijk")
    assert not is_about({"id": "estimate-jw-wijk"}, "w-wijk")
