# SPDX-License-Identifier: EUPL-1.2
import pytest

from ontschot.coordinator.results.presentation import Unit, number_text, present
from ontschot.protocol.language import Text


@pytest.mark.parametrize(
    ("value", "half_width", "kind", "shown", "low", "high"),
    [
        (7, 2.9, "belowTen", None, 0, 10),
        (7, 3.0, "uncertain", None, 0, 10),
        (9, 0.9, "belowTen", None, 5, 10),
        (9, 2.0, "uncertain", None, 5, 15),
        (5, 40.0, "uncertain", None, 0, 45),
        (10, 2.0, "value", 10, 5, 15),
        (12, 2.0, "value", 10, 10, 15),
        (13, 2.0, "value", 15, 10, 15),
        (-40, 20.0, "belowTen", None, 0, 5),
        (0, 20.0, "uncertain", None, 0, 20),
        # Judged on what is shown: 17 give or take 8.4 is 5 to 30, of 15.
        (17, 8.4, "uncertain", None, 5, 30),
        (20, 8.4, "value", 20, 10, 30),
        (40, 20.0, "value", 40, 20, 60),
        (40, 20.1, "uncertain", None, 15, 65),
        (1_203, 17.6, "value", 1_205, 1_185, 1_225),
    ],
)
def test_a_count_follows_the_rules_in_order(
    value: int, half_width: float, kind: str, shown: int | None, low: int, high: int
) -> None:
    found = present(value, value - half_width, value + half_width, "households")
    assert (found.kind, found.value, found.low, found.high) == (kind, shown, low, high)


@pytest.mark.parametrize(
    ("euros", "half_width", "kind", "shown", "low", "high"),
    [
        (1_234_500, 100_000, "value", 1_235_000, 1_134_000, 1_335_000),
        (1_234_499, 100_000, "value", 1_234_000, 1_134_000, 1_335_000),
        (200_000, 100_000, "value", 200_000, 100_000, 300_000),
        (200_000, 100_001, "uncertain", None, 99_000, 301_000),
        (-3_000, 1_000, "uncertain", None, 0, 1_000),
        (0, 1_000, "uncertain", None, 0, 1_000),
    ],
)
def test_a_sum_follows_the_rules_in_order(
    euros: int, half_width: int, kind: str, shown: int | None, low: int, high: int
) -> None:
    found = present(
        euros * 100, euros * 100 - half_width * 100, euros * 100 + half_width * 100, "euroCents"
    )
    expected = None if shown is None else shown * 100
    assert (found.kind, found.value) == (kind, expected)
    assert (found.low, found.high) == (low * 100, high * 100)


def test_words_replace_numbers_that_are_not_shown() -> None:
    assert present(3, 3 - 1.0, 3 + 1.0, "households").text == Text("minder dan 10", "fewer than 10")
    assert present(100, 100 - 90.0, 100 + 90.0, "persons").text == Text(
        "te onzeker", "too uncertain"
    )


@pytest.mark.parametrize(
    ("value", "unit", "nl", "en"),
    [
        (1_234_565, "households", "1.234.565", "1,234,565"),
        (120_500_000, "euroCents", "€ 1.205.000", "€1,205,000"),
        (15, "persons", "15", "15"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: int, unit: Unit, nl: str, en: str) -> None:
    assert number_text(value, unit) == Text(nl, en)
