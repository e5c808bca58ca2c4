# SPDX-License-Identifier: EUPL-1.2
"""Say again, under the new roster, what was refused because it was written under the old one.

A consent is not said again: its manifest names the old roster,
so the helpers give that release up and the coordinator proposes another.
"""

from types import MappingProxyType

from sqlalchemy import select

from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.provider.persons import agreement
from ontschot.node.questions import store as questions
from ontschot.node.witness import resending
from ontschot.protocol.documents.persons import KEY_CHECK, KEY_COMMIT
from ontschot.protocol.documents.releases import Accepted, Refused
from ontschot.protocol.documents.uploads import WITHDRAWAL, Withdrawal
from ontschot.protocol.letters import Letter


def say_again(desk: Desk, letter: Letter) -> None:
    """Take a refusal; say again what only a new roster stood in the way of."""
    resending.say_again(desk, letter, _AGAIN)


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


def _status(desk: Desk, envelope: str) -> str | None:
    query = select(own_uploads.c.status).where(own_uploads.c.envelope == envelope)
    return desk.connection.execute(query).scalar()


_AGAIN: resending.Again = MappingProxyType(
    {
        WITHDRAWAL: _withdrawal,
        "uploaded": _uploaded,
        "accepted": say_decision,
        "refused": say_decision,
        "held": say_decision,
        KEY_COMMIT: agreement.say_commit,
        KEY_CHECK: agreement.say_check,
        "key-asked": agreement.say_asked,
        "key-share": agreement.say_share,
    }
)
