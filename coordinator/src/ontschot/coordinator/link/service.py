# SPDX-License-Identifier: EUPL-1.2
"""The calls of ``link.proto`` at the coordinator."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from grpc import aio

from ontschot.coordinator.link.acknowledgements import Acknowledgements
from ontschot.coordinator.link.conversation import Conversation
from ontschot.coordinator.link.errors import refuse
from ontschot.coordinator.link.sessions import Sessions
from ontschot.coordinator.link.threads import Pools
from ontschot.coordinator.mail import PostOffice, PresenceBoard
from ontschot.protocol.certificates import (
    Identity,
    SigningRequest,
    peer_identity,
    read_signing_request,
)
from ontschot.protocol.clock import Clock
from ontschot.protocol.letters import AttachmentRef, WrongSender
from ontschot.protocol.letters.connections import CallWithoutDeadline, NoRenewal
from ontschot.protocol.letters.transport import ChunkReceiver, from_message, to_chunks
from ontschot.protocol.v1 import link_pb2, link_pb2_grpc

if TYPE_CHECKING:
    Context: TypeAlias = aio.ServicerContext[Any, Any]

Signer: TypeAlias = Callable[[SigningRequest], Certificate]
"""Issues a certificate; that the request may be granted has been checked."""

LARGEST_ATTACHMENT = 4 * 1024**3
"""Bytes of the largest attachment that is taken."""


class LinkService(link_pb2_grpc.LinkServicer):
    """Tells who calls from their certificate, and passes on to the post office.

    Args:
        office: posts, queues and handles letters.
        board: where presence is noted.
        sessions: of this process.
        federation: which certificates must name.
        clock: the present moment.
        pools: threads for letters and attachments, for deliveries and presence, and for erasing.
        sign: issues certificates; None when that is done elsewhere.
    """

    def __init__(
        self,
        office: PostOffice,
        board: PresenceBoard,
        sessions: Sessions,
        federation: str,
        clock: Clock,
        pools: Pools,
        sign: Signer | None,
    ) -> None:
        self._sign = sign
        self._posting = pools.posting
        self._listening = pools.listening
        self._acknowledgements = Acknowledgements(office, pools.erasing)
        self._office = office
        self._board = board
        self._sessions = sessions
        self._federation = federation
        self._clock = clock

    async def Connect(  # type: ignore[override]  # noqa: N802  (gRPC's name; written, not yielded)
        self, request_iterator: AsyncIterator[link_pb2.FromParticipant], context: "Context"
    ) -> None:
        """Greet, then deliver letters and take acknowledgements until either end hangs up."""
        peer = "?"
        try:
            peer = self._peer(context)
            talk = Conversation(
                self._office,
                self._board,
                self._sessions,
                self._clock,
                self._listening,
                self._acknowledgements,
                peer,
            )
            await talk.run(request_iterator, context)
        except aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001  (a process edge)
            await refuse(context, "Connect", peer, error)

    async def Post(  # noqa: N802  (gRPC's name)
        self, request: link_pb2.Message, context: "Context"
    ) -> link_pb2.PostReceipt:
        """Post a letter in the name of who calls."""
        peer = "?"
        try:
            peer = self._peer(context)
            _require_deadline(context)
            receipt = await self._posting.run(self._office.post, from_message(request), peer)
        except Exception as error:  # noqa: BLE001  (a process edge)
            await refuse(context, "Post", peer, error)
        return link_pb2.PostReceipt(
            refused=receipt.state == "refused",
            code=receipt.code or "",
            repeated=receipt.repeated,
        )

    async def PutAttachment(  # noqa: N802  (gRPC's name)
        self, request_iterator: AsyncIterator[link_pb2.Chunk], context: "Context"
    ) -> link_pb2.AttachmentReceipt:
        """Take an attachment of a letter that who calls will post next."""
        receiver = ChunkReceiver(self._office.files.incoming, LARGEST_ATTACHMENT)
        peer = "?"
        try:
            peer = self._peer(context)
            _require_deadline(context)
            await self._posting.run(self._office.require_poster, peer)
            async for chunk in request_iterator:
                await self._posting.run(receiver.add, chunk)
            ref = await self._posting.run(receiver.finish)
            await self._posting.run(self._office.uploaded, peer, ref)
        except Exception as error:  # noqa: BLE001  (a process edge)
            await refuse(context, "PutAttachment", peer, error)
        finally:
            receiver.discard()
        return link_pb2.AttachmentReceipt()

    async def GetAttachment(  # type: ignore[override]  # noqa: N802  (gRPC's name; written)
        self, request: link_pb2.AttachmentRequest, context: "Context"
    ) -> None:
        """Give an attachment of a letter delivered to who calls."""
        peer = "?"
        try:
            peer = self._peer(context)
            _require_deadline(context)
            path = await self._posting.run(self._office.attachment, peer, request.sha256)
            ref = AttachmentRef(request.sha256, path.stat().st_size)
            chunks = to_chunks(path, ref)
            while (chunk := await self._posting.run(next, chunks, None)) is not None:
                await context.write(chunk)
        except Exception as error:  # noqa: BLE001  (a process edge)
            await refuse(context, "GetAttachment", peer, error)

    async def Renew(  # noqa: N802  (gRPC's name)
        self, request: link_pb2.RenewRequest, context: "Context"
    ) -> link_pb2.RenewReply:
        """Give who calls the next certificate, in the same name."""
        peer = "?"
        try:
            identity = peer_identity(context.auth_context(), self._federation)
            peer = identity.participant
            _require_deadline(context)
            certificate = await self._posting.run(self._certify, identity, request.signing_request)
        except Exception as error:  # noqa: BLE001  (a process edge)
            await refuse(context, "Renew", peer, error)
        return link_pb2.RenewReply(certificate=certificate.public_bytes(Encoding.DER))

    def _certify(self, identity: Identity, signing_request: bytes) -> Certificate:
        if self._sign is None:
            raise NoRenewal
        asked = read_signing_request(signing_request)
        if asked.identity != identity:
            raise WrongSender(f"a certificate for {asked.identity.participant}")
        self._office.require_poster(identity.participant)
        return self._sign(asked)

    def _peer(self, context: "Context") -> str:
        return peer_identity(context.auth_context(), self._federation).participant


def _require_deadline(context: "Context") -> None:
    if context.time_remaining() is None:
        raise CallWithoutDeadline
