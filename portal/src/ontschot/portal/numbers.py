# SPDX-License-Identifier: EUPL-1.2
"""Numbers, days and intervals as people write them, in Dutch or English."""

from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from ontschot.portal.answers import Figure, Unit
from ontschot.protocol.amounts import euros
from ontschot.protocol.language import Language, Text
from ontschot.protocol.results.words import UNITS

_MONTHS = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
}  # fmt: skip
_TO = Text("tot", "to")
QUANTITIES: dict[Unit, Text] = UNITS | {
    "permille": Text("deel van het geld", "share of the money"),
}
"""What axes and legends are about. Numbers of shares have their sign: these say of what."""


def decimal(value: float, language: Language, places: int = 0) -> str:
    """Return ``1.234,5`` or ``1,234.5``; never a minus before zero."""
    text = f"{round(value, places) + 0.0:,.{places}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def amount(value: float, unit: Unit, language: Language) -> str:
    """Return a value of a table: a count, a share, or euro cents as whole euros."""
    if unit == "permille":
        return f"{decimal(value / 10, language)} %"
    if unit != "euroCents":
        return decimal(value, language)
    return euros(round(value)).in_language(language)


def shown_interval(figure: Figure, unit: Unit, language: Language) -> str:
    """Return the 95 % interval as it stands in tables: ``105 tot 140``."""
    low, high = (amount(end, unit, language) for end in (figure.shown.low, figure.shown.high))
    return f"{low} {_TO.in_language(language)} {high}"


def plain_decimal(text: str, language: Language) -> str:
    """Return an exact decimal of a document, such as epsilon, with the language's decimal sign."""
    return text if language == "en" else text.replace(".", ",")


def loss_decimal(text: str, language: Language) -> str:
    """Return a privacy loss to three decimals, rounded up: never less than what is promised."""
    rounded = Decimal(text).quantize(Decimal("0.001"), ROUND_CEILING)
    return plain_decimal(f"{rounded.normalize():f}", language)


def day(moment: date | datetime, language: Language) -> str:
    """Return ``2 maart 2026`` or ``2 March 2026``."""
    return f"{moment.day} {_MONTHS[language][moment.month - 1]} {moment.year}"


def period(first: date, last: date, language: Language) -> str:
    """Return a period in words; a whole calendar year as the year alone."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        if first.year == last.year:
            return str(first.year)
        return f"{first.year} {Text('tot en met', 'to').in_language(language)} {last.year}"
    until = Text("tot en met", "to").in_language(language)
    return f"{day(first, language)} {until} {day(last, language)}"
