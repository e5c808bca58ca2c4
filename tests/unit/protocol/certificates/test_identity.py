# SPDX-License-Identifier: EUPL-1.2
"""Who a certificate is for, until when, and by which authority."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.protocol.certificates import (
    AuthorityDiffers,
    CertificateExpired,
    ForeignCertificate,
    Identity,
    MalformedCertificate,
    certificate_fingerprint,
    identity_of,
    new_tls_key,
    parse_certificate,
    peer_identity,
    renewal_due,
    require_current,
    require_fingerprint,
)
from ontschot.protocol.keys.errors import MalformedFingerprint

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ADA = Identity("drechtsteden", "zorg-ada")
KEY = new_tls_key()


def certificate(
    names: Sequence[x509.GeneralName] | None = None, key: EllipticCurvePrivateKey = KEY
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "anything")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=30))
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, SHA256())


def uri(text: str) -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(text)


def test_an_identity_is_an_address() -> None:
    assert ADA.uri == "ontschot://drechtsteden/zorg-ada"
    assert Identity.parse(ADA.uri) == ADA
    made = certificate([x509.DNSName("localhost"), uri(ADA.uri)])
    assert identity_of(made, "drechtsteden") == ADA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ontschot://drechtsteden",
        "ontschot://drechtsteden/",
        "ontschot://drechtsteden/zorg-ada/",
        "ontschot://drechtsteden/zorg-ada\n",
        "ontschot://drechtsteden/Zorg",
        "ontschot:///zorg-ada",
        "https://drechtsteden/zorg-ada",
        "ontschot://drechtsteden/" + "a" * 64,
        "ontschot://a@b/c",
    ],
)
def test_other_addresses_are_no_identity(text: str) -> None:
    with pytest.raises(MalformedCertificate):
        Identity.parse(text)


@pytest.mark.parametrize("name", ["", "A", "a/b", "a b", "-a"])
def test_an_identity_holds_only_names_of_a_roster(name: str) -> None:
    with pytest.raises(MalformedCertificate):
        Identity("drechtsteden", name)
    with pytest.raises(MalformedCertificate):
        Identity(name, "zorg-ada")


@pytest.mark.parametrize(
    "names",
    [
        None,
        [],
        [x509.DNSName("zorg-ada")],
        [uri(ADA.uri), uri("ontschot://drechtsteden/zorg-bea")],
        [uri(ADA.uri), uri(ADA.uri)],
        [uri("https://elders.example/")],
    ],
    ids=["no list", "empty", "host only", "two", "twice", "web address"],
)
def test_a_certificate_with_no_single_identity(names: list[x509.GeneralName] | None) -> None:
    with pytest.raises(MalformedCertificate):
        identity_of(certificate(names), "drechtsteden")


def test_the_common_name_is_not_believed() -> None:
    with pytest.raises(ForeignCertificate):
        identity_of(certificate([uri("ontschot://elders/zorg-ada")]), "drechtsteden")


def test_the_peer_of_a_call() -> None:
    pem = certificate([uri(ADA.uri)]).public_bytes(Encoding.PEM)
    assert peer_identity({"x509_pem_cert": [pem]}, "drechtsteden") == ADA


@pytest.mark.parametrize("found", [{}, {"x509_pem_cert": []}, {"x509_pem_cert": [b"a", b"b"]}])
def test_a_peer_without_one_certificate(found: dict[str, list[bytes]]) -> None:
    with pytest.raises(MalformedCertificate):
        peer_identity(found, "drechtsteden")


@given(st.binary(max_size=200) | st.binary(max_size=50).map(lambda data: b"-----BEGIN" + data))
def test_any_bytes_are_a_certificate_or_malformed(data: bytes) -> None:
    with pytest.raises(MalformedCertificate):
        parse_certificate(data)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(st.integers(0, 400), st.integers(1, 255))
@settings(max_examples=300)
def test_a_damaged_certificate_is_malformed_or_names_somebody(at: int, change: int) -> None:
    der = certificate([uri(ADA.uri)]).public_bytes(Encoding.DER)
    at %= len(der)
    try:
        identity_of(
            parse_certificate(der[:at] + bytes([der[at] ^ change]) + der[at + 1 :]), "drechtsteden"
        )
    except (MalformedCertificate, ForeignCertificate):
        return


def test_der_and_pem_are_read() -> None:
    made = certificate()
    for encoding in (Encoding.DER, Encoding.PEM):
        assert parse_certificate(made.public_bytes(encoding)) == made


def test_the_fingerprint_is_that_of_the_der_bytes() -> None:
    made = certificate()
    found = certificate_fingerprint(made)
    assert found.replace(" ", "") == made.fingerprint(SHA256()).hex()
    require_fingerprint(made, found.upper().replace(" ", ":"))
    with pytest.raises(AuthorityDiffers):
        require_fingerprint(certificate(key=new_tls_key()), found)
    with pytest.raises(MalformedFingerprint):
        require_fingerprint(made, found[:-1])


def test_valid_from_and_until() -> None:
    made = certificate()
    second = timedelta(seconds=1)
    for moment in (NOW, NOW + timedelta(days=30)):
        require_current(made, moment)
    for moment in (NOW - second, NOW + timedelta(days=30) + second):
        with pytest.raises(CertificateExpired):
            require_current(made, moment)


def test_renewal_is_due_after_two_thirds() -> None:
    made = certificate()
    assert not renewal_due(made, NOW + timedelta(days=20) - timedelta(seconds=1))
    assert renewal_due(made, NOW + timedelta(days=20))
