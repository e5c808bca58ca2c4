# SPDX-License-Identifier: EUPL-1.2
"""Signed documents: canonical bytes and the signatures over exactly those bytes.

The kind of document is not in the envelope: whoever verifies says which kind they expect, and a
signature made for another kind does not verify (:mod:`ontschot.protocol.keys.signing`). A person
may sign with a key file or with a passkey in a browser; what they sign is the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ontschot.protocol import canonical
from ontschot.protocol.canonical import Document
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys.base64url import from_base64url, to_base64url
from ontschot.protocol.keys.errors import BadSignature
from ontschot.protocol.keys.passkeys import (
    MAX_ASSERTION_BYTES,
    PREFIX,
    Assertion,
    PasskeyKey,
    RelyingParty,
)
from ontschot.protocol.keys.signing import SIGNATURE_BYTES, SigningKey, VerifyKey

MAX_SIGNATURES = 64

T = TypeVar("T")


class MalformedSignedDocument(MalformedMessage):
    """Bytes that are no signed document in its one form."""

    code = "malformed-signed-document"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: the signer's public key as text, and 64 bytes, or a passkey's assertion."""

    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """Canonical bytes with signatures, in the order of their keys' text, one for each key."""

    payload: bytes
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no single form on the wire.

        Raises:
            MalformedSignedDocument: signatures out of order, two by one key, or too many.
        """
        keys = [signature.key for signature in self.signatures]
        if keys != sorted(set(keys)) or len(keys) > MAX_SIGNATURES:
            raise MalformedSignedDocument("signatures out of order, doubled, or too many")

    @property
    def digest(self) -> str:
        """SHA-256 of the payload in hexadecimal: the document's name, whoever signed it."""
        return canonical.sha256(self.payload)

    def document(self) -> Document:
        """Return the document in the payload; it says nothing about signatures.

        Raises:
            NotCanonical: the payload is not canonical JSON.
        """
        return canonical.decode(self.payload)

    def add_signature(self, kind: str, key: SigningKey) -> "SignedDocument":
        """Return this document with the signature of ``key`` as a document of ``kind``.

        Raises:
            MalformedSignedDocument: more signatures than a document may have.
        """
        return self._with(Signature(key.public.text, key.sign(kind, self.payload)))

    def add_assertion(self, key: PasskeyKey, assertion: Assertion) -> "SignedDocument":
        """Return this document with what a passkey signed; ``signers`` verifies it.

        Raises:
            MalformedSignedDocument: more signatures than a document may have.
        """
        return self._with(Signature(key.text, assertion.to_bytes()))

    def signers(
        self, kind: str, allowed: Mapping[str, T], party: RelyingParty | None = None
    ) -> tuple[T, ...]:
        """Return who of ``allowed`` signed this as a document of ``kind``, by order of their keys.

        Every signature is verified, also those of strangers, and one bad signature refuses the
        whole document: it was damaged or meddled with. A stranger's good signature is left out and
        does no harm. Otherwise anybody could make a document unusable by signing it, and an
        approver who has left the roster would spoil what the others signed.

        Args:
            kind: the kind of document expected.
            allowed: public keys as text, and whom each belongs to.
            party: the site whose passkeys may sign this; None where none may.

        Raises:
            BadSignature: a signature is not over these bytes as this kind, or is by a passkey
                where none may sign, or at another site.
            MalformedMessage: a signature names something that is no key, or is no assertion.
        """
        for signature in self.signatures:
            _verify(kind, self.payload, signature, party)
        return tuple(
            allowed[signature.key] for signature in self.signatures if signature.key in allowed
        )

    def _with(self, added: Signature) -> "SignedDocument":
        kept = [signature for signature in self.signatures if signature.key != added.key]
        return SignedDocument(
            self.payload, tuple(sorted([*kept, added], key=lambda item: item.key))
        )

    def to_bytes(self) -> bytes:
        """Return the envelope: canonical JSON with the payload in base64url."""
        listed = [
            {"key": signature.key, "signature": to_base64url(signature.value)}
            for signature in self.signatures
        ]
        payload = to_base64url(self.payload)
        return canonical.encode(
            {"v": 1, "type": "signed", "payload": payload, "signatures": listed}
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "SignedDocument":
        """Return the envelope that ``to_bytes`` wrote; verifies no signature.

        Raises:
            MalformedMessage: not canonical JSON, not these fields, not base64url, signatures out
                of order or twice by one key.
        """
        envelope = canonical.decode(data)
        if envelope.keys() != {"v", "type", "payload", "signatures"}:
            raise MalformedSignedDocument("other fields than those of a signed document")
        payload, listed = envelope["payload"], envelope["signatures"]
        if not isinstance(payload, str) or not isinstance(listed, list):
            raise MalformedSignedDocument("payload or signatures of another type")
        signed = cls(from_base64url(payload), tuple(_signature(item) for item in listed))
        if signed.to_bytes() != data:
            raise MalformedSignedDocument("not a signed document of version 1")
        return signed


def sign(kind: str, document: Document, keys: Iterable[SigningKey]) -> SignedDocument:
    """Return ``document`` in canonical bytes, signed as ``kind`` by each of ``keys``.

    Raises:
        NotCanonical: the document holds what signed documents may not hold.
    """
    signed = SignedDocument(canonical.encode(document))
    for key in keys:
        signed = signed.add_signature(kind, key)
    return signed


def _signature(item: object) -> Signature:
    if not isinstance(item, dict) or item.keys() != {"key", "signature"}:
        raise MalformedSignedDocument("other fields than those of a signature")
    key, value = item["key"], item["signature"]
    if not isinstance(key, str) or not isinstance(value, str):
        raise MalformedSignedDocument("a signature of another type")
    if not key.startswith(PREFIX):
        return Signature(key, from_base64url(value, SIGNATURE_BYTES))
    assertion = from_base64url(value)
    if len(assertion) > MAX_ASSERTION_BYTES:
        raise MalformedSignedDocument("an assertion of this length")
    return Signature(key, assertion)


def _verify(kind: str, payload: bytes, signature: Signature, party: RelyingParty | None) -> None:
    if not signature.key.startswith(PREFIX):
        VerifyKey.parse(signature.key).verify(kind, payload, signature.value)
    elif party is None:
        raise BadSignature(f"{kind}: signed by a passkey, and no site is listed")
    else:
        assertion = Assertion.from_bytes(signature.value)
        PasskeyKey.parse(signature.key).verify(kind, payload, assertion, party)
