# SPDX-License-Identifier: EUPL-1.2
"""A choropleth map as SVG: values in five classes, and beside it how certain they are.

No script, no reference to anything outside the file. Every area carries a title with its value and
interval. What is too uncertain is hatched, in both maps, so colour is never the only sign.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from ontschot.portal.answers import Answer, Table
from ontschot.portal.figures import card, svg, theme, words
from ontschot.portal.figures.card import Card, CardLayout
from ontschot.portal.figures.classes import SPREAD_LIMITS, Measure, spread
from ontschot.portal.figures.legend import draw_legend
from ontschot.portal.figures.looks import Look, Looks
from ontschot.portal.figures.places import Place, borders_of, names_of, places_of
from ontschot.portal.figures.shapes import Projection, path_data, read_features
from ontschot.portal.numbers import decimal
from ontschot.protocol.language import Language, Text
from ontschot.protocol.results.words import LEVELS

_DARK = (*theme.CLASSES[2:], *theme.SPREADS[2:])
"""Colours that stand out from the paper; in dark mode they are the bright ones."""

_GAP = 36.0
_SCALE_LENGTHS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Lengths in kilometres that a scale bar may have."""


@dataclass(frozen=True, slots=True)
class MapLayout:
    """Where things stand: ``side`` puts legend and second map beside the map, not below it."""

    card: CardLayout
    width: float
    height: float
    small_width: float
    side: bool

    @property
    def column(self) -> float:
        """Width of the column of legends."""
        whole = self.card.width - 2 * self.card.margin
        return whole - self.width - _GAP if self.side else whole


WIDE = MapLayout(card.WIDE, 568, 600, 220, side=True)
NARROW = MapLayout(card.NARROW, 332, 400, 190, side=False)


