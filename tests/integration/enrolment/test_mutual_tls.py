# SPDX-License-Identifier: EUPL-1.2
"""Certificates of the authority on mTLS: who is let in, and as whom."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from grpc import aio

from ontschot.coordinator.enrolment import CertificateAuthority
from ontschot.protocol.certificates import (
    Certificates,
    Identity,
    new_tls_key,
    peer_identity,
    read_signing_request,
    write_signing_request,
)
from ontschot.protocol.errors import OntschotError

FEDERATION = "drechtsteden"
NOW = datetime.now(UTC)
AUTHORITY = CertificateAuthority.create(FEDERATION, NOW)
SERVER = AUTHORITY.issue_server(Identity(FEDERATION, "coordinator"), ["127.0.0.1"], NOW)
METHOD = "/test.Who/AmI"


class WhoAmI(grpc.GenericRpcHandler):
    """Answers with the participant that the peer's certificate names, or with the error's code."""

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[bytes, bytes] | None":
        del handler_call_details
        return grpc.unary_unary_rpc_method_handler(self.answer)

    async def answer(self, _: bytes, context: aio.ServicerContext[bytes, bytes]) -> bytes:
        try:
            return peer_identity(context.auth_context(), FEDERATION).participant.encode()
        except OntschotError as error:
            return error.code.encode()


@pytest.fixture
async def target() -> AsyncIterator[str]:
    server = aio.server()
    server.add_generic_rpc_handlers((WhoAmI(),))
    credentials = grpc.ssl_server_credentials(
        [(SERVER.key_pem, SERVER.certificate_pem)],
        root_certificates=SERVER.authority_pem,
        require_client_auth=True,
    )
    port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(None)


def certificate(
    authority: CertificateAuthority = AUTHORITY,
    identity: Identity = Identity(FEDERATION, "zorg-ada"),  # noqa: B008 -- frozen
    made: datetime = NOW,
) -> Certificates:
    key = new_tls_key()
    request = read_signing_request(write_signing_request(identity, key))
    return Certificates(key, authority.sign(request, made), authority.certificate)


async def ask(target: str, own: Certificates) -> bytes:
    credentials = grpc.ssl_channel_credentials(
        SERVER.authority_pem, own.key_pem, own.certificate_pem
    )
    async with aio.secure_channel(target, credentials) as channel:
        call: aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(METHOD)
        return await call(b"", timeout=10)


async def test_the_peer_s_identity_comes_from_its_certificate(target: str) -> None:
    assert await ask(target, certificate()) == b"zorg-ada"


async def test_a_certificate_of_another_federation_is_told_apart(target: str) -> None:
    assert await ask(target, certificate(identity=Identity("elders", "x"))) == (
        b"foreign-certificate"
    )


@pytest.mark.parametrize(
    "own",
    [
        certificate(made=NOW - timedelta(days=31)),
        certificate(authority=CertificateAuthority.create(FEDERATION, NOW)),
    ],
    ids=["expired", "foreign authority"],
)
async def test_expired_and_foreign_certificates_do_not_get_in(
    target: str, own: Certificates
) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await ask(target, own)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_certificate_that_names_two_participants_names_nobody(target: str) -> None:
    key = new_tls_key()
    request = read_signing_request(write_signing_request(Identity(FEDERATION, "a"), key))
    names = [x509.UniformResourceIdentifier(f"ontschot://{FEDERATION}/{who}") for who in "ab"]
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
    signed = AUTHORITY._issue(request, names, uses, NOW, timedelta(days=1))
    own = Certificates(key, signed, AUTHORITY.certificate)
    assert await ask(target, own) == b"malformed-certificate"
