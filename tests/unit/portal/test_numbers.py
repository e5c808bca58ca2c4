# SPDX-License-Identifier: EUPL-1.2
from datetime import UTC, date, datetime

import pytest

from ontschot.portal.answers import Unit
from ontschot.portal.numbers import amount, day, decimal, period, plain_decimal, shown_interval
from ontschot.protocol.language import Language
from unit.portal.samples import q01


@pytest.mark.parametrize(
    ("value", "places", "nl", "en"),
    [
        (1234.56, 1, "1.234,6", "1,234.6"),
        (0, 0, "0", "0"),
        (-0.01, 0, "0", "0"),
        (-12.5, 1, "-12,5", "-12.5"),
        (1_000_000, 0, "1.000.000", "1,000,000"),
    ],
)
def test_decimals(value: float, places: int, nl: str, en: str) -> None:
    assert decimal(value, "nl", places) == nl
    assert decimal(value, "en", places) == en


@pytest.mark.parametrize(
    ("value", "unit", "language", "text"),
    [
        (123_456_00, "euroCents", "nl", "€ 123.456"),
        (123_456_00, "euroCents", "en", "€123,456"),
        (-1_000_00, "euroCents", "nl", "-€ 1.000"),
        (1_205, "households", "nl", "1.205"),
        (1_205, "persons", "en", "1,205"),
    ],
)
def test_amounts(value: float, unit: Unit, language: Language, text: str) -> None:
    assert amount(value, unit, language) == text


@pytest.mark.parametrize(
    ("first", "last", "nl", "en"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), "2025", "2025"),
        (date(2024, 1, 1), date(2025, 12, 31), "2024 tot en met 2025", "2024 to 2025"),
        (
            date(2025, 4, 1),
            date(2025, 6, 30),
            "1 april 2025 tot en met 30 juni 2025",
            "1 April 2025 to 30 June 2025",
        ),
    ],
)
def test_periods(first: date, last: date, nl: str, en: str) -> None:
    assert period(first, last, "nl") == nl
    assert period(first, last, "en") == en


def test_days_and_exact_decimals() -> None:
    assert day(datetime(2026, 3, 2, 9, tzinfo=UTC), "nl") == "2 maart 2026"
    assert plain_decimal("0.000001", "nl") == "0,000001"
    assert plain_decimal("0.000001", "en") == "0.000001"


def test_intervals_are_those_that_are_shown() -> None:
    figure = q01().table().areas[0].figures[0]
    assert shown_interval(figure, "euroCents", "nl") == "€ 705.000 tot € 1.095.000"
