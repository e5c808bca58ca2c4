# SPDX-License-Identifier: EUPL-1.2
"""Receive a question with its approvals, verify it, keep it, and find it again."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs.store import require_round
from ontschot.node.questions.schema import questions
from ontschot.protocol.catalogue.approval import require_approved
from ontschot.protocol.catalogue.planning import require_definition
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.letters import Letter
from ontschot.protocol.signed import SignedDocument


class UnknownQuery(Refusal):
    """A manifest for a question that was never received, or was not accepted here."""

    code = "unknown-query"
    title = Text("Deze vraag is hier niet bekend", "This question is not known here")
    remedy = Text(
        "Stuur eerst de vraag met de goedkeuringen.", "Send the question and its approvals first."
    )


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question as it stands here."""

    digest: str
    query: Query
    decision: str
    reason: str | None
    received_at: str


def verify(desk: Desk, payload: bytes) -> tuple[SignedDocument, Query]:
    """Verify approvals, validity, definition and price of a question.

    Raises:
        NotApproved, NotValidNow, NotTheDefinition, UnknownPublicInput, BadSignature: what failed.
        MalformedMessage: not a signed question.
    """
    signed = SignedDocument.from_bytes(payload)
    query = require_approved(signed, desk.roster, desk.now)
    most = desk.roster.parameters.household_providers
    require_definition(query, require_round(desk, query.round), household_providers=most)
    return signed, query


def receive_for_helper(desk: Desk, letter: Letter) -> None:
    """A helper keeps every question that is approved and well formed."""
    signed, query = verify(desk, letter.payload)
    keep(desk, signed, query, "verified")


def keep(desk: Desk, signed: SignedDocument, query: Query, decision: str) -> None:
    """Keep a verified question with a first decision; a known one stays as it is."""
    desk.connection.execute(
        insert(questions)
        .values(
            hash=signed.digest,
            document=signed.to_bytes(),
            round=query.round,
            received_at=to_text(desk.now),
            decision=decision,
        )
        .on_conflict_do_nothing()
    )


def decide(desk: Desk, digest: str, decision: str, reason: str | None = None) -> None:
    """Write the decision on a question."""
    desk.connection.execute(
        update(questions)
        .where(questions.c.hash == digest)
        .values(decision=decision, reason=reason, decided_at=to_text(desk.now))
    )


def find(connection: Connection, digest: str) -> KeptQuestion | None:
    """Return one question, or nothing."""
    row = connection.execute(select(questions).where(questions.c.hash == digest)).first()
    return None if row is None else _kept(row)


def all_kept(connection: Connection) -> list[KeptQuestion]:
    """Return every question, oldest first."""
    rows = connection.execute(select(questions).order_by(questions.c.received_at))
    return [_kept(row) for row in rows]


def require_question(desk: Desk, digest: str) -> Query:
    """Return a question that is approved and still valid, verified anew.

    Raises:
        UnknownQuery: not here.
        NotValidNow, NotApproved: its validity is over, or an approver left the roster.
    """
    row = desk.connection.execute(
        select(questions.c.document).where(questions.c.hash == digest)
    ).scalar()
    if row is None:
        raise UnknownQuery(digest[:12])
    return verify(desk, row)[1]


def _kept(row: Row[Any]) -> KeptQuestion:
    query = Query.parse(SignedDocument.from_bytes(row.document).payload)
    return KeptQuestion(row.hash, query, row.decision, row.reason, row.received_at)
