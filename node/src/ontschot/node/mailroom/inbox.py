# SPDX-License-Identifier: EUPL-1.2
"""The inbox: which letters were handled, by number and hash: a repeat has no second effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from ontschot.node.mailroom.schema import IN
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import Letter


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a received letter.

    Attributes:
        state: ``handled``; ``refused`` (with ``code``; nothing of it had an effect); or
            ``waiting`` for a later roster.
        code: the error code of a refused or waiting letter.
        repeated: it had this outcome before; nothing happened now.
    """

    state: Literal["handled", "refused", "waiting"]
    code: str | None = None
    repeated: bool = False

    @property
    def acknowledged(self) -> bool:
        """Whether the coordinator may forget the letter."""
        return self.state != "waiting"


def known_outcome(connection: Connection, letter: Letter, digest: str) -> Outcome | None:
    """Return what became of this very letter before, or None."""
    row = connection.execute(
        select(IN.c.code).where(
            IN.c.sender == letter.sender, IN.c.seq == letter.seq, IN.c.digest == digest
        )
    ).first()
    if row is None:
        return None
    return Outcome("handled" if row.code is None else "refused", row.code, repeated=True)


def number_used(connection: Connection, letter: Letter) -> bool:
    """Return whether the sender used this number before (for another letter)."""
    found = select(IN.c.digest).where(IN.c.sender == letter.sender, IN.c.seq == letter.seq)
    return connection.execute(found).first() is not None


def record(
    connection: Connection, letter: Letter, digest: str, code: str | None, now: datetime
) -> None:
    """Note that ``letter`` was handled (``code`` None) or refused."""
    connection.execute(
        insert(IN).values(
            sender=letter.sender,
            seq=letter.seq,
            digest=digest,
            type=letter.type,
            subject=letter.subject,
            code=code,
            received_at=to_text(now),
        )
    )
