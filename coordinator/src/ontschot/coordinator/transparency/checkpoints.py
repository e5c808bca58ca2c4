# SPDX-License-Identifier: EUPL-1.2
"""What the coordinator signs of its log, and what witnesses sign of that.

Every checkpoint that was signed is kept: the coordinator never signs one that an earlier one does
not lead to, also not after an old copy of its database was put back under it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from ontschot.coordinator.transparency import log
from ontschot.coordinator.transparency.errors import LogBroken, NoSuchCheckpoint
from ontschot.coordinator.transparency.schema import CHECKPOINT, COSIGNATURE
from ontschot.protocol.clock import to_text
from ontschot.protocol.keys import SigningKey, VerifyKey
from ontschot.protocol.transparency import (
    Checkpoint,
    MalformedNote,
    Note,
    NoteSignature,
    cosigners,
    sign_checkpoint,
)


@dataclass(frozen=True, slots=True)
class Signer:
    """The log by the name in its checkpoints, and the key that signs them."""

    origin: str
    key: SigningKey


def latest(connection: Connection, signer: Signer, now: datetime) -> Note:
    """Return the checkpoint over all entries, with its cosignatures; sign it if it is new.

    Raises:
        LogBroken: a larger log than this one was signed before.
    """
    entries = log.size(connection)
    signed = connection.execute(select(func.max(CHECKPOINT.c.size))).scalar()
    if signed is not None and signed > entries:
        raise LogBroken(f"{entries} entries, and {signed} were signed")
    if signed != entries:
        checkpoint = Checkpoint(signer.origin, entries, log.tree(connection).root())
        note = sign_checkpoint(checkpoint, signer.key)
        row = {"size": entries, "note": note.to_bytes(), "signed_at": to_text(now)}
        connection.execute(insert(CHECKPOINT).values(row))
    return of_size(connection, entries)


def of_size(connection: Connection, entries: int) -> Note:
    """Return the checkpoint that was signed over so many entries, with its cosignatures.

    Raises:
        NoSuchCheckpoint: none was.
    """
    query = select(CHECKPOINT.c.note).where(CHECKPOINT.c.size == entries)
    found = connection.execute(query).scalar()
    if found is None:
        raise NoSuchCheckpoint(f"{entries} entries")
    lines = connection.execute(
        select(COSIGNATURE.c.line)
        .where(COSIGNATURE.c.size == entries)
        .order_by(COSIGNATURE.c.witness)
    ).scalars()
    return Note.parse(found).add(NoteSignature.parse(line) for line in lines)


def add_cosignature(
    connection: Connection, entries: int, witness: str, name: str, key: VerifyKey, line: str
) -> None:
    """Keep the cosignature of a witness over the checkpoint of so many entries; again is no harm.

    Args:
        connection: the coordinator's database.
        entries: the size of the checkpoint.
        witness: id of the participant.
        name: the participant as a witness, in notes.
        key: its key, from the roster.
        line: the signature line, without its newline.

    Raises:
        NoSuchCheckpoint: no checkpoint of this size was signed here.
        MalformedNote: no signature line, or not of this witness.
        BadSignature: it does not fit.
    """
    note = of_size(connection, entries)
    signed = Note(note.text, (NoteSignature.parse(line),))
    if name not in cosigners(signed, {name: key}):
        raise MalformedNote("a cosignature of another")
    known = select(COSIGNATURE.c.line).where(
        COSIGNATURE.c.size == entries, COSIGNATURE.c.witness == witness
    )
    if connection.execute(known).first() is None:
        row = {"size": entries, "witness": witness, "line": line}
        connection.execute(insert(COSIGNATURE).values(row))
