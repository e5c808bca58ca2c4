# SPDX-License-Identifier: EUPL-1.2
"""Borders for a town that does not exist: buurten that tile it, with borders that are not straight.

Voronoi cells (scipy, Qhull) around points that lie closer together in the centre. A ring of points
outside gives the town its edge. Every border between two cells is made crooked once, and both
cells use it, so neighbours share every vertex of their border.

A crooked border keeps within a triangle on either side of the straight one. When that makes two
borders cross, which is checked, everything is redone half as crooked; straight borders never cross.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi

Points = NDArray[np.float64]

ORIGIN = (5.235, 52.56)
"""Centre of the town, longitude and latitude: in the Markermeer, where nobody lives."""

_HALF_WIDTH_KM, _HALF_HEIGHT_KM = 3.4, 2.5
_KM_PER_DEGREE = 111.32
_DECIMALS = 6
_DEPTH = 3
_CROOKED = 0.18
_SHORTEST_KM = 0.005


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a town: ``centres`` float64[n, 2] and closed ``rings``, in kilometres from ORIGIN.

    Rings run counter-clockwise (RFC 7946). ``neighbours`` are the pairs of cells that share a
    border.
    """

    centres: Points
    rings: tuple[Points, ...]
    neighbours: frozenset[tuple[int, int]]


def make_cells(rng: np.random.Generator, count: int) -> Cells:
    """Return ``count`` cells, small ones in the centre; at least 3."""
    diagram = _diagram(rng, count)
    while not _is_sound(diagram, count):
        diagram = _diagram(rng, count)
    direction = rng.uniform(-1, 1, size=(len(diagram.ridge_points), 2**_DEPTH))
    crooked = _CROOKED
    borders = _borders(diagram, count, direction, crooked)
    while crosses(list(borders.values())):
        crooked = crooked / 2 if crooked > _CROOKED / 32 else 0.0
        borders = _borders(diagram, count, direction, crooked)
    rings = tuple(_ring(diagram, borders, cell) for cell in range(count))
    return Cells(diagram.points[:count], rings, frozenset(_pairs(diagram, count)))


def to_wgs84(ring: Points) -> list[list[float]]:
    """Return a ring in degrees, longitude first, rounded to 6 decimals (a tenth of a metre)."""
    per_degree = np.array([_KM_PER_DEGREE * np.cos(np.radians(ORIGIN[1])), _KM_PER_DEGREE])
    degrees: list[list[float]] = np.round(ORIGIN + ring / per_degree, _DECIMALS).tolist()
    return degrees


