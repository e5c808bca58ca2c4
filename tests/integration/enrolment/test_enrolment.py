# SPDX-License-Identifier: EUPL-1.2
"""Enrolment over real TLS on loopback: the port, the three connections, and every refusal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from cryptography import x509
from grpc import aio
from structlog.testing import capture_logs

from ontschot.coordinator.enrolment import (
    CertificateAuthority,
    EnrolmentDesk,
    EnrolmentPortUnusable,
    EnrolmentServer,
    MemoryTokenStore,
)
from ontschot.node.enrolment import EnrolmentAddress, EnrolmentUnreachable, enrol, fetch_authority
from ontschot.protocol.certificates import (
    AuthorityDiffers,
    CertificateExpired,
    Certificates,
    EnrolmentRefused,
    EnrolmentRequest,
    Identity,
    MalformedCertificate,
    SigningRequest,
    TokenExpired,
    TokenOfAnother,
    TokenUnknown,
    TokenUsed,
    new_tls_key,
    read_signing_request,
    request_enrolment,
)
from ontschot.protocol.errors import MalformedMessage, OntschotError
from ontschot.protocol.keys import PrivateKeys, SealingKey, SigningKey
from ontschot.protocol.v1 import enrol_pb2, enrol_pb2_grpc

FEDERATION = "drechtsteden"
# TLS itself asks the machine's clock, so certificates must be valid by it.
NOW = datetime.now(UTC)
ADA = Identity(FEDERATION, "zorg-ada")


class Desk:
    """A coordinator's enrolment port whose clock a test can move."""

    def __init__(self) -> None:
        self.now = NOW
        self.authority = CertificateAuthority.create(FEDERATION, NOW)
        self.desk = EnrolmentDesk(
            self.authority, MemoryTokenStore(), FEDERATION, clock=lambda: self.now
        )
        self.own = self.server_certificate(self.authority)
        self.server = EnrolmentServer(self.desk, lambda: self.own, "127.0.0.1:0")

    @staticmethod
    def server_certificate(authority: CertificateAuthority) -> Certificates:
        identity = Identity(FEDERATION, "coordinator")
        return authority.issue_server(identity, ["127.0.0.1", "localhost"], NOW)

    @property
    def address(self) -> EnrolmentAddress:
        return EnrolmentAddress("127.0.0.1", self.server.port)

    async def enrol(
        self, token: str, identity: Identity = ADA, keys: PrivateKeys | None = None
    ) -> Certificates:
        return await enrol(
            self.address,
            self.authority.fingerprint,
            token,
            identity,
            keys or PrivateKeys(SigningKey.generate(), SealingKey.generate()),
            lambda: NOW,
        )


@asynccontextmanager
async def listening(desk: Desk) -> AsyncIterator[Desk]:
    await desk.server.start()
    try:
        yield desk
    finally:
        await desk.server.stop()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with listening(Desk()) as running:
        yield running


async def test_a_token_is_traded_for_a_certificate(desk: Desk) -> None:
    keys = PrivateKeys(SigningKey.generate(), SealingKey.generate())
    received = await desk.enrol(desk.desk.invite("zorg-ada"), keys=keys)
    assert received.authority == desk.authority.certificate
    lasts = received.certificate.not_valid_after_utc - NOW.replace(microsecond=0)
    assert lasts == timedelta(days=30)
    (enrolment,) = desk.desk.enrolments()
    assert enrolment.participant == "zorg-ada"
    assert enrolment.signing_key == keys.public.signing.text
    assert keys.public.sealing is not None
    assert enrolment.sealing_key == keys.public.sealing.text


async def test_another_fingerprint_stops_before_the_token_is_sent(desk: Desk) -> None:
    other = CertificateAuthority.create(FEDERATION, NOW).fingerprint
    token = desk.desk.invite("zorg-ada")
    with pytest.raises(AuthorityDiffers):
        await enrol(
            desk.address,
            other,
            token,
            ADA,
            PrivateKeys(SigningKey.generate(), SealingKey.generate()),
            lambda: NOW,
        )
    assert desk.desk.enrolments() == ()


