# SPDX-License-Identifier: EUPL-1.2
"""Checkpoints of the log and what witnesses sign (C2SP ``tlog-checkpoint``, ``tlog-cosignature``).

A checkpoint says how many entries the log has and under which root. The log signs it; a witness
that found it to continue what it saw before signs it with the time.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ontschot.protocol.keys import BadSignature, SigningKey, VerifyKey
from ontschot.protocol.keys.signing import SIGNATURE_BYTES
from ontschot.protocol.transparency.errors import CheckpointNotSigned, MalformedNote
from ontschot.protocol.transparency.hashing import HASH_BYTES
from ontschot.protocol.transparency.notes import (
    LOG,
    WITNESS,
    Note,
    NoteKey,
    NoteSignature,
    from_base64,
    to_base64,
)

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_TIME: Final = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Return the checkpoint in the text of a note; lines behind the third are not used here.

        Raises:
            MalformedNote: it is none, or has lines of which nobody could audit what they say.
        """
        lines = text.split("\n")
        if len(lines) != len(("origin", "size", "root", "")) or not lines[0]:
            raise MalformedNote("not the three lines of a checkpoint")
        origin, size, root = lines[:3]
        if not _SIZE.fullmatch(size):
            raise MalformedNote("a size that is no number")
        digest = from_base64(root)
        if len(digest) != HASH_BYTES:
            raise MalformedNote("a root of another length")
        return cls(origin, int(size), digest)


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """Return a checkpoint, signed by its log under the name of its origin."""
    by = NoteKey(checkpoint.origin, LOG, key.public)
    value = key.sign_note(checkpoint.text.encode())
    return Note(checkpoint.text, (NoteSignature(by.name, by.id, value),))


def open_checkpoint(note: Note, origin: str, key: VerifyKey) -> Checkpoint:
    """Return the checkpoint in a note that the log of this name signed with this key.

    Raises:
        MalformedNote: no checkpoint.
        CheckpointNotSigned: of another log, or not signed by it.
    """
    checkpoint = Checkpoint.parse(note.text)
    signature = note.by(NoteKey(origin, LOG, key))
    if checkpoint.origin != origin or signature is None:
        raise CheckpointNotSigned("another log, or no signature of it")
    try:
        key.verify_note(note.text.encode(), signature.value)
    except BadSignature as error:
        raise CheckpointNotSigned("the signature does not fit") from error
    return checkpoint


def cosign(note: Note, name: str, key: SigningKey, now: datetime) -> NoteSignature:
    """Return the cosignature of witness ``name``, at ``now``, over a checkpoint that it checked."""
    by, seconds = NoteKey(name, WITNESS, key.public), int(now.timestamp())
    value = key.sign_note(_cosigned(note.text, seconds))
    return NoteSignature(by.name, by.id, _TIME.pack(seconds) + value)


def cosigners(note: Note, witnesses: Mapping[str, VerifyKey]) -> dict[str, datetime]:
    """Return which of ``witnesses`` (by name) cosigned a checkpoint, and when.

    Signatures of others are no matter here.

    Raises:
        BadSignature: one that says it is by a witness is not.
    """
    found: dict[str, datetime] = {}
    for name, key in witnesses.items():
        signature = note.by(NoteKey(name, WITNESS, key))
        if signature is not None:
            found[name] = _verified_time(note.text, key, signature.value)
    return found


def _verified_time(text: str, key: VerifyKey, value: bytes) -> datetime:
    if len(value) != _TIME.size + SIGNATURE_BYTES:
        raise BadSignature("a cosignature of another length")
    (seconds,) = _TIME.unpack(value[: _TIME.size])
    key.verify_note(_cosigned(text, seconds), value[_TIME.size :])
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise BadSignature("a cosignature of no time") from error


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
