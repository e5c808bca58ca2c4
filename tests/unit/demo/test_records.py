# SPDX-License-Identifier: EUPL-1.2
"""The lines themselves: identity over providers, dates, corrections, spelling."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from ontschot_demo.clients import DEFAULT_PERIOD, Options, Paths, World, make_world
from ontschot_demo.files import COLUMNS, read_left_out
from ontschot_demo.offers import MINUTE, OFFERS
from ontschot_demo.plans import Period
from ontschot_demo.town import Town


@pytest.fixture(scope="module")
def rows(small_town: Town) -> list[dict[str, str]]:
    found = make_world(small_town, Options(3, bad_lines=0))
    return [dict(zip(COLUMNS, line, strict=True)) for file in found.files for line in file.lines]


def test_a_person_is_the_same_at_every_provider(world: World) -> None:
    people: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for file in world.files:
        bad = set(file.mistakes)
        for line in file.lines:
            row = dict(zip(COLUMNS, line, strict=True))
            people[row["bsn"]].add((row["geboortedatum"], row["geslacht"]))
        assert bad
    # Only the bad lines on purpose (a birth date, a BSN) differ.
    assert sum(len(found) > 1 for found in people.values()) <= 6
    at_many = defaultdict(set)
    for file in world.files:
        for line in file.lines:
            at_many[line[3]].add(file.provider.agb)
    assert max(len(providers) for providers in at_many.values()) >= 4


def test_amounts_are_volume_times_tariff(rows: list[dict[str, str]]) -> None:
    tariffs = {(found.code, found.unit): found.tariff for found in OFFERS}
    for row in rows:
        exact = int(row["volume"]) * tariffs[row["productcode"], row["eenheid"]]
        if row["eenheid"] == MINUTE:
            assert abs(60 * int(row["bedrag_cent"]) - exact) <= 30
        else:
            assert int(row["bedrag_cent"]) == exact


def test_a_line_is_one_month_of_care_that_went_on(rows: list[dict[str, str]]) -> None:
    for row in rows:
        first, last = map(date.fromisoformat, (row["periode_van"], row["periode_tot"]))
        assert DEFAULT_PERIOD.first <= first <= last <= DEFAULT_PERIOD.last
        assert (first.year, first.month) == (last.year, last.month)
        assert date.fromisoformat(row["begin"]) <= first
        assert not row["einde"] or last <= date.fromisoformat(row["einde"])
        assert bool(row["einde"]) == bool(row["reden_einde"])


def test_a_toewijzing_comes_before_the_care_and_after_birth(rows: list[dict[str, str]]) -> None:
    for row in rows:
        granted, ingang, begin, born = (
            date.fromisoformat(row[name])
            for name in ("toewijzingsdatum", "ingang", "begin", "geboortedatum")
        )
        assert born < granted < ingang <= begin
        assert (begin - ingang).days <= 31
        if row["wet"] == "WMO":
            assert (begin - born).days >= 18 * 365


def test_youth_care_ends_before_23(rows: list[dict[str, str]]) -> None:
    for row in rows:
        if row["wet"] == "JW":
            days = date.fromisoformat(row["periode_tot"]) - date.fromisoformat(row["geboortedatum"])
            assert days.days < 23 * 365


def test_a_debit_is_declared_once_per_month(rows: list[dict[str, str]]) -> None:
    debits = [row for row in rows if row["dc"] == "D"]
    credits_of = {row["vorige_referentie"] for row in rows if row["dc"] == "C"}
    seen = [
        (row["toewijzingsnummer"], row["periode_van"])
        for row in debits
        if row["referentie"] not in credits_of
    ]
    assert len(seen) == len(set(seen))


def test_a_credit_takes_back_an_earlier_debit_whole(world: World) -> None:
    number = 0
    for file in world.files:
        earlier: dict[str, dict[str, str]] = {}
        for line in file.lines:
            row = dict(zip(COLUMNS, line, strict=True))
            if row["dc"] == "C" and row["vorige_referentie"] in earlier:
                debit = earlier[row["vorige_referentie"]]
                number += 1
                for name in ("bsn", "toewijzingsnummer", "periode_van", "volume", "bedrag_cent"):
                    assert row[name] == debit[name]
            elif row["dc"] == "D":
                earlier[row["referentie"]] = row
    assert 100 < number < 500


def test_references_count_up_and_are_short(rows: list[dict[str, str]]) -> None:
    by_agb = defaultdict(list)
    for row in rows:
        by_agb[row["agb"]].append(row["referentie"])
    for references in by_agb.values():
        assert all(one < other for one, other in pairwise(references))
        assert max(map(len, references)) <= 20


def test_addresses_are_spelled_in_more_ways_than_one(world: World) -> None:
    rows = [dict(zip(COLUMNS, line, strict=True)) for file in world.files for line in file.lines]
    postcodes = {row["postcode"] for row in rows}
    assert any(" " in text for text in postcodes)
    assert any(text != text.upper() for text in postcodes)
    assert any(row["toevoeging"].startswith("0") for row in rows)
    assert any(row["toevoeging"] == "A" for row in rows), "a house letter in the wrong column"
    usual = sum(row["postcode"] == row["postcode"].upper().replace(" ", "") for row in rows)
    assert 0.85 < usual / len(rows) < 0.97
    assert max(len(row["toevoeging"]) for row in rows) <= 4


def test_some_addresses_are_in_no_file(world: World) -> None:
    unknown = {
        (row["postcode"], row["huisnummer"])
        for file in world.files
        for row in (dict(zip(COLUMNS, line, strict=True)) for line in file.lines)
        if int(row["huisnummer"]) > 900
    }
    assert 2 <= len(unknown) <= 30


def test_some_clients_are_left_out_everywhere(world: World, paths: Paths) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for file in world.files:
        clients = {line[3] for line in file.lines}
        left_out = dict(file.left_out)
        assert set(left_out) <= clients
        assert read_left_out(paths.left_out[file.provider.agb]) == file.left_out
        for bsn, kind in left_out.items():
            kinds[kind].add(bsn)
        for other in world.files:
            shared = {line[3] for line in other.lines} & set(left_out)
            assert shared <= {bsn for bsn, _ in other.left_out}
    assert set(kinds) == {"bezwaar", "afgeschermd"}
    assert not kinds["bezwaar"] & kinds["afgeschermd"]
    assert all(2 <= len(found) <= 15 for found in kinds.values())


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2024, 3, 1), date(2024, 3, 31)), (date(2023, 7, 1), date(2024, 2, 29))],
)
def test_another_period(small_town: Town, first: date, last: date) -> None:
    world = make_world(small_town, Options(3, period=Period(first, last), bad_lines=0))
    days = {line[21] for file in world.files for line in file.lines}
    assert min(days) >= first.isoformat()
    assert max(days) <= last.isoformat()
    assert (
        len({day[:7] for day in days})
        == (last.year - first.year) * 12 + last.month - first.month + 1
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 1, 2), date(2024, 1, 31)),
        (date(2024, 1, 1), date(2024, 2, 28)),
        (date(2024, 2, 1), date(2024, 1, 31)),
    ],
)
def test_a_period_is_whole_months(first: date, last: date) -> None:
    with pytest.raises(ValueError, match="whole months"):
        Period(first, last)


def test_families_do_not_pass_for_group_homes(world: World) -> None:
    # An intake takes an address with more than three stays, or more than eight clients, for one.
    trajecten = world.trajecten
    stays = np.array([found.category in {"43", "44", "15"} for found in OFFERS])[trajecten.offer]
    homes = world.people.household
    persons = np.unique(trajecten.person[stays])
    assert np.bincount(homes[persons]).max() <= 3
    assert np.bincount(homes[np.unique(trajecten.person)]).max() <= 8
