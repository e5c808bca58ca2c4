# SPDX-License-Identifier: EUPL-1.2
"""Who is connected, and when each participant was last heard of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update

from ontschot.coordinator.mail.schema import PRESENCE
from ontschot.coordinator.store.database import reading
from ontschot.protocol.clock import Clock, from_text, to_text

SILENCE = timedelta(seconds=60)
"""A connection of which nothing was heard for so long does not count as online."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One participant's newest connection.

    Attributes:
        participant: its id.
        software: the version it says it runs.
        connected_at: when the connection began.
        last_seen: when it was last heard of; UTC.
        online: connected, and heard of within ``SILENCE``.
    """

    participant: str
    software: str
    connected_at: datetime
    last_seen: datetime
    online: bool


class PresenceBoard:
    """Notes connections in the database, where also other processes can ask.

    Args:
        engine: the coordinator's database.
        clock: gives the present moment.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def connected(self, participant: str, session: str, software: str) -> None:
        """Note a new connection; it replaces an earlier one."""
        now = to_text(self._clock())
        row = {
            "session": session,
            "software": software,
            "connected_at": now,
            "last_seen": now,
            "disconnected_at": None,
        }
        mine = PRESENCE.c.participant == participant
        with self._engine.begin() as connection:
            if connection.execute(update(PRESENCE).where(mine).values(row)).rowcount == 0:
                connection.execute(insert(PRESENCE).values(row | {"participant": participant}))

    def seen(self, session: str) -> None:
        """Note that something was heard over this connection."""
        self._update(session, {"last_seen": to_text(self._clock())})

    def disconnected(self, session: str) -> None:
        """Note the end of a connection; nothing happens when a newer one has replaced it."""
        now = to_text(self._clock())
        self._update(session, {"last_seen": now, "disconnected_at": now})

    def all(self) -> list[Presence]:
        """Return every participant that ever connected, by id."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(PRESENCE).order_by(PRESENCE.c.participant)).all()
        alive = self._clock() - SILENCE
        return [
            Presence(
                row.participant,
                row.software,
                from_text(row.connected_at),
                from_text(row.last_seen),
                row.disconnected_at is None and from_text(row.last_seen) > alive,
            )
            for row in rows
        ]

    def online(self) -> frozenset[str]:
        """Return who is online."""
        return frozenset(one.participant for one in self.all() if one.online)

    def last_seen(self, participant: str) -> datetime | None:
        """Return when ``participant`` was last heard of, or None."""
        return next((one.last_seen for one in self.all() if one.participant == participant), None)

    def _update(self, session: str, values: dict[str, str]) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(PRESENCE).where(PRESENCE.c.session == session).values(values))
