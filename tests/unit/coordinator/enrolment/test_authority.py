# SPDX-License-Identifier: EUPL-1.2
"""The certificate authority: what its certificates may do, by an independent verifier."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from ontschot.coordinator.enrolment import CertificateAuthority
from ontschot.protocol.certificates import (
    Identity,
    MalformedCertificate,
    certificate_fingerprint,
    identity_of,
    new_tls_key,
    read_signing_request,
    write_signing_request,
)
from ontschot.protocol.keys import write_private
from ontschot.protocol.keys.errors import KeyFileExists, KeyFileExposed

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ADA = Identity("drechtsteden", "zorg-ada")
REGION = Identity("drechtsteden", "regio")
AUTHORITY = CertificateAuthority.create("drechtsteden", NOW)
REQUEST = read_signing_request(write_signing_request(ADA, new_tls_key()))


def verified_names(
    certificate: x509.Certificate, now: datetime = NOW, authority: CertificateAuthority = AUTHORITY
) -> list[str]:
    policy = PolicyBuilder().store(Store([authority.certificate])).time(now)
    found = policy.build_client_verifier().verify(certificate, []).subjects
    return [] if found is None else [str(name.value) for name in found]


def test_a_participant_s_certificate_lasts_thirty_days_and_names_it() -> None:
    made = AUTHORITY.sign(REQUEST, NOW)
    assert identity_of(made, "drechtsteden") == ADA
    assert made.public_key() == REQUEST.public_key
    assert made.not_valid_before_utc == NOW - timedelta(minutes=5)
    assert made.not_valid_after_utc == NOW + timedelta(days=30)
    assert verified_names(made) == [ADA.uri]


@pytest.mark.parametrize("moment", [NOW - timedelta(minutes=6), NOW + timedelta(days=31)])
def test_it_is_not_valid_before_or_after(moment: datetime) -> None:
    with pytest.raises(VerificationError):
        verified_names(AUTHORITY.sign(REQUEST, NOW), moment)


def test_another_authority_of_the_same_name_did_not_sign_it() -> None:
    other = CertificateAuthority.create("drechtsteden", NOW)
    with pytest.raises(VerificationError):
        verified_names(AUTHORITY.sign(REQUEST, NOW), authority=other)


def test_a_participant_s_certificate_can_neither_serve_nor_sign() -> None:
    made = AUTHORITY.sign(REQUEST, NOW)
    uses = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign


def test_the_coordinator_s_certificate_serves_at_its_hosts() -> None:
    own = AUTHORITY.issue_server(REGION, ["ontschot.example", "127.0.0.1", "::1"], NOW)
    policy = PolicyBuilder().store(Store([AUTHORITY.certificate])).time(NOW)
    policy.build_server_verifier(x509.DNSName("ontschot.example")).verify(own.certificate, [])
    names = own.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    assert found == ["127.0.0.1", "::1"]
    assert identity_of(own.certificate, "drechtsteden") == REGION
    with pytest.raises(VerificationError):
        policy.build_server_verifier(x509.DNSName("elders.example")).verify(own.certificate, [])


def test_a_participant_s_certificate_is_no_server_s() -> None:
    policy = PolicyBuilder().store(Store([AUTHORITY.certificate])).time(NOW)
    with pytest.raises(VerificationError):
        policy.build_server_verifier(x509.DNSName("zorg-ada")).verify(
            AUTHORITY.sign(REQUEST, NOW), []
        )


def test_serial_numbers_differ() -> None:
    first, second = AUTHORITY.sign(REQUEST, NOW), AUTHORITY.sign(REQUEST, NOW)
    assert first.serial_number != second.serial_number


def test_the_root_signs_and_does_nothing_else() -> None:
    root = AUTHORITY.certificate
    assert AUTHORITY.fingerprint == certificate_fingerprint(root)
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    assert root.not_valid_after_utc == NOW + timedelta(days=3650)


def test_an_authority_reads_back_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    AUTHORITY.write(path)
    found = CertificateAuthority.read(path)
    assert found.fingerprint == AUTHORITY.fingerprint
    found.sign(REQUEST, NOW).verify_directly_issued_by(AUTHORITY.certificate)
    with pytest.raises(KeyFileExists):
        AUTHORITY.write(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileExposed):
        CertificateAuthority.read(path)


def test_a_file_that_is_no_authority_s(tmp_path: Path) -> None:
    mine, other, mixed, empty = (tmp_path / name for name in ("a", "b", "mixed", "empty"))
    AUTHORITY.write(mine)
    CertificateAuthority.create("drechtsteden", NOW).write(other)
    key, _, certificate = mine.read_bytes().partition(b"-----BEGIN CERTIFICATE")
    foreign = other.read_bytes().partition(b"-----BEGIN CERTIFICATE")[2]
    write_private(mixed, key + b"-----BEGIN CERTIFICATE" + foreign)
    write_private(empty, b"-----BEGIN CERTIFICATE" + certificate)
    for path in (mixed, empty):
        with pytest.raises(MalformedCertificate):
            CertificateAuthority.read(path)
