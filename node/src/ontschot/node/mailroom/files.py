# SPDX-License-Identifier: EUPL-1.2
"""Files beside letters and kept by handlers: which rows need which file, and removal of the rest.

A file is on disk, whole and flushed, before a row names it. It is removed only inside a transaction
in which no row names it; SQLite has one writer at a time, so nobody can begin to need it meanwhile.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select

from ontschot.node.mailroom.schema import FILE_USE
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import AttachmentRef
from ontschot.protocol.letters.files import ContentFolder


class Files:
    """Two folders: ``store`` for what rows need, ``incoming`` for what letters to come bring."""

    def __init__(self, folder: Path) -> None:
        self.store = ContentFolder(folder / "store")
        self.incoming = ContentFolder(folder / "incoming")

    def use(self, connection: Connection, use: str, ref: AttachmentRef, now: datetime) -> None:
        """Note that ``use`` needs the stored file ``ref``."""
        row = {"use": use, "sha256": ref.sha256, "size": ref.size, "since": to_text(now)}
        found = select(FILE_USE.c.use).where(FILE_USE.c.use == use, FILE_USE.c.sha256 == ref.sha256)
        if connection.execute(found).first() is None:
            connection.execute(insert(FILE_USE).values(row))

    def used_by(self, connection: Connection, use: str) -> list[AttachmentRef]:
        """Return the files that ``use`` needs."""
        rows = connection.execute(
            select(FILE_USE.c.sha256, FILE_USE.c.size).where(FILE_USE.c.use == use)
        )
        return [AttachmentRef(row.sha256, row.size) for row in rows]

    def release(self, connection: Connection, use: str) -> None:
        """Note that ``use`` needs its files no longer; ``clean`` removes them after the commit."""
        connection.execute(delete(FILE_USE).where(FILE_USE.c.use == use))

    def take(self, content: bytes | Path) -> AttachmentRef:
        """Store a copy of ``content``; one that was received is moved, not copied."""
        if isinstance(content, Path) and content.parent == self.incoming.folder:
            return self.store.adopt(content)
        return self.store.put(content)

    def clean(self, engine: Engine) -> int:
        """Remove stored files that no row needs; return how many."""
        with engine.begin() as connection:
            needed = set(connection.execute(select(FILE_USE.c.sha256)).scalars())
            return self.store.sweep(needed)
