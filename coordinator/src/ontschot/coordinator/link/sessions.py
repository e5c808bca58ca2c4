# SPDX-License-Identifier: EUPL-1.2
"""Who is connected here now: one session per participant, the newest."""

import asyncio
import secrets
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Session:
    """One participant's stream.

    Attributes:
        participant: whose.
        id: tells this connection from an earlier or later one.
        wake: set when there may be a letter for it.
        replaced: set when a newer connection took its place.
        in_flight: numbers in the queue of letters delivered and not yet acknowledged.
    """

    participant: str
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    replaced: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: set[int] = field(default_factory=set)


class Sessions:
    """The sessions of this process."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self.draining = asyncio.Event()

    def enter(self, session: Session) -> None:
        """Take a session in; an older one of the same participant is told that it is replaced."""
        older = self._sessions.get(session.participant)
        self._sessions[session.participant] = session
        session.wake.set()
        if older is not None:
            older.replaced.set()

    def leave(self, session: Session) -> None:
        """Forget a session; one that was replaced is gone already."""
        if self._sessions.get(session.participant) is session:
            del self._sessions[session.participant]

    def wake(self, recipients: frozenset[str] | None = None) -> None:
        """Let the sessions of ``recipients`` (None: of all) look for letters."""
        for name, session in self._sessions.items():
            if recipients is None or name in recipients:
                session.wake.set()

    def connected(self) -> frozenset[str]:
        """Return who is connected to this process."""
        return frozenset(self._sessions)
