# SPDX-License-Identifier: EUPL-1.2
"""Each rule of one line: what breaks it, and that nothing else does."""

import re
from dataclasses import replace
from datetime import date

import pytest

from ontschot.node.provider.intake.columns import COLUMNS, HEADER
from ontschot.node.provider.intake.facts import Facts
from ontschot.node.provider.intake.rule import Rule
from ontschot.node.provider.intake.rules import ALL_RULES, ROW_RULES
from ontschot.node.provider.intake.settings import Profile
from ontschot.node.provider.intake.tariffs import load_tariffs
from unit.node.provider.intake.samples import NO_BSN, SETTINGS, numbers, parsed

TODAY = date(2026, 6, 1)
NOBODY = numbers(1)[0]
REAL = numbers(1, 0)[0]
WRONG = numbers(1, 2)[0]

BROKEN: list[tuple[str, dict[str, str]]] = [
    ("agb-vorm", {"agb": "1234567"}),
    ("agb-vorm", {"agb": "1234567A"}),
    ("agb-vorm", {"agb": "１２３４５６７８"}),
    ("referentie-vorm", {"referentie": "R" * 21}),
    ("referentie-vorm", {"referentie": "é"}),
    ("vorige-referentie-vorm", {"vorige_referentie": "R" * 21}),
    ("bsn-vorm", {"bsn": ""}),
    ("bsn-vorm", {"bsn": "99990000"}),
    ("bsn-vorm", {"bsn": "99990000６"}),
    ("bsn-elfproef", {"bsn": WRONG}),
    ("bsn-profiel", {"bsn": REAL}),
    ("bsn-in-ander-veld", {"referentie": "R-999900006-1"}),
    ("bsn-in-ander-veld", {"vorige_referentie": "999900006"}),
    ("bsn-in-ander-veld", {"bsn": NOBODY, "toewijzingsnummer": NOBODY}),
    ("bsn-geen", {"bsn": NO_BSN}),
    ("bsn-geen", {"bsn": "000000000"}),
    ("geboortedatum", {"geboortedatum": "1899-12-31"}),
    ("geboortedatum", {"geboortedatum": "2026-06-02"}),
    ("geboortedatum", {"geboortedatum": "2012-02-30"}),
    ("geboortedatum", {"geboortedatum": "20120501"}),
    ("geboortedatum", {"geboortedatum": "01-05-2012"}),
    ("leeftijd-jeugdwet", {"geboortedatum": "2002-03-01"}),
    ("leeftijd-jeugdwet", {"geboortedatum": "2025-03-02"}),
    ("geslacht", {"geslacht": "3"}),
    ("geslacht", {"geslacht": ""}),
    ("postcode", {"postcode": "3331SS"}),
    ("postcode", {"postcode": "0331AB"}),
    ("postcode", {"postcode": ""}),
    ("postcode", {"postcode": "B-2000"}),
    ("huisnummer", {"huisnummer": "0"}),
    ("huisnummer", {"huisnummer": "12A"}),
    ("huisnummer", {"huisnummer": "100000"}),
    ("huisletter", {"huisletter": "AB"}),
    ("huisletter", {"huisletter": "1"}),
    ("toevoeging", {"toevoeging": "links"}),
    ("gemeente-onbekend", {"gemeentecode": "9999"}),
    ("gemeente-onbekend", {"gemeentecode": "GM0642"}),
    ("gemeente-contract", {"gemeentecode": "0014"}),
    ("wet", {"wet": "ZVW"}),
    ("wet", {"wet": "jw"}),
    ("categorie", {"categorie": "01"}),
    ("categorie", {"categorie": "39"}),
    ("productcode-vorm", {"productcode": "45A480"}),
    ("productcode-onbekend", {"productcode": "45A00"}),
    ("toewijzingsnummer", {"toewijzingsnummer": "0"}),
    ("toewijzingsnummer", {"toewijzingsnummer": "1000000000"}),
    ("toewijzingsnummer", {"toewijzingsnummer": "T1"}),
    ("reden-einde", {"reden_einde": "19"}),
    ("verwijzer", {"verwijzer": "07"}),
    ("datum-toewijzingsdatum", {"toewijzingsdatum": "2024-13-01"}),
    ("datum-ingang", {"ingang": "2025-1-1"}),
    ("datum-begin", {"begin": "gisteren"}),
    ("datum-einde", {"einde": "2025-W01-1"}),
    ("datum-periode-van", {"periode_van": ""}),
    ("datum-periode-van", {"periode_van": "2025-02-29"}),
    ("datum-periode-tot", {"periode_tot": ""}),
    ("einde-voor-ingang", {"begin": "2024-12-05", "einde": "2024-12-31", "ingang": "2025-01-01",
                           "periode_van": "2025-01-01", "periode_tot": "2025-01-31"}),
    ("begin-voor-ingang", {"begin": "2024-11-30"}),
    ("einde-voor-begin", {"begin": "2025-03-06", "einde": "2025-03-05"}),
    ("einde-toekomst", {"einde": "2026-06-02"}),
    ("periode-volgorde", {"periode_van": "2025-03-31", "periode_tot": "2025-03-30"}),
    ("periode-maand", {"periode_tot": "2025-04-01"}),
    ("periode-maand", {"periode_tot": "2026-03-31"}),
    ("periode-onmogelijk", {"periode_van": "2026-06-02", "periode_tot": "2026-06-30"}),
    ("periode-onmogelijk", {"periode_van": "2014-12-01", "periode_tot": "2014-12-31",
                            "ingang": "", "begin": "", "toewijzingsdatum": ""}),
    ("buiten-toewijzing", {"ingang": "2025-03-02", "begin": "2025-03-02"}),
    ("buiten-toewijzing", {"einde": "2025-02-28"}),
    ("volume", {"volume": "-1"}),
    ("volume", {"volume": "1,5"}),
    ("volume", {"volume": "100000000"}),
    ("eenheid", {"eenheid": ""}),
    ("eenheid", {"eenheid": "02"}),
    ("bedrag", {"bedrag_cent": ""}),
    ("bedrag", {"bedrag_cent": "-75000"}),
    ("bedrag", {"bedrag_cent": "750,00"}),
    ("bedrag", {"bedrag_cent": "100000000"}),
    ("dc", {"dc": ""}),
    ("dc", {"dc": "d"}),
    ("tarief-hoog", {"bedrag_cent": "156001"}),
    ("tarief-hoog", {"volume": "60", "eenheid": "01", "bedrag_cent": "15601"}),
]  # fmt: skip

