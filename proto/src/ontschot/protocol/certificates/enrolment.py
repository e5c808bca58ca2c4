# SPDX-License-Identifier: EUPL-1.2
"""What a participant says to get its first certificate, as both sides sign and check it."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from ontschot.protocol import canonical
from ontschot.protocol.certificates.errors import EnrolmentRefused
from ontschot.protocol.certificates.identity import Identity
from ontschot.protocol.certificates.requests import write_signing_request
from ontschot.protocol.keys import PrivateKeys, SealingPublicKey, VerifyKey

ENROL = "enrol"
"""Kind of signature over an enrolment."""

ERROR_METADATA = "ontschot-error"
"""Trailing gRPC metadata in which a refusal's code travels; its detail is gRPC's own."""


@dataclass(frozen=True, slots=True, repr=False)
class EnrolmentRequest:
    """A one-time token, a PKCS #10 request, the public keys for the roster, and a signature.

    The signature is by the signing key: who enrols holds it, and nobody can enrol with the public
    key of another. That the sealing key is theirs follows from the fingerprint that the anchors
    compare before they put both keys in a roster.
    """

    token: str
    signing_request: bytes
    signing_key: str
    sealing_key: str
    signature: bytes = b""

    @property
    def statement(self) -> bytes:
        """The canonical bytes that are signed: the token only as its hash."""
        return canonical.encode(
            {
                "v": 1,
                "type": "enrol",
                "token": token_hash(self.token),
                "request": canonical.sha256(self.signing_request),
                "signing_key": self.signing_key,
                "sealing_key": self.sealing_key,
            }
        )

    def verify(self) -> None:
        """Check the keys' form and the signature.

        Raises:
            MalformedKey: a key of another form.
            BadSignature: not signed by the signing key.
        """
        SealingPublicKey.parse(self.sealing_key)
        VerifyKey.parse(self.signing_key).verify(ENROL, self.statement, self.signature)

    def __repr__(self) -> str:
        """Show the signing key only; the token is a secret."""
        return f"EnrolmentRequest({self.signing_key}, token redacted)"


def token_hash(token: str) -> str:
    """Return what is stored and signed of a one-time token: SHA-256 in hexadecimal.

    A token has 256 bits of entropy, so its hash needs neither salt nor stretching.
    """
    return canonical.sha256(token.encode("utf-8", errors="surrogatepass"))


def request_enrolment(
    identity: Identity, token: str, keys: PrivateKeys, tls_key: EllipticCurvePrivateKey
) -> EnrolmentRequest:
    """Return the signed request of ``identity`` for its first certificate.

    Raises:
        EnrolmentRefused: ``keys`` has no sealing key, which every participant needs.
    """
    if keys.public.sealing is None:
        raise EnrolmentRefused("no sealing key")
    unsigned = EnrolmentRequest(
        token=token,
        signing_request=write_signing_request(identity, tls_key),
        signing_key=keys.public.signing.text,
        sealing_key=keys.public.sealing.text,
    )
    signature = keys.signing.sign(ENROL, unsigned.statement)
    return EnrolmentRequest(
        token, unsigned.signing_request, unsigned.signing_key, unsigned.sealing_key, signature
    )
