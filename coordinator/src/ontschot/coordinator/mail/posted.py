# SPDX-License-Identifier: EUPL-1.2
"""Which letters participants posted: a repeat is recognised by number and hash, for ever."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.mail.schema import POSTED
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import Letter, SequenceReused, SignedLetter, WrongRecipient
from ontschot.protocol.roster import Roster, UnknownParticipant

# Run for every letter: built once, since building a statement takes longer than running it.
_KNOWN = select(POSTED.c.digest, POSTED.c.code).where(
    POSTED.c.sender == bindparam("sender"), POSTED.c.seq == bindparam("seq")
)
_NOTE = insert(POSTED)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a posted letter.

    Attributes:
        state: ``accepted`` (queued, or handled); or ``refused`` (a refusal letter says why).
        code: the error code of a refused letter.
        repeated: it had this outcome before; nothing happened now.
    """

    state: Literal["accepted", "refused"]
    code: str | None = None
    repeated: bool = False


def known_receipt(connection: Connection, letter: Letter, digest: str) -> Receipt | None:
    """Return the receipt of this very letter, or None when its number is new.

    Raises:
        SequenceReused: the number was used for another letter.
    """
    row = connection.execute(_KNOWN, {"sender": letter.sender, "seq": letter.seq}).first()
    if row is None:
        return None
    if row.digest != digest:
        raise SequenceReused(f"{letter.sender}, number {letter.seq}")
    return Receipt("accepted" if row.code is None else "refused", row.code, repeated=True)


def note(desk: Desk, wire: SignedLetter, letter: Letter, code: str | None) -> None:
    """Note that ``letter`` was accepted (``code`` None) or refused."""
    row = {
        "sender": letter.sender,
        "seq": letter.seq,
        "digest": wire.digest,
        "recipient": letter.recipient,
        "type": letter.type,
        "subject": letter.subject,
        "code": code,
        "posted_at": to_text(desk.now),
    }
    desk.connection.execute(_NOTE, row)


def require_recipient(roster: Roster, letter: Letter) -> None:
    """Check that the recipient takes part, and is not the sender.

    Raises:
        WrongRecipient: not listed, revoked, or the sender itself.
    """
    try:
        roster.participant(letter.recipient)
    except UnknownParticipant as error:
        raise WrongRecipient(letter.recipient) from error
    if letter.recipient == letter.sender:
        raise WrongRecipient("the sender itself")
