# SPDX-License-Identifier: EUPL-1.2
"""What one page of an answer shows: the choice of table, outcome and measure, and its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from ontschot.portal.answers import LEVELS, Answer, Area, Table
from ontschot.portal.errors import AnswerNotFound
from ontschot.portal.figures import chart, words
from ontschot.portal.figures import map as maps
from ontschot.portal.figures.chart import IntervalChart, panel_of_output, panels_by_area
from ontschot.portal.figures.classes import Measure
from ontschot.portal.figures.map import ChoroplethMap
from ontschot.portal.kinds import KINDS, Kind, other_kinds
from ontschot.portal.numbers import decimal, shown_interval
from ontschot.portal.texts import TEXTS
from ontschot.protocol.language import Language
from ontschot.protocol.results import Rate, rate_of
from ontschot.protocol.results.words import LEVELS as LEVEL_NAMES
from ontschot.protocol.results.words import rest_name

_MOST_PANELS = 4
_MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of the table that says what the map shows."""

    area: str
    figure: str
    shown: bool
    interval: str
    rate: str | None
    slots: str


@dataclass(frozen=True, slots=True)
class View:
    """One outcome of one table, in one language.

    Attributes:
        answer: the published answer.
        table: the chosen table.
        output: position of the chosen outcome.
        measure: what the map shows: totals, or per address.
        language: of all words.
    """

    answer: Answer
    table: Table
    output: int
    measure: Measure
    language: Language

    @classmethod
    def choose(cls, answer: Answer, wishes: Mapping[str, str], language: Language) -> "View":
        """Return the view that the query of an address asks for.

        Raises:
            AnswerNotFound: a table, outcome or measure that does not exist.
        """
        table = answer.table(wishes.get("table") or None)
        measure = wishes.get("measure") or "rate"
        if measure not in ("rate", "value"):
            raise AnswerNotFound
        chosen: Measure = "value" if "value" in (measure, table.only_measure) else "rate"
        # An outcome of another table is what a form sends when only the table was changed.
        keys = {output.key for other in answer.tables for output in other.outputs}
        key = wishes.get("outcome") or None
        if key is not None and key not in {output.key for output in table.outputs}:
            if key not in keys:
                raise AnswerNotFound
            key = None
        return cls(answer, table, table.output(key), chosen, language)

    @property
    def query(self) -> str:
        """The query of an address that gives this very view."""
        return urlencode(
            {
                "table": self.table.id,
                "outcome": self.table.outputs[self.output].key,
                "measure": self.measure,
                "lang": self.language,
            }
        )

    def map(self, boundaries: Mapping[str, Any], *, narrow: bool = False) -> ChoroplethMap:
        """Return the map of this view.

        Raises:
            BadBoundaries: the boundaries cannot be drawn, or do not fit the table.
        """
        return ChoroplethMap(
            self.answer,
            self.table,
            self.output,
            boundaries,
            language=self.language,
            measure=self.measure,
            layout=maps.NARROW if narrow else maps.WIDE,
            prefix="map-narrow" if narrow else "map",
        )

    def chart(self, *, narrow: bool = False) -> IntervalChart | None:
        """Return the chart: all outcomes of a few areas, or this outcome of all; else None."""
        if not self.by_outcome and len(self.table.areas) > _MOST_ROWS:
            return None
        output = self.table.outputs[self.output]
        panels = (
            panels_by_area(self.table, self.language, derived=output.derived)
            if self.by_outcome
            else panel_of_output(self.table, self.output)
        )
        return IntervalChart(
            self.answer,
            self.table,
            panels,
            output=None if self.by_outcome else output,
            language=self.language,
            layout=chart.NARROW if narrow else chart.WIDE,
            prefix="chart-narrow" if narrow else "chart",
        )

    @property
    def title(self) -> str:
        """What map and table are about."""
        output = self.table.outputs[self.output]
        return words.figure_title(self.answer, self.table, output, self.language)

    @property
    def shown(self) -> int:
        """The number of areas whose figure is shown as a number."""
        return sum(area.figures[self.output].shown.value is not None for area in self.table.areas)

    @property
    def has_map(self) -> bool:
        """Whether there can be a map.

        Public addresses do not say where a PC6 cluster lies, and one area alone compares nothing.
        """
        return self.table.level != "pc6-cluster" and len(self.table.areas) > 1

    @property
    def kind(self) -> Kind:
        """How the figures of this table came about."""
        return KINDS[self.table.estimator]

    @property
    def others(self) -> list[tuple[Kind, str]]:
        """The same figures as other kinds, each with the query of its address."""
        return [
            (KINDS[table.estimator], urlencode({"table": table.id, "lang": self.language}))
            for table in other_kinds(self.answer, self.table)
        ]

    @property
    def reserve(self) -> str | None:
        """What there is to say of places that count for gemeenten and are on no public list.

        Their number, over all gemeenten of the table, where a table of smaller areas tells it; None
        where that tells that there are none, and for tables of other levels.
        """
        if self.table.level != "gemeente":
            return None
        parts = [
            sum(area.slots for area in table.areas)
            for table in self.answer.tables
            if table.level in ("wijk", "buurt")
        ]
        if not parts:
            return TEXTS["reserve"].in_language(self.language)
        places = sum(area.slots for area in self.table.areas) - parts[0]
        if places <= 0:
            return None
        text = TEXTS["reserve_one" if len(self.table.areas) == 1 else "reserve_together"]
        return text.in_language(self.language).format(decimal(places, self.language))

    @property
    def rest(self) -> str | None:
        """What the rows below the areas are, where a table has them."""
        if not self.table.rest:
            return None
        level = LEVEL_NAMES[self.table.level].in_language(self.language)
        return TEXTS["rest"].in_language(self.language).format(level)

    @property
    def has_coarser(self) -> bool:
        """Whether the answer has a table of larger areas."""
        level = LEVELS.index(self.table.level)
        return any(LEVELS.index(table.level) < level for table in self.answer.tables)

    @property
    def by_outcome(self) -> bool:
        """Whether the chart compares outcomes within an area instead of areas."""
        return len(self.table.outputs) > 1 and len(self.table.areas) <= _MOST_PANELS

    def rows(self) -> list[TableRow]:
        """Return the table: every area with the figure that the map shows, then what is in none."""
        return [
            *(self._row(area) for area in self.table.areas),
            *(
                replace(
                    self._row(area),
                    area=rest_name(area.name, self.table.level).in_language(self.language),
                    rate=None,
                )
                for area in self.table.rest
            ),
        ]

    def outcome_rows(self) -> list[tuple[str, list[TableRow]]]:
        """Return every area with all its outcomes: the table behind a chart by outcome."""
        views = [(replace(self, output=i), o) for i, o in enumerate(self.table.outputs)]
        return [
            (
                area.name,
                [
                    replace(view._row(area), area=output.label.of(self.language))  # noqa: SLF001
                    for view, output in views
                ],
            )
            for area in self.table.areas
        ]

    def _row(self, area: Area) -> TableRow:
        figure, unit = area.figures[self.output], self.table.unit
        rate = rate_of(figure, area.slots, unit)
        return TableRow(
            area=area.name,
            figure=figure.shown.text.of(self.language),
            shown=figure.shown.value is not None,
            interval=shown_interval(figure, unit, self.language),
            rate=None if rate is None else self._rate(rate),
            slots=decimal(area.slots, self.language),
        )

    def _rate(self, rate: Rate) -> str:
        unit = self.table.unit
        number = words.measure_number(rate.value, 0.1, unit, self.language)
        return f"{number} ({words.rate_interval(rate, unit, self.language)})"
