# SPDX-License-Identifier: EUPL-1.2
"""Loading a file: what comes in, what is reported, and what changes nothing."""

from datetime import date

import pytest

from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.store import Selection, household_inputs
from unit.node.provider.intake.samples import (
    NO_BSN,
    Desk,
    codes,
    joined,
    line,
    numbers,
    text,
)


def test_a_good_line_comes_in_whole(desk: Desk) -> None:
    report = desk.load(line(huisletter="a", einde="2025-03-20", reden_einde="31"))
    assert (report.status, report.mode) == ("loaded", "referentie")
    assert (report.read, report.loaded, report.rejected, report.already) == (1, 1, 0, 0)
    assert report.net_cent == 75_000
    assert report.counts == ()
    assert report.coverage.gemeenten == ("0642",)
    assert (report.coverage.first, report.coverage.last) == (date(2025, 3, 1), date(2025, 3, 31))
    assert (report.coverage.with_address, report.coverage.without_bsn) == (1, 0)
    prestatie = ("referentie", "wet", "categorie", "productcode", "toewijzing_nr", "volume",
                 "eenheid", "bedrag_cent", "dc", "net_cent", "hulpvorm")  # fmt: skip
    assert desk.rows("prestatie", *prestatie) == [
        ("R1", "JW", "45", "45A48", 1001, 10, "04", 75_000, "D", 75_000, "02")
    ]
    address = ("soort", "postcode", "huisnummer", "huisletter", "toevoeging", "gemeente",
               "geldig_van", "geldig_tot")  # fmt: skip
    assert desk.rows("adres", *address) == [("01", "3331AB", 12, "A", "", "0642", None, None)]
    assert desk.rows("client", "geboortedatum", "geslacht", "bezwaar_statistiek") == [
        (date(2012, 5, 1), 2, False)
    ]
    granted = ("gemeente", "wet", "toewijzing_nr", "toewijzingsdatum", "ingang", "verwijzer")
    assert desk.rows("toewijzing", *granted) == [
        ("0642", "JW", 1001, date(2024, 12, 20), date(2025, 1, 1), "02")
    ]
    assert desk.rows("levering", "hulpvorm", "begin", "einde", "reden_einde", "leveringen") == [
        ("02", date(2025, 1, 6), date(2025, 3, 20), "31", 1)
    ]
    assert desk.rows("inlading_regel", "regelnr") == []


def test_vectors_read_what_was_loaded(desk: Desk) -> None:
    desk.load(line(), line(referentie="R2", dc="C", vorige_referentie="R1", bedrag_cent="75000"))
    (chunk,) = household_inputs(
        desk.engine, Period(date(2025, 1, 1), date(2025, 12, 31)), Selection(), date(2025, 1, 1)
    )
    assert chunk.postcode == ("3331AB",)
    assert chunk.net_cent.tolist() == [0]
    assert chunk.served.tolist() == [False]


def test_columns_may_stand_in_another_order(lite: Desk) -> None:
    names = sorted(line())
    rows = [";".join(names), ";".join(line()[name] for name in names)]
    assert lite.load_bytes("\r\n".join(rows).encode()).loaded == 1
    assert lite.rows("prestatie", "referentie", "categorie") == [("R1", "45")]


def test_quotes_and_blanks_are_taken_off(lite: Desk) -> None:
    row = line(productcode='" 45A48 "', postcode=" 3331 ab ")
    assert lite.load(row).counts == ()
    assert lite.rows("prestatie", "productcode") == [("45A48",)]
    assert lite.rows("adres", "postcode") == [("3331AB",)]


def test_rejected_rows_stay_out_and_the_rest_comes_in(desk: Desk) -> None:
    report = desk.load(line(), line(referentie="R2", dc="X"), line(referentie="R3", volume="?"))
    assert (report.read, report.loaded, report.rejected) == (3, 1, 2)
    assert codes(report) == {"dc": 1, "volume": 1}
    assert {(item.rule.code, item.line) for item in report.problems} == {("dc", 3), ("volume", 4)}


def test_codes_that_are_unknown_but_harmless_stay_empty(lite: Desk) -> None:
    report = lite.load(line(verwijzer="99", reden_einde="99", geslacht="7", einde="2025-03-31"))
    assert codes(report) == {"geslacht": 1, "reden-einde": 1, "verwijzer": 1}
    assert lite.rows("toewijzing", "verwijzer") == [(None,)]
    assert lite.rows("levering", "reden_einde") == [(None,)]
    assert lite.rows("client", "geslacht") == [(0,)]


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    data = text([line(), line(referentie="R2", periode_tot="2025-03-30")]).encode()
    desk.load_bytes(data)
    before = desk.state(), desk.rows("inlading", "inlading_id")
    report = desk.load_bytes(data)
    assert report.status == "unchanged"
    assert (desk.state(), desk.rows("inlading", "inlading_id")) == before


