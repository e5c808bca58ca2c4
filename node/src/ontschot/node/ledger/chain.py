# SPDX-License-Identifier: EUPL-1.2
"""The chain itself: adding an entry, its head, and whether the ledger is open."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from ontschot.node.ledger.errors import LedgerClosed, LedgerMissing
from ontschot.node.ledger.model import Entry, Kind
from ontschot.node.ledger.tables import ENTRY, STATUS
from ontschot.protocol.canonical import Document
from ontschot.protocol.documents.base import Head


@dataclass(frozen=True, slots=True)
class Status:
    """For an administrator: federation, head, and the code of what closed the ledger, if any."""

    federation: str
    head: Head
    closed_by: str | None


def status(connection: Connection) -> Status:
    """Return the state of the ledger, open or closed.

    Raises:
        LedgerMissing: there is none.
    """
    row = connection.execute(select(STATUS.c.federation, STATUS.c.closed_by)).one_or_none()
    head = last_head(connection)
    if row is None or head is None:
        raise LedgerMissing
    return Status(row.federation, head, row.closed_by)


def require_open(connection: Connection) -> Status:
    """Return the state of an open ledger.

    Raises:
        LedgerClosed: it is closed, or (``LedgerMissing``) there is none.
    """
    found = status(connection)
    if found.closed_by is not None:
        raise LedgerClosed(found.closed_by)
    return found


def last_head(connection: Connection) -> Head | None:
    """Return the head of the chain, open or closed; None if there is no entry."""
    query = select(ENTRY.c.seq, ENTRY.c.hash).order_by(ENTRY.c.seq.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else Head(seq=row.seq, hash=row.hash)


def append(connection: Connection, kind: Kind, body: Document, *, seq: int | None = None) -> Entry:
    """Add one entry after the last; the caller has decided that it may."""
    entry = Entry.after(last_head(connection), kind, body, seq)
    connection.execute(
        insert(ENTRY).values(
            seq=entry.seq, kind=entry.kind, body=entry.body, prev=entry.prev, hash=entry.hash
        )
    )
    return entry


def entries(connection: Connection, since: int = 0) -> Iterator[Entry]:
    """Yield the entries from number ``since`` on, in order."""
    query = select(ENTRY)
    for row in connection.execute(query.where(ENTRY.c.seq >= since).order_by(ENTRY.c.seq)):
        yield Entry(row.seq, row.kind, row.body, row.prev, row.hash)


def contains(connection: Connection, head: Head) -> bool:
    """Return whether the chain has this entry."""
    query = select(ENTRY.c.seq).where(ENTRY.c.seq == head.seq, ENTRY.c.hash == head.hash)
    return connection.execute(query).one_or_none() is not None
