# SPDX-License-Identifier: EUPL-1.2
"""Ed25519 signatures (RFC 8032), separated by kind of document.

What is signed is ``ontschot/v1/``, the kind, one NUL byte and the payload. A kind holds no NUL, so
the pair (kind, payload) can be read back from the signed bytes in one way only: a signature under
one kind is never a signature under another, whatever the payloads.

Notes of the transparency log (C2SP ``signed-note``) are signed as they are, since others verify
them too. They hold no NUL, and each of our own documents does: so neither is ever the other.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ontschot.protocol.keys.base64url import from_base64url, to_base64url
from ontschot.protocol.keys.errors import BadSignature, MalformedBase64, MalformedKey
from ontschot.protocol.keys.fingerprint import fingerprint_of

Entropy: TypeAlias = Callable[[int], bytes]
"""Returns that many bytes fit for keys: ``secrets.token_bytes``, or a test's own."""

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64

_PREFIX = "ed25519:"
_DOMAIN = b"ontschot/v1/"
_KIND = re.compile(r"[a-z][a-z0-9-]{0,63}")

_P = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
"""The y-coordinates of the eight points of small order: 8P = 0 (RFC 8032 section 5.1)."""


@dataclass(frozen=True, slots=True, repr=False)
class VerifyKey:
    """A public key; ``raw`` is its 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key.

        Raises:
            MalformedKey: another length, not the one spelling of a point, or a point of small
                order: under such a key one signature fits any payload, so its owner could deny
                every signature.
        """
        y = int.from_bytes(self.raw, "little") & (2**255 - 1)
        if len(self.raw) != PUBLIC_BYTES or y >= _P or y in _SMALL_ORDER:
            raise MalformedKey("not an Ed25519 public key")

    @classmethod
    def parse(cls, text: str) -> "VerifyKey":
        """Return the key that :attr:`text` wrote.

        Raises:
            MalformedKey: another form.
        """
        if not text.startswith(_PREFIX):
            raise MalformedKey(f"does not begin with {_PREFIX}")
        try:
            return cls(from_base64url(text.removeprefix(_PREFIX), PUBLIC_BYTES))
        except MalformedBase64 as error:
            raise MalformedKey(error.detail) from error

    @property
    def text(self) -> str:
        """The form in documents: ``ed25519:`` and 43 characters base64url."""
        return _PREFIX + to_base64url(self.raw)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of :attr:`text`, grouped for reading aloud."""
        return fingerprint_of(self.text.encode("ascii"))

    def verify(self, kind: str, payload: bytes, signature: bytes) -> None:
        """Check that the owner of this key signed ``payload`` as a document of ``kind``.

        Raises:
            BadSignature: they did not.
        """
        self._verify(message_of(kind, payload), signature, kind)

    def verify_note(self, text: bytes, signature: bytes) -> None:
        """Check that the owner of this key signed the text of a note.

        Raises:
            BadSignature: they did not.
        """
        self._verify(_note(text), signature, "note")

    def _verify(self, message: bytes, signature: bytes, kind: str) -> None:
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        try:
            key.verify(signature, message)
        except InvalidSignature as error:
            raise BadSignature(f"{kind}, key {self.text}") from error

    def __repr__(self) -> str:
        """Show the form in documents."""
        return f"VerifyKey({self.text})"


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key: the 32-byte seed of RFC 8032. Make one with :meth:`generate`."""

    _seed: bytes

    def __post_init__(self) -> None:
        """Refuse a seed of another length."""
        if len(self._seed) != SEED_BYTES:
            raise MalformedKey(f"a seed of {len(self._seed)} bytes")

    @classmethod
    def generate(cls, entropy: Entropy = secrets.token_bytes) -> "SigningKey":
        """Return a fresh key."""
        return cls(entropy(SEED_BYTES))

    @classmethod
    def from_bytes(cls, seed: bytes) -> "SigningKey":
        """Return the key of a 32-byte seed.

        Raises:
            MalformedKey: another length.
        """
        return cls(seed)

    def to_bytes(self) -> bytes:
        """Return the secret seed, for a key file and nothing else."""
        return self._seed

    @property
    def public(self) -> VerifyKey:
        """The key that others verify with."""
        key = Ed25519PrivateKey.from_private_bytes(self._seed).public_key()
        return VerifyKey(key.public_bytes_raw())

    def sign(self, kind: str, payload: bytes) -> bytes:
        """Return the 64-byte signature over ``payload`` as a document of ``kind``."""
        return Ed25519PrivateKey.from_private_bytes(self._seed).sign(message_of(kind, payload))

    def sign_note(self, text: bytes) -> bytes:
        """Return the 64-byte signature over the text of a note."""
        return Ed25519PrivateKey.from_private_bytes(self._seed).sign(_note(text))

    def __repr__(self) -> str:
        """Show the public half only."""
        return f"SigningKey({self.public.text}, secret redacted)"


def message_of(kind: str, payload: bytes) -> bytes:
    """Return the bytes that are signed for ``payload`` as a document of ``kind``."""
    if not _KIND.fullmatch(kind):
        msg = f"{kind!r} is no kind of document"
        raise ValueError(msg)
    return _DOMAIN + kind.encode("ascii") + b"\0" + payload


def _note(text: bytes) -> bytes:
    if b"\0" in text:
        msg = "the text of a note holds no NUL"
        raise ValueError(msg)
    return text
