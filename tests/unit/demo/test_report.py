# SPDX-License-Identifier: EUPL-1.2
import io

import pytest
from rich.console import Console

from ontschot.protocol.language import Language, Text
from ontschot_demo.report import Answers, Count, Party, Report, Row, coverage, print_report

REPORT = Report(
    Text("Uitkomsten", "Results"),
    (
        Answers(
            Text("Kosten per buurt", "Cost per buurt"),
            Text("Antwoord", "Answer"),
            "euros",
            (
                Row("Kerkplein", 123_456_00, 100_000_00, 140_000_00, 120_000_00),
                Row(
                    "De [bold]Linden",
                    90_00,
                    10_00,
                    80_00,
                    81_00,
                    Text("met Het Veer", "with Het Veer"),
                ),
                Row("Het Spoor", -500, -900, 100, None),
            ),
        ),
        Answers(
            Text("Huishoudens", "Households"),
            Text("Antwoord", "Answer"),
            "households",
            tuple(Row(f"Wijk {number}", 1000 + number, 900, 1100, 1000) for number in range(9)),
        ),
    ),
    (
        Party(
            Text("Helper A", "Helper A"),
            (Count(Text("halve lijsten", "half lists"), 12_345),),
            Text("een bedrag", "an amount"),
        ),
    ),
    (Text("Alles is verzonnen.", "All is made up."),),
)


def _printed(language: Language | None, most_rows: int = 5) -> str:
    target = io.StringIO()
    print_report(REPORT, Console(file=target, width=110), language, most_rows)
    return target.getvalue()


def test_dutch_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONTSCHOT_LANG", raising=False)
    text = _printed(None)
    assert text == _printed("nl")
    assert "Antwoord (× € 1.000)" in text
    assert "100 tot 140" in text
    assert "Klopt het?" in text
    assert "10 van de 11 intervallen bevatten het echte antwoord" in text
    assert "En nog 4 gebieden." in text
    assert "12.345 halve lijsten" in text
    assert "Alles is verzonnen." in text


def test_english_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTSCHOT_LANG", "en")
    text = _printed(None)
    assert "Antwoord" not in text
    assert "(× €1,000)" in text
    assert "100 to 140" in text
    assert "10 of 11 intervals hold the truth. We expect about 10." in text
    assert "And 4 more areas." in text
    assert "12,345 half lists" in text


def test_coverage_counts_rows_that_are_not_shown() -> None:
    assert coverage(REPORT.answers) == (10, 11)
    assert coverage([]) == (0, 0)


def test_names_are_no_markup() -> None:
    assert "De [bold]Linden" in _printed("nl")


def test_ends_of_an_interval_belong_to_it() -> None:
    assert Row("x", 5, 4, 6, 4).holds
    assert Row("x", 5, 4, 6, 6).holds
    assert Row("x", 5, 4, 6, 7).holds is False
    assert Row("x", 5, 4, 6, None).holds is None
