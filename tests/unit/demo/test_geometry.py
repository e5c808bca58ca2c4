# SPDX-License-Identifier: EUPL-1.2
from itertools import pairwise

import numpy as np
import pytest

from ontschot_demo.geometry import Cells, area_km2, crosses, make_cells, to_wgs84


@pytest.fixture(scope="module")
def cells() -> Cells:
    return make_cells(np.random.default_rng(1), 40)


def test_rings_are_closed_and_counter_clockwise(cells: Cells) -> None:
    assert len(cells.rings) == 40
    for ring in cells.rings:
        assert np.array_equal(ring[0], ring[-1])
        assert area_km2(ring) > 0.05


def test_no_borders_cross(cells: Cells) -> None:
    segments = {
        tuple(sorted((tuple(start), tuple(end))))
        for ring in cells.rings
        for start, end in pairwise(ring.tolist())
    }
    assert len(segments) < sum(len(ring) - 1 for ring in cells.rings), "neighbours share borders"
    assert not crosses([np.array(segment) for segment in segments])


def test_crossing_lines_are_seen() -> None:
    one = np.array([[0.0, 0.0], [2.0, 2.0]])
    other = np.array([[0.0, 2.0], [2.0, 0.0]])
    beside = np.array([[3.0, 0.0], [3.0, 1.0]])
    assert crosses([one, other])
    assert not crosses([one, beside])
    assert not crosses([one, np.array([[2.0, 2.0], [4.0, 0.0]])]), "sharing an end is no crossing"


def test_cells_in_the_centre_are_smaller(cells: Cells) -> None:
    distance = np.hypot(*cells.centres.T)
    areas = np.array([area_km2(ring) for ring in cells.rings])
    near, far = areas[distance < np.median(distance)], areas[distance >= np.median(distance)]
    assert near.mean() < 0.6 * far.mean()


@pytest.mark.parametrize(("seed", "count"), [(42533932036, 20), (52998465904, 14)])
def test_a_first_drawing_in_two_pieces_is_thrown_away(seed: int, count: int) -> None:
    pairs = make_cells(np.random.default_rng(seed), count).neighbours
    found = {0}
    for _ in range(count):
        found |= {cell for pair in pairs if found & {*pair} for cell in pair}
    assert found == {*range(count)}


def test_borders_are_not_straight(cells: Cells) -> None:
    # A cell has about six neighbours, and eight pieces to a border.
    assert min(len(ring) for ring in cells.rings) > 3 * 8


def test_degrees_keep_order_and_place() -> None:
    [[west, south], [east, north]] = to_wgs84(np.array([[-1.0, -1.0], [1.0, 1.0]]))
    assert 5.0 < west < east < 5.5
    assert 52.4 < south < north < 52.7
    assert (north - south) * 111.32 == pytest.approx(2, abs=1e-3)
