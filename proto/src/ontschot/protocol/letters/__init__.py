# SPDX-License-Identifier: EUPL-1.2
"""Signed letters between participants (protocol, sections 0.9 and 1)."""

from ontschot.protocol.letters.errors import (
    AttachmentMissing,
    LetterTooLarge,
    MalformedLetter,
    RosterAhead,
    RosterDiffers,
    RosterOutdated,
    SequenceReused,
    UnknownLetterType,
    UnknownVersion,
    WrongRecipient,
    WrongSender,
)
from ontschot.protocol.letters.model import (
    LETTER,
    MAX_ATTACHMENT,
    MAX_ATTACHMENTS,
    MAX_PAYLOAD,
    REFUSAL,
    ROSTER,
    VERSION,
    AttachmentRef,
    Letter,
    RefusalNotice,
    SignedLetter,
)
from ontschot.protocol.letters.refusals import refusal_notice
from ontschot.protocol.letters.rosters import (
    anchors_from_bytes,
    anchors_to_bytes,
    judge_roster,
)
from ontschot.protocol.letters.wire import check_roster, pack, read, unpack, verify

__all__ = [
    "LETTER",
    "MAX_ATTACHMENT",
    "MAX_ATTACHMENTS",
    "MAX_PAYLOAD",
    "REFUSAL",
    "ROSTER",
    "VERSION",
    "AttachmentMissing",
    "AttachmentRef",
    "Letter",
    "LetterTooLarge",
    "MalformedLetter",
    "RefusalNotice",
    "RosterAhead",
    "RosterDiffers",
    "RosterOutdated",
    "SequenceReused",
    "SignedLetter",
    "UnknownLetterType",
    "UnknownVersion",
    "WrongRecipient",
    "WrongSender",
    "anchors_from_bytes",
    "anchors_to_bytes",
    "check_roster",
    "judge_roster",
    "pack",
    "read",
    "refusal_notice",
    "unpack",
    "verify",
]
