# SPDX-License-Identifier: EUPL-1.2
"""Deliveries of one hulpvorm that overlap are one traject; that only follow each other are not."""

from datetime import date
from itertools import permutations

import pytest

from unit.node.provider.intake.samples import Desk, codes, line, numbers

Traject = tuple[str, date, date | None, str | None, int]


def given(number: int, begin: str, end: str = "", **changes: str) -> dict[str, str]:
    """Return a line of toewijzing ``number`` with help from ``begin`` to ``end``."""
    return line(
        referentie=f"R{number}-{changes.get('periode_van', '')}-{changes.get('dc', '')}",
        toewijzingsnummer=str(number),
        ingang="",
        begin=begin,
        einde=end,
        **changes,
    )


def trajects(desk: Desk) -> list[Traject]:
    columns = ("hulpvorm", "begin", "einde", "reden_einde", "leveringen")
    return sorted(desk.rows("levering", *columns), key=repr)


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        ([("2025-01-01", "2025-02-01")], [("2025-01-01", "2025-02-01", 1)]),
        (
            [("2025-01-01", "2025-02-01"), ("2025-02-01", "2025-03-01")],
            [("2025-01-01", "2025-03-01", 2)],
        ),
        (
            [("2025-01-01", "2025-02-01"), ("2025-02-02", "2025-03-01")],
            [("2025-01-01", "2025-02-01", 1), ("2025-02-02", "2025-03-01", 1)],
        ),
        (
            [("2025-01-01", "2025-05-01"), ("2025-02-01", "2025-03-01"), ("2025-04-01", "")],
            [("2025-01-01", None, 3)],
        ),
        (
            [("2025-01-01", ""), ("2025-03-01", "2025-03-02"), ("2025-04-01", "2025-05-01")],
            [("2025-01-01", None, 3)],
        ),
    ],
)
def test_merging_does_not_depend_on_order(
    desk: Desk,
    deliveries: list[tuple[str, str]],
    expected: list[tuple[str, str | None, int]],
) -> None:
    rows = [given(number, *days) for number, days in enumerate(deliveries, start=1)]
    orders = list(permutations(rows))
    people = numbers(len(orders))
    merged = len(deliveries) - len(expected)
    for place, (bsn, order) in enumerate(zip(people, orders, strict=True)):
        own = [
            row | {"bsn": bsn, "referentie": f"{place}-{row['referentie']}",
                   "toewijzingsnummer": f"{place + 1}{row['toewijzingsnummer']}"}
            for row in order
        ]  # fmt: skip
        report = desk.load(*own)
        assert codes(report).get("traject-overlap", 0) == merged
    wanted = [
        (date.fromisoformat(begin), end and date.fromisoformat(end), count)
        for begin, end, count in expected
    ]
    found = [(begin, end, count) for _, begin, end, _, count in trajects(desk)]
    assert found == sorted(wanted * len(orders), key=repr)


def test_merging_over_several_loads_is_the_same(desk: Desk) -> None:
    rows = [
        given(1, "2025-01-01", "2025-02-15"),
        given(2, "2025-02-01", "2025-04-01"),
        given(3, "2025-03-20"),
    ]
    for row in rows:
        desk.load(row)
    assert trajects(desk) == [("02", date(2025, 1, 1), None, None, 3)]


def test_another_hulpvorm_law_or_person_is_another_traject(desk: Desk) -> None:
    desk.load(
        given(1, "2025-01-01"),
        given(2, "2025-01-01", categorie="41", productcode="", eenheid="82"),
        given(3, "2025-01-01", wet="WMO", categorie="02", productcode="", eenheid="82"),
        given(4, "2025-01-01", bsn=numbers(1)[0]),
    )
    assert [row[0] for row in trajects(desk)] == ["02", "02", "02", "03"]


def test_two_categories_of_one_hulpvorm_are_one_traject(lite: Desk) -> None:
    lite.load(given(1, "2025-01-01"), given(2, "2025-01-05", categorie="54", productcode=""))
    assert len(trajects(lite)) == 1


def test_the_last_period_decides_about_the_end(desk: Desk) -> None:
    march = {"periode_van": "2025-03-01", "periode_tot": "2025-03-31"}
    april = {"periode_van": "2025-04-01", "periode_tot": "2025-04-30"}
    desk.load(given(1, "2025-01-01", "2025-04-10", reden_einde="31", **april))
    desk.load(given(1, "2025-01-01", **march))
    assert trajects(desk) == [("02", date(2025, 1, 1), date(2025, 4, 10), "31", 1)]


def test_the_reason_is_that_of_the_last_end(lite: Desk) -> None:
    lite.load(
        given(1, "2025-01-01", "2025-03-01", reden_einde="37"),
        given(2, "2025-02-01", "2025-05-01", reden_einde="31"),
    )
    assert trajects(lite) == [("02", date(2025, 1, 1), date(2025, 5, 1), "31", 2)]


def test_a_credited_delivery_was_never_there(desk: Desk) -> None:
    debit = given(1, "2025-01-01", "2025-02-01")
    credit = given(1, "2025-01-01", "2025-02-01", dc="C", vorige_referentie=debit["referentie"])
    desk.load(debit)
    assert len(trajects(desk)) == 1
    desk.load(credit)
    assert trajects(desk) == []


def test_help_that_began_in_a_crisis_is_marked(lite: Desk) -> None:
    lite.load(
        given(1, "2025-01-01", categorie="46", productcode="", eenheid="82"),
        given(2, "2025-01-01", bsn=numbers(1)[0]),
    )
    found = lite.rows("levering", "hulpvorm", "gestart_met_crisis", "toewijzing_nr")
    assert sorted(found) == [("02", False, 2), ("46", True, 1)]