class ChoroplethMap:
    """One outcome of one table on the map."""

    def __init__(  # noqa: PLR0913 - a map is about an answer and has a look
        self,
        answer: Answer,
        table: Table,
        output: int,
        boundaries: Mapping[str, Any],
        *,
        language: Language = "nl",
        measure: Measure = "rate",
        layout: MapLayout = WIDE,
        prefix: str = "map",
        source: Text | None = None,
    ) -> None:
        """Join figures and boundaries.

        Args:
            answer: the published answer.
            table: a table of it.
            output: position of the outcome in the table.
            boundaries: GeoJSON FeatureCollection in WGS84, ``id`` is the CBS code.
            language: of all words.
            measure: the value itself, or per address.
            layout: wide or narrow.
            prefix: begins every id in the drawing.
            source: whose boundaries these are; else what the boundaries say.

        Raises:
            BadBoundaries: the boundaries cannot be drawn, or do not fit the table.
        """
        self._answer, self._table, self._output = answer, table, output
        self._language, self._measure, self._layout = language, measure, layout
        self._prefix = prefix
        self._source = source or words.boundary_source(boundaries)
        self._features = read_features(boundaries)
        self._places = places_of(table, output, self._features)
        self._projection = Projection.fit(self._features, layout.width, layout.height)
        self._looks = Looks(self._places, table.unit, measure, prefix)
        self._shrink = min(1.0, layout.small_width / self._projection.width)

    @property
    def title(self) -> str:
        """The title above the map."""
        output = self._table.outputs[self._output]
        return words.figure_title(self._answer, self._table, output, self._language)

    @property
    def description(self) -> str:
        """What there is to see, for whoever does not see it."""
        counts = Counter(place.kind for place in self._places)
        level = LEVELS[self._table.level].in_language(self._language)
        return Text(
            f"Kaart per {level}. {counts['value']} gebieden met een cijfer, "
            f"{counts['uncertain']} te onzeker, {counts['belowTen']} met minder dan 10, "
            f"{counts['none']} zonder cijfer. Alle cijfers staan in de tabel.",
            f"Map by {level}. {counts['value']} areas with a figure, "
            f"{counts['uncertain']} too uncertain, {counts['belowTen']} with fewer than 10, "
            f"{counts['none']} without figure. All figures are in the table.",
        ).in_language(self._language)

    def render(self, *, standalone: bool = True) -> str:
        """Return the SVG text; a standalone file carries its own dark mode."""
        layout = self._layout
        description = self.description
        if standalone:
            # On a page the same stands around it.
            note = words.note(self._answer, self._table, self._language)
            description = f"{description} {note}"
        frame = Card(self._answer, self._table, self.title, description, layout.card, self._prefix)
        defs = svg.add(frame.drawing, "defs")
        self._looks.define(defs, self._shrink)
        for place in self._places:
            path = path_data(place.rings, self._projection)
            svg.add(defs, "path", id=self._id(place), d=path, fill_rule="evenodd")
        top = frame.heading(self._language) + 4
        bottom = self._main(frame.drawing, top)
        if layout.side:
            x, y = layout.card.margin + layout.width + _GAP, top + 14
        else:
            x, y = layout.card.margin, bottom + 56
        y = self._certainty(frame.drawing, x, self._legend(frame.drawing, x, y) + 22)
        frame.footer(max(bottom + 30, y) + 20, self._language, self._source)
        return svg.render(frame.drawing, standalone=standalone)

    def _main(self, drawing: ET.Element, top: float) -> float:
        layout, projection = self._layout, self._projection
        left = layout.card.margin + (layout.width - projection.width) / 2
        place = f"translate({svg.number(left)} {svg.number(top)})"
        group = svg.add(drawing, "g", transform=place)
        for item in self._places:
            self._shape(group, item, self._looks.value(item), self._sentence(item), 0.7)
        for border in borders_of(self._table.level, self._features):
            svg.add(
                group, "path", d=path_data(border.rings, projection), opacity=border.opacity,
                stroke_linejoin="round", pointer_events="none",
                **svg.stroke(theme.BORDER, border.width),
            )  # fmt: skip
        for name, where in names_of(self._answer, self._table, self._features):
            x, y = projection.point(where)
            svg.halo_text(group, x, y, name, theme.INK, theme.SURFACE, size=15)
        bottom = top + projection.height
        self._scale_bar(drawing, layout.card.margin, bottom + 18)
        return bottom

    def _shape(self, group: ET.Element, place: Place, look: Look, title: str, line: float) -> None:
        # A pale area has a dark edge and a dark one a pale edge, so that each has an outline.
        edge = theme.LINE if look.token in _DARK else theme.EDGE
        use = svg.add(
            group, "use", href=f"#{self._id(place)}", fill=look.paint, stroke=edge.light,
            stroke_width=line, stroke_linejoin="round",
            class_=f"area s-{edge.name} {look.css}".rstrip(),
        )  # fmt: skip
        svg.add(use, "title", title)

    def _sentence(self, place: Place) -> str:
        if place.area is None or place.figure is None:
            return words.NO_FIGURE.in_language(self._language)
        return words.figure_sentence(
            place.area, place.figure, self._table.unit, self._measure, self._language
        )

    def _margin(self, place: Place) -> str:
        if place.area is None or place.figure is None:
            return words.NO_FIGURE.in_language(self._language)
        amount = spread(place.figure)
        if amount > SPREAD_LIMITS[-1]:
            return f"{place.area.name}: {place.figure.shown.text.of(self._language)}"
        margin = words.MARGIN.in_language(self._language)
        return f"{place.area.name}: {margin} {words.percent(amount)}"

    def _scale_bar(self, drawing: ET.Element, x: float, y: float) -> None:
        per_kilometre = 1000 / self._projection.metres_per_pixel
        length = next((n for n in _SCALE_LENGTHS if n * per_kilometre >= 60), _SCALE_LENGTHS[-1])
        end = x + length * per_kilometre
        bar = f"M{svg.number(x)} {svg.number(y - 4)}v4H{svg.number(end)}v-4"
        svg.add(drawing, "path", d=bar, **svg.stroke(theme.MUTED, 1.2))
        label = f"{decimal(length, self._language, 0 if length >= 1 else 1)} km"
        svg.text(drawing, end + 6, y + 1, label, theme.MUTED, size=12)

    def _legend(self, drawing: ET.Element, x: float, y: float) -> float:
        name = words.measure_name(self._table.unit, self._measure, self._language)
        samples = self._looks.value_legend(self._language)
        title = name[0].upper() + name[1:]
        return draw_legend(drawing, x, y, (title, ""), samples, self._layout.column)

    def _certainty(self, drawing: ET.Element, x: float, y: float) -> float:
        title = words.HOW_CERTAIN.in_language(self._language)
        subtitle = words.HOW_CERTAIN_MORE.in_language(self._language)
        y = draw_legend(drawing, x, y, (title, subtitle), [], self._layout.column)
        place = f"translate({svg.number(x)} {svg.number(y)}) scale({self._shrink:.4f})"
        group = svg.add(drawing, "g", transform=place)
        for item in self._places:
            look = self._looks.certainty(item)
            self._shape(group, item, look, self._margin(item), 0.5 / self._shrink)
        y += self._projection.height * self._shrink + 22
        samples = self._looks.certainty_legend(self._language)
        return draw_legend(drawing, x, y, ("", ""), samples, self._layout.column)

    def _id(self, place: Place) -> str:
        return f"{self._prefix}-{place.number}"