async def test_an_impostor_with_the_right_authority_s_certificate_gets_no_token(
    desk: Desk,
) -> None:
    # The authority's certificate is public: an impostor can show it, but cannot serve under it.
    own_root = CertificateAuthority.create(FEDERATION, NOW)
    desk.own = desk.server_certificate(own_root)
    token = desk.desk.invite("zorg-ada")
    with pytest.raises(EnrolmentUnreachable):
        await desk.enrol(token)
    assert desk.desk.enrolments() == ()


async def test_a_participant_s_certificate_cannot_serve(desk: Desk) -> None:
    enrolled = await desk.enrol(desk.desk.invite("zorg-ada"))
    desk.own = enrolled
    with pytest.raises(EnrolmentUnreachable):
        await desk.enrol(desk.desk.invite("zorg-bea"), Identity(FEDERATION, "zorg-bea"))


async def test_a_server_under_another_name_is_not_spoken_to(desk: Desk) -> None:
    desk.own = desk.authority.issue_server(
        Identity(FEDERATION, "coordinator"), ["elsewhere.example"], NOW
    )
    with pytest.raises(EnrolmentUnreachable):
        await desk.enrol(desk.desk.invite("zorg-ada"))
    named = EnrolmentAddress("127.0.0.1", desk.server.port, "elsewhere.example")
    found = await fetch_authority(named, desk.authority.fingerprint, lambda: NOW)
    assert found == desk.authority.certificate


async def test_a_renewed_server_certificate_is_used_without_a_restart(desk: Desk) -> None:
    await desk.enrol(desk.desk.invite("zorg-ada"))
    desk.own = desk.server_certificate(desk.authority)
    await desk.enrol(desk.desk.invite("zorg-bea"), Identity(FEDERATION, "zorg-bea"))


async def test_a_used_token_is_refused(desk: Desk) -> None:
    token = desk.desk.invite("zorg-ada")
    await desk.enrol(token)
    with pytest.raises(TokenUsed):
        await desk.enrol(token)
    assert len(desk.desk.enrolments()) == 1


async def test_an_expired_token_is_refused(desk: Desk) -> None:
    token = desk.desk.invite("zorg-ada", timedelta(hours=1))
    desk.now = NOW + timedelta(hours=1)
    with pytest.raises(TokenExpired):
        await desk.enrol(token)


