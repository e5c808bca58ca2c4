# SPDX-License-Identifier: EUPL-1.2
"""Certificates of participants: identities, requests, checks, and enrolment for both sides."""

from ontschot.protocol.certificates.bundle import Certificates, require_issued_by
from ontschot.protocol.certificates.enrolment import (
    ENROL,
    ERROR_METADATA,
    EnrolmentRequest,
    request_enrolment,
    token_hash,
)
from ontschot.protocol.certificates.errors import (
    AuthorityDiffers,
    CertificateExpired,
    EnrolmentRefused,
    ForeignCertificate,
    MalformedCertificate,
    TokenExpired,
    TokenOfAnother,
    TokenUnknown,
    TokenUsed,
)
from ontschot.protocol.certificates.identity import (
    Identity,
    certificate_fingerprint,
    identity_of,
    parse_certificate,
    peer_identity,
    renewal_due,
    require_current,
    require_fingerprint,
)
from ontschot.protocol.certificates.requests import (
    SigningRequest,
    new_tls_key,
    read_signing_request,
    subject_of,
    write_signing_request,
)

__all__ = [
    "ENROL",
    "ERROR_METADATA",
    "AuthorityDiffers",
    "CertificateExpired",
    "Certificates",
    "EnrolmentRefused",
    "EnrolmentRequest",
    "ForeignCertificate",
    "Identity",
    "MalformedCertificate",
    "SigningRequest",
    "TokenExpired",
    "TokenOfAnother",
    "TokenUnknown",
    "TokenUsed",
    "certificate_fingerprint",
    "identity_of",
    "new_tls_key",
    "parse_certificate",
    "peer_identity",
    "read_signing_request",
    "renewal_due",
    "request_enrolment",
    "require_current",
    "require_fingerprint",
    "require_issued_by",
    "subject_of",
    "token_hash",
    "write_signing_request",
]
