# SPDX-License-Identifier: EUPL-1.2
"""An authenticator in software: what a phone or security key does, by WebAuthn level 3."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from ontschot.protocol.keys.base64url import to_base64url
from ontschot.protocol.keys.passkeys import Assertion, PasskeyKey, challenge_of

PRESENT, VERIFIED = 0x01, 0x04

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Authenticator:
    """One passkey; ``made`` says for which algorithm."""

    private: PrivateKey

    @classmethod
    def made(cls, algorithm: str = "ES256") -> "Authenticator":
        """Return a fresh passkey."""
        if algorithm == "EdDSA":
            return cls(ed25519.Ed25519PrivateKey.generate())
        if algorithm == "RS256":
            return cls(rsa.generate_private_key(65537, 2048))
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> PasskeyKey:
        """The COSE key (RFC 9053) that enrolment hands over."""
        return PasskeyKey(cbor2.dumps(self._cose()))

    def sign(self, kind: str, payload: bytes, rp_id: str, origin: str, **changes: Any) -> Assertion:
        """Return the assertion over a document; ``changes`` are to what the browser collects.

        ``flags`` changes what the authenticator says it did.
        """
        flags = changes.pop("flags", PRESENT | VERIFIED)
        collected = {
            "type": "webauthn.get",
            "challenge": to_base64url(challenge_of(kind, payload)),
            "origin": origin,
            "crossOrigin": False,
        }
        client_data = json.dumps(collected | changes).encode()
        data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + (7).to_bytes(4, "big")
        signed = data + hashlib.sha256(client_data).digest()
        return Assertion(data, client_data, self._signature(signed))

    def _signature(self, message: bytes) -> bytes:
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(message, ec.ECDSA(hashes.SHA256()))
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(message)
        return self.private.sign(message, PKCS1v15(), hashes.SHA256())

    def _cose(self) -> dict[int, object]:
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            numbers = self.private.public_key().public_numbers()
            x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
            return {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return {1: 1, 3: -8, -1: 6, -2: self.private.public_key().public_bytes_raw()}
        public = self.private.public_key().public_numbers()
        n, e = public.n.to_bytes(256, "big"), public.e.to_bytes(3, "big")
        return {1: 3, 3: -257, -1: n, -2: e}
