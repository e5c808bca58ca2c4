# SPDX-License-Identifier: EUPL-1.2
"""Enrolment from the participant's side: from a fingerprint on paper to a certificate.

Three connections to the enrolment port, of which only the last is trusted:

1. TLS without any check, to read the certificate that the server shows, and nothing more;
2. gRPC that trusts just that certificate, to ask for the authority's certificate. Whoever sits in
   between can answer what they like here: the answer is believed only if its SHA-256 is the
   fingerprint that was pinned (a second preimage of SHA-256 is out of reach);
3. gRPC that trusts just that authority, and checks the server's name. The token goes out here.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NoReturn

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from grpc import aio

from ontschot.protocol.certificates import (
    ERROR_METADATA,
    Certificates,
    EnrolmentRefused,
    Identity,
    MalformedCertificate,
    identity_of,
    new_tls_key,
    parse_certificate,
    request_enrolment,
    require_current,
    require_fingerprint,
)
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import MalformedMessage, Refusal, Unavailable, all_errors
from ontschot.protocol.keys import PrivateKeys
from ontschot.protocol.language import Text
from ontschot.protocol.v1 import enrol_pb2, enrol_pb2_grpc

_RETRIES = {
    "methodConfig": [
        {
            "name": [{"service": "ontschot.protocol.v1.Enrolment"}],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.1s",
                "maxBackoff": "2s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}


class EnrolmentUnreachable(Unavailable):
    """The enrolment port does not answer, or its certificate does not fit its address."""

    code = "enrolment-unreachable"
    title = Text(
        "De coördinator is niet te bereiken voor de aanmelding",
        "The coordinator cannot be reached for enrolment",
    )
    remedy = Text(
        "Klopt het adres? Is de verbinding naar buiten open? Probeer het daarna opnieuw.",
        "Is the address right? Is the way out open? Then try again.",
    )


@dataclass(frozen=True, slots=True)
class EnrolmentAddress:
    """Where to enrol: ``host``, ``port``, and the name in the server's certificate if another."""

    host: str
    port: int
    server_name: str | None = None

    @classmethod
    def parse(cls, text: str) -> "EnrolmentAddress":
        """Return the address in ``host:port``.

        Raises:
            MalformedMessage: another form.
        """
        host, _, port = text.rpartition(":")
        if not host or not port.isascii() or not port.isdigit():
            raise MalformedMessage("an address is host:port")
        return cls(host.strip("[]"), int(port))

    @property
    def target(self) -> str:
        """The form that gRPC reads."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


async def fetch_authority(
    address: EnrolmentAddress, ca_fingerprint: str, clock: Clock, *, deadline: float = 20
) -> x509.Certificate:
    """Return the authority's certificate, if its fingerprint is the pinned one.

    Args:
        address: the enrolment port.
        ca_fingerprint: SHA-256 of the authority's certificate, as it was told outside the system.
        clock: the present moment.
        deadline: seconds for each connection.

    Raises:
        MalformedFingerprint: ``ca_fingerprint`` is no fingerprint.
        EnrolmentUnreachable: no answer.
        AuthorityDiffers: another authority.
        CertificateExpired: that authority is no longer valid.
        MalformedCertificate: the answer is no certificate.
    """
    shown = await _shown_certificate(address, deadline)
    async with _stub(address, shown) as stub:
        try:
            reply = await stub.CaCertificate(enrol_pb2.CaCertificateRequest(), timeout=deadline)
        except aio.AioRpcError as error:
            _raise_coded(error)
    authority = parse_certificate(reply.ca_certificate)
    require_fingerprint(authority, ca_fingerprint)
    require_current(authority, clock())
    return authority


async def enrol(
    address: EnrolmentAddress,
    ca_fingerprint: str,
    token: str,
    identity: Identity,
    keys: PrivateKeys,
    clock: Clock,
    *,
    deadline: float = 20,
) -> Certificates:
    """Trade ``token`` for the certificate of ``identity``, over a fresh TLS key.

    A request whose answer is lost on the way is sent again; the server answers the same request
    again. The TLS key is made here: if this process dies half-way, a new token is needed.

    Args:
        address: the enrolment port.
        ca_fingerprint: SHA-256 of the authority's certificate, as it was told outside the system.
        token: the one-time token.
        identity: who asks.
        keys: its signing and sealing keys; only their public halves leave.
        clock: the present moment.
        deadline: seconds for each connection.

    Raises:
        EnrolmentUnreachable: no answer.
        AuthorityDiffers: another authority; the token has not been sent.
        EnrolmentRefused: the token is unknown, expired, spent or somebody else's.
        MalformedCertificate: the answer is not a certificate for this identity and key.
    """
    authority = await fetch_authority(address, ca_fingerprint, clock, deadline=deadline)
    tls_key = new_tls_key()
    asked = request_enrolment(identity, token, keys, tls_key)
    message = enrol_pb2.EnrolRequest(
        token=asked.token,
        signing_request=asked.signing_request,
        signing_key=asked.signing_key,
        sealing_key=asked.sealing_key,
        signature=asked.signature,
    )
    async with _stub(address, authority) as stub:
        try:
            reply = await stub.Enrol(message, timeout=deadline)
        except aio.AioRpcError as error:
            _raise_coded(error)
    received = Certificates(tls_key, parse_certificate(reply.certificate), authority)
    if identity_of(received.certificate, identity.federation) != identity:
        raise MalformedCertificate("for somebody else")
    require_current(received.certificate, clock())
    return received


async def _shown_certificate(address: EnrolmentAddress, deadline: float) -> x509.Certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # Nothing is sent and nothing is believed over this connection: see the module's docstring.
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    name = address.server_name or address.host
    try:
        async with asyncio.timeout(deadline):
            _, writer = await asyncio.open_connection(
                address.host, address.port, ssl=context, server_hostname=name
            )
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            # The server has begun to speak HTTP/2; an orderly goodbye would wait for it.
            writer.transport.abort()
    except (OSError, TimeoutError) as error:
        raise EnrolmentUnreachable(address.target) from error
    return parse_certificate(shown)


@asynccontextmanager
async def _stub(
    address: EnrolmentAddress, root: x509.Certificate
) -> AsyncIterator["enrol_pb2_grpc.EnrolmentAsyncStub"]:
    credentials = grpc.ssl_channel_credentials(root.public_bytes(Encoding.PEM))
    options = [("grpc.service_config", json.dumps(_RETRIES))]
    if address.server_name is not None:
        options.append(("grpc.ssl_target_name_override", address.server_name))
    async with aio.secure_channel(address.target, credentials, options=options) as channel:
        yield enrol_pb2_grpc.EnrolmentStub(channel)


def _raise_coded(error: aio.AioRpcError) -> NoReturn:
    trailing = error.trailing_metadata()
    code = None if trailing is None else trailing.get(ERROR_METADATA)
    refused = all_errors().get(str(code))
    if refused is not None and issubclass(refused, Refusal | MalformedMessage):
        raise refused(error.details() or "") from error
    if error.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}:
        raise EnrolmentUnreachable(f"{error.code().name}") from error
    raise EnrolmentRefused(f"gRPC {error.code().name}") from error
