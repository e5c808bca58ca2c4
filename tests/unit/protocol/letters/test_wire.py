# SPDX-License-Identifier: EUPL-1.2
"""Packing and unpacking letters, and every way in which a letter is not accepted."""

from dataclasses import replace
from typing import Any

import pytest

from ontschot.protocol import canonical
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import BadSignature
from ontschot.protocol.letters import (
    LETTER,
    MAX_ATTACHMENT,
    MAX_ATTACHMENTS,
    MAX_PAYLOAD,
    AttachmentRef,
    Letter,
    LetterTooLarge,
    MalformedLetter,
    RosterAhead,
    RosterDiffers,
    RosterOutdated,
    SignedLetter,
    UnknownVersion,
    pack,
    read,
    unpack,
)
from ontschot.protocol.letters.model import MAX_HEADER
from ontschot.protocol.roster import UnknownParticipant
from vectors.roster import build

ROSTER = build.roster()
KEY = build.keys("zorg-ada").signing
LETTER_TO_A = Letter(
    type="envelope",
    subject="ab" * 32,
    sender="zorg-ada",
    recipient="helper-een",
    seq=7,
    roster_serial=ROSTER.serial,
    roster_hash=ROSTER.digest,
    payload=b"sealed",
    attachments=(AttachmentRef("cd" * 32, 80_000), AttachmentRef("ef" * 32, 0)),
)


def wire_with(**changes: Any) -> SignedLetter:
    """Return the letter with changes to its header, signed again."""
    document = canonical.decode(pack(LETTER_TO_A, KEY).header)
    header = canonical.encode({**document, **changes})
    return SignedLetter(header, LETTER_TO_A.payload, KEY.sign(LETTER, header))


def test_the_header_says_what_every_message_must_carry() -> None:
    assert canonical.decode(pack(LETTER_TO_A, KEY).header) == {
        "v": 1,
        "type": "envelope",
        "mh": "ab" * 32,
        "sender": "zorg-ada",
        "recipient": "helper-een",
        "seq": 7,
        "roster": {"serial": 1, "hash": ROSTER.digest},
        "payload": canonical.sha256(b"sealed"),
        "attachments": [
            {"sha256": "cd" * 32, "size": 80_000},
            {"sha256": "ef" * 32, "size": 0},
        ],
    }


def test_there_and_back() -> None:
    wire = pack(LETTER_TO_A, KEY)
    assert unpack(wire, ROSTER) == LETTER_TO_A
    assert read(wire) == LETTER_TO_A
    assert pack(LETTER_TO_A, KEY) == wire, "the same letter is the same bytes"


def test_nothing_of_the_content_is_in_a_representation() -> None:
    wire = pack(LETTER_TO_A, KEY)
    assert "sealed" not in repr(LETTER_TO_A) + repr(wire)


def test_the_largest_payload() -> None:
    largest = replace(LETTER_TO_A, payload=bytes(MAX_PAYLOAD))
    wire = pack(largest, KEY)
    assert unpack(wire, ROSTER) == largest
    assert len(wire.header) + len(wire.payload) + len(wire.signature) < 4 * 1024 * 1024


def test_as_many_attachments_as_may_be_fit_in_a_header() -> None:
    refs = tuple(AttachmentRef(f"{n:064x}", MAX_ATTACHMENT) for n in range(MAX_ATTACHMENTS))
    wire = pack(replace(LETTER_TO_A, attachments=refs), KEY)
    assert len(wire.header) < MAX_HEADER
    assert unpack(wire, ROSTER).attachments == refs


@pytest.mark.parametrize(
    "changes",
    [
        {"payload": bytes(MAX_PAYLOAD + 1)},
        {"attachments": (AttachmentRef("0" * 64, 1),) * (MAX_ATTACHMENTS + 1)},
    ],
)
def test_too_large_to_pack(changes: dict[str, Any]) -> None:
    with pytest.raises(LetterTooLarge):
        pack(replace(LETTER_TO_A, **changes), KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Envelope"},
        {"type": ""},
        {"subject": "with space"},
        {"subject": "0" * 65},
        {"sender": "Ada"},
        {"recipient": "../helper"},
        {"seq": 0},
        {"seq": 2**53},
        {"roster_serial": 0},
        {"roster_hash": "00"},
        {"attachments": (AttachmentRef("short", 1),)},
        {"attachments": (AttachmentRef("0" * 64, -1),)},
        {"attachments": (AttachmentRef("0" * 64, MAX_ATTACHMENT + 1),)},
    ],
    ids=str,
)
def test_of_a_form_that_letters_do_not_have(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedLetter):
        pack(replace(LETTER_TO_A, **changes), KEY)