def test_the_same_rows_in_another_file_change_nothing(desk: Desk) -> None:
    first, second = line(), line(referentie="R2", bedrag_cent="5")
    desk.load(first, second)
    before = desk.state()
    report = desk.load(second, first, confirm=False)
    assert (report.status, report.loaded, report.already) == ("loaded", 0, 2)
    assert codes(report) == {"al-geladen": 2}
    assert desk.state() == before


def test_a_file_with_rejected_rows_can_be_loaded_again_under_other_settings(lite: Desk) -> None:
    data = text([line(), line(referentie="R2", gemeentecode="0014")]).encode()
    assert lite.load_bytes(data).rejected == 1
    lite.use(gemeenten=frozenset({"0642", "0014"}))
    report = lite.load_bytes(data)
    assert (report.status, report.loaded, report.already) == ("loaded", 1, 1)


def test_a_reference_counts_once(desk: Desk) -> None:
    report = desk.load(line(), line(bedrag_cent="1"))
    assert codes(report) == {"referentie-dubbel": 1}
    assert report.problems[0].line == 3
    report = desk.load(line(bedrag_cent="2"))
    assert codes(report) == {"referentie-in-gebruik": 1}
    assert desk.rows("prestatie", "bedrag_cent") == [(75_000,)]


def test_without_references_a_load_replaces_its_gemeenten_and_months(desk: Desk) -> None:
    other = line(referentie="", gemeentecode="0531", toewijzingsnummer="7", bedrag_cent="1")
    march, april = (
        line(referentie="", bedrag_cent="100"),
        line(referentie="", bedrag_cent="200", periode_van="2025-04-01", periode_tot="2025-04-30"),
    )
    assert desk.load(other, march, april).mode == "vervangen"
    report = desk.load(march | {"bedrag_cent": "150"}, march | {"bedrag_cent": "151"})
    assert (report.loaded, report.replaced) == (2, 1)
    cents = sorted(cents for (cents,) in desk.rows("prestatie", "bedrag_cent"))
    assert cents == [1, 150, 151, 200]


def test_an_older_file_without_references_can_be_put_back(desk: Desk) -> None:
    old = text([line(referentie="", bedrag_cent="100")]).encode()
    desk.load_bytes(old)
    before = desk.state()
    desk.load(line(referentie="", bedrag_cent="200"))
    assert desk.load_bytes(old).status == "loaded"
    assert desk.state() == before


def test_replacing_also_removes_clients_and_trajecten_that_are_gone(desk: Desk) -> None:
    gone, kept = numbers(2)
    desk.load(line(referentie="", bsn=gone), line(referentie="", bsn=kept, begin=""))
    desk.load(line(referentie="", bsn=kept, begin=""))
    assert len(desk.rows("client", "client_id")) == 1
    assert desk.rows("levering", "levering_id") == []


def test_a_repeated_line_without_reference_counts_once(desk: Desk) -> None:
    report = desk.load(line(referentie=""), line(referentie=""), line(referentie="", volume="9"))
    assert (report.loaded, codes(report)) == (2, {"regel-dubbel": 1})


def test_a_credit_needs_an_accepted_debit(desk: Desk) -> None:
    credit = line(referentie="C1", vorige_referentie="R1", dc="C")
    assert codes(desk.load(credit)) == {"credit-zonder-debet": 1}
    assert codes(desk.load(line(eenheid="99"), credit)) == {"credit-zonder-debet": 1, "eenheid": 1}
    # The order of lines does not matter.
    assert desk.load(credit, line()).net_cent == 0
    again = line(referentie="C2", vorige_referentie="R1", dc="C")
    assert codes(desk.load(again)) == {"credit-dubbel": 1}
    assert len(desk.rows("prestatie", "dc")) == 2


def test_a_credit_may_come_in_a_later_file_but_not_for_someone_else(desk: Desk) -> None:
    desk.load(line(), line(referentie="R2", bsn=numbers(1)[0]))
    credit = line(referentie="C1", vorige_referentie="R2", dc="C")
    assert codes(desk.load(credit)) == {"credit-zonder-debet": 1}
    assert desk.load(credit | {"vorige_referentie": "R1"}).net_cent == -75_000
    assert codes(desk.load(line(referentie="C3", dc="C"))) == {"credit-zonder-debet": 1}


def test_two_credits_for_one_debit_in_one_file(desk: Desk) -> None:
    both = [line(referentie=f"C{n}", vorige_referentie="R1", dc="C") for n in (1, 2)]
    report = desk.load(line(), *both)
    assert (report.net_cent, codes(report)) == (0, {"credit-dubbel": 1})


def test_without_references_a_credit_needs_a_debit_of_the_same_help(desk: Desk) -> None:
    debit, credit = line(referentie=""), line(referentie="", dc="C", bedrag_cent="10")
    assert desk.load(credit, debit).net_cent == 74_990
    report = desk.load(debit, credit | {"productcode": ""})
    assert codes(report) == {"credit-zonder-debet-in-bestand": 1}


