# SPDX-License-Identifier: EUPL-1.2
"""Sending: everything of one transaction or nothing, byte for byte, until it was posted."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ontschot.node.mailroom import Desk, Mailroom
from ontschot.node.mailroom.schema import OUT
from ontschot.protocol.errors import OntschotError, Refusal
from ontschot.protocol.letters import LetterTooLarge, MalformedLetter, WrongRecipient, unpack
from ontschot.protocol.roster import UnknownParticipant
from simulation.parties import Parties
from vectors.roster import build

ME = "zorg-ada"


@pytest.fixture
def parties(tmp_path: Path) -> Iterator[Parties]:
    made = Parties(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def room(parties: Parties) -> Mailroom:
    return parties.mailroom(ME)


def stored(room: Mailroom) -> list[str]:
    return sorted(path.name for path in room.files.store.folder.iterdir())


def test_a_letter_as_it_was_signed(parties: Parties, room: Mailroom) -> None:
    seq = room.act(lambda desk: desk.send("deler", "note", "ab" * 32, b"content"))
    outgoing = room.unposted()
    assert [one.seq for one in outgoing] == [seq] == [1]
    letter = unpack(outgoing[0].wire, parties.roster)
    assert (letter.sender, letter.recipient, letter.seq) == (ME, "deler", 1)
    assert (letter.type, letter.subject, letter.payload) == ("note", "ab" * 32, b"content")
    parties.restart(ME)
    assert parties.mailroom(ME).unposted() == outgoing


def test_numbers_only_grow(parties: Parties, room: Mailroom) -> None:
    for expected in (1, 2, 3):
        assert parties.send(ME, "deler", b"") == expected
        room.mark_posted(expected)
    parties.restart(ME)
    assert parties.send(ME, "helper-een", b"") == 4


def test_an_undone_transaction_uses_no_number(parties: Parties, room: Mailroom) -> None:
    done: list[str] = []

    def undone(desk: Desk) -> None:
        desk.send("deler", "note", "", b"never", [b"never"])
        desk.after_commit(lambda: done.append("never"))
        raise Refusal

    with pytest.raises(Refusal):
        room.act(undone)
    assert room.unposted() == []
    assert parties.send(ME, "deler", b"") == 1
    assert done == []


def test_what_was_posted_is_erased(parties: Parties, room: Mailroom) -> None:
    parties.send(ME, "deler", b"secret", b"file")
    assert len(stored(room)) == 1
    room.mark_posted(1)
    room.mark_posted(1)
    assert room.unposted() == []
    assert stored(room) == []
    row = parties.query(ME, lambda c: c.execute(select(OUT)).one())
    assert (row.header, row.payload, row.signature) == (None, None, None)
    assert (row.recipient, row.type, row.posted_at) == ("deler", "note", "2026-02-01T12:00:00Z")


def test_a_file_in_two_letters_stays_until_both_are_posted(
    parties: Parties, room: Mailroom
) -> None:
    parties.send(ME, "deler", b"", b"file", b"file")
    parties.send(ME, "helper-een", b"", b"file")
    room.mark_posted(1)
    assert len(stored(room)) == 1
    room.mark_posted(2)
    assert stored(room) == []


def test_an_attachment_is_a_copy(room: Mailroom, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"before")
    room.act(lambda desk: desk.send("deler", "note", "", b"", [source]))
    source.write_bytes(b"after")
    ref = room.unposted()[0].attachments[0]
    assert room.files.store.require(ref).read_bytes() == b"before"


def test_the_oldest_first_and_no_more_than_asked(parties: Parties, room: Mailroom) -> None:
    for _ in range(5):
        parties.send(ME, "deler", b"")
    room.mark_posted(2)
    assert [one.seq for one in room.unposted(3)] == [1, 3, 4]


@pytest.mark.parametrize(
    ("recipient", "kind", "payload", "error"),
    [
        ("niemand", "note", b"", UnknownParticipant),
        (ME, "note", b"", WrongRecipient),
        ("deler", "Not A Type", b"", MalformedLetter),
        ("deler", "note", bytes(2**20 + 1), LetterTooLarge),
    ],
)
def test_what_cannot_be_sent(
    room: Mailroom, recipient: str, kind: str, payload: bytes, error: type[OntschotError]
) -> None:
    with pytest.raises(error):
        room.act(lambda desk: desk.send(recipient, kind, "", payload))
    assert room.unposted() == []


def test_kept_files(room: Mailroom) -> None:
    assert room.act(lambda desk: desk.kept("state")) is None
    path = room.act(lambda desk: desk.keep(b"first", "state"))
    assert path.read_bytes() == b"first"
    room.act(lambda desk: desk.keep(b"second", "state"))
    assert not path.exists()
    found = room.act(lambda desk: desk.kept("state"))
    assert found is not None
    assert found.read_bytes() == b"second"
    room.act(lambda desk: desk.discard("state"))
    assert stored(room) == []
    room.act(lambda desk: desk.discard("state"))


def test_a_kept_file_can_be_sent_and_still_is_kept(room: Mailroom) -> None:
    def keep_and_send(desk: Desk) -> None:
        desk.send("deler", "note", "", b"", [desk.keep(b"content", "mine")])

    room.act(keep_and_send)
    room.mark_posted(1)
    assert len(stored(room)) == 1


def test_an_undone_discard_leaves_the_file(room: Mailroom) -> None:
    room.act(lambda desk: desk.keep(b"content", "mine"))

    def undone(desk: Desk) -> None:
        desk.discard("mine")
        raise Refusal

    with pytest.raises(Refusal):
        room.act(undone)
    found = room.act(lambda desk: desk.kept("mine"))
    assert found is not None
    assert found.read_bytes() == b"content"


def test_cleaning_removes_what_a_killed_process_left(room: Mailroom) -> None:
    room.act(lambda desk: desk.keep(b"content", "mine"))
    room.files.store.put(b"stored, but killed before the commit")
    room.files.incoming.put(b"received, but never handled")
    assert room.clean() == 2
    assert len(stored(room)) == 1


def test_after_the_commit(room: Mailroom) -> None:
    order: list[str] = []
    room.on_commit(lambda: order.append("listener"))

    def act(desk: Desk) -> str:
        desk.after_commit(lambda: order.append(f"action, {len(room.unposted())} in the outbox"))
        desk.send("deler", "note", "", b"")
        return "result"

    assert room.act(act) == "result"
    assert order == ["listener", "action, 1 in the outbox"]


def test_threads_take_turns(parties: Parties, room: Mailroom) -> None:
    failures: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(10):
                parties.send(ME, "deler", b"")
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [one.seq for one in room.unposted(100)] == list(range(1, 41))


def test_two_processes_take_turns(parties: Parties, room: Mailroom) -> None:
    parties.send(ME, "deler", b"from one")
    parties.start(ME)
    assert parties.send(ME, "deler", b"from another") == 2
    assert room.act(lambda desk: desk.send("deler", "note", "", b"from the first")) == 3
    assert build.keys(ME).signing.public == parties.roster.participant(ME).signing_key
