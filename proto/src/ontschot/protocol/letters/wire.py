# SPDX-License-Identifier: EUPL-1.2
"""Packing and unpacking letters: every check that needs nothing but the bytes and a roster.

``read`` checks the form, ``unpack`` also who wrote it and under which roster. A letter proves its
writer because Ed25519 signatures (RFC 8032) cannot be forged, the header in which it is signed has
one spelling (RFC 8785), and the header names payload and attachments by SHA-256.
"""

import json

from ontschot.protocol import canonical
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys import SigningKey
from ontschot.protocol.letters.errors import (
    LetterTooLarge,
    MalformedLetter,
    RosterAhead,
    RosterDiffers,
    RosterOutdated,
    UnknownVersion,
)
from ontschot.protocol.letters.model import (
    LETTER,
    MAX_ATTACHMENTS,
    MAX_HEADER,
    MAX_PAYLOAD,
    VERSION,
    AttachmentRef,
    Header,
    HeaderAttachment,
    Letter,
    RosterRef,
    SignedLetter,
)
from ontschot.protocol.roster import Roster


def pack(letter: Letter, key: SigningKey) -> SignedLetter:
    """Return ``letter`` as it travels, signed by the sender's ``key``.

    Raises:
        LetterTooLarge: payload or number of attachments over the limit.
        MalformedLetter: a name or number of a form that letters do not have.
    """
    if len(letter.payload) > MAX_PAYLOAD or len(letter.attachments) > MAX_ATTACHMENTS:
        raise LetterTooLarge(f"at most {MAX_PAYLOAD} bytes and {MAX_ATTACHMENTS} attachments")
    try:
        header = Header(
            type=letter.type,
            mh=letter.subject,
            sender=letter.sender,
            recipient=letter.recipient,
            seq=letter.seq,
            roster=RosterRef(serial=letter.roster_serial, hash=letter.roster_hash),
            payload=canonical.sha256(letter.payload),
            attachments=[
                HeaderAttachment(sha256=ref.sha256, size=ref.size) for ref in letter.attachments
            ],
        ).to_bytes()
    except ValueError as error:
        raise MalformedLetter("a name or number of another form") from error
    return SignedLetter(header, letter.payload, key.sign(LETTER, header))


def read(wire: SignedLetter) -> Letter:
    """Return the letter in ``wire`` as it presents itself: form checked, sender not.

    Raises:
        UnknownVersion: of another protocol version.
        LetterTooLarge: over the limits.
        MalformedLetter: anything else that is not a letter, or a payload that is not the one the
            header names.
    """
    if len(wire.header) > MAX_HEADER or len(wire.payload) > MAX_PAYLOAD:
        raise LetterTooLarge(f"at most {MAX_PAYLOAD} bytes")
    try:
        header = Header.parse(wire.header)
    except MalformedMessage as error:
        _refuse_other_version(wire.header)
        raise MalformedLetter("the header") from error
    if canonical.sha256(wire.payload) != header.payload:
        raise MalformedLetter("the payload is not the one in the header")
    return Letter(
        type=header.type,
        subject=header.mh,
        sender=header.sender,
        recipient=header.recipient,
        seq=header.seq,
        roster_serial=header.roster.serial,
        roster_hash=header.roster.hash,
        payload=wire.payload,
        attachments=tuple(AttachmentRef(ref.sha256, ref.size) for ref in header.attachments),
    )


def unpack(wire: SignedLetter, roster: Roster) -> Letter:
    """Return the letter in ``wire``: written under exactly this roster, by an active participant.

    Raises:
        MalformedMessage: see ``read``.
        RosterAhead: written under a later roster than ``roster``.
        RosterOutdated: written under an earlier one.
        RosterDiffers: the same serial with another hash.
        UnknownParticipant: the roster does not list the sender, or as revoked.
        BadSignature: not signed by the sender's key in the roster.
    """
    letter = read(wire)
    check_roster(letter, roster)
    verify(wire, letter, roster)
    return letter


def verify(wire: SignedLetter, letter: Letter, roster: Roster) -> None:
    """Check that the sender that ``letter`` (read from ``wire``) names signed it.

    Raises:
        UnknownParticipant: ``roster`` does not list the sender, or as revoked.
        BadSignature: not signed by the sender's key in ``roster``.
    """
    roster.participant(letter.sender).signing_key.verify(LETTER, wire.header, wire.signature)


def check_roster(letter: Letter, roster: Roster) -> None:
    """Check that ``letter`` was written under ``roster``.

    Raises:
        RosterAhead: written under a later roster.
        RosterOutdated: written under an earlier one.
        RosterDiffers: the same serial with another hash.
    """
    if letter.roster_serial > roster.serial:
        raise RosterAhead(f"roster {letter.roster_serial}, here {roster.serial}")
    if letter.roster_serial < roster.serial:
        raise RosterOutdated(f"roster {letter.roster_serial}, here {roster.serial}")
    if letter.roster_hash != roster.digest:
        raise RosterDiffers(f"roster {roster.serial}")


def _refuse_other_version(header: bytes) -> None:
    try:
        document = json.loads(header)
    except (ValueError, RecursionError):
        return
    version = document.get("v") if isinstance(document, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version != VERSION:
        raise UnknownVersion(f"this program speaks version {VERSION}")
