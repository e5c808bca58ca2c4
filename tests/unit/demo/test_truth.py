# SPDX-License-Identifier: EUPL-1.2
"""True answers of files that are small enough to count by hand."""

from pathlib import Path

import pytest

from ontschot_demo.truth import Care, join_areas
from unit.demo.samples import NOBODY, line, truth_of


def test_sums_are_capped_per_household_over_all_providers(tmp_path: Path) -> None:
    with truth_of(
        tmp_path,
        line(1, bedrag_cent="30000"),
        line(2, bsn=NOBODY[1], bedrag_cent="10000"),
        line(3, agb="99010002", bedrag_cent="30000"),
        line(4, huisnummer="2", bedrag_cent="20000"),
        line(5, postcode="1996CC", huisnummer="7", bedrag_cent="5000"),
    ) as truth:
        assert truth.capped_sum("buurt", 50_000) == {"BU99010101": 70_000, "BU99010201": 5_000}
        assert truth.capped_sum("wijk", 10**9) == {"WK990101": 90_000, "WK990102": 5_000}
        assert truth.capped_sum("gemeente", 50_000) == {"GM9901": 75_000}
        assert truth.between("gemeente", 20_000, None) == {"GM9901": 2}


def test_credits_are_taken_off_and_a_total_is_never_below_nothing(tmp_path: Path) -> None:
    with truth_of(
        tmp_path,
        line(1, bedrag_cent="8000"),
        line(2, dc="C", vorige_referentie="R00001", bedrag_cent="8000"),
        line(3, bedrag_cent="3000"),
        line(4, huisnummer="2", bedrag_cent="1000"),
        line(5, huisnummer="2", dc="C", vorige_referentie="R00004", bedrag_cent="4000"),
    ) as truth:
        assert truth.capped_sum("gemeente", 10**9) == {"GM9901": 3000}


def test_households_are_counted_per_law(tmp_path: Path) -> None:
    with truth_of(
        tmp_path,
        line(1),
        line(2, wet="WMO", categorie="01", bsn=NOBODY[1]),
        line(3, wet="WMO", categorie="02", bsn=NOBODY[2], huisnummer="2"),
    ) as truth:
        assert truth.households("gemeente", Care(("JW",))) == {"GM9901": 1}
        assert truth.households("gemeente", Care(("WMO",))) == {"GM9901": 2}
        assert truth.households("gemeente") == {"GM9901": 2}
        assert truth.capped_sum("gemeente", 15_000, Care(("WMO",))) == {"GM9901": 20_000}


def test_providers_are_counted_up_to_five(tmp_path: Path) -> None:
    lines = [line(number, agb=f"9901000{number}") for number in range(1, 7)]
    lines += [line(number, agb=f"9901000{number}", huisnummer="2") for number in (7, 8)]
    lines += [line(9, agb="99010007", huisnummer="2")]
    with truth_of(tmp_path, *lines) as truth:
        assert truth.providers("buurt") == {"BU99010101": (0, 1, 0, 0, 1)}


@pytest.mark.parametrize(
    ("address", "buurt"),
    [
        ({"postcode": "1995 aa"}, "BU99010101"),
        ({"huisnummer": "2", "toevoeging": "a"}, "BU99010101"),
        ({"huisnummer": "2 A-bis"}, "BU99010101"),
        ({"huisnummer": "2", "huisletter": "a", "toevoeging": "hs"}, "BU99010101"),
        ({"postcode": "1996CC", "huisnummer": "07", "huisletter": "Q"}, "BU99010201"),
        ({"postcode": "1995AB", "huisnummer": "7", "toevoeging": "01"}, "BU99010102"),
        ({"postcode": "1995AB", "huisnummer": "7"}, ""),
        ({"postcode": "1999ZZ"}, ""),
    ],
    ids=["spaces", "letter-as-addition", "all-in-number", "no-such-addition", "no-such-letter",
         "zero", "missing-addition", "no-such-postcode"],
)  # fmt: skip
def test_addresses_are_found_as_the_rules_say(
    tmp_path: Path, address: dict[str, str], buurt: str
) -> None:
    with truth_of(tmp_path, line(1, **address)) as truth:
        assert truth.households("buurt") == ({buurt: 1} if buurt else {})
        assert truth.households("gemeente") == {"GM9901": 1}


