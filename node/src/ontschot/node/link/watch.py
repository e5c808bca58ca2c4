# SPDX-License-Identifier: EUPL-1.2
"""Notices that another process wrote to the state database (the command line, for instance)."""

from sqlalchemy import Engine


class ForeignWrites:
    """Asks SQLite's ``PRAGMA data_version``, which changes when another connection commits.

    It reads a counter in shared memory and takes no lock, so asking once a second costs nothing.
    A commit of this process by another connection counts as well, which is no harm.
    """

    def __init__(self, engine: Engine) -> None:
        self._raw = engine.raw_connection()
        self._last = self._version()

    def happened(self) -> bool:
        """Return whether there was a commit since the last call."""
        before, self._last = self._last, self._version()
        return before != self._last

    def close(self) -> None:
        """Give the connection back."""
        self._raw.close()

    def _version(self) -> int:
        cursor = self._raw.cursor()
        try:
            cursor.execute("PRAGMA data_version")
            return int((cursor.fetchone() or (0,))[0])
        finally:
            cursor.close()
