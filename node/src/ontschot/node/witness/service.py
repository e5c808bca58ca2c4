# SPDX-License-Identifier: EUPL-1.2
"""Take statements of peers, show them to who wrote them, and compare what peers hold of us.

Why an older copy cannot hide. A statement carries the head of its writer's ledger at that moment,
in a signature. Letters of one sender arrive in order, so heads only grow; a writer whose next head
is lower, or another at the same number, has lost entries (``heads.note``). What it is then shown is
its own signature over the later head, which nobody else can make; the ledger that does not contain
that entry closes (``heads.check_own``).
"""

from collections.abc import Iterable

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.ledger import chain, heads
from ontschot.node.mailroom import rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.witness.errors import ForeignStatement
from ontschot.node.witness.schema import statements
from ontschot.protocol.documents.releases import Consent
from ontschot.protocol.documents.statements import STATEMENTS, Statement
from ontschot.protocol.documents.uploads import Envelope
from ontschot.protocol.letters import Letter
from ontschot.protocol.roster import Participant, Roster
from ontschot.protocol.signed import SignedDocument

HEADS = "heads"
HEADS_ASKED = "heads-asked"

_LOG = structlog.get_logger()


def take(desk: Desk, kind: str, payload: bytes, writer: Participant) -> Statement:
    """Return the statement of ``writer`` in ``payload``, with its head noted.

    Call it once, when the letter arrives.

    Raises:
        ForeignStatement: not by this writer, or not signed by it.
        LedgerDiverged: the writer's ledger does not follow what it showed before; nothing is noted.
        BadSignature, MalformedMessage: not a signed statement of this kind.
        LedgerClosed: our own ledger is closed or missing.
    """
    signed = SignedDocument.from_bytes(payload)
    statement = STATEMENTS[kind].parse(signed.payload)
    if _writer(desk.roster, statement) != writer.id:
        raise ForeignStatement(kind)
    if not signed.signers(kind, {writer.signing_key.text: writer.id}):
        raise ForeignStatement(kind)
    heads.note(desk.connection, writer.id, statement.ledger)
    if heads.held(desk.connection).get(writer.id) == statement.ledger:
        row = {"kind": kind, "document": payload}
        desk.connection.execute(
            insert(statements)
            .values(row | {"participant": writer.id})
            .on_conflict_do_update(index_elements=["participant"], set_=row)
        )
    return statement


def ask(desk: Desk, peers: Iterable[str], nonce: bytes) -> None:
    """Ask peers what they hold of us.

    ``nonce`` is fresh: a restored party would else write the very letter that it wrote before, and
    the coordinator would take that for a repeat instead of a number used twice.
    """
    for peer in peers:
        desk.send(peer, HEADS_ASKED, "", nonce)


def answer(desk: Desk, letter: Letter) -> None:
    """Show the one who asks the latest statement that we hold of it."""
    show(desk, letter.sender)


def show(desk: Desk, participant: str) -> None:
    """Send a participant its own latest statement, if there is one."""
    row = desk.connection.execute(
        select(statements).where(statements.c.participant == participant)
    ).first()
    if row is not None:
        desk.send(participant, HEADS, row.kind, row.document)


def compare(desk: Desk, letter: Letter) -> None:
    """Compare our ledger with a statement of ours that a peer holds; close it if it lacks that.

    Raises:
        ForeignStatement: we never signed that. A peer cannot close us with an invention.
    """
    kind = letter.subject
    signed = SignedDocument.from_bytes(letter.payload)
    if kind not in STATEMENTS or not signed.signers(kind, _own_keys(desk)):
        raise ForeignStatement(kind)
    statement = STATEMENTS[kind].parse(signed.payload)
    if chain.status(desk.connection).closed_by is not None:
        return
    reason = heads.check_own(desk.connection, {letter.sender: statement.ledger})
    if reason is not None:
        # Raising would undo the closing; from here on every charge is refused.
        _LOG.error("the ledger closed itself", code=reason.code, held_by=letter.sender)


def _own_keys(desk: Desk) -> dict[str, str]:
    # Also the keys of before: other keys do not make an older ledger a new one.
    listed = (one for roster in rosters.since(desk.connection, 1) for one in roster.participants)
    return {one.signing_key.text: one.id for one in listed if one.id == desk.me.id}


def _writer(roster: Roster, statement: Statement) -> str:
    if isinstance(statement, Envelope | Consent):
        return statement.node
    return roster.helpers()["AB".index(statement.helper)].id
