# SPDX-License-Identifier: EUPL-1.2
"""Letters and attachments as messages of ``v1/link.proto``, for both ends of a connection."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ontschot.protocol.letters.errors import LetterTooLarge, MalformedLetter
from ontschot.protocol.letters.files import CHUNK, ContentFolder, PartialFile, read_chunks
from ontschot.protocol.letters.model import MAX_ATTACHMENT, AttachmentRef, SignedLetter
from ontschot.protocol.v1 import link_pb2

ERROR_KEY: Final = "ontschot-error"
"""Trailing metadata of a refused call: the stable code of the error."""

FEATURES: Final[tuple[str, ...]] = ()
"""What this program understands beyond the minimum of the protocol version; none yet."""

MAX_MESSAGE: Final = 4 * 1024 * 1024
"""Bytes of one gRPC message."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_message(wire: SignedLetter) -> link_pb2.Message:
    """Return a letter as a protobuf message."""
    return link_pb2.Message(header=wire.header, payload=wire.payload, signature=wire.signature)


def from_message(message: link_pb2.Message) -> SignedLetter:
    """Return the letter in a protobuf message, unchecked: ``read`` and ``unpack`` check."""
    return SignedLetter(message.header, message.payload, message.signature)


def to_milliseconds(moment: datetime) -> int:
    """Return milliseconds since 1970-01-01 UTC."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the moment that ``to_milliseconds`` wrote.

    Raises:
        MalformedLetter: no moment of this calendar.
    """
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise MalformedLetter("a clock outside the calendar") from error


def to_chunks(path: Path, ref: AttachmentRef) -> Iterator[link_pb2.Chunk]:
    """Yield the file at ``path`` in pieces; an empty file is one piece without data."""
    sequence = 0
    for data in read_chunks(path):
        yield link_pb2.Chunk(sha256=ref.sha256, total=ref.size, sequence=sequence, data=data)
        sequence += 1
    if sequence == 0:
        yield link_pb2.Chunk(sha256=ref.sha256, total=ref.size)


class ChunkReceiver:
    """Puts the pieces of one attachment together: ``add`` each, ``finish``, ``discard`` always.

    The first piece says what is coming, unless ``expected`` says it; every piece must agree.

    Args:
        folder: where the file goes when it is whole.
        limit: bytes of the largest file taken.
        expected: which file must come.
    """

    def __init__(
        self,
        folder: ContentFolder,
        limit: int = MAX_ATTACHMENT,
        expected: AttachmentRef | None = None,
    ) -> None:
        self._folder = folder
        self._limit = limit
        self.ref = expected
        self._file: PartialFile | None = None
        self._next = 0

    def add(self, chunk: link_pb2.Chunk) -> None:
        """Add the next piece.

        Raises:
            LetterTooLarge: the file is larger than the limit.
            MalformedLetter: out of order, too long, or of another file.
        """
        ref = AttachmentRef(chunk.sha256, chunk.total)
        if self.ref is None:
            self.ref = ref
        if self._file is None:
            self._folder.path(self.ref.sha256)
            if self.ref.size > self._limit:
                raise LetterTooLarge(f"an attachment of more than {self._limit} bytes")
            self._file = self._folder.begin(self.ref)
        if ref != self.ref or chunk.sequence != self._next or len(chunk.data) > CHUNK:
            raise MalformedLetter("a piece of an attachment that does not follow")
        self._next += 1
        self._file.write(chunk.data)

    def finish(self) -> AttachmentRef:
        """Make the file durable; return its name and size.

        Raises:
            MalformedLetter: nothing came, pieces are missing, or it is another file.
        """
        if self._file is None:
            raise MalformedLetter("an attachment without a single piece")
        return self._file.finish()

    def discard(self) -> None:
        """Remove what is left of an unfinished file."""
        if self._file is not None:
            self._file.discard()
