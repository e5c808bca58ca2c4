# SPDX-License-Identifier: EUPL-1.2
"""What rules compare a line with: settings, code lists, tariffs, and today."""

from datetime import date

from ontschot.node.provider.intake.codes import (
    Law,
    categories,
    code_list,
    reasons,
)
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.intake.tariffs import Tariffs
from ontschot.node.provider.records.bsn import (
    WITHOUT_BSN,
    is_nine_digits,
    is_test_number,
    remainder,
)

EMPTY = 0
IMPOSSIBLE = -1
FIRST_BIRTH = date(1900, 1, 1).toordinal()
FIRST_PERIOD = date(2015, 1, 1).toordinal()
"""The day on which the Jeugdwet and the Wmo 2015 began."""
_MAX_CACHED = 100_000
_MAX_KINDS = 10_000

FORM, WITHOUT, WRONG, TEST, NOBODY, REAL = "form", "without", "wrong", "test", "nobody", "real"
"""Of a BSN: not nine digits; stands for none; fails the eleven-test; a test number; remainder 1,
never given to anyone; any other."""


class Days(dict[str, int]):
    """From ISO text to a day number; 0 for an empty text, -1 for what is no day.

    A cache of at most 100,000 texts: the same days come back on nearly every line.
    """

    def __missing__(self, text: str) -> int:
        """Return and remember the day number of ``text``."""
        if len(self) >= _MAX_CACHED:
            self.clear()
        self[text] = day = _day(text)
        return day


class Kinds(dict[str, str]):
    """From the text in the column ``bsn`` to what it is: FORM, WITHOUT, WRONG, TEST, NOBODY, REAL.

    A cache of at most 10,000 texts, in memory only: the lines of one client are near each other.
    """

    def __missing__(self, text: str) -> str:
        """Return and remember what ``text`` is."""
        if len(self) >= _MAX_KINDS:
            self.clear()
        self[text] = kind = _kind(text)
        return kind

    def __repr__(self) -> str:
        """Return the class only."""
        return "Kinds(...)"


class Facts:
    """Settings and code lists in the form that rules need them for a million lines.

    ``today`` and all days are proleptic day numbers (``date.toordinal``).
    """

    __slots__ = (
        "agb",
        "categories",
        "contracts",
        "days",
        "gemeenten",
        "kinds",
        "production",
        "products",
        "reasons",
        "referrers",
        "tariffs",
        "today",
        "units",
    )

    def __init__(self, settings: IntakeSettings, tariffs: Tariffs, today: date) -> None:
        self.agb = settings.agb
        self.contracts = settings.gemeenten
        self.production = settings.profile == "production"
        self.products = settings.product_codes
        self.tariffs = tariffs
        self.today = today.toordinal()
        self.days = Days()
        self.kinds = Kinds()
        self.gemeenten = settings.known_gemeenten
        self.categories = {(item.law, item.code): item for item in categories().values()}
        laws: tuple[Law, ...] = ("JW", "WMO")
        self.reasons = frozenset((law, code) for law in laws for code in reasons(law))
        self.units = frozenset(code_list("eenheden"))
        self.referrers = frozenset(code_list("verwijzers"))


def is_number(text: str, digits: int) -> bool:
    """Return whether ``text`` is 1 to ``digits`` ASCII digits."""
    return 0 < len(text) <= digits and text.isascii() and text.isdigit()


def is_agb(text: str) -> bool:
    """Return whether ``text`` has the form of a provider's code: eight digits."""
    return len(text) == 8 and text.isascii() and text.isdigit()


def _day(text: str) -> int:
    if not text:
        return EMPTY
    # fromisoformat also takes basic and week dates; only YYYY-MM-DD is a day here.
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not text.isascii():
        return IMPOSSIBLE
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return IMPOSSIBLE


def _kind(text: str) -> str:
    if not is_nine_digits(text):
        return FORM
    if text in WITHOUT_BSN:
        return WITHOUT
    rest = remainder(text)
    if rest > 1:
        return WRONG
    if rest == 1:
        return NOBODY
    return TEST if is_test_number(text) else REAL
