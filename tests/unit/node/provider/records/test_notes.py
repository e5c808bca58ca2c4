# SPDX-License-Identifier: EUPL-1.2
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from ontschot.node.provider.records.cells import included as allocated
from ontschot.node.provider.records.errors import IdentityKeyUnknown
from ontschot.node.provider.records.identity import Identity
from ontschot.node.provider.records.notes import note_clients, notes, notes_per_query
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.store import Selection, included
from ontschot.protocol.documents.rounds import CellGrid
from unit.node.provider.records.conftest import Filler

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
DAY = date(2025, 7, 1)
WHO = included(YEAR, Selection(), DAY)


def test_a_note_is_written_once_for_each_included_client(engine: Engine, filler: Filler) -> None:
    filler.help(filler.client(), 1)
    filler.help(filler.client(bezwaar_statistiek=True), 1)
    assert note_clients(engine, "q1", WHO, DAY) == 1
    late = filler.client()
    filler.help(late, 1)
    assert note_clients(engine, "q1", WHO, DAY) == 1
    assert note_clients(engine, "q1", WHO, DAY) == 0
    assert note_clients(engine, "q2", WHO, DAY) == 2
    assert notes_per_query(engine) == {"q1": 2, "q2": 2}


def test_notes_come_with_the_person_they_are_about(
    engine: Engine, filler: Filler, identity: Identity, named: Callable[[str], int]
) -> None:
    filler.help(named("999900006"), 1)
    filler.help(named("999900018"), 1)
    note_clients(engine, "q1", WHO, date(2025, 7, 1))
    note_clients(engine, "q2", WHO, date(2025, 8, 1))
    found = [(note.bsn.digits, note.query, note.on) for note in notes(engine, identity, DAY)]
    assert found == [
        (bsn, query, on)
        for query, on in (("q1", DAY), ("q2", date(2025, 8, 1)))
        for bsn in ("999900006", "999900018")
    ]
    assert "999900006" not in repr(list(notes(engine, identity, DAY)))
    assert [note.query for note in notes(engine, identity, date(2025, 7, 2))] == ["q2", "q2"]


def test_a_note_of_a_client_under_a_lost_key_is_named_by_a_code(
    engine: Engine, filler: Filler, identity: Identity
) -> None:
    filler.help(filler.client(), 1)
    note_clients(engine, "q1", WHO, DAY)
    with pytest.raises(IdentityKeyUnknown):
        list(notes(engine, identity, DAY))


def test_who_was_only_allocated_care_counts_for_allocations(engine: Engine, filler: Filler) -> None:
    grid = CellGrid(by="verwijzer", classes=["01", "overig"], level="gemeente", minimum=100)
    who = allocated(YEAR, frozenset({"JW"}), grid, DAY)
    filler.help(filler.client(), 1)
    assert note_clients(engine, "q1", who, DAY) == 0
    filler.grant(filler.client(), 1, None)
    filler.grant(filler.client(), 2, None, wet="WMO")
    filler.grant(filler.client(), 3, None, ingang=date(2024, 3, 1))
    filler.grant(filler.client(afgeschermd=True), 4, None)
    assert note_clients(engine, "q1", who, DAY) == 1


@pytest.fixture
def named(filler: Filler, identity: Identity) -> Callable[[str], int]:
    def make(bsn: str) -> int:
        sealed = identity.seal_digits(bsn, len(filler.clients).to_bytes(32, "big"))
        return filler.client(
            bsn_index=sealed.index, bsn_versleuteld=sealed.ciphertext, bsn_sleutel=sealed.key_id
        )

    return make
