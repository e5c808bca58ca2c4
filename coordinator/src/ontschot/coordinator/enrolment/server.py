# SPDX-License-Identifier: EUPL-1.2
"""The enrolment port: one-way TLS, and nothing on it but the service ``Enrolment``."""

import asyncio
from collections.abc import Callable
from typing import Any, NoReturn

import grpc
import structlog
from cryptography.hazmat.primitives.serialization import Encoding
from grpc import aio

from ontschot.coordinator.enrolment.desk import EnrolmentDesk
from ontschot.coordinator.tls import server_credentials
from ontschot.protocol.certificates import ERROR_METADATA, Certificates, EnrolmentRequest
from ontschot.protocol.errors import (
    MalformedMessage,
    Misconfigured,
    OntschotError,
    Refusal,
    Unavailable,
)
from ontschot.protocol.language import Text
from ontschot.protocol.letters.faults import describe_fault
from ontschot.protocol.v1 import enrol_pb2, enrol_pb2_grpc

_MAX_CALLS = 16
_OPTIONS = (
    ("grpc.max_receive_message_length", 64 * 1024),
    # Otherwise a second process may share the port unseen, and get half of the callers.
    ("grpc.so_reuseport", 0),
)
_STATUS = (
    (MalformedMessage, grpc.StatusCode.INVALID_ARGUMENT),
    (Refusal, grpc.StatusCode.PERMISSION_DENIED),
    (Unavailable, grpc.StatusCode.UNAVAILABLE),
)


_log = structlog.get_logger(__name__)


class EnrolmentPortUnusable(Misconfigured):
    """The port is taken already, or the address is not one of this machine."""

    code = "enrolment-port-unusable"
    title = Text("De aanmeldpoort is niet te openen", "The enrolment port cannot be opened")
    remedy = Text(
        "Kies een andere poort. Of stop het programma dat hem nu gebruikt.",
        "Choose another port. Or stop the program that uses it now.",
    )


class EnrolmentService(enrol_pb2_grpc.EnrolmentServicer):
    """The two calls of ``enrol.proto``, over an :class:`EnrolmentDesk`."""

    def __init__(self, desk: EnrolmentDesk) -> None:
        self._desk = desk

    async def CaCertificate(  # noqa: N802  (gRPC's name)
        self,
        request: enrol_pb2.CaCertificateRequest,  # noqa: ARG002  (gRPC's signature)
        context: aio.ServicerContext[enrol_pb2.CaCertificateRequest, enrol_pb2.CaCertificateReply],
    ) -> enrol_pb2.CaCertificateReply:
        """Return the authority's certificate; the caller compares its fingerprint."""
        await _require_deadline(context)
        return enrol_pb2.CaCertificateReply(ca_certificate=self._authority())

    async def Enrol(  # noqa: N802  (gRPC's name)
        self,
        request: enrol_pb2.EnrolRequest,
        context: aio.ServicerContext[enrol_pb2.EnrolRequest, enrol_pb2.EnrolReply],
    ) -> enrol_pb2.EnrolReply:
        """Trade a one-time token for a certificate."""
        await _require_deadline(context)
        asked = EnrolmentRequest(
            token=request.token,
            signing_request=request.signing_request,
            signing_key=request.signing_key,
            sealing_key=request.sealing_key,
            signature=request.signature,
        )
        try:
            certificate = await asyncio.to_thread(self._desk.enrol, asked)
        except OntschotError as error:
            await _refuse(context, error)
        except Exception as error:  # noqa: BLE001  (a process edge: strangers learn only "internal")
            _log.error("enrolment-failed", **describe_fault(error))
            await _refuse(context, OntschotError())
        der = certificate.public_bytes(Encoding.DER)
        return enrol_pb2.EnrolReply(certificate=der, ca_certificate=self._authority())

    def _authority(self) -> bytes:
        return self._desk.authority.certificate.public_bytes(Encoding.DER)


class EnrolmentServer:
    """The listening port; make it in a running event loop, and keep a reference to it.

    Args:
        desk: answers the calls.
        certificates: returns the server's key and certificate; asked at every handshake, so a
            renewed certificate is used without a restart.
        address: host and port; port 0 takes any free one.

    Raises:
        EnrolmentPortUnusable: taken already, or not an address of this machine.
    """

    def __init__(
        self, desk: EnrolmentDesk, certificates: Callable[[], Certificates], address: str
    ) -> None:
        self._server = aio.server(
            options=_OPTIONS,
            maximum_concurrent_rpcs=_MAX_CALLS,
        )
        enrol_pb2_grpc.add_EnrolmentServicer_to_server(EnrolmentService(desk), self._server)
        credentials = server_credentials(certificates, ask_clients=False)
        try:
            self.port = self._server.add_secure_port(address, credentials)
        except RuntimeError as error:
            raise EnrolmentPortUnusable(address) from error

    async def start(self) -> None:
        """Begin to listen."""
        await self._server.start()

    async def stop(self, grace: float | None = None) -> None:
        """Stop listening; calls under way get ``grace`` seconds."""
        await self._server.stop(grace)


async def _require_deadline(context: aio.ServicerContext[Any, Any]) -> None:
    if context.time_remaining() is None:
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a call needs a deadline")


async def _refuse(
    context: aio.ServicerContext[Any, Any],
    error: OntschotError,
) -> NoReturn:
    status = next(
        (status for kind, status in _STATUS if isinstance(error, kind)), grpc.StatusCode.INTERNAL
    )
    await context.abort(status, error.detail, ((ERROR_METADATA, error.code),))
