# SPDX-License-Identifier: EUPL-1.2
"""A chart of dots with their margins (95 % intervals), as SVG.

One panel for each area with its outcomes, or one panel with one outcome of every area. A figure
that is too uncertain, or below ten, has no dot: only its interval is drawn, dashed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from ontschot.portal.answers import Answer, Figure, Output, Table
from ontschot.portal.figures import card, svg, theme, words
from ontschot.portal.figures.card import Card, CardLayout
from ontschot.portal.numbers import QUANTITIES, amount, shown_interval
from ontschot.protocol.language import Language, Text

_LABEL_SIZE = 13.0
_LINE = 15.0
"""Height of a line of a label in pixels."""

_WIDE_FONT = 1.12
"""How much wider the widest usual font is than the mean that ``svg`` reckons with."""


@dataclass(frozen=True, slots=True)
class ChartLayout:
    """Sizes in pixels; ``label`` 0 puts labels above their line instead of beside it."""

    card: CardLayout
    label: float
    value: float
    row: float

    @property
    def margin(self) -> float:
        """Free space at the sides."""
        return self.card.margin

    @property
    def right(self) -> float:
        """Where the content ends."""
        return self.card.width - self.card.margin


WIDE = ChartLayout(card.WIDE, 236, 150, 34)
NARROW = ChartLayout(card.NARROW, 0, 0, 46)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the chart."""

    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows under one heading; an empty title leaves the heading out."""

    title: str
    rows: Sequence[Row]


def panels_by_area(table: Table, language: Language, *, derived: bool) -> list[Panel]:
    """Return a panel for every area: the outcomes themselves, or the derived "at least" ones."""
    return [
        Panel(
            area.name,
            [
                Row(output.label.of(language), figure)
                for output, figure in zip(table.outputs, area.figures, strict=True)
                if output.derived == derived
            ],
        )
        for area in table.areas
    ]


def panel_of_output(table: Table, output: int) -> list[Panel]:
    """Return one panel: one outcome of every area, highest first."""
    rows = [Row(area.name, area.figures[output]) for area in table.areas]
    return [Panel("", sorted(rows, key=lambda row: (-row.figure.value, row.label)))]


class IntervalChart:
    """Panels of dots and intervals on one scale that begins at zero."""

    def __init__(
        self,
        answer: Answer,
        table: Table,
        panels: Sequence[Panel],
        *,
        output: Output | None = None,
        language: Language = "nl",
        layout: ChartLayout = WIDE,
        prefix: str = "grafiek",
    ) -> None:
        """Prepare the chart.

        Args:
            answer: the published answer.
            table: the table whose figures the panels hold.
            panels: what to draw.
            output: the outcome that all rows are about, if it is one.
            language: of all words.
            layout: wide or narrow.
            prefix: begins every id in the drawing.
        """
        self._answer, self._table, self._panels = answer, table, panels
        self._output, self._language = output, language
        self._layout, self._prefix = layout, prefix
        highest = max((row.figure.shown.high for panel in panels for row in panel.rows), default=1)
        self._ticks = _ticks(highest, few=layout.label == 0)

    @property
    def title(self) -> str:
        """The title above the chart."""
        return words.figure_title(self._answer, self._table, self._output, self._language)

    @property
    def description(self) -> str:
        """What there is to see, for whoever does not see it."""
        rows = sum(len(panel.rows) for panel in self._panels)
        return Text(
            f"Grafiek met {rows} cijfers en hun marges (95 %). Alle cijfers staan in de tabel.",
            f"Chart with {rows} figures and their margins (95 %). All figures are in the table.",
        ).in_language(self._language)

    def render(self, *, standalone: bool = True) -> str:
        """Return the SVG text; a standalone file carries its own dark mode."""
        description = self.description
        if standalone:
            # On a page the same stands around it.
            note = words.note(self._answer, self._table, self._language)
            description = f"{description} {note}"
        frame = Card(
            self._answer, self._table, self.title, description, self._layout.card, self._prefix
        )
        y = self._key(frame.drawing, frame.heading(self._language) + 2)
        for panel in self._panels:
            y = self._panel(frame.drawing, panel, y)
        frame.footer(y + 16, self._language)
        return svg.render(frame.drawing, standalone=standalone)

    def _key(self, drawing: ET.Element, y: float) -> float:
        x = self._layout.margin
        for text, shown in ((words.DOT, True), (words.DOT_UNCERTAIN, False)):
            self._mark(drawing, x, x + 34, x + 17 if shown else None, y - 4)
            y = svg.paragraph(
                drawing, x + 44, y, text.in_language(self._language), theme.MUTED,
                width=self._layout.right - x - 44, size=12,
            )  # fmt: skip
        return y + 4

    def _panel(self, drawing: ET.Element, panel: Panel, y: float) -> float:
        layout = self._layout
        if panel.title:
            y += 16
            svg.text(drawing, layout.margin, y, panel.title, theme.INK, size=15, bold=True)
            y += 8
        lines = [self._lines(row) for row in panel.rows]
        # Beside its mark a label has room for two lines; above it, each line after one takes more.
        extra = [0.0 if layout.label else _LINE * (len(label) - 1) for label in lines]
        bottom = y + layout.row * len(panel.rows) + sum(extra)
        self._grid(drawing, y, bottom)
        for row, label, more in zip(panel.rows, lines, extra, strict=True):
            self._row(drawing, row, label, y)
            y += layout.row + more
        self._axis(drawing, bottom + 16)
        return bottom + 28

    def _grid(self, drawing: ET.Element, top: float, bottom: float) -> None:
        for tick in self._ticks:
            x = svg.number(self._x(tick))
            line = f"M{x} {svg.number(top)}V{svg.number(bottom)}"
            svg.add(drawing, "path", d=line, **svg.stroke(theme.GRID, 1.0))

    def _axis(self, drawing: ET.Element, y: float) -> None:
        last = len(self._ticks) - 1
        for position, tick in enumerate(self._ticks):
            anchor = "end" if position == last and not self._layout.value else "middle"
            anchor = "start" if position == 0 and not self._layout.label else anchor
            label = amount(tick, self._table.unit, self._language)
            svg.text(drawing, self._x(tick), y, label, theme.MUTED, size=12, anchor=anchor)
        if self._layout.label:
            unit = QUANTITIES[self._table.unit].in_language(self._language)
            svg.text(drawing, self._layout.margin, y, unit, theme.MUTED, size=12)

    def _lines(self, row: Row) -> list[str]:
        """Return a label in at most two lines; whole words, and only the longest is cut."""
        layout = self._layout
        if layout.label:
            return _two_lines(row.label, layout.label - 12, _LABEL_SIZE)
        number = row.figure.shown.text.of(self._language)
        beside = svg.text_width(number, 13, bold=True) + 12
        return _two_lines(row.label, layout.right - layout.margin - beside, _LABEL_SIZE)

    def _row(self, drawing: ET.Element, row: Row, label: Sequence[str], y: float) -> None:
        layout, shown = self._layout, row.figure.shown
        number = shown.text.of(self._language)
        interval = shown_interval(row.figure, self._table.unit, self._language)
        group = svg.add(drawing, "g")
        svg.add(group, "title", f"{row.label}: {number} ({interval})")
        if layout.label:
            middle = y + layout.row / 2
            self._value(group, number, middle - 0.5)
            svg.text(
                group, layout.right, middle + 12.5, interval, theme.MUTED, size=11, anchor="end"
            )
            baseline = middle + 5 - _LINE / 2 * (len(label) - 1)
        else:
            baseline = y + 18
            middle = baseline + 15 + _LINE * (len(label) - 1)
            self._value(group, number, baseline)
        for position, line in enumerate(label):
            svg.text(
                group, layout.margin, baseline + _LINE * position, line, theme.INK, size=_LABEL_SIZE
            )
        dot = None if shown.value is None else self._x(shown.value)
        self._mark(group, self._x(shown.low), self._x(shown.high), dot, middle)

    def _value(self, group: ET.Element, number: str, y: float) -> None:
        svg.text(group, self._layout.right, y, number, theme.INK, size=13, bold=True, anchor="end")

    def _mark(
        self, parent: ET.Element, low: float, high: float, dot: float | None, y: float
    ) -> None:
        ends = "".join(f"M{svg.number(x)} {svg.number(y - 4)}v8" for x in (low, high))
        token = theme.MUTED if dot is None else theme.ACCENT
        line = f"M{svg.number(low)} {svg.number(y)}H{svg.number(high)}"
        dashes = "4 3" if dot is None else None
        svg.add(parent, "path", d=line, stroke_dasharray=dashes, **svg.stroke(token, 2.0))
        svg.add(parent, "path", d=ends, **svg.stroke(token, 2.0))
        if dot is not None:
            svg.add(parent, "circle", cx=dot, cy=y, r=4.5, **svg.fill(token))

    def _x(self, value: float) -> float:
        layout = self._layout
        left = layout.margin + layout.label
        width = layout.right - layout.value - left - (14 if layout.value else 4)
        return left + max(0.0, value) / self._ticks[-1] * width


def _ticks(highest: float, *, few: bool) -> list[float]:
    # Round steps of 1, 2 or 5 times a power of ten; the last tick is at or above the highest end.
    wanted = 3 if few else 6
    power = 10.0 ** math.floor(math.log10(max(highest, 1) / wanted))
    step = next(m * power for m in (1, 2, 5, 10) if m * power * wanted >= highest)
    return [step * i for i in range(math.ceil(highest / step) + 1)]


def _two_lines(label: str, width: float, size: float) -> list[str]:
    # Labels stand beside marks, so wide fonts must fit as well as the usual ones.
    lines = svg.wrap(label, width / _WIDE_FONT, size)
    first, rest = lines[0] if lines else "", " ".join(lines[1:])
    return [_shorten(line, width / _WIDE_FONT, size) for line in (first, rest) if line]


def _shorten(label: str, width: float, size: float) -> str:
    if svg.text_width(label, size) <= width:
        return label
    keep = max(1, int(width / svg.text_width("x", size)) - 1)
    return f"{label[:keep].rstrip()}…"
