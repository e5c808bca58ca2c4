# SPDX-License-Identifier: EUPL-1.2
"""Say again, under the new roster, what was refused because it was written under the old one.

Between the coordinator's adoption of a roster and its arrival here, whatever is posted is refused
with ``letter-roster-outdated``. Each kind of letter is made anew from what is kept, never as it
was: its subject may have moved on. A consent is not said again: its manifest names the old roster,
so the helpers give that release up and the coordinator proposes another.
"""

from collections.abc import Callable
from types import MappingProxyType

from sqlalchemy import select

from ontschot.node.mailroom import outbox
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.questions import store as questions
from ontschot.node.witness import service as witness
from ontschot.protocol.documents.releases import Accepted, Refused
from ontschot.protocol.documents.uploads import WITHDRAWAL, Withdrawal
from ontschot.protocol.letters import Letter, RosterOutdated
from ontschot.protocol.letters.model import RefusalNotice


def say_again(desk: Desk, letter: Letter) -> None:
    """Take a refusal; say again what only a new roster stood in the way of."""
    notice = RefusalNotice.parse(letter.payload)
    recipient = outbox.recipient_of(desk.connection, notice.seq)
    again = _AGAIN.get(notice.letter)
    if notice.code != RosterOutdated.code or recipient is None or again is None:
        return
    if any(one.id == recipient and one.status == "active" for one in desk.roster.participants):
        again(desk, recipient, letter.subject)


def _withdrawal(desk: Desk, recipient: str, envelope: str) -> None:
    if _status(desk, envelope) == "withdrawn":
        message = Withdrawal(node=desk.me.id, envelope=envelope)
        desk.send(recipient, WITHDRAWAL, envelope, message.to_bytes())


def _uploaded(desk: Desk, recipient: str, envelope: str) -> None:
    if _status(desk, envelope) == "live":
        query = select(own_uploads.c.document).where(own_uploads.c.envelope == envelope)
        document = desk.connection.execute(query).scalar_one()
        desk.send(recipient, "uploaded", envelope, document)


def say_decision(desk: Desk, recipient: str, digest: str) -> None:
    """Say what was decided on a question, if it came here."""
    kept = questions.find(desk.connection, digest)
    if kept is None:
        return
    if kept.decision == "accepted":
        message = Accepted(subject=digest)
        desk.send(recipient, message.type, digest, message.to_bytes())
    else:
        kind = "held" if kept.decision == "held" else "refused"
        code = kept.reason or "held-for-a-person"
        word = Refused(subject=digest, letter="question", code=code)
        desk.send(recipient, kind, digest, word.to_bytes())


def _heads(desk: Desk, recipient: str, nonce: str) -> None:
    witness.tell(desk, recipient, nonce)


def _heads_asked(desk: Desk, recipient: str, nonce: str) -> None:
    witness.ask(desk, [recipient], nonce)


def _status(desk: Desk, envelope: str) -> str | None:
    query = select(own_uploads.c.status).where(own_uploads.c.envelope == envelope)
    return desk.connection.execute(query).scalar()


_AGAIN: MappingProxyType[str, Callable[[Desk, str, str], None]] = MappingProxyType(
    {
        WITHDRAWAL: _withdrawal,
        "uploaded": _uploaded,
        "accepted": say_decision,
        "refused": say_decision,
        "held": say_decision,
        witness.HEADS: _heads,
        witness.HEADS_ASKED: _heads_asked,
    }
)
