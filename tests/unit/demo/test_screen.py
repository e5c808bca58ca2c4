# SPDX-License-Identifier: EUPL-1.2
import io

import pytest
from rich.console import Console

from ontschot.protocol.language import Language, Text
from ontschot_demo.report import Answers, Group, Party, Report, Row
from ontschot_demo.screen import print_report

NARROW = 80
QUESTION = Text("Q01 Kosten per gebied", "Q01 Cost per area")
WORDING = Text("Hoeveel geld gaat er naar hulp?", "How much money goes to care?")
UNCERTAIN = Text("te onzeker", "too uncertain")
OUTCOME = Text("Kosten", "Cost")


def _answers(title: str, unit: str, *groups: Group) -> Answers:
    return Answers(QUESTION, WORDING, Text(title, title), unit, groups)  # type: ignore[arg-type]  # "euros" or "households"


REPORT = Report(
    Text("Uitkomsten", "Results"),
    (
        _answers(
            "Per buurt",
            "euros",
            Group(
                OUTCOME,
                (
                    Row(
                        "Kerkplein", 123_456_000_00, 100_000_000_00, 140_000_000_00, 120_000_000_00
                    ),
                    Row(
                        "De [bold]Linden en de heel erg lange Naam", UNCERTAIN, 10_00, 80_00, 81_00
                    ),
                    Row("Het Spoor", 0, 0, 100, None),
                ),
            ),
        ),
        _answers(
            "Per wijk",
            "households",
            *(
                Group(
                    Text(f"{number} aanbieders", f"{number} providers"),
                    tuple(Row(f"Wijk {wijk}", 1000, 900, 1100, 1000) for wijk in range(4)),
                )
                for number in range(1, 4)
            ),
        ),
        _answers(
            "Per gemeente",
            "households",
            Group(Text("1 soort", "1 kind"), (Row("Dorp", 5, 0, 10, 4),)),
            Group(Text("2 soorten", "2 kinds"), (Row("Dorp", 15, 10, 20, 24),)),
        ),
    ),
    (
        Party(
            Text("Helper A", "Helper A"),
            (
                Text("12 halve lijsten", "12 half lists"),
                Text("Een openbare lijst", "A public list"),
            ),
            Text("een bedrag", "an amount"),
        ),
    ),
    (Text("Alles is verzonnen.", "All is made up."),),
)


def _printed(language: Language | None = "nl", most_rows: int = 5, width: int = NARROW) -> str:
    target = io.StringIO()
    print_report(REPORT, Console(file=target, width=width), language, most_rows)
    return target.getvalue()


def _line(text: str, *words: str) -> str:
    return next(line for line in text.splitlines() if all(word in line for word in words))


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_a_row_is_whole_on_every_usual_width(width: int) -> None:
    text = _printed(width=width)
    assert max(map(len, text.splitlines())) <= width
    assert _line(text, "Kerkplein").split() == [
        "Kerkplein",
        "123.456",
        *("100.000", "en", "140.000"),
        "120.000",
        "ja",
    ]
    assert _line(text, "Gebied").split()[-1] == "Klopt?"


def test_dutch_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONTSCHOT_LANG", raising=False)
    text = _printed(None)
    assert text == _printed("nl")
    assert "Per buurt (× € 1.000)" in text
    assert "Bij 14 van de 16 antwoorden ligt het echte getal tussen de twee" in text
    assert "12 halve lijsten" in text
    assert "Alles is verzonnen." in text


def test_english_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTSCHOT_LANG", "en")
    text = _printed(None)
    assert "Antwoord" not in text
    assert "(× €1,000)" in text
    assert "Of 16 answers, 14 have the true number between the two. We expect 15" in text
    assert "12 half lists" in text


def test_words_stand_where_a_number_is_not_shown() -> None:
    assert "te onzeker" in _line(_printed(), "De [bold]Linden")


def test_a_question_is_introduced_once() -> None:
    assert _printed().count("Q01 Kosten per gebied") == 1
    assert _printed().count(WORDING.nl) == 1


def test_outcomes_of_several_areas_are_groups_and_only_whole_ones_are_shown() -> None:
    text = _printed()
    assert "1 aanbieders:" in text
    assert "2 aanbieders:" not in text
    assert "Niet op dit scherm: 8. Daarvan klopt: 8 van de 8." in text


def test_outcomes_of_one_area_are_rows_and_all_are_shown() -> None:
    text = _printed(most_rows=1)
    assert _line(text, "Dorp", "Klopt?")
    assert _line(text, "1 soort").split()[-1] == "ja"
    assert _line(text, "2 soorten").split()[-1] == "nee"


def test_of_a_long_list_the_first_areas_are_shown() -> None:
    text = _printed(most_rows=2)
    assert "Wijk 1" in text
    assert "Wijk 2" not in text
    assert "Niet op dit scherm: 10." in text


def test_what_each_party_saw_and_never_saw_stands_on_one_row() -> None:
    assert _line(_printed(), "Helper A", "12 halve lijsten", "een bedrag")
