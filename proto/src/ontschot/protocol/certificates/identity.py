# SPDX-License-Identifier: EUPL-1.2
"""Who a certificate is for: the URI ``ontschot://<federation>/<participant>`` in it.

The common name is for people only; every decision is made on the one URI among the subject
alternative names (RFC 5280 section 4.2.1.6).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ontschot.protocol.certificates.errors import (
    AuthorityDiffers,
    CertificateExpired,
    ForeignCertificate,
    MalformedCertificate,
)
from ontschot.protocol.keys import fingerprint_of, parse_fingerprint

_NAME = r"[a-z0-9][a-z0-9-]{0,62}"
_URI = re.compile(rf"ontschot://({_NAME})/({_NAME})")
_PEER_CERTIFICATE = "x509_pem_cert"


@dataclass(frozen=True, slots=True)
class Identity:
    """A participant of a federation."""

    federation: str
    participant: str

    def __post_init__(self) -> None:
        """Refuse names that a roster could not hold.

        Raises:
            MalformedCertificate: another form.
        """
        if not _URI.fullmatch(self.uri):
            raise MalformedCertificate("names of another form than a roster's")

    @property
    def uri(self) -> str:
        """The form in certificates."""
        return f"ontschot://{self.federation}/{self.participant}"

    @classmethod
    def parse(cls, uri: str) -> "Identity":
        """Return the identity that :attr:`uri` wrote.

        Raises:
            MalformedCertificate: another form.
        """
        found = _URI.fullmatch(uri)
        if found is None:
            raise MalformedCertificate("not an address of the form ontschot://federation/id")
        return cls(found[1], found[2])


def parse_certificate(data: bytes) -> x509.Certificate:
    """Return the certificate in ``data``: DER, or PEM.

    Raises:
        MalformedCertificate: neither.
    """
    try:
        if data.startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except (ValueError, x509.InvalidVersion) as error:
        raise MalformedCertificate("not X.509") from error


def names_in(named: x509.Certificate | x509.CertificateSigningRequest) -> Identity:
    """Return the one identity in a certificate or in a request for one.

    Raises:
        MalformedCertificate: no identity, more than one URI, or extensions that do not parse.
    """
    try:
        names = named.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (
        ValueError,
        x509.DuplicateExtension,
        x509.ExtensionNotFound,
        x509.UnsupportedGeneralNameType,
    ) as error:
        raise MalformedCertificate("no single list of subject alternative names") from error
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    if len(uris) != 1:
        raise MalformedCertificate(f"{len(uris)} addresses where one belongs")
    return Identity.parse(uris[0])


def identity_of(certificate: x509.Certificate, federation: str) -> Identity:
    """Return who ``certificate`` is for.

    That an authority one trusts signed it is what TLS has checked before; this reads names only.

    Raises:
        MalformedCertificate: no single identity in it.
        ForeignCertificate: of another federation.
    """
    identity = names_in(certificate)
    if identity.federation != federation:
        raise ForeignCertificate(identity.federation)
    return identity


def peer_identity(auth_context: Mapping[str, Iterable[bytes]], federation: str) -> Identity:
    """Return who the peer of an mTLS call is, from gRPC's ``context.auth_context()``.

    Raises:
        MalformedCertificate: no certificate, or no single identity in it.
        ForeignCertificate: of another federation.
    """
    certificates = list(auth_context.get(_PEER_CERTIFICATE, ()))
    if len(certificates) != 1:
        raise MalformedCertificate("no certificate of the peer")
    return _identity_in(certificates[0], federation)


@lru_cache(maxsize=1024)
def _identity_in(certificate: bytes, federation: str) -> Identity:
    # A peer shows the same certificate with every call.
    return identity_of(parse_certificate(certificate), federation)


def certificate_fingerprint(certificate: x509.Certificate) -> str:
    """Return SHA-256 of the DER bytes, grouped for reading aloud."""
    return fingerprint_of(certificate.public_bytes(Encoding.DER))


def require_fingerprint(certificate: x509.Certificate, pinned: str) -> None:
    """Check that ``certificate`` is the authority whose fingerprint was pinned.

    Raises:
        AuthorityDiffers: another certificate.
        MalformedFingerprint: ``pinned`` is no fingerprint.
    """
    if certificate_fingerprint(certificate) != parse_fingerprint(pinned):
        raise AuthorityDiffers(certificate_fingerprint(certificate))


def require_current(certificate: x509.Certificate, now: datetime) -> None:
    """Check that ``certificate`` is valid at ``now``.

    Raises:
        CertificateExpired: it is not yet valid, or no longer.
    """
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise CertificateExpired(
            f"{certificate.not_valid_before_utc:%Y-%m-%d} .. "
            f"{certificate.not_valid_after_utc:%Y-%m-%d}"
        )


def renewal_due(certificate: x509.Certificate, now: datetime) -> bool:
    """Return whether two thirds of the certificate's life are over: time to ask for the next."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return now >= begins + (ends - begins) * 2 / 3
