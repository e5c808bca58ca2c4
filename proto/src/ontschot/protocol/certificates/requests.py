# SPDX-License-Identifier: EUPL-1.2
"""Requests for a certificate (PKCS #10, RFC 2986), written by a participant, read by the authority.

TLS keys are P-256: the one curve that every TLS library of gRPC accepts in certificates. They only
protect the connection; what matters for decades is sealed and signed with the keys of the roster.
"""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ontschot.protocol.certificates.errors import MalformedCertificate
from ontschot.protocol.certificates.identity import Identity, names_in


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """What the authority takes from a request, and all it takes: who, and with which key."""

    identity: Identity
    public_key: EllipticCurvePublicKey


def new_tls_key() -> EllipticCurvePrivateKey:
    """Return a fresh P-256 key for TLS."""
    return generate_private_key(SECP256R1())


def subject_of(identity: Identity) -> x509.Name:
    """Return the subject that people see in tools; no decision rests on it."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, identity.federation),
            x509.NameAttribute(NameOID.COMMON_NAME, identity.participant),
        ]
    )


def write_signing_request(identity: Identity, key: EllipticCurvePrivateKey) -> bytes:
    """Return the request of ``identity`` for a certificate on ``key``, in DER."""
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(identity.uri)])
    builder = x509.CertificateSigningRequestBuilder(subject_of(identity))
    request = builder.add_extension(names, critical=True).sign(key, SHA256())
    return request.public_bytes(Encoding.DER)


def read_signing_request(data: bytes) -> SigningRequest:
    """Return what is asked for in ``data``; whoever wrote it holds the private key.

    Raises:
        MalformedCertificate: not PKCS #10, a signature that does not fit, another kind of key, or
            not one identity.
    """
    try:
        request = x509.load_der_x509_csr(data)
        public_key = request.public_key()
        if not isinstance(public_key, EllipticCurvePublicKey):
            raise MalformedCertificate("not an elliptic-curve key")
        if not isinstance(public_key.curve, SECP256R1) or not request.is_signature_valid:
            raise MalformedCertificate("another curve than P-256, or a wrong signature")
        return SigningRequest(names_in(request), public_key)
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise MalformedCertificate("not a request for a certificate") from error
