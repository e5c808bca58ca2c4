# SPDX-License-Identifier: EUPL-1.2
"""A letter: what one participant says to another, and the three parts in which it travels.

The signature is over the header; the header names the payload and the attachments by their
SHA-256. So one signature covers everything, and large attachments travel beside the letter
(protocol, sections 0.9 and 1: every message carries ``v, type, mh, sender, seq`` and the roster).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ontschot.protocol import canonical
from ontschot.protocol.documents.base import Document, Hash, Identifier

VERSION = 1
"""The protocol version of the letters written here, and the only one read."""

LETTER = "letter"
"""The kind under which headers are signed."""

ROSTER = "roster"
"""Type of the letter that carries a new signed roster; the mailroom handles it itself."""

REFUSAL = "refusal"
"""Type of the letter that says why a letter was refused; its payload is a ``RefusalNotice``."""

MAX_HEADER = 64 * 1024
MAX_PAYLOAD = 1024 * 1024
"""Bytes; header, payload and signature together stay far below gRPC's limit of 4 MiB."""

MAX_ATTACHMENTS = 64
MAX_ATTACHMENT = 16 * 1024**3
"""Bytes of one attachment."""

Subject = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,64}$")]
"""What a letter is about: the hash of a manifest, query or round, or a short name, or nothing."""

Count = Annotated[int, Field(ge=1, le=2**53 - 1)]


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A file that travels beside a letter: SHA-256 in hexadecimal, and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Letter:
    """The content of a letter.

    Attributes:
        type: what kind of letter: decides which handler gets it.
        subject: what it is about; carried as ``mh`` in the header.
        sender: the participant that wrote and signed it.
        recipient: the participant it is for.
        seq: the sender's number, strictly increasing over all its letters, whoever they are for.
        roster_serial: the roster under which it was written,
        roster_hash: and that roster's hash.
        payload: at most 1 MiB; most often a document or sealed bytes.
        attachments: files beside it, in the sender's order.
    """

    type: str
    subject: str
    sender: str
    recipient: str
    seq: int
    roster_serial: int
    roster_hash: str
    payload: bytes
    attachments: tuple[AttachmentRef, ...] = ()

    def __repr__(self) -> str:
        """Return who, to whom, what and which number: never the payload."""
        return f"Letter({self.type} {self.sender}/{self.seq} -> {self.recipient})"


@dataclass(frozen=True, slots=True)
class SignedLetter:
    """A letter as it travels and as it is stored: these bytes and no others, on every attempt."""

    header: bytes
    payload: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the header: two letters are the same letter when this is the same."""
        return canonical.sha256(self.header)

    def __repr__(self) -> str:
        """Return a short form without content."""
        return f"SignedLetter({self.digest[:12]}, {len(self.payload)} bytes)"


class RosterRef(Document):
    """A roster by number and hash."""

    serial: Count
    hash: Hash


class HeaderAttachment(Document):
    """An attachment as the header names it."""

    sha256: Hash
    size: Annotated[int, Field(ge=0, le=MAX_ATTACHMENT)]


class Header(Document):
    """The signed part of a letter."""

    v: Literal[1] = 1
    type: Identifier
    mh: Subject
    sender: Identifier
    recipient: Identifier
    seq: Count
    roster: RosterRef
    payload: Hash
    attachments: Annotated[list[HeaderAttachment], Field(max_length=MAX_ATTACHMENTS)]


class RefusalNotice(Document):
    """Payload of a ``refusal`` letter: which letter was refused, and why. Never a value.

    ``detail`` is the English detail of the error: a line, a rule, a name, never record content.
    """

    v: Literal[1] = 1
    type: Literal["refusal"] = "refusal"
    letter: Identifier
    seq: Count
    code: Identifier
    detail: Annotated[str, StringConstraints(max_length=500)]
