# SPDX-License-Identifier: EUPL-1.2
"""Signed notes: text with signature lines (C2SP ``signed-note``).

A note is text that ends in a newline, an empty line, and a line for each signature: an em dash, the
name of the key, and base64 of the key's number and the signature.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ontschot.protocol.keys import VerifyKey
from ontschot.protocol.transparency.errors import MalformedNote

MAX_BYTES: Final = 1 << 20
MAX_SIGNATURES: Final = 2048
"""As many as a roster has participants, and some."""

KEY_ID_BYTES: Final = 4

LOG: Final = 0x01
"""Type of a log's own signature: Ed25519 over the text."""

WITNESS: Final = 0x04
"""Type of a cosignature: Ed25519 over the text with a time (C2SP ``tlog-cosignature``)."""

SignatureType: TypeAlias = Literal[0x01, 0x04]

_LINE: Final = re.compile(r"— ([^\s+]+) (\S+)")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key under the name that notes know it by."""

    name: str
    type: SignatureType
    key: VerifyKey

    @property
    def id(self) -> bytes:
        """The 4 bytes before each of its signatures."""
        return hashlib.sha256(f"{self.name}\n".encode() + self._encoded).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The form that other tools take: name, number and key."""
        return f"{self.name}+{self.id.hex()}+{to_base64(self._encoded)}"

    @property
    def _encoded(self) -> bytes:
        return bytes([self.type]) + self.key.raw


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the name and number of the key, and the bytes behind them."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line, with its newline."""
        return f"— {self.name} {to_base64(self.key_id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> "NoteSignature":
        """Return the signature in a line without its newline.

        Raises:
            MalformedNote: it is none.
        """
        match = _LINE.fullmatch(line)
        if match is None:
            raise MalformedNote("a line that is no signature")
        data = from_base64(match[2])
        if len(data) <= KEY_ID_BYTES:
            raise MalformedNote("a signature of no bytes")
        return cls(match[1], data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])

    def is_by(self, key: NoteKey) -> bool:
        """Return whether it says that it is by ``key``."""
        return (self.name, self.key_id) == (key.name, key.id)


@dataclass(frozen=True, slots=True)
class Note:
    """Text that ends in a newline, and its signatures in the order in which they stand."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_bytes(self) -> bytes:
        """Return the note."""
        return "".join([self.text, "\n", *(one.line for one in self.signatures)]).encode()

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """Return the note in ``data``; verifies no signature.

        Raises:
            MalformedNote: too long, not UTF-8, a control character, or not of this form.
        """
        if len(data) > MAX_BYTES:
            raise MalformedNote(f"longer than {MAX_BYTES} bytes")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedNote("not UTF-8") from error
        if any(character < " " and character != "\n" for character in whole):
            raise MalformedNote("a control character")
        text, found, lines = whole.rpartition("\n\n")
        if not found or not text or not lines.endswith("\n"):
            raise MalformedNote("no text, or no signatures behind an empty line")
        signatures = tuple(NoteSignature.parse(line) for line in lines[:-1].split("\n"))
        if len(signatures) > MAX_SIGNATURES:
            raise MalformedNote(f"more than {MAX_SIGNATURES} signatures")
        return cls(text + "\n", signatures)

    def by(self, key: NoteKey) -> NoteSignature | None:
        """Return the first signature that says that it is by ``key``."""
        return next((one for one in self.signatures if one.is_by(key)), None)

    def add(self, added: Iterable[NoteSignature]) -> "Note":
        """Return the note with further signatures; of each key the first one stays."""
        known = {(one.name, one.key_id) for one in self.signatures}
        new = []
        for one in added:
            if (one.name, one.key_id) not in known:
                known.add((one.name, one.key_id))
                new.append(one)
        return Note(self.text, (*self.signatures, *new))


def to_base64(data: bytes) -> str:
    """Return bytes as notes spell them: base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Return the bytes that ``to_base64`` wrote.

    Raises:
        MalformedNote: not base64, or not its one spelling.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedNote("not base64") from error
    if to_base64(data) != text:
        raise MalformedNote("not the one spelling of base64")
    return data
