# SPDX-License-Identifier: EUPL-1.2
"""Requests for certificates, enrolments, and the file with key and certificate."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256K1,
    SECP384R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.coordinator.enrolment import CertificateAuthority
from ontschot.protocol.certificates import (
    Certificates,
    EnrolmentRefused,
    Identity,
    MalformedCertificate,
    new_tls_key,
    read_signing_request,
    request_enrolment,
    token_hash,
    write_signing_request,
)
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import BadSignature, MalformedKey, PrivateKeys, SealingKey, SigningKey
from ontschot.protocol.keys.errors import KeyFileExists, KeyFileExposed

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ADA = Identity("drechtsteden", "zorg-ada")
KEYS = PrivateKeys(SigningKey.from_bytes(bytes(32)), SealingKey.from_bytes(bytes(96)))
TLS_KEY = new_tls_key()
REQUEST = write_signing_request(ADA, TLS_KEY)
AUTHORITY = CertificateAuthority.create("drechtsteden", NOW)


def issued(authority: CertificateAuthority = AUTHORITY) -> x509.Certificate:
    return authority.sign(read_signing_request(REQUEST), NOW)


def test_a_request_reads_back() -> None:
    found = read_signing_request(REQUEST)
    assert found.identity == ADA
    assert found.public_key == TLS_KEY.public_key()


@pytest.mark.parametrize(
    "key",
    [generate_private_key(SECP384R1()), generate_private_key(SECP256K1())],
    ids=["P-384", "secp256k1"],
)
def test_only_p_256(key: EllipticCurvePrivateKey) -> None:
    with pytest.raises(MalformedCertificate):
        read_signing_request(write_signing_request(ADA, key))


def test_another_kind_of_key() -> None:
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    request = builder.sign(Ed25519PrivateKey.generate(), None)
    with pytest.raises(MalformedCertificate):
        read_signing_request(request.public_bytes(Encoding.DER))


def test_a_request_that_names_nobody() -> None:
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(TLS_KEY, SHA256())
    with pytest.raises(MalformedCertificate):
        read_signing_request(request.public_bytes(Encoding.DER))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_malformed(data: bytes) -> None:
    with pytest.raises(MalformedCertificate):
        read_signing_request(data)


@given(st.integers(0, len(REQUEST) - 1), st.integers(1, 255))
@settings(max_examples=300)
def test_a_damaged_request_is_malformed_or_says_the_same(at: int, change: int) -> None:
    # The signature covers what is said; a bit of the frame around it may have two spellings.
    try:
        found = read_signing_request(
            REQUEST[:at] + bytes([REQUEST[at] ^ change]) + REQUEST[at + 1 :]
        )
    except MalformedCertificate:
        return
    assert found.identity == ADA
    assert found.public_key == TLS_KEY.public_key()


def test_an_enrolment_is_signed_as_a_whole() -> None:
    asked = request_enrolment(ADA, "token", KEYS, TLS_KEY)
    asked.verify()
    other = SigningKey.generate().public.text
    for change in (
        {"token": "tokem"},
        {"signing_request": b""},
        {"signing_key": other},
        {"sealing_key": SealingKey.generate().public.text},
        {"signature": b""},
    ):
        with pytest.raises(BadSignature):
            dataclasses.replace(asked, **change).verify()


@pytest.mark.parametrize("field", ["signing_key", "sealing_key"])
def test_an_enrolment_with_something_that_is_no_key(field: str) -> None:
    asked = request_enrolment(ADA, "token", KEYS, TLS_KEY)
    with pytest.raises(MalformedKey):
        dataclasses.replace(asked, **{field: "x"}).verify()  # type: ignore[arg-type]  # text


@given(st.text(st.characters(), max_size=20))
def test_any_token_can_be_hashed(token: str) -> None:
    assert len(token_hash(token)) == 64


def test_the_token_is_in_the_statement_only_as_its_hash() -> None:
    statement = request_enrolment(ADA, "geheime-code", KEYS, TLS_KEY).statement
    assert b"geheime-code" not in statement
    assert token_hash("geheime-code").encode() in statement


def test_neither_token_nor_key_is_in_a_repr() -> None:
    asked = request_enrolment(ADA, "geheime-code", KEYS, TLS_KEY)
    assert "geheime-code" not in repr(asked)
    own = Certificates(TLS_KEY, issued(), AUTHORITY.certificate)
    assert "redacted" in repr(own)
    assert own.key_pem.decode().split("\n")[1] not in repr(own)
    assert "redacted" in repr(AUTHORITY)


def test_a_participant_without_sealing_key_cannot_enrol() -> None:
    with pytest.raises(EnrolmentRefused):
        request_enrolment(ADA, "token", PrivateKeys(KEYS.signing), TLS_KEY)


def test_key_certificate_and_authority_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "tls.pem"
    own = Certificates(TLS_KEY, issued(), AUTHORITY.certificate)
    own.write(path)
    found = Certificates.read(path)
    assert (found.certificate, found.authority) == (own.certificate, own.authority)
    assert found.key_pem == own.key_pem
    with pytest.raises(KeyFileExists):
        own.write(path)
    own.write(path, replace=True)
    path.chmod(0o644)
    with pytest.raises(KeyFileExposed):
        Certificates.read(path)


def test_parts_that_do_not_belong_together() -> None:
    other = CertificateAuthority.create("drechtsteden", NOW)
    with pytest.raises(MalformedCertificate, match="authority"):
        Certificates(TLS_KEY, issued(), other.certificate)
    with pytest.raises(MalformedCertificate, match="another key"):
        Certificates(new_tls_key(), issued(), AUTHORITY.certificate)
    elsewhere = CertificateAuthority.create("elders", NOW)
    with pytest.raises(MalformedCertificate, match="authority"):
        Certificates(TLS_KEY, issued(), elsewhere.certificate)


@pytest.mark.parametrize("keep", [b"", b"key", b"key certificate", b"certificate authority"])
def test_a_file_without_all_three(tmp_path: Path, keep: bytes) -> None:
    own = Certificates(TLS_KEY, issued(), AUTHORITY.certificate)
    parts = {
        b"key": own.key_pem,
        b"certificate": own.certificate_pem,
        b"authority": own.authority_pem,
    }
    path = tmp_path / "tls.pem"
    path.touch(0o600)
    path.write_bytes(b"".join(parts[name] for name in keep.split()))
    with pytest.raises(OntschotError) as caught:
        Certificates.read(path)
    assert caught.value.code == "malformed-certificate"