def test_one_household_in_two_spellings_is_one(tmp_path: Path) -> None:
    with truth_of(
        tmp_path,
        line(1, huisnummer="2", huisletter="A", toevoeging="BIS"),
        line(
            2, agb="99010002", postcode="1995 aa", huisnummer="2", huisletter="a", toevoeging="bis"
        ),
    ) as truth:
        assert truth.providers("gemeente") == {"GM9901": (0, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "address",
    [{"postcode": ""}, {"postcode": "B-1000"}, {"postcode": "1995SS"}, {"huisnummer": "0"},
     {"huisnummer": "bis"}, {"huisnummer": "123456"}],
)  # fmt: skip
def test_no_dutch_address_is_no_household(tmp_path: Path, address: dict[str, str]) -> None:
    with truth_of(tmp_path, line(1, **address)) as truth:
        assert truth.households("gemeente") == {}
        assert truth.providers("gemeente") == {}


def test_clients_who_object_do_not_count(tmp_path: Path) -> None:
    lines = (line(1), line(2, bsn=NOBODY[1], huisnummer="2"), line(3, bsn=NOBODY[2]))
    left_out = ((NOBODY[0], "bezwaar"), (NOBODY[1], "afgeschermd"))
    with truth_of(tmp_path, *lines, left_out=left_out) as truth:
        assert truth.capped_sum("gemeente", 10**9) == {"GM9901": 10_000}


def test_only_the_period_counts(tmp_path: Path) -> None:
    lines = (
        line(1, periode_van="2023-12-10", periode_tot="2023-12-31"),
        line(2, periode_van="2025-01-01", periode_tot="2025-01-31"),
        line(3, periode_van="2024-12-01", periode_tot="2024-12-31", huisnummer="2"),
    )
    with truth_of(tmp_path, *lines) as truth:
        assert truth.households("gemeente") == {"GM9901": 1}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("bsn-form", {"bsn": "12345678"}),
        ("bsn-nobody", {"bsn": "999900007"}),
        ("bsn-nobody", {"bsn": "123456782"}),
        ("birth-date", {"geboortedatum": "2010-02-30"}),
        ("birth-date", {"geboortedatum": "1899-12-31"}),
        ("birth-date", {"geboortedatum": "2999-01-01"}),
        ("gemeente", {"gemeentecode": "0642"}),
        ("category", {"categorie": "01"}),
        ("category", {"wet": "PW"}),
        ("care-dates", {"einde": "2023-12-09"}),
        ("early-start", {"begin": "2023-10-01"}),
        ("period", {"periode_tot": "2024-04-01"}),
        ("period", {"periode_van": "2024-03-31", "periode_tot": "2024-03-01"}),
        ("period", {"periode_van": "maart"}),
        ("amount", {"bedrag_cent": "-5"}),
        ("amount", {"bedrag_cent": "100000000"}),
        ("amount", {"bedrag_cent": "12,50"}),
        ("volume", {"volume": "1.5"}),
        ("direction", {"dc": "X"}),
        ("duplicate", {"referentie": "R00001"}),
        ("orphan-credit", {"dc": "C", "vorige_referentie": "R77777"}),
    ],
)
def test_each_rule_refuses_itsline(tmp_path: Path, rule: str, changes: dict[str, str]) -> None:
    with truth_of(tmp_path, line(1), line(2, **changes)) as truth:
        assert truth.refused() == {"99010001": {rule: 1}}
        assert truth.capped_sum("gemeente", 10**9) == {"GM9901": 10_000}


def test_a_credit_of_a_refused_debit_is_refused_too(tmp_path: Path) -> None:
    lines = (
        line(1, categorie="99"),
        line(2, dc="C", vorige_referentie="R00001"),
    )
    with truth_of(tmp_path, *lines) as truth:
        assert truth.refused() == {"99010001": {"category": 1, "orphan-credit": 1}}


def test_numbers_that_can_be_nobodys_count(tmp_path: Path) -> None:
    with truth_of(tmp_path, line(1, bsn="999999999"), line(2, bsn="100000008")) as truth:
        assert truth.refused() == {}


def test_joined_areas_add_up() -> None:
    values = {"BU99010101": 3, "BU99010102": 4}
    assert join_areas(values, ["BU99010101", "BU99010102", "BU99010103"]) == 7


def test_sums_are_told_apart_by_kind_of_care(tmp_path: Path) -> None:
    with truth_of(
        tmp_path,
        line(1, bedrag_cent="10000"),
        line(2, bedrag_cent="20000", categorie="44", periode_van="2024-04-01",
              periode_tot="2024-04-30"),
        line(3, wet="WMO", categorie="01", bsn=NOBODY[1], bedrag_cent="40000"),
    ) as truth:  # fmt: skip
        assert truth.capped_sum("gemeente", 10**6, Care(("JW",), ("44",))) == {"GM9901": 20_000}
        assert truth.capped_sum("gemeente", 10**6, Care(("JW",), ("45",))) == {"GM9901": 10_000}
        assert truth.capped_sum("gemeente", 15_000, Care(("JW",))) == {"GM9901": 15_000}
        assert truth.between("gemeente", 30_000, None, Care(("JW",))) == {"GM9901": 1}
        assert truth.households("gemeente", Care(("WMO",), ("02",))) == {}


def test_pieces_of_a_buurt_are_its_addresses_with_one_postcode(tmp_path: Path) -> None:
    with truth_of(
        tmp_path,
        line(1, bedrag_cent="10000"),
        line(2, bsn=NOBODY[1], huisnummer="2", bedrag_cent="20000"),
        line(3, bsn=NOBODY[2], postcode="1996CC", huisnummer="7", bedrag_cent="40000"),
        line(4, bsn=NOBODY[3], postcode="1995ZZ", huisnummer="9"),
    ) as truth:
        found = truth.capped_sum("pc6-cluster", 10**6)
        assert found == {"BU99010101-1995AA": 30_000, "BU99010201-1996CC": 40_000}
        assert truth.households("pc6-cluster") == {"BU99010101-1995AA": 2, "BU99010201-1996CC": 1}
        assert join_areas(found, ["BU99010101-1995AA", "BU99010102-1995AB"]) == 30_000
