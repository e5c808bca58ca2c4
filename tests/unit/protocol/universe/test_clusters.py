# SPDX-License-Identifier: EUPL-1.2
"""Clusters of PC6: pieces of a buurt in order, large enough, inside a gemeente."""

from dataclasses import replace

import numpy as np
import pytest

from ontschot.protocol.universe import MAPS, Universe, area_map, merge_small, require_derived
from ontschot.protocol.universe.areas import code_at
from ontschot.protocol.universe.errors import AreasTooSmall, MalformedAreaMap
from ontschot.protocol.universe.naming import name_of
from unit.protocol.universe.samples import YEAR, Row, listing, small_universe, synthetic_universe


def clusters(sizes: dict[str, int], minimum: int = 100) -> list[str]:
    """Return what each cluster holds: buurt number and letters of its pieces."""
    found = merge_small(sizes, "pc6-cluster", minimum)
    return [" ".join(f"{piece[8:10]}{piece[15:]}" for piece in group.holds) for group in found]


def pieces(buurt: str, *sizes: int) -> dict[str, int]:
    """Return pieces 3331AA, 3331AB and so on of a buurt, with these sizes."""
    return {f"{buurt}-3331A{chr(65 + i)}": size for i, size in enumerate(sizes)}


def test_pieces_are_joined_in_order_until_there_are_enough() -> None:
    assert clusters(pieces("BU00010101", 60, 60, 120, 50, 50)) == ["01AA 01AB", "01AC", "01AD 01AE"]


def test_what_is_left_joins_its_neighbour_and_not_the_smallest() -> None:
    assert clusters(pieces("BU00010101", 60, 40, 150, 30)) == ["01AA 01AB", "01AC 01AD"]


def test_a_small_buurt_is_joined_in_its_wijk_by_the_rule_of_buurten() -> None:
    sizes = pieces("BU00010101", 40, 20) | pieces("BU00010102", 200) | pieces("BU00010103", 30, 10)
    assert clusters(sizes) == ["01AA 01AB 03AA 03AB", "02AA"]
    lonely = pieces("BU00010101", 40) | pieces("BU00010102", 200, 130) | pieces("BU00010201", 150)
    assert clusters(lonely) == ["01AA 02AB", "02AA", "01AA"]


def test_a_small_wijk_is_joined_in_its_gemeente() -> None:
    sizes = pieces("BU00010101", 40) | pieces("BU00010201", 120) | pieces("BU00020101", 100)
    assert clusters(sizes) == ["01AA 01AA", "01AA"]


def test_a_cluster_never_crosses_the_border_of_a_gemeente() -> None:
    sizes = pieces("BU00010101", 99) | pieces("BU00020101", 400)
    with pytest.raises(AreasTooSmall, match="GM0001: 99 addresses, at least 100"):
        merge_small(sizes, "pc6-cluster", 100)
    assert merge_small({"BU00010101": 99, "BU00020101": 400}, "buurt", 100)


def test_a_pc6_in_two_buurten_is_two_pieces() -> None:
    rows: list[Row] = [("3331AB", 1 + i, "", "", f"BU0642010{i % 2}") for i in range(10)]
    universe = Universe.build([listing(rows)], YEAR)
    assert universe.pc6_runs == (("BU06420100-3331AB", 5), ("BU06420101-3331AB", 5))
    found = area_map(universe, "pc6-cluster", 5)
    assert found.codes == ("BU06420100-3331AB", "BU06420101-3331AB")
    assert found.run_lengths.tolist() == [5, 5, 64]


def test_overflow_belongs_to_no_cluster() -> None:
    found = area_map(small_universe(), "pc6-cluster", 1)
    assert found.run_areas.tolist() == [0, 1, -1, 2, 3, -1]
    assert found.run_lengths.tolist() == [4, 1, 4, 2, 1, 3]


def test_names_say_from_which_postcode_to_which() -> None:
    names = {"BU06420105": "Noord", "BU06420106": "Oost"}
    two = ("BU06420105-3331AB", "BU06420105-3331CD")
    assert name_of("pc6-cluster", two[:1], names) == "3331 AB (buurt Noord)"
    assert name_of("pc6-cluster", two, names) == "3331 AB t/m 3331 CD (buurt Noord)"
    over = (*two, "BU06420106-3331XZ")
    assert name_of("pc6-cluster", over, names) == (
        "3331 AB t/m 3331 CD (buurt Noord) en 3331 XZ (buurt Oost)"
    )
    more = (*over, "BU06420107-3332AA", "BU06420108-3332AA")
    assert name_of("pc6-cluster", more, names) == (
        "3331 AB t/m 3331 CD (buurt Noord) en 3 andere buurten"
    )


def test_a_piece_lies_in_a_buurt_a_wijk_and_a_gemeente() -> None:
    piece = "BU06420105-3331AB"
    assert [code_at(level, piece) for level in ("gemeente", "wijk", "buurt", "pc6-cluster")] == [
        "GM0642", "WK064201", "BU06420105", piece
    ]  # fmt: skip
    with pytest.raises(ValueError, match="BU06420105"):
        code_at("pc6-cluster", "BU06420105")


def test_anyone_can_check_that_clusters_follow_the_rule() -> None:
    universe = synthetic_universe({"BU00010101": 300, "BU00010102": 90, "BU00020101": 280})
    found = area_map(universe, "pc6-cluster", 100)
    require_derived(universe, found)
    lengths = found.run_lengths.copy()
    lengths[:2] += np.array([20, -20])
    moved = replace(found, run_lengths=lengths)
    with pytest.raises(MalformedAreaMap, match="the rule"):
        require_derived(universe, moved)
    with pytest.raises(MalformedAreaMap, match="the rule"):
        require_derived(universe, replace(found, minimum=80))


def test_a_round_has_one_map_of_clusters() -> None:
    assert [least for level, least in MAPS if level == "pc6-cluster"] == [250]
    assert len(MAPS) == len(set(MAPS)) == 7
