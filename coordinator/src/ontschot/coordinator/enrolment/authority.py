# SPDX-License-Identifier: EUPL-1.2
"""The federation's certificate authority: short-lived certificates for participants (RFC 5280).

The authority only lets parties reach each other. What they say is believed by the keys of the
roster, so whoever steals the authority's key can disturb, but can neither read nor speak for
another.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP384R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ontschot.protocol.certificates import (
    Certificates,
    Identity,
    MalformedCertificate,
    SigningRequest,
    certificate_fingerprint,
    new_tls_key,
    subject_of,
)
from ontschot.protocol.keys import read_private, write_private

AUTHORITY_LIFETIME = timedelta(days=3650)
CERTIFICATE_LIFETIME = timedelta(days=30)

_SLACK = timedelta(minutes=5)
"""A certificate begins this much before its making: a participant's clock may be behind."""


@dataclass(frozen=True, slots=True, repr=False)
class CertificateAuthority:
    """A root key and its certificate; make one with :meth:`create`."""

    _key: EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls, federation: str, now: datetime) -> "CertificateAuthority":
        """Return a new authority for ``federation``, valid for ten years; a P-384 key."""
        key = generate_private_key(SECP384R1())
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, federation),
                x509.NameAttribute(NameOID.COMMON_NAME, "Ontschot"),
            ]
        )
        builder = _builder(name, name, key.public_key(), now, AUTHORITY_LIFETIME)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        return cls(key, builder.sign(key, SHA384()))

    @property
    def fingerprint(self) -> str:
        """What participants pin: SHA-256 of the certificate, grouped for reading aloud."""
        return certificate_fingerprint(self.certificate)

    def sign(
        self, request: SigningRequest, now: datetime, lifetime: timedelta = CERTIFICATE_LIFETIME
    ) -> x509.Certificate:
        """Return a certificate for a participant, which can call but cannot serve.

        Nothing of the request is taken over but the identity and the key. That the caller may have
        this identity is for the caller of this method to know.
        """
        names = [x509.UniformResourceIdentifier(request.identity.uri)]
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
        return self._issue(request, names, uses, now, lifetime)

    def issue_server(
        self,
        identity: Identity,
        hosts: Sequence[str],
        now: datetime,
        lifetime: timedelta = CERTIFICATE_LIFETIME,
    ) -> Certificates:
        """Return a fresh key and certificate with which ``identity`` serves at ``hosts``.

        Args:
            identity: the coordinator's own.
            hosts: names and IP addresses at which participants reach it.
            now: the present moment.
            lifetime: for how long.
        """
        key = new_tls_key()
        names = [x509.UniformResourceIdentifier(identity.uri), *(_host(host) for host in hosts)]
        uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        request = SigningRequest(identity, key.public_key())
        certificate = self._issue(request, names, uses, now, lifetime)
        return Certificates(key, certificate, self.certificate)

    def write(self, path: Path) -> None:
        """Write key and certificate to a new private file at ``path``, in PEM.

        Raises:
            KeyFileExists: a file is there already.
            KeyFileMissing: the folder is not there or not writable.
        """
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(path, key + self.certificate.public_bytes(Encoding.PEM))

    @classmethod
    def read(cls, path: Path) -> "CertificateAuthority":
        """Return the authority that ``write`` wrote to ``path``.

        Raises:
            KeyFileMissing: no file there.
            KeyFileExposed: others may read it.
            MalformedCertificate: something else is in it.
        """
        data = read_private(path)
        try:
            key = load_pem_private_key(data, password=None)
            certificate = x509.load_pem_x509_certificate(data)
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
            raise MalformedCertificate(f"{path}: not an authority's file") from error
        if not isinstance(key, EllipticCurvePrivateKey):
            raise MalformedCertificate(f"{path}: another kind of key")
        if key.public_key() != certificate.public_key():
            raise MalformedCertificate(f"{path}: key and certificate of two authorities")
        return cls(key, certificate)

    def _issue(
        self,
        request: SigningRequest,
        names: Sequence[x509.GeneralName],
        uses: Sequence[x509.ObjectIdentifier],
        now: datetime,
        lifetime: timedelta,
    ) -> x509.Certificate:
        issuer, subject = self.certificate.subject, subject_of(request.identity)
        root = self._key.public_key()
        parts: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_usage(signs_certificates=False), True),
            (x509.ExtendedKeyUsage(uses), False),
            (x509.SubjectAlternativeName(names), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(root), False),
        ]
        builder = _builder(subject, issuer, request.public_key, now, lifetime)
        for extension, critical in parts:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self._key, SHA384())

    def __repr__(self) -> str:
        """Show the certificate's fingerprint only."""
        return f"CertificateAuthority({self.fingerprint}, key redacted)"


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePublicKey,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + lifetime)
        .add_extension(identifier, critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
