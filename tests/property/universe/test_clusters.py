# SPDX-License-Identifier: EUPL-1.2
"""Clusters of PC6: every address in exactly one, each large enough, none over a border."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.universe import AreaMap, area_map, merge_small, require_derived
from ontschot.protocol.universe.areas import NO_AREA, code_at
from ontschot.protocol.universe.errors import AreasTooSmall
from unit.protocol.universe.samples import synthetic_universe

PIECES = st.dictionaries(
    st.from_regex(r"BU000[12]0[12]0[0-4]-3331A[A-F]", fullmatch=True),
    st.integers(1, 60),
    min_size=1,
    max_size=60,
)
BUURTEN = st.dictionaries(
    st.from_regex(r"BU000[12]0[12]0[0-4]", fullmatch=True), st.integers(1, 90), min_size=1
)


def totals(sizes: dict[str, int], length: int) -> dict[str, int]:
    """Return the addresses per gemeente (length 6), wijk (8) or buurt (10)."""
    found: dict[str, int] = {}
    for code, size in sizes.items():
        found[code[:length]] = found.get(code[:length], 0) + size
    return found


@given(PIECES, st.integers(1, 150))
def test_no_piece_is_lost_and_no_cluster_is_small_or_over_a_border(
    sizes: dict[str, int], least: int
) -> None:
    try:
        groups = merge_small(sizes, "pc6-cluster", least)
    except AreasTooSmall:
        assert min(totals(sizes, 6).values()) < least
        return
    assert min(totals(sizes, 6).values()) >= least
    assert sorted(piece for group in groups for piece in group.holds) == sorted(sizes)
    for group in groups:
        assert group.addresses == sum(sizes[piece] for piece in group.holds) >= least
        assert len({code_at("gemeente", piece) for piece in group.holds}) == 1


@given(PIECES, st.integers(1, 150))
def test_buurten_that_are_large_enough_are_cut_in_stretches_of_their_own(
    sizes: dict[str, int], least: int
) -> None:
    try:
        groups = merge_small(sizes, "pc6-cluster", least)
    except AreasTooSmall:
        return
    for buurt, total in totals(sizes, 10).items():
        own = [p for p in sorted(sizes) if p.startswith(buurt)]
        held = [[own.index(p) for p in g.holds if p.startswith(buurt)] for g in groups]
        parts = sorted(part for part in held if part)
        # One after the other, without holes; a small buurt is not cut at all.
        assert [place for part in parts for place in part] == list(range(len(own)))
        assert total >= least or len(parts) == 1
        for here, _following in pairwise(parts):
            assert sum(sizes[own[place]] for place in here[:-1]) < least


@given(PIECES, st.integers(1, 150), st.randoms(use_true_random=False))
def test_the_order_of_the_public_file_makes_no_difference(
    sizes: dict[str, int], least: int, random: object
) -> None:
    shuffled = list(sizes.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    try:
        groups = merge_small(sizes, "pc6-cluster", least)
    except AreasTooSmall:
        return
    assert merge_small(dict(shuffled), "pc6-cluster", least) == groups


@given(BUURTEN, st.integers(1, 120))
def test_every_address_slot_lies_in_exactly_one_cluster(sizes: dict[str, int], least: int) -> None:
    universe = synthetic_universe(sizes)
    try:
        found = area_map(universe, "pc6-cluster", least)
    except AreasTooSmall:
        return
    require_derived(universe, found)
    assert AreaMap.from_bytes(found.to_bytes()).digest == found.digest
    lines = universe.slots_of_lines(np.arange(universe.header.addresses))
    assert (found.index[lines] != NO_AREA).all()
    outside = np.setdiff1d(np.arange(universe.slots), lines)
    assert (found.index[outside] == NO_AREA).all()
    assert found.slots_per_area.sum() == universe.header.addresses
    assert found.slots_per_area.min() >= least
