# SPDX-License-Identifier: EUPL-1.2
"""Signatures by a passkey in a browser (W3C WebAuthn level 3), over the same bytes as any other.

The challenge that a passkey signs is the SHA-256 of the message that an Ed25519 key would sign:
domain, kind and payload (``signing``). So an assertion is for one document of one kind. Whoever
verifies takes the site (``RelyingParty``) and the public key from the roster; nothing that the
browser sends along is believed.

No counter is kept: a counter finds copied authenticators where sign-ins are compared over time, and
passkeys that are synchronised have none. An assertion seen before says what it said before.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from ontschot.protocol import canonical
from ontschot.protocol.keys.base64url import from_base64url, to_base64url
from ontschot.protocol.keys.errors import BadSignature, MalformedBase64, MalformedKey
from ontschot.protocol.keys.fingerprint import fingerprint_of
from ontschot.protocol.keys.signing import message_of

PREFIX: Final = "passkey:"

MAX_ASSERTION_BYTES: Final = 4096

_MAX_KEY_BYTES: Final = 1024

_ALGORITHMS: Final = frozenset({-7, -8, -257})
"""What phones, security keys and Windows Hello offer: ES256, EdDSA and RS256 (COSE, RFC 9053)."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site at which passkeys are used: its id (a domain) and the addresses that ask."""

    id: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator returned: the bytes that it signed, and the signature."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    def to_bytes(self) -> bytes:
        """Return the assertion as the value of a signature."""
        return canonical.encode(
            {
                "authenticatorData": to_base64url(self.authenticator_data),
                "clientDataJSON": to_base64url(self.client_data),
                "signature": to_base64url(self.signature),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Assertion":
        """Return the assertion that ``to_bytes`` wrote.

        Raises:
            MalformedMessage: not canonical JSON, other fields, or not base64url.
        """
        document = canonical.decode(data)
        fields = ("authenticatorData", "clientDataJSON", "signature")
        texts = [document.get(name) for name in fields]
        if document.keys() != set(fields) or not all(isinstance(text, str) for text in texts):
            raise MalformedBase64("not an assertion of a passkey")
        return cls(*(from_base64url(str(text)) for text in texts))


@dataclass(frozen=True, slots=True)
class PasskeyKey:
    """The public half of a passkey: a COSE key (RFC 9052), as it came when it was enrolled."""

    cose: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key.

        Raises:
            MalformedKey: too long, not a COSE key, or of an algorithm that is not taken.
        """
        # The library takes as long to load as all else here, and most processes meet no passkey.
        from webauthn.helpers import decode_credential_public_key  # noqa: PLC0415

        if len(self.cose) > _MAX_KEY_BYTES:
            raise MalformedKey("a passkey's public key of this length")
        try:
            algorithm = decode_credential_public_key(self.cose).alg
        except Exception as error:  # the library lets through what its CBOR reader raises
            raise MalformedKey("not the public key of a passkey") from error
        if algorithm not in _ALGORITHMS:
            raise MalformedKey("a passkey of another algorithm")

    @classmethod
    def parse(cls, text: str) -> "PasskeyKey":
        """Return the key that :attr:`text` wrote.

        Raises:
            MalformedKey: another form.
        """
        if not text.startswith(PREFIX):
            raise MalformedKey(f"does not begin with {PREFIX}")
        try:
            return cls(from_base64url(text.removeprefix(PREFIX)))
        except MalformedBase64 as error:
            raise MalformedKey(error.detail) from error

    @property
    def text(self) -> str:
        """The form in documents: ``passkey:`` and the COSE key in base64url."""
        return PREFIX + to_base64url(self.cose)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of :attr:`text`, grouped for reading aloud."""
        return fingerprint_of(self.text.encode("ascii"))

    def verify(self, kind: str, payload: bytes, assertion: Assertion, party: RelyingParty) -> None:
        """Check that the owner of this passkey signed ``payload`` as ``kind``, at this site.

        The authenticator must have verified who they are (by finger, face or code).

        Raises:
            BadSignature: they did not.
        """
        from webauthn import verify_authentication_response  # noqa: PLC0415
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

        credential = {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "authenticatorData": to_base64url(assertion.authenticator_data),
                "clientDataJSON": to_base64url(assertion.client_data),
                "signature": to_base64url(assertion.signature),
            },
        }
        try:
            verify_authentication_response(
                credential=credential,
                expected_challenge=challenge_of(kind, payload),
                expected_rp_id=party.id,
                expected_origin=[*party.origins],
                credential_public_key=self.cose,
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise BadSignature(f"{kind}, key {self.text}") from error
        if _is_embedded(assertion.client_data):
            raise BadSignature(f"{kind}, key {self.text}: signed inside another site's page")


def challenge_of(kind: str, payload: bytes) -> bytes:
    """Return the 32 bytes that a passkey is asked to sign for ``payload`` as ``kind``."""
    return hashlib.sha256(message_of(kind, payload)).digest()


def _is_embedded(client_data: bytes) -> bool:
    # A page inside another page may be dressed up as something else (clickjacking).
    found = json.loads(client_data)
    return bool(found.get("crossOrigin")) or "topOrigin" in found
