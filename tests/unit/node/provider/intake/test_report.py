# SPDX-License-Identifier: EUPL-1.2
"""The report for people and for machines."""

import json

import pytest

from ontschot.node.provider.intake.report import LoadReport, euros
from ontschot.node.provider.intake.rules import ALL_RULES
from unit.node.provider.intake.samples import TEST_BSN, Desk, line


def words(code: str) -> str:
    return next(rule.text.nl for rule in ALL_RULES if rule.code == code)


def test_a_dutch_report_names_lines_columns_and_what_to_do(lite: Desk) -> None:
    rows = [line(), line(referentie="R2", dc="?"), line(referentie="R3", postcode="")]
    text = lite.load(*rows).text("nl")
    assert text.splitlines() == [
        "Het bestand is geladen.",
        "2 van de 3 regels zijn geladen.",
        "Samen is dat € 1.500,00.",
        "Het gaat om 2025-03-01 tot en met 2025-03-31.",
        "1 regels zijn afgewezen. Verbeter ze.",
        "1 regels hebben geen bruikbaar adres. Die staan niet op de kaart.",
        f"- 1 keer [dc, afgewezen] kolom dc: {words('dc')} (regel 3)",
        f"- 1 keer [postcode, geladen, let op] kolom postcode: {words('postcode')} (regel 4)",
    ]


def test_an_english_report_of_a_stopped_file(lite: Desk) -> None:
    text = lite.load(line(dc="?"), confirm=False).text("en")
    assert text.splitlines()[:3] == [
        "We loaded nothing. Nothing was changed.",
        "File: More than 5 in 100 lines were rejected. Mend the file, or confirm.",
        "Is the file right after all? Load it again and confirm.",
    ]


def test_json_holds_the_same(lite: Desk) -> None:
    report = lite.load(line(), line(referentie="R2", dc="?"))
    found = json.loads(report.json())
    assert found["status"] == "loaded"
    assert found["coverage"] == {
        "gemeenten": ["0642"], "first": "2025-03-01", "last": "2025-03-31",
        "with_address": 1, "without_bsn": 0,
    }  # fmt: skip
    assert found["problems"] == [{"rule": "dc", "line": 3}]
    assert found["rules"][0]["count"] == 1
    assert found["rules"][0]["text"].keys() == {"nl", "en"}
    assert found["stopped_by"] is None


def test_json_of_a_stopped_file_names_the_line(lite: Desk) -> None:
    found = json.loads(lite.load(line(), line(agb="87654321")).json())
    assert (found["stopped_by"]["rule"], found["stopped_by"]["line"]) == ("agb-ander", 3)


def test_no_report_holds_a_value_of_a_line(lite: Desk) -> None:
    secrets = {"postcode": "9999ZX", "geboortedatum": "1888-08-08", "huisnummer": "77777x",
               "toevoeging": "geheim", "referentie": "geheim-" * 4, "productcode": "geheim",
               "toewijzingsnummer": "geheim", "bedrag_cent": "-424242"}  # fmt: skip
    report = lite.load(line(**secrets))
    shown = report.text("nl") + report.text("en") + report.json() + repr(report)
    assert not [value for value in (*secrets.values(), TEST_BSN) if value in shown]


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "€ 0,00"), (5, "€ 0,05"), (123_456_789, "€ 1.234.567,89"), (-150, "€ -1,50")],
)
def test_amounts_are_written_as_in_the_netherlands(cents: int, text: str) -> None:
    assert euros(cents) == text


def test_many_lines_end_in_dots(lite: Desk) -> None:
    text = lite.load(*(line(referentie=f"R{n}", dc="?") for n in range(30))).text()
    assert "(regels 2, 3, " in text
    assert ", 21, ...)" in text


def test_an_empty_report_reads() -> None:
    assert LoadReport("unchanged").text("nl") == (
        "Dit bestand was al geladen. Er is niets veranderd."
    )
