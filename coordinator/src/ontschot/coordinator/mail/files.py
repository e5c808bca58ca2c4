# SPDX-License-Identifier: EUPL-1.2
"""Attachments in transit, and files kept by handlers: who needs which, and removal of the rest.

A file is on disk, whole and flushed, before a row names it, and removed only in a transaction in
which no row names it. Every transaction that adds or removes a use is a ``one_writer``, so nobody
begins to need a file while it is being removed.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from ontschot.coordinator.mail.schema import FILE_USE
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import AttachmentRef
from ontschot.protocol.letters.files import ContentFolder


class Files:
    """Files by SHA-256 below ``folder``: ``incoming`` while they are uploaded, then ``store``."""

    def __init__(self, folder: Path) -> None:
        self.store = ContentFolder(folder / "store")
        self.incoming = ContentFolder(folder / "incoming")

    def use(self, connection: Connection, use: str, ref: AttachmentRef, now: datetime) -> None:
        """Note that ``use`` needs the stored file ``ref``, since ``now``."""
        here = (FILE_USE.c.use == use) & (FILE_USE.c.sha256 == ref.sha256)
        since = to_text(now)
        if connection.execute(update(FILE_USE).where(here).values(since=since)).rowcount == 0:
            row = {"use": use, "sha256": ref.sha256, "size": ref.size, "since": since}
            connection.execute(insert(FILE_USE).values(row))

    def used_by(self, connection: Connection, use: str) -> list[AttachmentRef]:
        """Return the files that ``use`` needs."""
        rows = connection.execute(
            select(FILE_USE.c.sha256, FILE_USE.c.size).where(FILE_USE.c.use == use)
        )
        return [AttachmentRef(row.sha256, row.size) for row in rows]

    def release(
        self, connection: Connection, use: str, refs: Sequence[AttachmentRef] | None = None
    ) -> bool:
        """Note that ``use`` needs ``refs`` (None: all its files) no longer; return if it did."""
        statement = delete(FILE_USE).where(FILE_USE.c.use == use)
        if refs is not None:
            statement = statement.where(FILE_USE.c.sha256.in_([ref.sha256 for ref in refs]))
        return connection.execute(statement).rowcount > 0

    def forget_uploads(self, connection: Connection, before: datetime) -> bool:
        """Give up uploads of before ``before`` whose letter never came; return if there were."""
        old = FILE_USE.c.use.startswith("upload:") & (FILE_USE.c.since < to_text(before))
        return connection.execute(delete(FILE_USE).where(old)).rowcount > 0

    def take(self, content: bytes | Path) -> AttachmentRef:
        """Store a copy of ``content`` and return its name and size."""
        return self.store.put(content)

    def accept(self, ref: AttachmentRef) -> None:
        """Move an uploaded file from ``incoming`` to ``store``, if it is not there already.

        Raises:
            AttachmentMissing: it is in neither.
        """
        if self.incoming.has(ref):
            self.store.adopt(self.incoming.path(ref.sha256))
        self.store.require(ref)

    def clean(self, connection: Connection) -> int:
        """Remove stored files that no row needs; return how many."""
        needed = set(connection.execute(select(FILE_USE.c.sha256)).scalars())
        return self.store.sweep(needed)


def upload_use(participant: str) -> str:
    """Return under which name an upload waits for its letter."""
    return f"upload:{participant}"


def mail_use(mail_id: int) -> str:
    """Return under which name a queued letter needs its attachments."""
    return f"mail:{mail_id}"


def keep_use(name: str) -> str:
    """Return under which name a handler keeps a file."""
    return f"keep:{name}"
