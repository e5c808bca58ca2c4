# SPDX-License-Identifier: EUPL-1.2
"""Notices letters that another process queued: the command line, or another server."""

from sqlalchemy import Engine, func, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import PoolProxiedConnection

from ontschot.coordinator.mail.schema import QUEUE
from ontschot.coordinator.store.database import reading


class Changes:
    """Asks SQLite for its ``data_version``, and PostgreSQL for the highest number in the queue.

    Both are a single look at memory or an index; neither takes a lock.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._raw: PoolProxiedConnection | None = None
        if engine.dialect.name == "sqlite":
            self._raw = engine.raw_connection()
        self._last = self._token()

    def happened(self) -> bool:
        """Return whether there may be a new letter since the last call."""
        before, self._last = self._last, self._token()
        return before != self._last

    def close(self) -> None:
        """Give the connection back."""
        if self._raw is not None:
            self._raw.close()

    def _token(self) -> int:
        if self._raw is None:
            with reading(self._engine) as connection:
                return connection.execute(select(func.max(QUEUE.c.id))).scalar() or 0
        cursor: DBAPICursor = self._raw.cursor()
        try:
            cursor.execute("PRAGMA data_version")
            return int((cursor.fetchone() or (0,))[0])
        finally:
            cursor.close()
