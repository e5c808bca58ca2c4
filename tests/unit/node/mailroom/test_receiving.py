# SPDX-License-Identifier: EUPL-1.2
"""Receiving: once, in one transaction with its effects, or refused with a code."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ontschot.node.mailroom import Desk, Mailroom, Outcome
from ontschot.node.mailroom.schema import IN
from ontschot.protocol.errors import Refusal
from ontschot.protocol.letters import (
    REFUSAL,
    AttachmentMissing,
    AttachmentRef,
    Letter,
    RefusalNotice,
    SignedLetter,
    pack,
    read,
)
from simulation.parties import DEFAULT_HANDLERS, Parties, note
from vectors.roster import build

ME = "helper-een"


def refuse(desk: Desk, letter: Letter) -> None:
    note(desk, letter)
    desk.keep(b"kept", "file")
    desk.send("deler", "note", "", b"never sent")
    raise Refusal("line 3, rule 7")


def fail(desk: Desk, letter: Letter) -> None:
    note(desk, letter)
    raise ZeroDivisionError


@pytest.fixture
def parties(tmp_path: Path) -> Iterator[Parties]:
    made = Parties(tmp_path, {ME: {**DEFAULT_HANDLERS, "refuse": refuse, "fail": fail}})
    yield made
    made.dispose()


@pytest.fixture
def room(parties: Parties) -> Mailroom:
    return parties.mailroom(ME)


def letter(seq: int = 1, sender: str = "zorg-ada", **changes: Any) -> Letter:
    roster = build.roster()
    return replace(
        Letter("note", "", sender, ME, seq, roster.serial, roster.digest, b"content"), **changes
    )


def wire(seq: int = 1, sender: str = "zorg-ada", **changes: Any) -> SignedLetter:
    signer = changes.pop("signer", sender)
    return pack(letter(seq, sender, **changes), build.keys(signer).signing)


def inbox(parties: Parties) -> list[tuple[str, int, str | None]]:
    rows = parties.query(
        ME,
        lambda c: c.execute(select(IN.c.sender, IN.c.seq, IN.c.code).where(IN.c.type != "roster")),
    )
    return sorted((row.sender, row.seq, row.code) for row in rows)


def sent(room: Mailroom) -> list[Letter]:
    return [read(outgoing.wire) for outgoing in room.unposted()]


def test_once_and_again(parties: Parties, room: Mailroom) -> None:
    assert room.receive(wire()) == Outcome("handled")
    assert room.receive(wire()) == Outcome("handled", repeated=True)
    assert parties.seen(ME) == [("zorg-ada", 1, "note", "content")]
    assert inbox(parties) == [("zorg-ada", 1, None)]


def test_again_after_a_restart(parties: Parties, room: Mailroom) -> None:
    room.receive(wire())
    parties.restart(ME)
    assert parties.mailroom(ME).receive(wire()).repeated
    assert len(parties.seen(ME)) == 1


def test_a_handler_sees_the_desk(parties: Parties) -> None:
    seen: list[Desk] = []
    parties.mailroom(ME)._handlers["look"] = lambda desk, _: seen.append(desk)
    parties.mailroom(ME).receive(wire(type="look"))
    desk = seen[0]
    assert desk.me.id == ME
    assert desk.roster == build.roster()
    assert desk.now == build.NOW
    assert desk.keys.public == build.keys(ME).public
    assert desk.letter == letter(type="look")


def test_what_a_refusing_handler_did_is_undone(parties: Parties, room: Mailroom) -> None:
    assert room.receive(wire(type="refuse")) == Outcome("refused", "refused")
    assert parties.seen(ME) == []
    assert inbox(parties) == [("zorg-ada", 1, "refused")]
    only = sent(room)
    assert [(one.type, one.recipient) for one in only] == [(REFUSAL, "zorg-ada")]
    notice = RefusalNotice.parse(only[0].payload)
    assert (notice.letter, notice.seq, notice.code) == ("refuse", 1, "refused")
    assert notice.detail == "line 3, rule 7"
    assert room.receive(wire(type="refuse")) == Outcome("refused", "refused", repeated=True)
    assert len(sent(room)) == 1
    assert room.clean() == 1, "the file of the undone handler is swept"


def test_an_unexpected_fault_is_the_callers(parties: Parties, room: Mailroom) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            room.receive(wire(type="fail"))
    assert parties.seen(ME) == []
    assert inbox(parties) == []
    assert sent(room) == []


def test_a_refused_refusal_is_not_answered(room: Mailroom) -> None:
    def fussy(_: Desk, __: Letter) -> None:
        raise Refusal

    room._handlers[REFUSAL] = fussy
    assert room.receive(wire(type=REFUSAL)) == Outcome("refused", "refused")
    assert sent(room) == []


def test_a_refusal_that_nobody_waits_for_is_noted(parties: Parties, room: Mailroom) -> None:
    del room._handlers[REFUSAL]
    assert room.receive(wire(type=REFUSAL)) == Outcome("handled")
    assert inbox(parties) == [("zorg-ada", 1, None)]


def test_an_unknown_type_is_refused(room: Mailroom) -> None:
    assert room.receive(wire(type="strange")) == Outcome("refused", "letter-type-unknown")
    assert RefusalNotice.parse(sent(room)[0].payload).code == "letter-type-unknown"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (SignedLetter(b"{}", b"", b""), "malformed-letter"),
        (SignedLetter(b'{"v":2}', b"", b""), "protocol-version-unknown"),
        (SignedLetter(bytes(10**6), b"", b""), "letter-too-large"),
        (wire(recipient="deler"), "letter-recipient-unknown"),
        (wire(signer="zorg-bea"), "bad-signature"),
        (wire(sender="vreemd"), "unknown-participant"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unproven_letter_leaves_no_trace(
    parties: Parties, room: Mailroom, bad: SignedLetter, code: str
) -> None:
    assert room.receive(bad) == Outcome("refused", code)
    assert inbox(parties) == []
    assert sent(room) == []
    assert room.missing(bad) == []


def test_a_forger_cannot_use_up_numbers(room: Mailroom) -> None:
    room.receive(wire(signer="zorg-bea", payload=b"forged"))
    assert room.receive(wire()) == Outcome("handled")


def test_a_number_used_again_for_another_letter(parties: Parties, room: Mailroom) -> None:
    room.receive(wire())
    again = wire(payload=b"other")
    assert room.receive(again) == Outcome("refused", "sequence-reused")
    assert room.receive(again) == Outcome("refused", "sequence-reused", repeated=True)
    assert room.receive(wire()) == Outcome("handled", repeated=True)
    assert [RefusalNotice.parse(one.payload).code for one in sent(room)] == ["sequence-reused"]
    assert len(parties.seen(ME)) == 1


def test_numbers_are_each_senders_own(parties: Parties, room: Mailroom) -> None:
    for name in ("zorg-ada", "zorg-bea", "deler"):
        assert room.receive(wire(1, name)) == Outcome("handled")
    assert len(parties.seen(ME)) == 3


def test_attachments_must_be_here_first(parties: Parties, room: Mailroom) -> None:
    content = b"attachment" * 1000
    ref = parties.mailroom("deler").files.store.put(content)
    got: list[bytes] = []
    room._handlers["file"] = lambda desk, one: got.append(
        desk.attachment(one.attachments[0]).read_bytes()
    )
    with_file = wire(type="file", attachments=(ref,))
    assert room.missing(with_file) == [ref]
    with pytest.raises(AttachmentMissing) as caught:
        room.receive(with_file)
    assert caught.value.missing == (ref,)
    room.files.incoming.put(content)
    assert room.missing(with_file) == []
    assert room.receive(with_file) == Outcome("handled")
    assert got == [content]
    assert not any(room.files.incoming.folder.iterdir())
    assert room.missing(with_file) == [], "a repeat needs nothing"


def test_an_attachment_of_another_letter_is_not_given(room: Mailroom) -> None:
    caught: list[str] = []

    def greedy(desk: Desk, _: Letter) -> None:
        with pytest.raises(AttachmentMissing) as error:
            desk.attachment(AttachmentRef("0" * 64, 1))
        caught.append(error.value.code)

    room._handlers["greedy"] = greedy
    assert room.receive(wire(type="greedy")) == Outcome("handled")
    assert caught == ["attachment-missing"]
