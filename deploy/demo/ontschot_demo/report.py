# SPDX-License-Identifier: EUPL-1.2
"""What ``make demo`` shows at the end: each answer, its interval and the truth beside it.

Dutch first; English with ``ONTSCHOT_LANG=en``. Nothing is told by colour alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from ontschot.protocol.language import Language, Text, terminal_language

Unit: TypeAlias = Literal["euros", "households"]

EXPECTED_PERCENT = 95
"""So many of a hundred intervals should hold the truth."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer; numbers are euro cents for euros.

    ``low`` and ``high`` bound its 95 % interval; ``truth`` is None where there is none to show.
    ``note`` says what a reader should know, such as which areas were joined.
    """

    area: str
    value: int
    low: int
    high: int
    truth: int | None
    note: Text | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the interval holds the truth; None without truth."""
        return None if self.truth is None else self.low <= self.truth <= self.high


@dataclass(frozen=True, slots=True)
class Answers:
    """One table: a question, what was counted, and an answer for each area."""

    title: Text
    measure: Text
    unit: Unit
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: 6 files, 19,234 lines."""

    what: Text
    number: int


@dataclass(frozen=True, slots=True)
class Party:
    """What one party saw, in numbers of things, and what it never saw."""

    name: Text
    saw: tuple[Count, ...]
    never: Text


@dataclass(frozen=True, slots=True)
class Report:
    """All that is shown; ``remarks`` come last, one line each."""

    title: Text
    answers: tuple[Answers, ...]
    parties: tuple[Party, ...]
    remarks: tuple[Text, ...] = ()


def coverage(answers: Iterable[Answers]) -> tuple[int, int]:
    """Return how many intervals hold the truth, and how many there are with a truth."""
    held = [row.holds for table in answers for row in table.rows if row.holds is not None]
    return sum(held), len(held)


def print_report(
    report: Report,
    console: Console,
    language: Language | None = None,
    most_rows: int = 12,
) -> None:
    """Print the report.

    Args:
        report: what to show.
        console: where; its width decides on wrapping.
        language: of the texts; by default that of the terminal.
        most_rows: of longer tables only the first rows are shown, and how many more there are.
    """
    chosen = language or terminal_language()
    console.rule(RichText(report.title.in_language(chosen)))
    for table in report.answers:
        console.print(_answers(table, chosen, most_rows))
        left = len(table.rows) - most_rows
        if left > 0:
            more = Text(f"En nog {left} gebieden.", f"And {left} more areas.")
            console.print(more.in_language(chosen), style="dim")
        console.print()
    console.print(_coverage_line(report.answers).in_language(chosen))
    console.print()
    console.print(_parties(report.parties, chosen))
    for remark in report.remarks:
        console.print(remark.in_language(chosen))


def _short(value: int, unit: Unit, language: Language) -> str:
    # Euros in thousands: whole amounts do not fit a terminal, and the noise is larger anyway.
    return _grouped(round(value / 100_000) if unit == "euros" else value, language)


def _grouped(value: int, language: Language) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if language == "nl" else text


def _answers(table: Answers, language: Language, most_rows: int) -> RichTable:
    grid = RichTable(title=RichText(table.title.in_language(language)), title_justify="left")
    grid.add_column(Text("Gebied", "Area").in_language(language), min_width=20)
    measure = table.measure.in_language(language)
    if table.unit == "euros":
        measure += Text(" (× € 1.000)", " (× €1,000)").in_language(language)
    for header in (
        measure,
        Text("95 % zeker", "95 % interval").in_language(language),
        Text("Echt", "Truth").in_language(language),
    ):
        grid.add_column(header, justify="right")
    grid.add_column(Text("Klopt het?", "Holds?").in_language(language))
    with_notes = any(row.note for row in table.rows[:most_rows])
    if with_notes:
        grid.add_column(Text("Let op", "Note").in_language(language), overflow="fold")
    for row in table.rows[:most_rows]:
        cells = _cells(row, table.unit, language)
        note = row.note.in_language(language) if row.note else ""
        grid.add_row(*map(RichText, (*cells, note) if with_notes else cells))
    return grid


def _cells(row: Row, unit: Unit, language: Language) -> tuple[str, ...]:
    between = Text("tot", "to").in_language(language)
    low, high = _short(row.low, unit, language), _short(row.high, unit, language)
    truth = "" if row.truth is None else _short(row.truth, unit, language)
    words = {True: Text("ja", "yes"), False: Text("nee", "no"), None: Text("", "")}
    return (
        row.area,
        _short(row.value, unit, language),
        f"{low} {between} {high}",
        truth,
        words[row.holds].in_language(language),
    )


def _coverage_line(answers: tuple[Answers, ...]) -> Text:
    held, number = coverage(answers)
    expected = round(number * EXPECTED_PERCENT / 100)
    return Text(
        f"{held} van de {number} intervallen bevatten het echte antwoord."
        f" We verwachten er ongeveer {expected}.",
        f"{held} of {number} intervals hold the truth. We expect about {expected}.",
    )


def _parties(parties: tuple[Party, ...], language: Language) -> RichTable:
    title = Text("Wat kreeg elke partij te zien?", "What did each party see?")
    grid = RichTable(title=title.in_language(language), title_justify="left", show_lines=True)
    for header in (Text("Partij", "Party"), Text("Wel", "Saw"), Text("Nooit", "Never saw")):
        grid.add_column(header.in_language(language), overflow="fold")
    for party in parties:
        saw = "\n".join(
            f"{_grouped(count.number, language)} {count.what.in_language(language)}"
            for count in party.saw
        )
        grid.add_row(
            RichText(party.name.in_language(language)),
            RichText(saw),
            RichText(party.never.in_language(language)),
        )
    return grid
