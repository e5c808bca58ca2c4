# SPDX-License-Identifier: EUPL-1.2
"""The outbox: letters written here, stored as signed, until the coordinator has them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ontschot.node.mailroom.schema import OUT
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import AttachmentRef, Letter, SignedLetter, read

# Run for every letter: built once, since building a statement takes longer than running it.
_HIGHEST = select(func.max(OUT.c.seq))
_INSERT = insert(OUT)
_UNPOSTED = (
    select(OUT.c.seq, OUT.c.header, OUT.c.payload, OUT.c.signature)
    .where(OUT.c.posted_at.is_(None))
    .order_by(OUT.c.seq)
    .limit(bindparam("most"))
)
_ERASE = (
    update(OUT)
    .where(OUT.c.seq == bindparam("number"), OUT.c.posted_at.is_(None))
    .values(header=None, payload=None, signature=None, posted_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter to be posted: its number, its bytes, and the files that must be uploaded first."""

    seq: int
    wire: SignedLetter
    attachments: tuple[AttachmentRef, ...]


def next_seq(connection: Connection) -> int:
    """Return the next number; rows are never deleted, so it only grows."""
    highest = connection.execute(_HIGHEST).scalar()
    return (highest or 0) + 1


def skip_numbers(connection: Connection, now: datetime) -> int:
    """Go on with numbers that were never used, whatever was forgotten; return the last one skipped.

    The milliseconds since 1970 are such a number: who began at 1, or at an earlier moment by this
    rule, has written fewer letters since than milliseconds went by.
    """
    number = max(next_seq(connection), int(now.timestamp() * 1000))
    row = {"seq": number, "recipient": "", "type": "restored", "subject": "", "digest": "0" * 64}
    moment = to_text(now)
    connection.execute(_INSERT, row | {"written_at": moment, "posted_at": moment})
    return number


def insert_letter(
    connection: Connection, letter: Letter, wire: SignedLetter, now: datetime
) -> None:
    """Store a letter to be posted."""
    row = {
        "seq": letter.seq,
        "recipient": letter.recipient,
        "type": letter.type,
        "subject": letter.subject,
        "digest": wire.digest,
        "header": wire.header,
        "payload": wire.payload,
        "signature": wire.signature,
        "written_at": to_text(now),
    }
    connection.execute(_INSERT, row)


def unposted(connection: Connection, limit: int) -> list[Outgoing]:
    """Return the oldest letters that the coordinator does not have yet, in order."""
    rows = connection.execute(_UNPOSTED, {"most": limit})
    wires = [(row.seq, SignedLetter(row.header, row.payload, row.signature)) for row in rows]
    return [Outgoing(seq, wire, read(wire).attachments) for seq, wire in wires]


def mark_posted(connection: Connection, seq: int, now: datetime) -> bool:
    """Erase a letter's bytes, now that the coordinator has them; return whether it was unposted."""
    return connection.execute(_ERASE, {"number": seq, "now": to_text(now)}).rowcount > 0


def file_use(seq: int) -> str:
    """Return under which name letter ``seq`` needs its attachments."""
    return f"out:{seq}"


def recipient_of(connection: Connection, seq: int) -> str | None:
    """Return for whom letter ``seq`` was; None if none was written with that number."""
    return connection.execute(select(OUT.c.recipient).where(OUT.c.seq == seq)).scalar()