def area_km2(ring: Points) -> float:
    """Return the area inside a closed ring, positive when it runs counter-clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def crosses(lines: list[Points]) -> bool:
    """Return whether any two segments of these polylines cross, other than by sharing an end."""
    start = np.concatenate([line[:-1] for line in lines])
    end = np.concatenate([line[1:] for line in lines])
    ahead = end - start
    first = _side(start, ahead, start) * _side(start, ahead, end)
    mutual = (first < 0) & (first.T < 0)
    return bool(mutual.any())


def _side(start: Points, ahead: Points, points: Points) -> NDArray[np.float64]:
    # [i, j]: on which side of segment i does point j lie.
    from_start = points[None, :, :] - start[:, None, :]
    side: NDArray[np.float64] = (
        ahead[:, None, 0] * from_start[:, :, 1] - ahead[:, None, 1] * from_start[:, :, 0]
    )
    return np.where(np.abs(side) < 1e-12, 0.0, side)


def _diagram(rng: np.random.Generator, count: int) -> Voronoi:
    inner = _scatter(rng, count)
    outside = _surroundings(rng, count)
    for _ in range(3):
        inner = (inner + 2 * _middles(Voronoi(np.concatenate((inner, outside))), count)) / 3
    return Voronoi(np.concatenate((inner, outside)))


def _is_sound(diagram: Voronoi, count: int) -> bool:
    # A point drawn far out may get a cell that touches no other, and a border of centimetres is
    # gone when it is rounded. Both are rare: such a drawing is thrown away.
    borders = [
        ends
        for cells, ends in zip(diagram.ridge_points, diagram.ridge_vertices, strict=True)
        if cells.min() < count
    ]
    start, end = diagram.vertices[np.array(borders).T]
    if np.hypot(*(end - start).T).min() < _SHORTEST_KM:
        return False
    here, there = np.array(_pairs(diagram, count)).T
    graph = coo_array((np.ones(len(here)), (here, there)), shape=(count, count))
    pieces, _ = connected_components(graph, directed=False)
    return int(pieces) == 1


def _pairs(diagram: Voronoi, count: int) -> list[tuple[int, int]]:
    ridges = np.sort(diagram.ridge_points, axis=1)
    return [(a, b) for a, b in ridges.tolist() if b < count]


def _scatter(rng: np.random.Generator, count: int) -> Points:
    # A sunflower, closer together in the centre, with some disorder.
    rank = (np.arange(count) + 0.5) / count
    angle = np.arange(count) * np.pi * (3 - np.sqrt(5)) + rng.uniform(0, 2 * np.pi)
    radius = rank**0.72 * 0.9
    points = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    points += rng.normal(0, 0.28 / np.sqrt(count), points.shape)
    return points * (_HALF_WIDTH_KM, _HALF_HEIGHT_KM)


def _surroundings(rng: np.random.Generator, count: int) -> Points:
    # Two rings: the first shapes the edge of the town, the second closes its cells.
    number = max(8, round(3.4 * np.sqrt(count)))
    angle = np.arange(number) * 2 * np.pi / number
    first = 1.18 + rng.uniform(-0.1, 0.1, number) + 0.1 * np.cos(3 * angle + rng.uniform(0, 6))
    radius = np.concatenate((first, np.full(number, 2.2), np.full(number, 6.0)))
    angles = np.concatenate((angle, angle + 0.1, angle))
    ring = np.stack((radius * np.cos(angles), radius * np.sin(angles)), axis=1)
    return ring * (_HALF_WIDTH_KM, _HALF_HEIGHT_KM)


def _middles(diagram: Voronoi, count: int) -> Points:
    corners = [diagram.vertices[_corners(diagram, cell)] for cell in range(count)]
    return np.array([points.mean(axis=0) for points in corners])


def _corners(diagram: Voronoi, cell: int) -> list[int]:
    # The corners of a (convex) cell, counter-clockwise around its point.
    corners = np.array(diagram.regions[diagram.point_region[cell]])
    offset = diagram.vertices[corners] - diagram.points[cell]
    order: list[int] = corners[np.argsort(np.arctan2(offset[:, 1], offset[:, 0]))].tolist()
    return order


def _borders(
    diagram: Voronoi, count: int, direction: NDArray[np.float64], crooked: float
) -> dict[tuple[int, int], Points]:
    # Of every border of a cell, its line from the corner with the lower number to the other.
    borders = {}
    for ridge, (cells, ends) in enumerate(
        zip(diagram.ridge_points.tolist(), diagram.ridge_vertices, strict=True)
    ):
        if min(cells) < count:
            low, high = sorted(ends)
            line = diagram.vertices[[low, high]]
            borders[low, high] = _bend(line, direction[ridge], crooked)
    return borders


def _bend(line: Points, direction: NDArray[np.float64], crooked: float) -> Points:
    # Midpoint displacement: each half gets a smaller bend of its own.
    used = 0
    for _ in range(_DEPTH):
        start, end = line[:-1], line[1:]
        across = np.stack((start[:, 1] - end[:, 1], end[:, 0] - start[:, 0]), axis=1)
        size = direction[used : used + len(start), None] * crooked
        used += len(start)
        bent = np.empty((2 * len(start) + 1, 2))
        bent[0::2] = line
        bent[1::2] = (start + end) / 2 + across * size
        line = bent
    return line


def _ring(diagram: Voronoi, borders: dict[tuple[int, int], Points], cell: int) -> Points:
    corners = _corners(diagram, cell)
    parts = []
    for here, there in zip(corners, corners[1:] + corners[:1], strict=True):
        line = borders[min(here, there), max(here, there)]
        parts.append((line if here < there else line[::-1])[:-1])
    ring = np.concatenate(parts)
    return np.concatenate((ring, ring[:1]))
