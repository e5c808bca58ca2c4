# SPDX-License-Identifier: EUPL-1.2
"""Checkpoints are signed by the log and cosigned by witnesses; nothing else passes for one."""

from datetime import UTC, datetime, timedelta

import pytest

from ontschot.protocol.keys import BadSignature, SigningKey
from ontschot.protocol.transparency import (
    Checkpoint,
    CheckpointNotSigned,
    MalformedNote,
    Note,
    NoteSignature,
    cosign,
    cosigners,
    open_checkpoint,
    sign_checkpoint,
)

ORIGIN = "ontschot.example/log"
LOG_KEY, WITNESS_KEY, STRANGER = (SigningKey.from_bytes(bytes([n]) * 32) for n in (1, 2, 3))
CHECKPOINT = Checkpoint(ORIGIN, 7, bytes(range(32)))
NOTE = sign_checkpoint(CHECKPOINT, LOG_KEY)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WITNESSES = {"ontschot.example/helper-a": WITNESS_KEY.public}
(NAME,) = WITNESSES


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    note = Note.parse(NOTE.to_bytes())
    assert note == NOTE
    assert open_checkpoint(note, ORIGIN, LOG_KEY.public) == CHECKPOINT


def test_a_witness_signs_with_the_time() -> None:
    note = NOTE.add([cosign(NOTE, NAME, WITNESS_KEY, NOW)])
    assert cosigners(Note.parse(note.to_bytes()), WITNESSES) == {NAME: NOW}
    assert open_checkpoint(note, ORIGIN, LOG_KEY.public) == CHECKPOINT
    assert cosigners(NOTE, WITNESSES) == {}
    # Once is enough.
    assert note.add([cosign(NOTE, NAME, WITNESS_KEY, NOW + timedelta(hours=1))]) == note


def test_nobody_else_speaks_for_the_log_or_for_a_witness() -> None:
    with pytest.raises(CheckpointNotSigned):
        open_checkpoint(NOTE, ORIGIN, STRANGER.public)
    with pytest.raises(CheckpointNotSigned):
        open_checkpoint(NOTE, "ontschot.example/other", LOG_KEY.public)
    other = sign_checkpoint(Checkpoint("ontschot.example/other", 7, CHECKPOINT.root), LOG_KEY)
    with pytest.raises(CheckpointNotSigned):
        open_checkpoint(Note(other.text, NOTE.signatures), ORIGIN, LOG_KEY.public)
    grown = Checkpoint(ORIGIN, 8, CHECKPOINT.root)
    with pytest.raises(CheckpointNotSigned):
        open_checkpoint(Note(grown.text, NOTE.signatures), ORIGIN, LOG_KEY.public)
    assert cosigners(NOTE.add([cosign(NOTE, NAME, STRANGER, NOW)]), WITNESSES) == {}


def test_a_cosignature_is_for_one_checkpoint_and_one_time() -> None:
    signature = cosign(NOTE, NAME, WITNESS_KEY, NOW)
    grown = sign_checkpoint(Checkpoint(ORIGIN, 8, CHECKPOINT.root), LOG_KEY)
    with pytest.raises(BadSignature):
        cosigners(grown.add([signature]), WITNESSES)
    later = signature.value[:7] + bytes([signature.value[7] ^ 1]) + signature.value[8:]
    for value in (later, signature.value[:-1], b"\xff" * len(signature.value)):
        with pytest.raises(BadSignature):
            cosigners(NOTE.add([NoteSignature(NAME, signature.key_id, value)]), WITNESSES)


def test_no_document_of_ours_is_a_note() -> None:
    """One key signs both: what is signed as the one never verifies as the other."""
    document = b"ontschot/v1/query\0{}"
    with pytest.raises(ValueError, match="NUL"):
        WITNESS_KEY.sign_note(document)
    with pytest.raises(ValueError, match="NUL"):
        WITNESS_KEY.public.verify_note(document, WITNESS_KEY.sign("query", b"{}"))


LINE = NOTE.signatures[0].line


@pytest.mark.parametrize(
    "data",
    {
        "no signatures": NOTE.text.encode(),
        "no line behind the empty one": f"{NOTE.text}\n".encode(),
        "no newline at the end": NOTE.to_bytes()[:-1],
        "no text": f"\n{LINE}".encode(),
        "a hyphen for the dash": NOTE.to_bytes().replace("—".encode(), b"-"),
        "a control character": NOTE.to_bytes().replace(b"log\n7", b"log\r\n7"),
        "not UTF-8": b"\xff" + NOTE.to_bytes(),
        "padding left out": NOTE.to_bytes().replace(b"=\n", b"\n"),
        "a signature of no bytes": f"{NOTE.text}\n— {ORIGIN} AAAAAA==\n".encode(),
        "a space in a name": f"{NOTE.text}\n— a b AAAAAAA=\n".encode(),
        "a plus in a name": f"{NOTE.text}\n— a+b AAAAAAA=\n".encode(),
        "too long": b"a" * (1 << 20) + NOTE.to_bytes(),
        "too many": f"{NOTE.text}\n{LINE * 2049}".encode(),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_no_note_is_refused(data: tuple[str, bytes]) -> None:
    with pytest.raises(MalformedNote):
        Note.parse(data[1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n7\n",
        NOTE.text + "more\n",
        NOTE.text.replace("\n7\n", "\n07\n"),
        NOTE.text.replace("\n7\n", "\n-7\n"),
        NOTE.text.replace("\n7\n", "\n٧\n"),
        NOTE.text.replace(ORIGIN, ""),
        f"{ORIGIN}\n7\nAAAA\n",
        f"{ORIGIN}\n7\nno root\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        Checkpoint.parse(text)
