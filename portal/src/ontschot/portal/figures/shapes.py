# SPDX-License-Identifier: EUPL-1.2
"""Areas from GeoJSON: outlines of one or more features, projected, as SVG path data.

Projection: equirectangular at the mean latitude of the map. Over one region of the Netherlands
(less than half a degree of latitude) areas are true to better than one percent, which is what a
choropleth needs; a map of the whole country would want another one.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from ontschot.portal.errors import UnreadableBoundaries

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]

METRES_PER_DEGREE = 111_320.0
"""Length of one degree of latitude, to within half a percent."""

_TENTHS = 10


@dataclass(frozen=True, slots=True)
class Feature:
    """One boundary feature: its CBS code and its rings in degrees, longitude first."""

    code: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to pixels: ``x = (longitude - west) * per_longitude``, y downward from north."""

    west: float
    north: float
    per_longitude: float
    per_latitude: float
    width: float
    height: float

    @classmethod
    def fit(cls, features: Sequence[Feature], width: float, max_height: float) -> "Projection":
        """Return the projection that fits ``features`` into a box of pixels.

        Raises:
            UnreadableBoundaries: there is nothing to draw, or it has no size.
        """
        points = [point for feature in features for ring in feature.rings for point in ring]
        if not points:
            raise UnreadableBoundaries("no area with a boundary")
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        narrowing = math.cos(math.radians((south + north) / 2))
        if east <= west or north <= south or narrowing <= 0:
            raise UnreadableBoundaries("areas without size")
        scale = min(width / ((east - west) * narrowing), max_height / (north - south))
        return cls(
            west,
            north,
            scale * narrowing,
            scale,
            (east - west) * narrowing * scale,
            (north - south) * scale,
        )

    def point(self, place: Point) -> Point:
        """Return the pixel of a place given as longitude, latitude."""
        return (place[0] - self.west) * self.per_longitude, (
            self.north - place[1]
        ) * self.per_latitude

    @property
    def metres_per_pixel(self) -> float:
        """Ground distance of one pixel."""
        return METRES_PER_DEGREE / self.per_latitude


def read_features(collection: Mapping[str, Any]) -> list[Feature]:
    """Return the features of a GeoJSON FeatureCollection; ``id`` is the code.

    Raises:
        UnreadableBoundaries: no FeatureCollection of polygons with text ids.
    """
    features = collection.get("features")
    if collection.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise UnreadableBoundaries("no FeatureCollection")
    try:
        return [_feature(feature) for feature in features]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise UnreadableBoundaries("a feature is no polygon with an id") from error


def outline(rings: Iterable[Ring]) -> list[Ring]:
    """Return the outer boundary of touching polygons: edges that two of them share disappear.

    Works when neighbours have identical vertices along their common border, as CBS boundaries do;
    where they have not, the border simply stays visible.
    """
    odd: set[tuple[Point, Point]] = set()
    for ring in rings:
        for edge in _edges(ring):
            odd ^= {edge}
    neighbours: dict[Point, list[Point]] = defaultdict(list)
    for start, end in sorted(odd):
        neighbours[start].append(end)
        neighbours[end].append(start)
    return list(_walk(neighbours))


def path_data(rings: Iterable[Ring], projection: Projection) -> str:
    """Return SVG path data with coordinates to a tenth of a pixel, relative after each start."""
    return "".join(_subpath(ring, projection) for ring in rings)


def middle(rings: Iterable[Ring]) -> Point:
    """Return the centroid (degrees) of the largest ring: where a name may stand."""
    largest = max(rings, key=lambda ring: abs(_centroid(ring)[0]))
    _, x, y = _centroid(largest)
    return x, y


def _feature(feature: dict[str, Any]) -> Feature:
    code, geometry = feature["id"], feature["geometry"]
    if not isinstance(code, str):
        raise TypeError
    if geometry is None:
        return Feature(code, ())
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
    rings = [
        [(float(place[0]), float(place[1])) for place in ring]
        for polygon in polygons[geometry["type"]]
        for ring in polygon
    ]
    if not all(math.isfinite(number) for ring in rings for place in ring for number in place):
        raise ValueError
    return Feature(code, tuple(rings))


def _edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        if start != end:
            yield (start, end) if start < end else (end, start)


def _walk(neighbours: dict[Point, list[Point]]) -> Iterator[Ring]:
    # Every vertex has an even number of odd edges, so each walk ends where it began.
    for start in list(neighbours):
        while neighbours[start]:
            ring, here = [start], start
            while True:
                there = neighbours[here].pop()
                neighbours[there].remove(here)
                here = there
                if here == start:
                    break
                ring.append(here)
            yield ring


def _subpath(ring: Ring, projection: Projection) -> str:
    pixels: list[tuple[int, int]] = []
    for place in ring:
        x, y = projection.point(place)
        pixel = (round(x * _TENTHS), round(y * _TENTHS))
        if not pixels or pixel != pixels[-1]:
            pixels.append(pixel)
    if len(pixels) > 1 and pixels[0] == pixels[-1]:
        pixels.pop()
    if len(pixels) < 3:
        return ""
    steps = [_numbers(x - px, y - py) for (px, py), (x, y) in pairwise(pixels)]
    return f"M{_numbers(*pixels[0])}l{' '.join(steps)}z"


def _numbers(x: int, y: int) -> str:
    return f"{_tenth(x)} {_tenth(y)}"


def _tenth(value: int) -> str:
    whole, rest = divmod(abs(value), _TENTHS)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}" if rest == 0 else f"{sign}{whole or ''}.{rest}"


def _centroid(ring: Ring) -> tuple[float, float, float]:
    # The shoelace formula, around the first point to keep digits.
    x0, y0 = ring[0]
    area = cx = cy = 0.0
    for (xa, ya), (xb, yb) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = (xa - x0) * (yb - y0) - (xb - x0) * (ya - y0)
        area += cross
        cx += (xa + xb - 2 * x0) * cross
        cy += (ya + yb - 2 * y0) * cross
    if area == 0:
        return 0.0, x0, y0
    return area / 2, x0 + cx / (3 * area), y0 + cy / (3 * area)
