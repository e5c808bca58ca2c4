# SPDX-License-Identifier: EUPL-1.2
"""Posting: relayed as it came, or handled; once; refused with a code; forgotten in the end."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ontschot.coordinator.mail import Acknowledged, Desk, PostOffice, Receipt
from ontschot.coordinator.mail.postoffice import UPLOAD_LIFETIME
from ontschot.coordinator.mail.schema import POSTED, QUEUE
from ontschot.protocol.errors import OntschotError, Refusal
from ontschot.protocol.keys import BadSignature
from ontschot.protocol.letters import (
    AttachmentMissing,
    AttachmentRef,
    Letter,
    LetterTooLarge,
    MalformedLetter,
    RefusalNotice,
    RosterAhead,
    SequenceReused,
    SignedLetter,
    WrongRecipient,
    WrongSender,
    pack,
    read,
    unpack,
)
from ontschot.protocol.roster import UnknownParticipant
from simulation.parties import COORDINATOR, DEFAULT_HANDLERS, Parties, note
from vectors.roster import build

ADA = "zorg-ada"
FIRST = build.roster()


def refuse(desk: Desk, letter: Letter) -> None:
    note(desk, letter)
    desk.send("deler", "note", "", b"never sent", [b"never"])
    raise Refusal("line 3")


def fail(desk: Desk, letter: Letter) -> None:
    note(desk, letter)
    raise ZeroDivisionError


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def parties(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parties]:
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_database") if postgres else None
    handlers = {COORDINATOR: {**DEFAULT_HANDLERS, "refuse": refuse, "fail": fail}}
    made = Parties(tmp_path, handlers, url)
    yield made
    made.dispose()


@pytest.fixture
def office(parties: Parties) -> PostOffice:
    return parties.office()


def letter(seq: int = 1, recipient: str = "deler", **changes: Any) -> Letter:
    return replace(
        Letter("note", "", ADA, recipient, seq, FIRST.serial, FIRST.digest, b"content"), **changes
    )


def wire(seq: int = 1, recipient: str = "deler", **changes: Any) -> SignedLetter:
    return pack(letter(seq, recipient, **changes), build.keys(ADA).signing)


def mail_for(office: PostOffice, name: str) -> list[SignedLetter]:
    return [delivery.wire for delivery in office.deliveries(name, (), 100)]


def test_relayed_byte_for_byte(office: PostOffice) -> None:
    assert office.post(wire(), ADA) == Receipt("accepted")
    assert office.post(wire(), ADA) == Receipt("accepted", repeated=True)
    assert mail_for(office, "deler") == [wire()]
    assert mail_for(office, "helper-een") == []


def test_handled_here(parties: Parties, office: PostOffice) -> None:
    asked = wire(recipient=COORDINATOR, type="ask")
    assert office.post(asked, ADA) == Receipt("accepted")
    assert office.post(asked, ADA) == Receipt("accepted", repeated=True)
    assert parties.seen(COORDINATOR) == [(ADA, 1, "ask", "content")]
    answers = [unpack(one, FIRST) for one in mail_for(office, ADA)]
    assert [(one.sender, one.payload) for one in answers] == [(COORDINATOR, b"answer to content")]


def test_what_a_refusing_handler_did_is_undone(parties: Parties, office: PostOffice) -> None:
    refused = wire(recipient=COORDINATOR, type="refuse")
    assert office.post(refused, ADA) == Receipt("refused", "refused")
    assert office.post(refused, ADA) == Receipt("refused", "refused", repeated=True)
    assert parties.seen(COORDINATOR) == []
    assert mail_for(office, "deler") == []
    notices = [RefusalNotice.parse(one.payload) for one in mail_for(office, ADA)]
    assert [(one.letter, one.seq, one.code, one.detail) for one in notices] == [
        ("refuse", 1, "refused", "line 3")
    ]
    assert office.clean() == 1


def test_an_unexpected_fault_is_the_callers(parties: Parties, office: PostOffice) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            office.post(wire(recipient=COORDINATOR, type="fail"), ADA)
    assert parties.seen(COORDINATOR) == []
    assert mail_for(office, ADA) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipient": "niemand"}, "letter-recipient-unknown"),
        ({"recipient": ADA}, "letter-recipient-unknown"),
        ({"recipient": COORDINATOR, "type": "strange"}, "letter-type-unknown"),
        ({"roster_hash": "0" * 64}, "letter-roster-differs"),
    ],
)
def test_refused_with_a_letter(office: PostOffice, changes: dict[str, Any], code: str) -> None:
    assert office.post(wire(**changes), ADA) == Receipt("refused", code)
    notice = RefusalNotice.parse(mail_for(office, ADA)[0].payload)
    assert notice.code == code


def test_a_refused_refusal_is_not_answered(office: PostOffice) -> None:
    receipt = office.post(wire(recipient="niemand", type="refusal"), ADA)
    assert receipt == Receipt("refused", "letter-recipient-unknown")
    assert mail_for(office, ADA) == []


@pytest.mark.parametrize(
    ("bad", "poster", "error"),
    [
        (SignedLetter(b"{}", b"", b""), ADA, MalformedLetter),
        (SignedLetter(bytes(10**6), b"", b""), ADA, LetterTooLarge),
        (wire(), "zorg-bea", WrongSender),
        (pack(letter(), build.keys("zorg-bea").signing), ADA, BadSignature),
        (
            pack(letter(sender="vreemd"), build.keys("vreemd").signing),
            "vreemd",
            UnknownParticipant,
        ),
        (wire(roster_serial=2, roster_hash="0" * 64), ADA, RosterAhead),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_an_unproven_letter_leaves_no_trace(
    parties: Parties, office: PostOffice, bad: SignedLetter, poster: str, error: type[OntschotError]
) -> None:
    with pytest.raises(error):
        office.post(bad, poster)
    assert parties.query(COORDINATOR, lambda c: c.execute(select(POSTED)).all()) == []
    assert mail_for(office, poster) == []


def test_a_number_used_again_for_another_letter(office: PostOffice) -> None:
    office.post(wire(), ADA)
    with pytest.raises(SequenceReused):
        office.post(wire(payload=b"other"), ADA)
    assert mail_for(office, "deler") == [wire()]


def test_a_letter_under_an_earlier_roster(parties: Parties, office: PostOffice) -> None:
    parties.adopt(build.successor(FIRST))
    assert office.post(wire(), ADA) == Receipt("refused", "letter-roster-outdated")
    assert mail_for(office, "deler") == []
    answer = read(mail_for(office, ADA)[0])
    assert answer.roster_serial == 2


def test_a_revoked_participant_posts_no_more(parties: Parties, office: PostOffice) -> None:
    parties.adopt(revoking(FIRST, ADA))
    with pytest.raises(UnknownParticipant):
        office.post(wire(), ADA)
    with pytest.raises(UnknownParticipant):
        office.require_poster(ADA)
    office.require_poster("deler")


def test_acknowledged_letters_are_erased(parties: Parties, office: PostOffice) -> None:
    office.post(wire(1), ADA)
    office.post(wire(2), ADA)
    first, second = office.deliveries("deler", (), 9)
    office.acknowledge([Acknowledged("helper-een", first.id)])
    assert len(office.deliveries("deler", (), 9)) == 2, "only the recipient acknowledges"
    office.acknowledge([Acknowledged("deler", first.id)])
    office.acknowledge([Acknowledged("deler", first.id)] * 2)
    assert office.deliveries("deler", (), 9) == [second]
    query = select(QUEUE).where(QUEUE.c.id == first.id)
    row = parties.query(COORDINATOR, lambda c: c.execute(query).one())
    assert (row.header, row.payload, row.signature) == (None, None, None)
    assert row.digest == wire(1).digest


def test_deliveries_in_order_without_those_on_their_way(office: PostOffice) -> None:
    for seq in range(1, 6):
        office.post(wire(seq), ADA)
    everything = office.deliveries("deler", (), 100)
    assert [read(one.wire).seq for one in everything] == [1, 2, 3, 4, 5]
    rest = office.deliveries("deler", {everything[0].id, everything[2].id}, 2)
    assert [read(one.wire).seq for one in rest] == [2, 4]


def test_listeners_hear_for_whom(office: PostOffice) -> None:
    heard: list[frozenset[str]] = []
    office.on_commit(heard.append)
    office.post(wire(1), ADA)
    office.post(wire(1), ADA)
    office.post(wire(2, COORDINATOR), ADA)
    office.act(lambda desk: desk.send("helper-een", "note", "", b""))
    office.act(lambda desk: desk.now)
    assert heard == [frozenset({"deler"}), frozenset({"helper-een"})]


def test_the_coordinators_own_letters(parties: Parties, office: PostOffice) -> None:
    assert parties.send(COORDINATOR, "deler", b"one") < parties.send(COORDINATOR, "deler", b"two")
    sent = [unpack(one, FIRST) for one in mail_for(office, "deler")]
    assert [(one.sender, one.payload) for one in sent] == [
        (COORDINATOR, b"one"),
        (COORDINATOR, b"two"),
    ]
    with pytest.raises(WrongRecipient):
        parties.send(COORDINATOR, COORDINATOR, b"")
    with pytest.raises(UnknownParticipant):
        parties.send(COORDINATOR, "niemand", b"")


def upload(office: PostOffice, content: bytes, poster: str = ADA) -> AttachmentRef:
    ref = office.files.incoming.put(content)
    office.uploaded(poster, ref)
    return ref


def stored(office: PostOffice) -> int:
    return len(list(office.files.store.folder.iterdir()))


def test_attachments_stay_until_every_recipient_has_them(office: PostOffice) -> None:
    for seq, recipient in enumerate(("deler", "helper-een"), start=1):
        ref = upload(office, b"attachment")
        office.post(wire(seq, recipient, attachments=(ref,)), ADA)
    for recipient in ("deler", "helper-een"):
        assert office.attachment(recipient, ref.sha256).read_bytes() == b"attachment"
        assert stored(office) == 1
        delivery = office.deliveries(recipient, (), 1)[0]
        office.acknowledge([Acknowledged(recipient, delivery.id)])
    assert stored(office) == 0
    with pytest.raises(WrongRecipient):
        office.attachment("deler", ref.sha256)


def test_an_attachment_must_be_uploaded_by_the_poster(office: PostOffice) -> None:
    ref = upload(office, b"attachment", "zorg-bea")
    with pytest.raises(AttachmentMissing):
        office.post(wire(attachments=(ref,)), ADA)
    upload(office, b"attachment")
    assert office.post(wire(attachments=(ref,)), ADA) == Receipt("accepted")


def test_a_handler_reads_and_keeps_attachments(parties: Parties, office: PostOffice) -> None:
    def keep(desk: Desk, one: Letter) -> None:
        desk.keep(desk.attachment(one.attachments[0]), "kept")

    office._handlers["keep"] = keep
    ref, other = upload(office, b"keep this"), upload(office, b"not this")
    office.post(wire(recipient=COORDINATOR, type="keep", attachments=(ref, other)), ADA)
    assert stored(office) == 1
    kept = office.act(lambda desk: desk.kept("kept"))
    assert kept is not None
    assert kept.read_bytes() == b"keep this"
    office.act(lambda desk: desk.discard("kept"))
    assert stored(office) == 0
    assert parties.office() is office


def test_uploads_whose_letter_never_comes_are_given_up(
    parties: Parties, office: PostOffice
) -> None:
    upload(office, b"attachment")
    assert office.clean() == 0
    parties.clock.advance(UPLOAD_LIFETIME.total_seconds() + 1)
    assert office.clean() == 1
    assert stored(office) == 0


def test_too_much_at_once(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ontschot.coordinator.mail.postoffice.UPLOAD_QUOTA", 10)
    upload(office, b"12345678")
    upload(office, b"12345678")
    with pytest.raises(LetterTooLarge):
        upload(office, b"abc")
    upload(office, b"abc", "zorg-bea")


def test_an_upload_that_is_not_there(office: PostOffice) -> None:
    with pytest.raises(AttachmentMissing):
        office.uploaded(ADA, AttachmentRef("0" * 64, 1))


def revoking(roster: Any, name: str) -> Any:
    changed = [
        one.model_copy(update={"status": "revoked"}) if one.id == name else one
        for one in roster.participants
    ]
    return build.successor(roster, participants=tuple(changed))
