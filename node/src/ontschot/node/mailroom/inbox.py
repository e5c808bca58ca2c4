# SPDX-License-Identifier: EUPL-1.2
"""The inbox: which letters were handled, by number and hash: a repeat has no second effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select

from ontschot.node.mailroom.schema import IN
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import Letter

# Run for every letter: built once, since building a statement takes longer than running it.
_OF_NUMBER = select(IN.c.digest).where(
    IN.c.sender == bindparam("sender"), IN.c.seq == bindparam("seq")
)
_KNOWN = _OF_NUMBER.with_only_columns(IN.c.code).where(IN.c.digest == bindparam("digest"))
_RECORD = insert(IN)


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
    this = {"sender": letter.sender, "seq": letter.seq, "digest": digest}
    row = connection.execute(_KNOWN, this).first()
    if row is None:
        return None
    return Outcome("handled" if row.code is None else "refused", row.code, repeated=True)


def number_used(connection: Connection, letter: Letter) -> bool:
    """Return whether the sender used this number before (for another letter)."""
    number = {"sender": letter.sender, "seq": letter.seq}
    return connection.execute(_OF_NUMBER, number).first() is not None


def record(
    connection: Connection, letter: Letter, digest: str, code: str | None, now: datetime
) -> None:
    """Note that ``letter`` was handled (``code`` None) or refused."""
    row = {
        "sender": letter.sender,
        "seq": letter.seq,
        "digest": digest,
        "type": letter.type,
        "subject": letter.subject,
        "code": code,
        "received_at": to_text(now),
    }
    connection.execute(_RECORD, row)
