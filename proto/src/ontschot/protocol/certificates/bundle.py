# SPDX-License-Identifier: EUPL-1.2
"""The certificate of an installation with its key and its authority, in one private file.

One file, so that a renewal replaces key and certificate together or not at all.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ontschot.protocol.certificates.errors import MalformedCertificate
from ontschot.protocol.certificates.identity import certificate_fingerprint
from ontschot.protocol.keys import read_private, write_private

_PARTS = 2


@dataclass(frozen=True, slots=True, repr=False)
class Certificates:
    """What a participant needs for mTLS: its key, its certificate, and the only authority."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    def __post_init__(self) -> None:
        """Refuse parts that do not belong together.

        Raises:
            MalformedCertificate: the key is not the certificate's, or the authority did not sign.
        """
        if self.key.public_key() != self.certificate.public_key():
            raise MalformedCertificate("the certificate is for another key")
        require_issued_by(self.certificate, self.authority)

    @property
    def key_pem(self) -> bytes:
        """The secret key, PKCS #8 in PEM, unencrypted."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def certificate_pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def authority_pem(self) -> bytes:
        """The authority's certificate in PEM: the sole root for gRPC."""
        return self.authority.public_bytes(Encoding.PEM)

    def write(self, path: Path, *, replace: bool = False) -> None:
        """Write all three to ``path`` in PEM, mode 0600, at once or not at all.

        Raises:
            KeyFileExists: a file is there, and ``replace`` is false.
            KeyFileMissing: the folder is not there or not writable.
        """
        data = self.key_pem + self.certificate_pem + self.authority_pem
        write_private(path, data, replace=replace)

    @classmethod
    def read(cls, path: Path) -> "Certificates":
        """Return what ``write`` wrote to ``path``.

        Raises:
            KeyFileMissing: no file there.
            KeyFileExposed: others may read it.
            MalformedCertificate: something else is in it.
        """
        data = read_private(path)
        try:
            key = load_pem_private_key(data, password=None)
            parts = x509.load_pem_x509_certificates(data)
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
            raise MalformedCertificate(f"{path}: not PEM") from error
        if not isinstance(key, EllipticCurvePrivateKey) or len(parts) != _PARTS:
            raise MalformedCertificate(f"{path}: not a key and two certificates")
        return cls(key, parts[0], parts[1])

    def __repr__(self) -> str:
        """Show the certificate's fingerprint only."""
        return f"Certificates({certificate_fingerprint(self.certificate)}, key redacted)"


def require_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> None:
    """Check that ``authority`` signed ``certificate``.

    Raises:
        MalformedCertificate: it did not.
    """
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise MalformedCertificate("not issued by this authority") from error
