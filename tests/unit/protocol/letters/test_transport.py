# SPDX-License-Identifier: EUPL-1.2
"""Letters and attachments as protobuf messages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ontschot.protocol.canonical import sha256
from ontschot.protocol.letters import AttachmentRef, LetterTooLarge, MalformedLetter, SignedLetter
from ontschot.protocol.letters.files import CHUNK, ContentFolder
from ontschot.protocol.letters.transport import (
    ChunkReceiver,
    from_message,
    from_milliseconds,
    to_chunks,
    to_message,
    to_milliseconds,
)
from ontschot.protocol.v1 import link_pb2


def test_a_letter_travels_as_it_is() -> None:
    wire = SignedLetter(b"header", b"payload", b"signature")
    assert from_message(link_pb2.Message.FromString(to_message(wire).SerializeToString())) == wire


def test_moments() -> None:
    moment = datetime(2026, 2, 1, 12, 0, 0, 123_000, tzinfo=UTC)
    assert to_milliseconds(moment) == 1_769_947_200_123
    assert from_milliseconds(1_769_947_200_123) == moment


@pytest.mark.parametrize("milliseconds", [2**62, -(2**62)])
def test_a_clock_outside_the_calendar(milliseconds: int) -> None:
    with pytest.raises(MalformedLetter):
        from_milliseconds(milliseconds)


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_file_in_pieces(tmp_path: Path, size: int) -> None:
    source, target = ContentFolder(tmp_path / "a"), ContentFolder(tmp_path / "b")
    ref = source.put(bytes(size))
    receiver = ChunkReceiver(target)
    for chunk in to_chunks(source.path(ref.sha256), ref):
        assert len(chunk.data) <= CHUNK
        assert len(chunk.SerializeToString()) < CHUNK + 200
        receiver.add(chunk)
    assert receiver.finish() == ref
    receiver.discard()
    assert target.require(ref).read_bytes() == bytes(size)


def chunk(content: bytes, sequence: int = 0, total: int | None = None) -> link_pb2.Chunk:
    size = len(content) if total is None else total
    return link_pb2.Chunk(sha256=sha256(content), total=size, sequence=sequence, data=content)


def test_another_file_than_expected(tmp_path: Path) -> None:
    expected = AttachmentRef(sha256(b"expected"), 8)
    receiver = ChunkReceiver(ContentFolder(tmp_path), expected=expected)
    with pytest.raises(MalformedLetter):
        receiver.add(chunk(b"another."))
    receiver.discard()


@pytest.mark.parametrize("sequence", [1, 7])
def test_out_of_order(tmp_path: Path, sequence: int) -> None:
    receiver = ChunkReceiver(ContentFolder(tmp_path))
    with pytest.raises(MalformedLetter):
        receiver.add(chunk(b"x", sequence))
    receiver.discard()
    assert not any(tmp_path.iterdir())


def test_too_large(tmp_path: Path) -> None:
    receiver = ChunkReceiver(ContentFolder(tmp_path), limit=10)
    with pytest.raises(LetterTooLarge):
        receiver.add(chunk(b"x", total=11))
    piece = chunk(bytes(CHUNK + 1))
    receiver = ChunkReceiver(ContentFolder(tmp_path))
    with pytest.raises(MalformedLetter):
        receiver.add(piece)
    receiver.discard()


def test_nothing_at_all(tmp_path: Path) -> None:
    receiver = ChunkReceiver(ContentFolder(tmp_path))
    with pytest.raises(MalformedLetter):
        receiver.finish()
    receiver.discard()