def test_piled_up_and_shared_toewijzingen_are_reported(desk: Desk) -> None:
    two = line(referentie="R2", toewijzingsnummer="1002")
    other = line(referentie="R3", bsn=numbers(1)[0], productcode="")
    report = desk.load(line(), two, other)
    assert report.loaded == 3
    assert codes(report)["stapeling"] == 1
    assert codes(report)["toewijzing-andere-client"] == 1
    late = line(referentie="R4", bsn=numbers(2)[1])
    assert codes(desk.load(late))["toewijzing-andere-client"] == 1


def test_the_latest_toewijzing_wins(desk: Desk) -> None:
    desk.load(
        line(toewijzingsdatum="2024-12-20", verwijzer="01"),
        line(referentie="R2", toewijzingsdatum="2025-02-01", verwijzer="02"),
        line(referentie="R3", toewijzingsdatum="", verwijzer="03"),
    )
    assert desk.rows("toewijzing", "verwijzer") == [("02",)]
    desk.load(line(referentie="R4", toewijzingsdatum="2025-01-01", verwijzer="04"))
    assert desk.rows("toewijzing", "verwijzer") == [("02",)]
    desk.load(line(referentie="R5", toewijzingsdatum="2025-02-01", verwijzer="05"))
    assert desk.rows("toewijzing", "verwijzer") == [("05",)]


def test_the_latest_line_says_who_a_client_is(desk: Desk) -> None:
    later = {"periode_van": "2025-04-01", "periode_tot": "2025-04-30"}
    desk.load(line(referentie="R2", geboortedatum="2012-05-02", geslacht="1", **later), line())
    assert desk.rows("client", "geboortedatum", "geslacht") == [(date(2012, 5, 2), 1)]


def test_people_without_bsn_are_kept_apart_by_their_toewijzing(desk: Desk) -> None:
    report = desk.load(
        line(bsn=NO_BSN),
        line(bsn="000000000", referentie="R2"),
        line(bsn=NO_BSN, referentie="R3", toewijzingsnummer="1002"),
        line(bsn=NO_BSN, referentie="R4", toewijzingsnummer="", ingang=""),
        line(bsn=NO_BSN, referentie="R5", toewijzingsnummer="", ingang="", huisnummer="9"),
    )
    assert (report.loaded, report.coverage.without_bsn) == (5, 5)
    assert codes(report)["bsn-geen"] == 5
    assert len(desk.rows("client", "client_id")) == 4
    assert {row for (row,) in desk.rows("client", "bsn_versleuteld")} == {None}


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"huisnummer": "12A"}, ("3331AB", 12, "A", "")),
        ({"huisletter": "bis"}, ("3331AB", 12, "", "BIS")),
        ({"toevoeging": "0002"}, ("3331AB", 12, "", "2")),
        ({"toevoeging": "a-links"}, ("3331AB", 12, "", "ALIN")),
    ],
)
def test_addresses_are_kept_in_the_normal_form_of_the_federation(
    lite: Desk, fields: dict[str, str], stored: tuple[str, int, str, str]
) -> None:
    lite.load(line(**fields))
    assert lite.rows("adres", "postcode", "huisnummer", "huisletter", "toevoeging") == [stored]


def test_a_line_without_dutch_address_counts_but_is_on_no_map(lite: Desk) -> None:
    report = lite.load(line(postcode="B-2000"))
    assert (report.loaded, report.coverage.with_address) == (1, 0)
    assert lite.rows("adres", "adres_id") == []


def test_the_history_tells_how_often_each_rule_spoke(desk: Desk) -> None:
    desk.load(line(postcode="?"), line(referentie="R2", postcode=""), line(referentie="R3", dc=""))
    columns = ("regels", "geladen", "afgewezen", "dubbel", "netto_cent", "modus", "profiel")
    assert desk.rows("inlading", *columns) == [(3, 2, 1, 0, 150_000, "referentie", "rehearsal")]
    found = sorted(desk.rows("kwaliteit", "regel", "ernst", "aantal", "eerste_regelnr"))
    assert found == [("dc", "R", 1, 4), ("postcode", "M", 2, 2)]


def test_empty_lines_are_no_rows(lite: Desk) -> None:
    data = text([line()]) + "\n\n" + joined(line(referentie="R2"))
    assert lite.load_bytes(data.encode()).read == 2


def test_problems_are_bounded_and_all_are_counted(lite: Desk) -> None:
    rows = [line(referentie=f"R{n}", dc="?") for n in range(50)]
    report = lite.load(*rows)
    assert codes(report) == {"dc": 50}
    assert [item.line for item in report.problems] == list(range(2, 22))


def test_thousands_of_rows_pass_in_several_chunks(desk: Desk) -> None:
    people = numbers(500)
    rows = [
        line(referentie=f"R{n}", bsn=people[n % 500], toewijzingsnummer=str(1 + n % 500),
             bedrag_cent=str(n))
        for n in range(12_000)
    ]  # fmt: skip
    report = desk.load(*rows)
    assert report.loaded == 12_000
    assert report.net_cent == sum(range(12_000))
    assert len(desk.rows("client", "client_id")) == 500
