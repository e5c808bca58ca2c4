# SPDX-License-Identifier: EUPL-1.2
import math
import re
from typing import Any

import pytest

from ontschot.portal.errors import UnreadableBoundaries
from ontschot.portal.figures.shapes import (
    Projection,
    Ring,
    middle,
    outline,
    path_data,
    read_features,
)
from unit.coordinator.results.samples import grid, square


def area(ring: Ring) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x * b - a * y for (x, y), (a, b) in pairs)) / 2


def test_touching_squares_become_one_outline() -> None:
    rings = [r for f in read_features(grid(["A", "B", "C", "D"], columns=2)) for r in f.rings]
    (joined,) = outline(rings)
    assert area(joined) == pytest.approx(4 * 0.01**2)
    assert (4.61, 51.81) not in joined


def test_a_hole_keeps_its_own_ring() -> None:
    codes = [f"F{i}" for i in range(9)]
    ring_of_squares = [f for f in read_features(grid(codes)) if f.code != "F4"]
    joined = outline(r for f in ring_of_squares for r in f.rings)
    assert sorted(round(area(ring) / 0.01**2) for ring in joined) == [1, 9]


def test_separate_squares_stay_separate() -> None:
    features = read_features({"type": "FeatureCollection", "features": [
        square("A", 0, 0), square("B", 5, 5),
    ]})  # fmt: skip
    assert len(outline(r for f in features for r in f.rings)) == 2


def test_squares_that_touch_in_a_corner_keep_their_area() -> None:
    features = read_features({"type": "FeatureCollection", "features": [
        square("A", 0, 0), square("B", 1, 1),
    ]})  # fmt: skip
    joined = outline(r for f in features for r in f.rings)
    assert sum(area(ring) for ring in joined) == pytest.approx(2 * 0.01**2)


def test_the_projection_keeps_areas_and_north_up() -> None:
    features = read_features(grid([f"F{i}" for i in range(9)]))
    projection = Projection.fit(features, 500, 500)
    west_south = projection.point((4.60, 51.80))
    east_north = projection.point((4.63, 51.83))
    assert west_south == pytest.approx((0, projection.height))
    assert east_north == pytest.approx((projection.width, 0))
    ratio = projection.width / projection.height
    assert ratio == pytest.approx(math.cos(math.radians(51.815)), rel=1e-6)
    assert max(projection.width, projection.height) == pytest.approx(500)
    assert projection.metres_per_pixel == pytest.approx(0.03 * 111_320 / 500)


def test_paths_have_short_numbers_and_end() -> None:
    features = read_features(grid(["A", "B"], columns=2))
    projection = Projection.fit(features, 500, 500)
    path = path_data(features[0].rings, projection)
    assert re.fullmatch(r"M[-\d. ]+l[-\d. ]+z", path)
    assert all(len(number.split(".")[-1]) == 1 for number in re.findall(r"-?\d*\.\d+", path))


def test_a_ring_smaller_than_a_tenth_of_a_pixel_is_left_out() -> None:
    features = read_features(grid(["A", "B"], columns=2))
    projection = Projection.fit(features, 500, 500)
    dust = [(4.6, 51.8), (4.6000001, 51.8), (4.6000001, 51.8000001), (4.6, 51.8)]
    assert path_data([dust], projection) == ""


def test_the_middle_lies_in_the_largest_ring() -> None:
    features = read_features({"type": "FeatureCollection", "features": [square("A", 0, 0)]})
    small = [(5.0, 52.0), (5.001, 52.0), (5.001, 52.001), (5.0, 52.0)]
    assert middle([small, *features[0].rings]) == pytest.approx((4.605, 51.805))


def test_a_feature_without_geometry_has_no_rings() -> None:
    (feature,) = read_features({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "A", "properties": {}, "geometry": None},
    ]})  # fmt: skip
    assert feature.rings == ()


GOOD = square("A", 0, 0)


@pytest.mark.parametrize(
    "collection",
    [
        {},
        {"type": "Feature"},
        {"type": "FeatureCollection", "features": {}},
        {"type": "FeatureCollection", "features": [None]},
        {"type": "FeatureCollection", "features": [{"geometry": GOOD["geometry"]}]},
        {"type": "FeatureCollection", "features": [GOOD | {"id": 7}]},
        {"type": "FeatureCollection", "features": [GOOD | {"geometry": {"type": "Point"}}]},
        {
            "type": "FeatureCollection",
            "features": [GOOD | {"geometry": {"type": "Point", "coordinates": [1, 2]}}],
        },
        {
            "type": "FeatureCollection",
            "features": [GOOD | {"geometry": {"type": "Polygon", "coordinates": [[["x", "y"]]]}}],
        },
        {
            "type": "FeatureCollection",
            "features": [
                GOOD | {"geometry": {"type": "Polygon", "coordinates": [[[math.nan, 1.0]]]}}
            ],
        },
    ],
)
def test_what_is_no_area_is_refused(collection: dict[str, Any]) -> None:
    with pytest.raises(UnreadableBoundaries):
        read_features(collection)


@pytest.mark.parametrize("rings", [[], [[(4.6, 51.8)] * 4]])
def test_nothing_to_draw_is_refused(rings: list[Ring]) -> None:
    coordinates = [[list(point) for point in ring] for ring in rings]
    feature = GOOD | {"geometry": {"type": "Polygon", "coordinates": coordinates}}
    features = read_features({"type": "FeatureCollection", "features": [feature]})
    with pytest.raises(UnreadableBoundaries):
        Projection.fit(features, 100, 100)
