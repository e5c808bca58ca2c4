# SPDX-License-Identifier: EUPL-1.2
"""What a map draws: areas with their figures on joined boundaries, borders, and names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ontschot.portal.answers import Answer, Area, Figure, Level, Table
from ontschot.portal.figures.shapes import Feature, Point, Ring, middle, outline
from ontschot.protocol.results import assign_features

_WIJK, _GEMEENTE = 8, 6
"""Length of the part of a buurt's CBS code that names its wijk, and its gemeente."""

_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Place:
    """An area with its figure, or a boundary feature that no area of the table covers.

    ``number`` is its position on the map; ``rings`` are in degrees, longitude first.
    """

    number: int
    area: Area | None
    figure: Figure | None
    rings: Sequence[Ring]

    @property
    def kind(self) -> str:
        """How the figure is shown: ``value``, ``belowTen``, ``uncertain``, or ``none``."""
        return "none" if self.figure is None else self.figure.shown.kind


@dataclass(frozen=True, slots=True)
class Border:
    """Outlines of all areas of one level: width in pixels and opacity."""

    rings: Sequence[Ring]
    width: float
    opacity: float


def places_of(table: Table, output: int, features: Sequence[Feature]) -> list[Place]:
    """Return what to draw, features without a figure first; merged features become one shape.

    Raises:
        BadBoundaries: the boundaries do not fit the table.
    """
    owners = assign_features(table.areas, [feature.code for feature in features])
    members: dict[str, list[Feature]] = defaultdict(list)
    drawn: list[tuple[Area | None, Sequence[Ring]]] = []
    for feature in features:
        area = owners.get(feature.code)
        if area is not None:
            members[area.code].append(feature)
        else:
            drawn.append((None, feature.rings))
    for area in table.areas:
        rings = [ring for feature in members[area.code] for ring in feature.rings]
        drawn.append((area, outline(rings) if len(members[area.code]) > 1 else rings))
    return [
        Place(number, area, area.figures[output] if area else None, rings)
        for number, (area, rings) in enumerate(drawn)
        if rings
    ]


def borders_of(level: Level, features: Sequence[Feature]) -> list[Border]:
    """Return the borders of gemeenten and wijken, found by the CBS numbers of the features."""
    gemeente = Border(_grouped(features, _GEMEENTE), 1.6, 0.9)
    if level in ("gemeente", "wijk"):
        return [gemeente]
    return [Border(_grouped(features, _WIJK), 0.7, 0.55), gemeente]


def names_of(answer: Answer, table: Table, features: Sequence[Feature]) -> list[tuple[str, Point]]:
    """Return the gemeenten to name on the map and where, if there are two to eight of them.

    Their names are those of the answer's own table of gemeenten.
    """
    known = {
        area.code[2:_GEMEENTE]: area.name
        for candidate in answer.tables
        if candidate.level == "gemeente"
        for area in candidate.areas
    }
    shapes: dict[str, list[Ring]] = defaultdict(list)
    for feature in features:
        if feature.rings:
            shapes[feature.code[2:_GEMEENTE]].extend(feature.rings)
    if table.level == "gemeente" or not 1 < len(shapes) <= _MOST_NAMES:
        return []
    return [
        (known[number], middle(outline(rings)))
        for number, rings in sorted(shapes.items())
        if number in known
    ]


def _grouped(features: Iterable[Feature], length: int) -> list[Ring]:
    groups: dict[str, list[Ring]] = defaultdict(list)
    for feature in features:
        groups[feature.code[2:length]].extend(feature.rings)
    return [ring for rings in groups.values() for ring in outline(rings)]
