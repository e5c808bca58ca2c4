# SPDX-License-Identifier: EUPL-1.2
"""What household vectors read: sums, addresses, and who is left out."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sqlalchemy import Engine, select, text

from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.dissent import (
    clear_objection,
    clear_shielding,
    set_objection,
    set_shielding,
)
from ontschot.node.provider.records.errors import RecordsUnavailable
from ontschot.node.provider.records.identity import Identity
from ontschot.node.provider.records.models import Client
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.store import (
    HouseholdChunk,
    Selection,
    household_inputs,
)

if TYPE_CHECKING:
    from unit.node.provider.records.conftest import Filler
else:
    Filler = Any

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
DAY = date(2025, 7, 1)
ALL = Selection()


def rows(
    engine: Engine, selection: Selection = ALL, period: Period = YEAR, day: date = DAY
) -> dict[int, dict[str, Any]]:
    found = {}
    for chunk in household_inputs(engine, period, selection, day):
        for place, client in enumerate(chunk.client.tolist()):
            if not chunk.counted[place]:
                continue
            found[client] = {
                "postcode": chunk.postcode[place],
                "number": int(chunk.huisnummer[place]),
                "gemeente": chunk.gemeente[place],
                "net": int(chunk.net_cent[place]),
                "served": bool(chunk.served[place]),
                "stays": bool(chunk.stays[place]),
            }
    return found


def test_sums_debits_minus_credits_per_client(engine: Engine, filler: Filler) -> None:
    one, two = filler.client(), filler.client()
    filler.address(one)
    filler.help(one, 1000)
    filler.help(one, 500)
    filler.help(one, 300, "C")
    filler.help(two, 700, "C")
    found = rows(engine)
    assert found[one]["net"] == 1200
    assert found[one]["served"]
    assert found[one]["postcode"] == "1234AB"
    assert found[two] == {
        "postcode": "", "number": 0, "gemeente": "0642", "net": -700, "served": False,
        "stays": False,
    }  # fmt: skip


def test_columns_have_their_types_and_equal_lengths(engine: Engine, filler: Filler) -> None:
    for _ in range(5):
        filler.help(filler.client(), 99_999_999)
    chunks = list(household_inputs(engine, YEAR, ALL, DAY, chunk_rows=2))
    assert [len(chunk) for chunk in chunks] == [2, 2, 1]
    for chunk in chunks:
        assert chunk.client.dtype == chunk.net_cent.dtype == chunk.huisnummer.dtype == np.int64
        assert chunk.served.dtype == chunk.counted.dtype == chunk.stays.dtype == np.bool_
        assert len(chunk.gemeente) == len(chunk.net_cent) == len(chunk)
        assert "1234" not in repr(chunk)
    clients = [client for chunk in chunks for client in chunk.client.tolist()]
    assert clients == sorted(clients)


def test_each_row_is_clamped_before_the_sum(engine: Engine, filler: Filler) -> None:
    client = filler.client()
    filler.help(client, 99_999_999)
    filler.help(client, 100)
    filler.help(client, 99_999_999, "C")
    assert rows(engine, Selection(row_max_cent=5000))[client]["net"] == 100


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), 111),
        (Selection(laws=frozenset({"JW"})), 11),
        (Selection(laws=frozenset({"WMO"})), 100),
        (Selection(categories=frozenset({"45"})), 1),
        (Selection(groups=frozenset({8})), 10),
        (Selection(groups=frozenset({4, 1})), 101),
        (Selection(laws=frozenset({"JW"}), groups=frozenset({1})), None),
        (Selection(gemeenten=frozenset({"0531"})), None),
    ],
)
def test_filters(
    engine: Engine, filler: Filler, selection: Selection, expected: int | None
) -> None:
    client = filler.client()
    filler.help(client, 1)
    filler.help(client, 10, categorie="48")
    filler.help(client, 100, categorie="02", wet="WMO")
    found = rows(engine, selection)
    assert (found[client]["net"] if found else None) == expected


@pytest.mark.parametrize("first", [date(2025, 3, 1), date(2025, 2, 27)])
def test_a_prestatie_belongs_to_its_first_day(engine: Engine, filler: Filler, first: date) -> None:
    filler.help(filler.client(), 1)
    assert rows(engine, period=Period(first, date(2025, 3, 1)))
    assert not rows(engine, period=Period(date(2025, 3, 2), date(2025, 3, 31)))
    assert not rows(engine, period=Period(date(2024, 3, 1), date(2025, 2, 28)))


def test_the_address_is_the_one_of_the_reference_date(engine: Engine, filler: Filler) -> None:
    mover, away, stays, sent = (filler.client() for _ in range(4))
    filler.address(mover, "1111AA", geldig_tot=date(2025, 6, 30))
    filler.address(mover, "2222BB", geldig_van=date(2025, 7, 1), gemeente="0531")
    filler.address(away, "3333CC", geldig_van=date(2025, 8, 1))
    filler.address(stays, "4444DD", soort="03")
    filler.address(stays, "5555EE", soort="01", geldig_tot=date(2025, 6, 30))
    filler.address(sent, "6666FF", soort="02")
    for client in (mover, away, stays, sent):
        filler.help(client, 1)
    june, july = rows(engine, day=date(2025, 6, 30)), rows(engine, day=date(2025, 7, 1))
    assert (june[mover]["postcode"], june[mover]["gemeente"]) == ("1111AA", "0642")
    assert (july[mover]["postcode"], july[mover]["gemeente"]) == ("2222BB", "0531")
    assert july[away]["postcode"] == ""
    assert (june[stays]["postcode"], july[stays]["postcode"]) == ("5555EE", "4444DD")
    assert july[sent]["postcode"] == ""


def test_clients_who_objected_or_are_shielded_are_left_out(engine: Engine, filler: Filler) -> None:
    kept = filler.client()
    out = [filler.client(bezwaar_statistiek=True), filler.client(afgeschermd=True)]
    for client in (kept, *out):
        filler.help(client, 1)
    assert rows(engine).keys() == {kept}


Change = Callable[[], None]


def test_objection_and_shielding_work_at_once_and_both_ways(
    engine: Engine, identity: Identity, filler: Filler
) -> None:
    bsn = Bsn("999900006")
    sealed = identity.seal(bsn)
    client = filler.client(
        bsn_index=sealed.index, bsn_versleuteld=sealed.ciphertext, bsn_sleutel=sealed.key_id
    )
    filler.help(client, 1)
    changes: list[tuple[Change, bool]] = [
        (lambda: set_objection(engine, identity, bsn, DAY), False),
        (lambda: set_shielding(engine, identity, bsn, DAY), False),
        (lambda: clear_objection(engine, identity, bsn), False),
        (lambda: clear_shielding(engine, identity, bsn), True),
    ]
    assert client in rows(engine)
    for change, included in changes:
        change()
        assert (client in rows(engine)) is included


def test_an_unknown_person_can_object_beforehand(engine: Engine, identity: Identity) -> None:
    for _ in range(2):
        set_objection(engine, identity, Bsn("999900006"), DAY)
    with engine.connect() as connection:
        (row,) = connection.execute(select(Client)).all()
    assert row.bezwaar_statistiek
    assert row.bezwaar_op == DAY
    assert b"999900006" not in row.bsn_versleuteld


def test_who_lives_somewhere_comes_along_and_is_not_counted(engine: Engine, filler: Filler) -> None:
    kept, other = filler.client(), filler.client()
    objecting, shielded = filler.client(bezwaar_statistiek=True), filler.client(afgeschermd=True)
    filler.client()  # lives nowhere, and had no help
    for client in (kept, other, objecting, shielded):
        filler.address(client)
    for client in (kept, objecting, shielded):
        filler.help(client, 700)
    (chunk,) = household_inputs(engine, YEAR, ALL, DAY)
    assert chunk.client.tolist() == [kept, other, objecting, shielded]
    assert chunk.counted.tolist() == [True, False, False, False]
    assert chunk.net_cent.tolist() == [700, 0, 0, 0]
    assert chunk.served.tolist() == [True, False, False, False]
    assert chunk.postcode == ("1234AB",) * 4
    assert chunk.gemeente == ("0642",) * 4


def test_a_stay_is_help_with_a_bed_in_the_period(engine: Engine, filler: Filler) -> None:
    stays, before, ambulatory = (filler.client() for _ in range(3))
    for client in (stays, before, ambulatory):
        filler.address(client)
        filler.help(client, 1)
    for month in (1, 2):
        filler.help(stays, 1, categorie="43", periode_van=date(2025, month, 1))
    filler.help(before, 1, categorie="43", periode_van=date(2024, 12, 1))
    found = rows(engine)
    assert {client for client, row in found.items() if row["stays"]} == {stays}
    assert found.keys() == {stays, before, ambulatory}


def test_a_reader_does_not_wait_for_a_writer(engine: Engine, filler: Filler) -> None:
    client = filler.client()
    filler.help(client, 1)
    with engine.begin() as writer:
        writer.execute(text("UPDATE prestatie SET bedrag_cent = 5"))
        assert rows(engine)[client]["net"] == 1
    assert rows(engine)[client]["net"] == 5


def test_a_writer_does_not_wait_for_a_slow_reader(engine: Engine, filler: Filler) -> None:
    for _ in range(3):
        filler.help(filler.client(), 1)
    chunks = household_inputs(engine, YEAR, ALL, DAY, chunk_rows=1)
    first: HouseholdChunk = next(chunks)
    filler.help(int(first.client[0]), 1)
    assert sum(len(chunk) for chunk in chunks) == 2


def test_a_broken_database_gives_a_coded_error_without_cause(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE prestatie"))
    with pytest.raises(RecordsUnavailable) as caught:
        rows(engine)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Selection(categories=frozenset({"99"})),
        lambda: Selection(groups=frozenset({9})),
        lambda: Selection(row_max_cent=-1),
        lambda: Selection(row_max_cent=100_000_000),
        lambda: Period(date(2025, 1, 2), date(2025, 1, 1)),
    ],
)
def test_impossible_questions_are_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"unknown|maximum|ends before"):
        wrong()


def test_every_category_is_in_one_group_and_the_laws_part_them() -> None:
    parts = [Selection(groups=frozenset({group})).codes() for group in range(1, 9)]
    assert frozenset().union(*parts) == Selection().codes()
    assert all(not one & two for one, two in itertools.combinations(parts, 2))
    assert len(Selection().codes()) == 24 + 18
