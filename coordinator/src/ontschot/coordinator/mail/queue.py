# SPDX-License-Identifier: EUPL-1.2
"""The queue: letters to participants, in order, until each was acknowledged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from ontschot.coordinator.mail.schema import FILE_USE, QUEUE
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import ROSTER, Letter, SignedLetter

# Run for every letter: built once, since building a statement takes longer than running it.
_PUT = insert(QUEUE)
_WAITING = (
    select(QUEUE.c.id, QUEUE.c.header, QUEUE.c.payload, QUEUE.c.signature)
    .where(
        QUEUE.c.recipient == bindparam("recipient"),
        QUEUE.c.acknowledged_at.is_(None),
        QUEUE.c.id.not_in(bindparam("skip", expanding=True)),
    )
    .order_by(QUEUE.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter to be delivered: its number in the queue, and its bytes."""

    id: int
    wire: SignedLetter


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A letter, by its number in the queue, that ``recipient`` has handled."""

    recipient: str
    id: int


def next_seq(connection: Connection, sender: str) -> int:
    """Return the coordinator's next number; rows are never deleted, so it only grows."""
    highest = select(func.max(QUEUE.c.seq)).where(QUEUE.c.sender == sender)
    return (connection.execute(highest).scalar() or 0) + 1


def skip_numbers(connection: Connection, sender: str, now: datetime) -> int:
    """Go on with numbers that were never used, whatever was forgotten; return the last one skipped.

    The milliseconds since 1970 are such a number: a coordinator that began at 1, or at an earlier
    moment by this rule, has written fewer letters since than milliseconds went by.
    """
    number = max(next_seq(connection, sender), int(now.timestamp() * 1000))
    row = {
        "recipient": sender,
        "sender": sender,
        "seq": number,
        "type": "restored",
        "subject": "",
        "digest": "0" * 64,
        "queued_at": to_text(now),
        "acknowledged_at": to_text(now),
    }
    connection.execute(_PUT, row)
    return number


def put_letter(connection: Connection, letter: Letter, wire: SignedLetter, now: datetime) -> int:
    """Queue a letter for its recipient; return its number in the queue."""
    row = {
        "recipient": letter.recipient,
        "sender": letter.sender,
        "seq": letter.seq,
        "type": letter.type,
        "subject": letter.subject,
        "digest": wire.digest,
        "header": wire.header,
        "payload": wire.payload,
        "signature": wire.signature,
        "queued_at": to_text(now),
    }
    done = connection.execute(_PUT, row)
    key = done.inserted_primary_key
    if key is None:  # SQLAlchemy returns the key of every single-row insert
        raise RuntimeError(QUEUE.name)
    return int(key[0])


def waiting(
    connection: Connection, recipient: str, skip: Collection[int], limit: int
) -> list[Delivery]:
    """Return the oldest letters to ``recipient`` not acknowledged, without those in ``skip``."""
    rows = connection.execute(
        _WAITING, {"recipient": recipient, "skip": sorted(skip), "most": limit}
    )
    return [Delivery(row.id, SignedLetter(row.header, row.payload, row.signature)) for row in rows]


def acknowledge(connection: Connection, recipient: str, mail_id: int, now: datetime) -> bool:
    """Erase a letter that its recipient has; return whether it was still there."""
    return _erase(connection, (QUEUE.c.id == mail_id) & (QUEUE.c.recipient == recipient), now) > 0


def erase(connection: Connection, recipient: str, now: datetime) -> bool:
    """Erase all letters to a participant that is no longer active, but those with rosters.

    Returns:
        Whether attachments were let go.
    """
    theirs = (QUEUE.c.recipient == recipient) & (QUEUE.c.type != ROSTER)
    uses = literal("mail:") + cast(QUEUE.c.id, String)
    attached = FILE_USE.c.use.in_(select(uses).where(theirs, QUEUE.c.acknowledged_at.is_(None)))
    released = connection.execute(delete(FILE_USE).where(attached)).rowcount > 0
    _erase(connection, theirs, now)
    return released


def _erase(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    return connection.execute(
        update(QUEUE)
        .where(which, QUEUE.c.acknowledged_at.is_(None))
        .values(header=None, payload=None, signature=None, acknowledged_at=to_text(now))
    ).rowcount


def attached(connection: Connection, recipient: str, sha256: str) -> bool:
    """Return whether a letter to ``recipient``, not acknowledged, has this attachment."""
    use = FILE_USE.c.use == literal("mail:") + cast(QUEUE.c.id, String)
    found = (
        select(QUEUE.c.id)
        .join(FILE_USE, use)
        .where(
            QUEUE.c.recipient == recipient,
            QUEUE.c.acknowledged_at.is_(None),
            FILE_USE.c.sha256 == sha256,
        )
    )
    return connection.execute(found.limit(1)).first() is not None


def last_roster(connection: Connection, recipient: str) -> int:
    """Return the highest serial of the roster letters ever queued for ``recipient``, or 0."""
    serials = connection.execute(
        select(QUEUE.c.subject).where(QUEUE.c.recipient == recipient, QUEUE.c.type == ROSTER)
    ).scalars()
    return max((int(serial) for serial in serials), default=0)
