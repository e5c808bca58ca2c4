# SPDX-License-Identifier: EUPL-1.2
"""Submit an approved question and keep track of what each provider says."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries.schema import participations, queries
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.catalogue.approval import require_approved
from ontschot.protocol.catalogue.planning import require_definition
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.signed import SignedDocument

OPEN = ("asking", "releasing")


class UnknownQuestion(Refusal):
    """No question was submitted here whose hash begins so, or more than one was."""

    code = "question-not-found"
    title = Text("Deze vraag is hier niet bekend", "This question is not known here")
    remedy = Text(
        "Kijk met 'status' naar de kenmerken van de vragen. Geef meer tekens als er twee passen.",
        "See the ids of the questions with 'status'. Give more characters if two fit.",
    )
    http_status = 404


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how it stands."""

    digest: str
    query: Query
    state: str
    reason: str | None
    deadline: str


def submit(desk: Desk, signed: SignedDocument, patience: timedelta) -> Asked:
    """Send an approved question to every helper and provider; a known one stays as it is.

    ``patience`` is how long to wait for providers that do not answer.

    Raises:
        NotApproved, NotValidNow, NotTheDefinition, UnknownRound, RoundClosed: why it may not be
            asked.
    """
    query = require_approved(signed, desk.roster, desk.now)
    round_ = rounds.require_open(desk.connection, query.round)
    most = desk.roster.parameters.household_providers
    require_definition(query, round_, household_providers=most)
    known = find(desk.connection, signed.digest)
    if known is not None:
        return known
    deadline = to_text(desk.now + patience)
    desk.connection.execute(
        queries.insert().values(
            hash=signed.digest,
            document=signed.to_bytes(),
            question=query.question,
            round=query.round,
            state="asking",
            submitted_at=to_text(desk.now),
            deadline=deadline,
        )
    )
    helpers = [helper.id for helper in desk.roster.helpers()]
    nodes = [node.id for node in desk.roster.providers()]
    rounds.deliver(desk, query.round, [*helpers, *nodes])
    for name in (*helpers, *nodes):
        desk.send(name, "question", signed.digest, signed.to_bytes())
    desk.connection.execute(
        participations.insert(),
        [{"query": signed.digest, "node": name, "state": "asked"} for name in nodes],
    )
    return Asked(signed.digest, query, "asking", None, deadline)


def find(connection: Connection, digest: str) -> Asked | None:
    """Return one question, or nothing."""
    row = connection.execute(select(queries).where(queries.c.hash == digest)).first()
    if row is None:
        return None
    query = Query.parse(SignedDocument.from_bytes(row.document).payload)
    return Asked(row.hash, query, row.state, row.reason, row.deadline)


def signed(connection: Connection, digest: str) -> SignedDocument:
    """Return a question that was submitted here, with its signatures.

    Raises:
        UnknownQuestion: it was not.
    """
    document = connection.execute(
        select(queries.c.document).where(queries.c.hash == digest)
    ).scalar()
    if document is None:
        raise UnknownQuestion(digest[:12])
    return SignedDocument.from_bytes(document)


def by_number(connection: Connection, number: str) -> Asked:
    """Return the question whose hash begins with ``number``.

    Raises:
        UnknownQuestion: none, or more than one.
    """
    found = [asked for asked in all_asked(connection) if asked.digest.startswith(number)]
    if len(found) != 1:
        raise UnknownQuestion(number[:12])
    return found[0]


def all_asked(connection: Connection) -> list[Asked]:
    """Return every question, oldest first."""
    names = connection.execute(
        select(queries.c.hash).order_by(queries.c.submitted_at, queries.c.hash)
    ).scalars()
    found = [find(connection, name) for name in list(names)]
    return [asked for asked in found if asked is not None]


def open_questions(connection: Connection) -> list[Asked]:
    """Return the questions that still want an answer, oldest first."""
    names = connection.execute(
        select(queries.c.hash).where(queries.c.state.in_(OPEN)).order_by(queries.c.submitted_at)
    ).scalars()
    found = [find(connection, name) for name in list(names)]
    return [asked for asked in found if asked is not None]


def set_state(desk: Desk, digest: str, state: str, reason: str | None = None) -> None:
    """Write how a question stands."""
    desk.connection.execute(
        update(queries).where(queries.c.hash == digest).values(state=state, reason=reason)
    )


def said(desk: Desk, digest: str, node: str, state: str, code: str | None = None) -> None:
    """Write what a provider said to a question."""
    desk.connection.execute(
        update(participations)
        .where(participations.c.query == digest, participations.c.node == node)
        .values(state=state, code=code)
    )


def participation(connection: Connection, digest: str) -> dict[str, tuple[str, str | None]]:
    """Return state and code of each provider that was asked."""
    rows = connection.execute(select(participations).where(participations.c.query == digest))
    return {row.node: (row.state, row.code) for row in rows}