async def test_a_fault_says_internal_outside_and_no_value_in_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a program stumbles on may hold what was sent: only its kind and place are logged."""

    def stumble(_asked: EnrolmentRequest) -> None:
        raise ValueError("geheim-van-de-aanvrager")

    monkeypatch.setattr(desk.desk, "enrol", stumble)
    with capture_logs() as lines, pytest.raises(OntschotError) as caught:
        await desk.enrol(desk.desk.invite("zorg-ada"))
    assert "geheim" not in str(caught.value)
    (line,) = [one for one in lines if one["event"] == "enrolment-failed"]
    assert line["error"] == "ValueError"
    assert "stumble" in line["at"]
    assert "geheim" not in str(lines)


async def test_an_unknown_token_is_refused(desk: Desk) -> None:
    with pytest.raises(TokenUnknown):
        await desk.enrol("made-up")


async def test_a_token_serves_only_the_participant_it_was_made_for(desk: Desk) -> None:
    token = desk.desk.invite("zorg-ada")
    with pytest.raises(TokenOfAnother):
        await desk.enrol(token, Identity(FEDERATION, "zorg-bea"))
    await desk.enrol(token)


async def test_the_very_same_request_is_answered_again(desk: Desk) -> None:
    keys = PrivateKeys(SigningKey.generate(), SealingKey.generate())
    asked = request_enrolment(ADA, desk.desk.invite("zorg-ada"), keys, new_tls_key())
    message = enrol_pb2.EnrolRequest(
        token=asked.token,
        signing_request=asked.signing_request,
        signing_key=asked.signing_key,
        sealing_key=asked.sealing_key,
        signature=asked.signature,
    )
    credentials = grpc.ssl_channel_credentials(desk.own.authority_pem)
    async with aio.secure_channel(desk.address.target, credentials) as channel:
        stub = enrol_pb2_grpc.EnrolmentStub(channel)
        first = await stub.Enrol(message, timeout=10)
        second = await stub.Enrol(message, timeout=10)
        with pytest.raises(aio.AioRpcError) as caught:
            await stub.Enrol(message)
    assert first.certificate
    assert second.certificate
    assert len(desk.desk.enrolments()) == 1
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_faulty_request_is_refused_with_its_code_and_spends_nothing(desk: Desk) -> None:
    token = desk.desk.invite("zorg-ada")
    message = enrol_pb2.EnrolRequest(token=token, signing_key="ed25519:no")
    credentials = grpc.ssl_channel_credentials(desk.own.authority_pem)
    async with aio.secure_channel(desk.address.target, credentials) as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await enrol_pb2_grpc.EnrolmentStub(channel).Enrol(message, timeout=10)
    trailing = caught.value.trailing_metadata()
    assert trailing is not None
    assert trailing.get("ontschot-error") == "malformed-key"
    await desk.enrol(token)


async def test_a_breakdown_tells_a_stranger_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: object) -> None:
        msg = "password=hunter2"
        raise RuntimeError(msg)

    monkeypatch.setattr(desk.desk, "enrol", broken)
    with pytest.raises(EnrolmentRefused) as caught:
        await desk.enrol(desk.desk.invite("zorg-ada"))
    assert "hunter2" not in str(caught.value)
    assert isinstance(caught.value.__cause__, aio.AioRpcError)
    assert "hunter2" not in str(caught.value.__cause__.debug_error_string())


async def test_an_expired_authority_is_refused(desk: Desk) -> None:
    later = NOW + timedelta(days=4000)
    with pytest.raises(CertificateExpired):
        await fetch_authority(desk.address, desk.authority.fingerprint, lambda: later)


async def test_nobody_listening_is_said_in_words() -> None:
    desk = Desk()
    await desk.server.start()
    address = desk.address
    await desk.server.stop()
    with pytest.raises(EnrolmentUnreachable):
        await fetch_authority(address, desk.authority.fingerprint, lambda: NOW)


async def test_a_port_that_is_taken_is_said_in_words(desk: Desk) -> None:
    with pytest.raises(EnrolmentPortUnusable):
        EnrolmentServer(desk.desk, lambda: desk.own, desk.address.target)


async def test_a_certificate_for_somebody_else_is_not_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = desk.desk.enrol

    def exchanged(request: EnrolmentRequest) -> x509.Certificate:
        real(request)
        asked = read_signing_request(request.signing_request)
        other = SigningRequest(Identity(FEDERATION, "zorg-bea"), asked.public_key)
        return desk.authority.sign(other, NOW)

    monkeypatch.setattr(desk.desk, "enrol", exchanged)
    with pytest.raises(MalformedCertificate, match="somebody else"):
        await desk.enrol(desk.desk.invite("zorg-ada"))


@pytest.mark.parametrize("text", ["", "host", "host:", ":7", "host:1a", "host:-1"])
def test_an_address_needs_host_and_port(text: str) -> None:
    with pytest.raises(MalformedMessage):
        EnrolmentAddress.parse(text)


def test_an_address_may_be_ipv6() -> None:
    assert EnrolmentAddress.parse("[::1]:7000") == EnrolmentAddress("::1", 7000)
    assert EnrolmentAddress.parse("[::1]:7000").target == "[::1]:7000"
    assert EnrolmentAddress.parse("a.example:7000").target == "a.example:7000"
