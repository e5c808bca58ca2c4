# SPDX-License-Identifier: EUPL-1.2
"""A BSN is nowhere in clear: not in the database, its journal, a report, a repr or the history."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from ontschot.node.provider.intake.columns import Line
from ontschot.node.provider.intake.facts import Facts
from ontschot.node.provider.intake.tariffs import load_tariffs
from ontschot.node.provider.records.identity import SealedBsn
from ontschot.node.provider.records.models import Base, Client
from unit.node.provider.intake.samples import NOW, SETTINGS, Desk, line, numbers, parsed


def test_no_file_of_the_database_holds_a_bsn(lite: Desk, tmp_path: Path) -> None:
    people = numbers(50)
    lite.load(*(line(referentie=f"R{n}", bsn=bsn) for n, bsn in enumerate(people)))
    files = [path for path in tmp_path.glob("records.db*") if path.stat().st_size]
    assert files
    data = b"".join(path.read_bytes() for path in files)
    assert b"3331AB" in data
    assert not [bsn for bsn in people if bsn.encode() in data or bsn[::-1].encode() in data]


def test_no_column_of_any_table_holds_a_bsn(desk: Desk) -> None:
    (bsn,) = numbers(1)
    desk.load(line(bsn=bsn))
    with desk.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert bsn not in repr(tuple(row))


def test_the_owner_can_open_what_was_sealed(desk: Desk) -> None:
    (bsn,) = numbers(1)
    desk.load(line(bsn=bsn))
    with desk.engine.connect() as connection:
        index, text, key_id = connection.execute(
            select(Client.bsn_index, Client.bsn_versleuteld, Client.bsn_sleutel)
        ).one()
    assert text
    assert key_id
    assert desk.identity.open(SealedBsn(index, text, key_id)).digits == bsn


def test_a_bsn_in_another_column_is_refused(desk: Desk) -> None:
    (bsn,) = numbers(1)
    report = desk.load(line(bsn=bsn, referentie=f"X{bsn}"), line(bsn=bsn, toewijzingsnummer=bsn))
    assert report.loaded == 0
    assert desk.rows("client", "client_id") == []


def test_nothing_is_logged(lite: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lite.load(line(), line(referentie="R2", dc="?"))
    assert "999900006" not in caplog.text


def test_reprs_show_nothing() -> None:
    facts = Facts(SETTINGS, load_tariffs(), NOW.date())
    assert facts.kinds["999900006"] == "test"
    shown = repr(parsed()) + repr(facts) + repr(facts.kinds)
    assert "999900006" not in shown
    assert str(Line(*[""] * 27)) == "Line(...)"
