# SPDX-License-Identifier: EUPL-1.2
"""Joining areas: whatever the sizes, none is lost, too small, or joined further than needed."""

from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.universe import merge_small
from ontschot.protocol.universe.errors import AreasTooSmall

SIZES = st.dictionaries(
    st.from_regex(r"BU000[12]0[123]0[0-9]", fullmatch=True), st.integers(1, 60), min_size=1
)


@given(SIZES, st.integers(1, 120))
def test_every_area_is_large_enough_and_nothing_is_lost(sizes: dict[str, int], least: int) -> None:
    try:
        groups = merge_small(sizes, "buurt", least)
    except AreasTooSmall:
        assert sum(sizes.values()) < least
        return
    assert sorted(code for group in groups for code in group.holds) == sorted(sizes)
    for group in groups:
        assert group.addresses == sum(sizes[code] for code in group.holds) >= least
        assert list(group.holds) == sorted(group.holds)
    assert [group.holds for group in groups] == sorted(group.holds for group in groups)


@given(SIZES, st.integers(1, 120))
def test_areas_stay_inside_a_wijk_and_a_gemeente_that_are_large_enough(
    sizes: dict[str, int], least: int
) -> None:
    try:
        groups = merge_small(sizes, "buurt", least)
    except AreasTooSmall:
        return
    for length in (6, 8):  # gemeente, wijk
        totals: dict[str, int] = {}
        for code, size in sizes.items():
            totals[code[:length]] = totals.get(code[:length], 0) + size
        for group in groups:
            inside = {code[:length] for code in group.holds}
            assert len(inside) == 1 or any(totals[parent] < least for parent in inside)


@given(SIZES, st.integers(1, 120))
def test_the_order_of_the_sizes_makes_no_difference(sizes: dict[str, int], least: int) -> None:
    try:
        groups = merge_small(sizes, "buurt", least)
    except AreasTooSmall:
        return
    assert merge_small(dict(reversed(sizes.items())), "buurt", least) == groups
