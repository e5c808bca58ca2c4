# SPDX-License-Identifier: EUPL-1.2
"""The unary and chunked calls: posting letters, and moving attachments. Each has a deadline."""

from collections.abc import AsyncIterator
from functools import partial

from grpc import aio

from ontschot.node.link.channel import meaning
from ontschot.node.link.worker import Worker
from ontschot.protocol.letters import AttachmentRef, SignedLetter
from ontschot.protocol.letters.files import ContentFolder
from ontschot.protocol.letters.transport import ChunkReceiver, to_chunks, to_message
from ontschot.protocol.v1 import link_pb2, link_pb2_grpc

POST_DEADLINE = 60.0
"""Seconds; when it passes the letter is posted again, which is no harm."""

SLOWEST = 128 * 1024
"""Bytes per second at which an attachment must still be able to arrive."""


def transfer_deadline(size: int) -> float:
    """Return how many seconds an attachment of ``size`` bytes may take."""
    return POST_DEADLINE + size / SLOWEST


class Calls:
    """Calls over one channel.

    Args:
        stub: the service at the other end.
        worker: where files are read and written, so that the event loop is not held up.
    """

    def __init__(self, stub: "link_pb2_grpc.LinkAsyncStub", worker: Worker) -> None:
        self._stub = stub
        self._worker = worker

    async def post(self, wire: SignedLetter) -> link_pb2.PostReceipt:
        """Post a letter.

        Raises:
            CallRefused: the coordinator refuses it, by a code; nothing was done.
            ConnectionLost: no answer; it may have been taken.
        """
        try:
            return await self._stub.Post(to_message(wire), timeout=POST_DEADLINE)
        except aio.AioRpcError as error:
            raise meaning(error) from error

    async def upload(self, folder: ContentFolder, ref: AttachmentRef) -> None:
        """Upload the attachment ``ref`` from ``folder``.

        Raises:
            CallRefused: the coordinator refuses it, by a code.
            ConnectionLost: no answer.
            AttachmentMissing: it is not in ``folder``.
        """
        path = folder.require(ref)
        chunks = to_chunks(path, ref)

        async def pieces() -> AsyncIterator[link_pb2.Chunk]:
            while (chunk := await self._worker.run(lambda: next(chunks, None))) is not None:
                yield chunk

        try:
            await self._stub.PutAttachment(pieces(), timeout=transfer_deadline(ref.size))
        except aio.AioRpcError as error:
            raise meaning(error) from error

    async def download(self, folder: ContentFolder, ref: AttachmentRef) -> None:
        """Download the attachment ``ref`` into ``folder``, whole and verified.

        Raises:
            CallRefused: the coordinator refuses it, by a code.
            ConnectionLost: it ended half-way.
            MalformedLetter: something else came.
        """
        receiver = ChunkReceiver(folder, limit=ref.size, expected=ref)
        request = link_pb2.AttachmentRequest(sha256=ref.sha256)
        try:
            call = self._stub.GetAttachment(request, timeout=transfer_deadline(ref.size))
            async for chunk in call:
                await self._worker.run(partial(receiver.add, chunk))
            await self._worker.run(receiver.finish)
        except aio.AioRpcError as error:
            raise meaning(error) from error
        finally:
            receiver.discard()

    async def renew(self, signing_request: bytes) -> bytes:
        """Return the next certificate, in DER, for a request in DER.

        Raises:
            CallRefused: the coordinator refuses it, by a code.
            ConnectionLost: no answer.
        """
        request = link_pb2.RenewRequest(signing_request=signing_request)
        try:
            return (await self._stub.Renew(request, timeout=POST_DEADLINE)).certificate
        except aio.AioRpcError as error:
            raise meaning(error) from error