FINE = [
    {},
    {"bsn": NOBODY},
    {"referentie": "", "vorige_referentie": "R0"},
    {"geboortedatum": ""},
    {"geboortedatum": "2002-03-02"},
    {"geboortedatum": "1930-01-01", "wet": "WMO", "categorie": "01", "productcode": ""},
    {"postcode": "3331 ab"},
    {"huisletter": "a", "toevoeging": "0002"},
    {"toewijzingsnummer": "", "toewijzingsdatum": "", "ingang": "", "begin": ""},
    {"einde": "2025-03-10", "reden_einde": "31"},
    {"begin": "2024-12-01"},
    {"verwijzer": ""},
    {"volume": "", "eenheid": ""},
    {"volume": "0"},
    {"bedrag_cent": "156000"},
    {"bedrag_cent": "0"},
    {"bedrag_cent": "99999999", "productcode": "", "eenheid": "82"},
    {"dc": "C"},
    {"periode_van": "2025-03-10", "periode_tot": "2025-03-10"},
]


def facts(profile: Profile = "rehearsal") -> Facts:
    settings = replace(SETTINGS, profile=profile, product_codes=frozenset({"45A48"}))
    return Facts(settings, load_tariffs(), TODAY)


def broken(changes: dict[str, str], profile: Profile = "rehearsal") -> set[str]:
    line, known = parsed(**changes), facts(profile)
    return {rule.code for rule in ROW_RULES if not rule.holds(line, known)}


@pytest.mark.parametrize(("code", "changes"), BROKEN)
def test_a_fault_breaks_its_rule_and_no_other(code: str, changes: dict[str, str]) -> None:
    assert broken(changes) == {code}


@pytest.mark.parametrize("changes", FINE)
def test_what_is_allowed_breaks_nothing(changes: dict[str, str]) -> None:
    assert broken(changes) == set()


def test_every_rule_of_one_line_has_a_case() -> None:
    assert {code for code, _ in BROKEN} == {rule.code for rule in ROW_RULES}


@pytest.mark.parametrize(
    ("profile", "bsn", "expected"),
    [
        ("production", REAL, set()),
        ("production", "999900006", {"bsn-profiel"}),
        ("production", NOBODY, {"bsn-elfproef"}),
        ("production", WRONG, {"bsn-elfproef"}),
        ("production", NO_BSN, {"bsn-geen"}),
        ("demo", REAL, {"bsn-profiel"}),
        ("demo", "999900006", set()),
        ("demo", "999999990", set()),
        ("demo", NOBODY, set()),
        ("demo", WRONG, {"bsn-elfproef"}),
    ],
)
def test_profiles_never_mix(profile: Profile, bsn: str, expected: set[str]) -> None:
    assert broken({"bsn": bsn}, profile) == expected


def test_codes_differ_and_fit_in_the_history() -> None:
    codes = [rule.code for rule in ALL_RULES]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) and len(code) <= 40 for code in codes)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_messages_are_plain_and_about_a_known_column(rule: Rule) -> None:
    assert rule.severity in {"R", "M", "S"}
    assert rule.column in {"", *COLUMNS}
    for words in (rule.text.nl, rule.text.en):
        sentences = re.split(r"(?<=[.?!:])\s", words.replace(HEADER, "kolommen"))
        assert all(len(sentence.split()) <= 15 for sentence in sentences), sentences
        assert words.endswith((".", "?"))
