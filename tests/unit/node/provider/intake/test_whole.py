# SPDX-License-Identifier: EUPL-1.2
"""Files that are stopped: nothing of them is loaded, and a person may sometimes decide."""

import pytest

from ontschot.node.provider.intake.columns import HEADER
from ontschot.node.provider.intake.rules.whole import WHOLE_RULES
from ontschot.node.provider.intake.settings import Limits
from unit.node.provider.intake.samples import Desk, codes, joined, line, text

ONE = joined(line(referentie="N1"))

STOPPING: list[tuple[str, bytes]] = [
    ("bestand-leeg", b""),
    ("bestand-leeg", HEADER.encode()),
    ("bestand-leeg", f"{HEADER}\n\n\n".encode()),
    ("bom", b"\xef\xbb\xbf" + text([line()]).encode()),
    ("codering", text([line()]).encode("utf-16")),
    ("codering", f"{HEADER}\n{ONE}\n".encode() + b"caf\xe9\n"),
    ("nul-teken", f"{HEADER}\n{ONE}\n\0".encode()),
    ("regel-te-lang", f"{HEADER}\n{ONE}\n{'x' * 5000}\n{ONE}".encode()),
    ("scheidingsteken", text([line()]).replace(";", ",").encode()),
    ("kop-ontbreekt", text([line()]).replace("bsn;", "").encode()),
    ("kop-onbekend", text([line()]).replace("dc\n", "dc;naam\n", 1).encode()),
    ("kop-onbekend", f"{ONE}\n{ONE}".encode()),
    ("kop-dubbel", text([line()]).replace("dc\n", "dc;dc\n", 1).encode()),
    ("agb-ander", text([line(referentie="N1"), line(agb="87654321")]).encode()),
    ("referentie-gemengd", text([line(referentie="N1"), line(referentie="")]).encode()),
]


@pytest.mark.parametrize(("code", "data"), STOPPING)
def test_a_stopped_file_loads_nothing(lite: Desk, code: str, data: bytes) -> None:
    lite.load(line())
    before = lite.state(), lite.rows("inlading", "inlading_id")
    report = lite.load_bytes(data)
    assert report.status == "stopped"
    assert report.stopped_by is not None
    assert report.stopped_by.rule.code == code
    assert not report.can_confirm
    assert report.loaded == report.net_cent == 0
    assert (lite.state(), lite.rows("inlading", "inlading_id")) == before
    assert lite.rows("inlading_regel", "regelnr") == []


def test_every_rule_of_the_whole_has_a_case() -> None:
    elsewhere = {"bestand-te-groot", "te-veel-afgewezen", "totaal-afwijkend"}
    rows = {"aanhalingstekens", "aantal-kolommen"}
    covered = {code for code, _ in STOPPING} | elsewhere | rows
    assert covered == {rule.code for rule in WHOLE_RULES}


def test_a_file_above_the_limit_is_not_begun(lite: Desk) -> None:
    lite.use(limits=Limits(file_bytes=100))
    report = lite.load(line())
    assert report.stopped_by
    assert report.stopped_by.rule.code == "bestand-te-groot"


def test_broken_quotes_spoil_their_own_line_only(lite: Desk) -> None:
    data = f'{HEADER}\n"{ONE}\n{ONE}\n{ONE.replace("N1", "N2")};\n'
    report = lite.load_bytes(data.encode())
    assert (report.loaded, report.rejected) == (1, 2)
    assert codes(report) == {"aanhalingstekens": 1, "aantal-kolommen": 1}


@pytest.mark.parametrize(("bad", "good"), [(1, 18), (2, 37), (1, 0), (20, 1)])
def test_more_than_five_percent_rejected_waits_for_a_person(
    lite: Desk, bad: int, good: int
) -> None:
    rows = [line(referentie=f"G{n}") for n in range(good)]
    rows += [line(referentie=f"B{n}", dc="?") for n in range(bad)]
    report = lite.load(*rows, confirm=False)
    assert report.status == "stopped"
    assert report.stopped_by
    assert report.stopped_by.rule.code == "te-veel-afgewezen"
    assert report.can_confirm
    assert codes(report) == {"dc": bad}
    assert (report.read, report.rejected) == (good + bad, bad)
    assert lite.rows("prestatie", "prestatie_id") == []
    assert lite.load(*rows, confirm=True).loaded == good


def test_five_percent_rejected_is_loaded(lite: Desk) -> None:
    rows = [line(referentie=f"G{n}") for n in range(19)]
    assert lite.load(*rows, line(referentie="B", dc="?"), confirm=False).status == "loaded"


def test_rejections_over_several_rows_count_too(lite: Desk) -> None:
    report = lite.load(line(), line(bedrag_cent="1"), confirm=False)
    assert report.stopped_by
    assert report.stopped_by.rule.code == "te-veel-afgewezen"


def month(number: int, cents: int, reference: str = "") -> dict[str, str]:
    return line(
        referentie=reference or f"M{number}-{cents}",
        periode_van=f"2025-{number:02d}-01",
        periode_tot=f"2025-{number:02d}-28",
        bedrag_cent=str(cents),
        productcode="",
        eenheid="82",
    )


@pytest.mark.parametrize(
    ("cents", "stops"), [(499, True), (500, False), (1000, False), (2000, False), (2001, True)]
)
def test_a_total_far_from_the_month_before_waits_for_a_person(
    desk: Desk, cents: int, stops: bool
) -> None:
    desk.load(month(3, 1000), confirm=False)
    report = desk.load(month(4, cents), confirm=False)
    assert (report.status == "stopped") is stops
    assert len(desk.rows("prestatie", "dc")) == (1 if stops else 2)
    if stops:
        assert report.stopped_by
        assert report.stopped_by.rule.code == "totaal-afwijkend"
        assert report.can_confirm
        assert desk.load(month(4, cents)).status == "loaded"


def test_months_are_compared_with_as_many_months_before(lite: Desk) -> None:
    lite.load(month(1, 1000), month(2, 3000), confirm=False)
    assert lite.load(month(3, 2500), month(4, 2500), confirm=False).status == "loaded"
    assert lite.load(month(5, 5100), confirm=False).status == "stopped"


def test_a_month_without_records_before_it_says_nothing(lite: Desk) -> None:
    lite.load(month(1, 1000), confirm=False)
    assert lite.load(month(3, 100_000), confirm=False).status == "loaded"


def test_late_lines_count_with_what_their_month_had(lite: Desk) -> None:
    lite.load(month(3, 1000), month(4, 1000), confirm=False)
    assert lite.load(month(4, 10), confirm=False).status == "loaded"
    assert lite.load(month(4, 2000), confirm=False).status == "stopped"


def test_another_gemeente_is_not_compared(lite: Desk) -> None:
    lite.load(month(3, 1000) | {"gemeentecode": "0531"}, confirm=False)
    assert lite.load(month(4, 90_000), confirm=False).status == "loaded"
