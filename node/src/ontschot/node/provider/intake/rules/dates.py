# SPDX-License-Identifier: EUPL-1.2
"""Rules about days: each by itself, and in their order."""

from collections.abc import Callable

from ontschot.node.provider.intake.columns import Line
from ontschot.node.provider.intake.facts import EMPTY, FIRST_PERIOD, Facts
from ontschot.node.provider.intake.rule import RowRule
from ontschot.protocol.language import Text

EARLY_START = 31
"""Days that help may begin before the toewijzing."""


def _possible(column: str, *, required: bool) -> Callable[[Line, Facts], bool]:
    place = Line._fields.index(column)
    lowest = EMPTY + 1 if required else EMPTY

    def holds(line: Line, facts: Facts) -> bool:
        return facts.days[line[place]] >= lowest

    return holds


def _granted_order(line: Line, facts: Facts) -> bool:
    first, last = facts.days[line.ingang], facts.days[line.einde]
    return first <= EMPTY or last <= EMPTY or first <= last


def _start(line: Line, facts: Facts) -> bool:
    granted, begin = facts.days[line.ingang], facts.days[line.begin]
    return granted <= EMPTY or begin <= EMPTY or begin >= granted - EARLY_START


def _order(line: Line, facts: Facts) -> bool:
    begin, end = facts.days[line.begin], facts.days[line.einde]
    return begin <= EMPTY or end <= EMPTY or begin <= end


def _ended(line: Line, facts: Facts) -> bool:
    return facts.days[line.einde] <= facts.today


def _period_order(line: Line, facts: Facts) -> bool:
    first, last = facts.days[line.periode_van], facts.days[line.periode_tot]
    return first <= EMPTY or last <= EMPTY or first <= last


def _one_month(line: Line, facts: Facts) -> bool:
    first, last = line.periode_van, line.periode_tot
    if facts.days[first] <= EMPTY or facts.days[last] <= EMPTY:
        return True
    return first[:7] == last[:7]


def _period_range(line: Line, facts: Facts) -> bool:
    first = facts.days[line.periode_van]
    return first <= EMPTY or FIRST_PERIOD <= first <= facts.today


def _inside(line: Line, facts: Facts) -> bool:
    days = facts.days
    first, granted, end = days[line.periode_van], days[line.ingang], days[line.einde]
    if first <= EMPTY or not _granted_order(line, facts):
        return True
    return (granted <= EMPTY or first >= granted) and (end <= EMPTY or first <= end)


def _day_rule(column: str, *, required: bool = False) -> RowRule:
    text = Text(
        "Deze dag bestaat niet. Schrijf jaar-maand-dag, zoals 2025-03-31.",
        "There is no such day. Write year-month-day, like 2025-03-31.",
    )
    code = f"datum-{column.replace('_', '-')}"
    return RowRule(code, "R", column, text, holds=_possible(column, required=required))


DATE_RULES = (
    _day_rule("toewijzingsdatum"),
    _day_rule("ingang"),
    _day_rule("begin"),
    _day_rule("einde"),
    _day_rule("periode_van", required=True),
    _day_rule("periode_tot", required=True),
    RowRule(
        "einde-voor-ingang",
        "R",
        "einde",
        Text(
            "De hulp stopt voor de ingang van de toewijzing. Controleer beide dagen.",
            "The help ends before the toewijzing begins. Check both days.",
        ),
        holds=_granted_order,
    ),
    RowRule(
        "begin-voor-ingang",
        "R",
        "begin",
        Text(
            "De hulp begint meer dan 31 dagen voor de toewijzing. Controleer beide dagen.",
            "The help begins more than 31 days before the toewijzing. Check both days.",
        ),
        holds=_start,
    ),
    RowRule(
        "einde-voor-begin",
        "R",
        "einde",
        Text(
            "De hulp stopt voor het begin. Controleer beide dagen.",
            "The help ends before it begins. Check both days.",
        ),
        holds=_order,
    ),
    RowRule(
        "einde-toekomst",
        "R",
        "einde",
        Text(
            "Het einde ligt in de toekomst. Laat het leeg tot de hulp is gestopt.",
            "The end is in the future. Leave it empty until the help has ended.",
        ),
        holds=_ended,
    ),
    RowRule(
        "periode-volgorde",
        "R",
        "periode_tot",
        Text(
            "De periode stopt voor het begin. Controleer beide dagen.",
            "The period ends before it begins. Check both days.",
        ),
        holds=_period_order,
    ),
    RowRule(
        "periode-maand",
        "R",
        "periode_tot",
        Text(
            "De periode is langer dan één kalendermaand. Maak een regel per maand.",
            "The period is longer than one calendar month. Make one line per month.",
        ),
        "9319",
        _one_month,
    ),
    RowRule(
        "periode-onmogelijk",
        "R",
        "periode_van",
        Text(
            "De periode ligt in de toekomst of voor 2015. Controleer de dag.",
            "The period is in the future or before 2015. Check the day.",
        ),
        holds=_period_range,
    ),
    RowRule(
        "buiten-toewijzing",
        "M",
        "periode_van",
        Text(
            "De periode valt buiten de toewijzing. Controleer de dagen.",
            "The period is outside the toewijzing. Check the days.",
        ),
        "9307",
        _inside,
    ),
)