@pytest.mark.parametrize(
    "wire",
    [
        SignedLetter(b"", b"", b""),
        SignedLetter(b"{}", b"", b""),
        SignedLetter(b"[" * 10_000, b"", b""),
        SignedLetter(b'{"v":1e400}', b"", b""),
        SignedLetter(b'{"v":true}', b"", b""),
        wire_with(extra=1),
        wire_with(v="1"),
        wire_with(v=None),
        wire_with(seq="7"),
        wire_with(seq=True),
        wire_with(mh=None),
        wire_with(roster=[1, "0" * 64]),
        wire_with(attachments=[{"sha256": "0" * 64, "size": 1, "name": "x"}]),
        wire_with(payload=canonical.sha256(b"other")),
    ],
)
def test_malformed(wire: SignedLetter) -> None:
    with pytest.raises(MalformedLetter):
        unpack(wire, ROSTER)


def test_a_header_in_another_spelling() -> None:
    wire = pack(LETTER_TO_A, KEY)
    spaced = wire.header.replace(b",", b", ")
    with pytest.raises(MalformedLetter):
        unpack(SignedLetter(spaced, wire.payload, KEY.sign(LETTER, spaced)), ROSTER)


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_another_protocol_version_is_said_to_be_one(version: int) -> None:
    with pytest.raises(UnknownVersion):
        read(wire_with(v=version))
    with pytest.raises(UnknownVersion):
        read(SignedLetter(b'{"v":%d,"new":{"in":"it"}}' % version, b"", b""))


@pytest.mark.parametrize("part", ["header", "payload"])
def test_too_large_to_read(part: str) -> None:
    wire = replace(pack(LETTER_TO_A, KEY), **{part: bytes(MAX_PAYLOAD + 1)})
    with pytest.raises(LetterTooLarge):
        read(wire)


@pytest.mark.parametrize("part", ["header", "payload", "signature"])
def test_one_flipped_bit_is_noticed(part: str) -> None:
    wire = pack(LETTER_TO_A, KEY)
    data = bytearray(getattr(wire, part))
    for place in range(0, len(data), 7):
        flipped = bytearray(data)
        flipped[place] ^= 1
        with pytest.raises(OntschotError):
            unpack(replace(wire, **{part: bytes(flipped)}), ROSTER)


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(63), bytes(65)])
def test_no_signature(signature: bytes) -> None:
    with pytest.raises(BadSignature):
        unpack(replace(pack(LETTER_TO_A, KEY), signature=signature), ROSTER)


def test_signed_by_another_participant() -> None:
    with pytest.raises(BadSignature):
        unpack(pack(LETTER_TO_A, build.keys("zorg-bea").signing), ROSTER)


def test_signed_as_another_kind_of_document() -> None:
    wire = pack(LETTER_TO_A, KEY)
    with pytest.raises(BadSignature):
        unpack(replace(wire, signature=KEY.sign("envelope", wire.header)), ROSTER)


def test_from_a_stranger() -> None:
    wire = pack(replace(LETTER_TO_A, sender="vreemd"), build.keys("vreemd").signing)
    with pytest.raises(UnknownParticipant):
        unpack(wire, ROSTER)


def test_from_a_revoked_participant() -> None:
    revoked = [
        one.model_copy(update={"status": "revoked"}) if one.id == "zorg-ada" else one
        for one in ROSTER.participants
    ]
    roster = build.successor(ROSTER, participants=tuple(revoked))
    letter = replace(LETTER_TO_A, roster_serial=roster.serial, roster_hash=roster.digest)
    with pytest.raises(UnknownParticipant):
        unpack(pack(letter, KEY), roster)


def test_written_under_another_roster() -> None:
    wire = pack(LETTER_TO_A, KEY)
    later = build.successor(ROSTER)
    with pytest.raises(RosterOutdated):
        unpack(wire, later)
    ahead = replace(LETTER_TO_A, roster_serial=2, roster_hash=later.digest)
    with pytest.raises(RosterAhead):
        unpack(pack(ahead, KEY), ROSTER)
    with pytest.raises(RosterDiffers):
        unpack(wire, build.roster(quorum=3))
