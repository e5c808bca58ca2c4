# SPDX-License-Identifier: EUPL-1.2
"""The report of the demo on a terminal, from 80 columns on.

Dutch first; English with ``ONTSCHOT_LANG=en``. Nothing is told by colour alone.
"""

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from ontschot.protocol.language import Language, Text, terminal_language
from ontschot_demo.report import (
    EXPECTED_PERCENT,
    Answers,
    Group,
    Party,
    Report,
    Row,
    Unit,
    coverage,
    grouped,
)

WIDTHS = (13, 18, 7, 6)
"""Columns of the answer, the interval, the truth and whether it holds."""

GAP = 3
"""Between two columns."""

AREA_WIDTHS = (16, 44)
"""The first column takes what is left of the line, between these."""

READING = (
    Text(
        "Antwoord: dit krijgt de gemeente. Door ruis is het iets te hoog of te laag.",
        "Answer: what the municipality gets. Noise makes it a little too high or too low.",
    ),
    Text(
        "Tussen: in 95 van de 100 gevallen ligt het echte getal tussen deze twee.",
        "Between: in 95 of 100 cases the true number lies between these two.",
    ),
    Text(
        "Echt: het echte getal. Wij kennen het, want alle mensen zijn verzonnen.",
        "Truth: the true number. We know it, because all people are made up.",
    ),
    Text(
        "Te onzeker: de twee getallen liggen te ver uit elkaar om er één te noemen.",
        "Too uncertain: the two numbers are too far apart to name one.",
    ),
)
"""How to read a table."""


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
    console.print()
    console.rule(RichText(report.title.in_language(chosen), "bold"))
    _lines(console, READING, chosen)
    question = None
    for table in report.answers:
        if table.question != question:
            question = table.question
            _heading(console, question, chosen)
            _lines(console, [table.wording], chosen)
        _answers(console, table, chosen, most_rows)
    _heading(console, Text("Klopt het?", "Does it hold?"), chosen)
    _lines(console, [_coverage(report.answers)], chosen)
    _heading(console, Text("Wat zag elke partij?", "What did each party see?"), chosen)
    console.print(_parties(report.parties, chosen))
    _lines(console, report.remarks, chosen)


def _heading(console: Console, text: Text, language: Language) -> None:
    console.print()
    console.rule(_title(text, language), align="left")


def _answers(console: Console, table: Answers, language: Language, most_rows: int) -> None:
    title = table.title
    if table.unit == "euros":
        title = Text(f"{title.nl} (× € 1.000)", f"{title.en} (× €1,000)")
    console.print()
    console.print(_title(title, language))
    single = len(table.groups) > 1 and all(len(group.rows) == 1 for group in table.groups)
    area = Text("Gebied", "Area").in_language(language)
    grid = _grid(console.width, table.groups[0].rows[0].area if single else area, language)
    shown = 0
    for group in table.groups if single else _first(table.groups, most_rows):
        if len(table.groups) > 1 and not single:
            grid.add_row(RichText(f"{group.outcome.in_language(language)}:", "bold"))
        for row in group.rows[:most_rows]:
            name = group.outcome.in_language(language) if single else row.area
            grid.add_row(*map(RichText, (name, *_cells(row, table.unit, language))))
            shown += 1
    console.print(grid)
    _lines(console, _left(table.rows[shown:]), language)
    _lines(console, _error(table), language)


def _grid(width: int, first: str, language: Language) -> Table:
    least, most = AREA_WIDTHS
    left = width - sum(WIDTHS) - GAP * len(WIDTHS)
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1))
    grid.add_column(RichText(first), width=min(most, max(least, left)), overflow="fold")
    headers = (
        Text("Antwoord", "Answer"),
        Text("Tussen (95 %)", "Between (95 %)"),
        Text("Echt", "Truth"),
        Text("Klopt?", "Holds?"),
    )
    for header, columns in zip(headers, WIDTHS, strict=True):
        grid.add_column(
            header.in_language(language), justify="right", min_width=columns, no_wrap=True
        )
    return grid


def _first(groups: tuple[Group, ...], most_rows: int) -> Iterator[Group]:
    # Whole groups only, and always the first: half a list of neighbourhoods says little.
    shown = 0
    for group in groups:
        shown += len(group.rows)
        if shown > most_rows and group is not groups[0]:
            return
        yield group


def _error(table: Answers) -> Iterator[Text]:
    if table.error is not None:
        percent = round(100 * table.error)
        yield Text(
            f"Middelste fout over alle gebieden: {percent} %.",
            f"Median error over all areas: {percent} %.",
        )


def _left(rows: tuple[Row, ...]) -> Iterator[Text]:
    if rows:
        held, number = coverage(rows)
        yield Text(
            f"Niet op dit scherm: {len(rows)}. Daarvan klopt: {held} van de {number}.",
            f"Not on this screen: {len(rows)}. Of these hold: {held} of {number}.",
        )


def _cells(row: Row, unit: Unit, language: Language) -> tuple[str, ...]:
    def number(value: int) -> str:
        if unit == "permille":
            return f"{round(value / 10)} %"
        # Euros in thousands: the noise is larger than what is left out.
        return grouped(round(value / 100_000) if unit == "euros" else value).in_language(language)

    between = Text("en", "and").in_language(language)
    words = {True: Text("ja", "yes"), False: Text("nee", "no"), None: Text("", "")}
    return (
        number(row.shown) if isinstance(row.shown, int) else row.shown.in_language(language),
        f"{number(row.low)} {between} {number(row.high)}",
        "" if row.truth is None else number(row.truth),
        words[row.holds].in_language(language),
    )


def _coverage(answers: tuple[Answers, ...]) -> Text:
    held, number = coverage(row for table in answers for row in table.rows)
    expected = round(number * EXPECTED_PERCENT / 100)
    return Text(
        f"Bij {held} van de {number} antwoorden ligt het echte getal tussen de twee getallen."
        f" We verwachten er {expected} of meer.",
        f"Of {number} answers, {held} have the true number between the two."
        f" We expect {expected} or more.",
    )


def _parties(parties: tuple[Party, ...], language: Language) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, show_lines=True)
    headers = (
        (Text("Partij", "Party"), 15),
        (Text("Zag dit", "Saw this"), None),
        (Text("Zag dit nooit", "Never saw this"), None),
    )
    for header, width in headers:
        grid.add_column(header.in_language(language), width=width, overflow="fold")
    for party in parties:
        grid.add_row(
            RichText(party.name.in_language(language)),
            RichText("\n".join(line.in_language(language) for line in party.saw)),
            RichText(party.never.in_language(language)),
        )
    return grid


def _title(text: Text, language: Language) -> RichText:
    return RichText(text.in_language(language), "bold")


def _lines(console: Console, texts: Iterable[Text], language: Language) -> None:
    for text in texts:
        console.print(RichText(text.in_language(language)))
