# SPDX-License-Identifier: EUPL-1.2
"""Facts about a release or a deal: what others said, kept until they are needed."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.helper import schema
from ontschot.node.helper.errors import PeerDeviates


def keep(connection: Connection, subject: str, kind: str, sender: str, body: bytes) -> None:
    """Keep what ``sender`` said; saying it twice is nothing, saying something else is refused.

    Raises:
        PeerDeviates: the sender said something else before.
    """
    connection.execute(
        insert(schema.facts)
        .values(subject=subject, kind=kind, sender=sender, body=body)
        .on_conflict_do_nothing()
    )
    if find(connection, subject, kind, sender) != body:
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
