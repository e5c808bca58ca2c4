# SPDX-License-Identifier: EUPL-1.2
"""Facts about a release or a deal: what others said, kept until they are needed."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.helper import schema
from ontschot.node.helper.errors import PeerDeviates
from ontschot.protocol.documents.statements import STATEMENTS, same_but_for_the_head
from ontschot.protocol.signed import SignedDocument


def keep(connection: Connection, subject: str, kind: str, sender: str, body: bytes) -> None:
    """Keep what ``sender`` said; saying it twice is nothing, saying something else is refused.

    A statement sent again may carry a later head: the first one stays.

    Raises:
        PeerDeviates: the sender said something else before.
    """
    known = find(connection, subject, kind, sender)
    if known is None:
        row = {"subject": subject, "kind": kind, "sender": sender, "body": body}
        connection.execute(insert(schema.facts).values(row))
    elif known != body and not _same_statement(kind, known, body):
        raise PeerDeviates(f"two different {kind} for one subject")


def find(connection: Connection, subject: str, kind: str, sender: str) -> bytes | None:
    """Return what ``sender`` said, or nothing."""
    table = schema.facts.c
    return connection.execute(
        select(table.body).where(
            table.subject == subject, table.kind == kind, table.sender == sender
        )
    ).scalar()


def all_of(connection: Connection, subject: str, kind: str) -> dict[str, bytes]:
    """Return what everyone said of one kind, by sender."""
    table = schema.facts.c
    rows = connection.execute(
        select(table.sender, table.body).where(table.subject == subject, table.kind == kind)
    )
    return {row.sender: row.body for row in rows}


def forget(connection: Connection, subject: str, kinds: Iterable[str]) -> None:
    """Erase facts that nothing needs any more: boxes with secrets and masked values."""
    table = schema.facts.c
    connection.execute(
        delete(schema.facts).where(table.subject == subject, table.kind.in_(tuple(kinds)))
    )


def _same_statement(kind: str, one: bytes, other: bytes) -> bool:
    if kind not in STATEMENTS:
        return False
    both = (
        STATEMENTS[kind].parse(SignedDocument.from_bytes(body).payload) for body in (one, other)
    )
    return same_but_for_the_head(*both)
