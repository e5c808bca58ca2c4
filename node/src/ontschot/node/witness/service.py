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
from ontschot.protocol.documents.statements import STATEMENTS, Heads, Statement
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


def ask(desk: Desk, peers: Iterable[str], nonce: str) -> None:
    """Ask peers what they hold of us; their answers name ``nonce``, which is fresh at each start.

    So an answer of before a start is none to a question of after it, and a restored party does not
    write the very letter that it wrote before: the coordinator would take that for a repeat instead
    of a number used twice.
    """
    for peer in peers:
        desk.send(peer, HEADS_ASKED, nonce, b"")


def answer(desk: Desk, letter: Letter) -> None:
    """Tell the one who asks what we hold of it, also that it is nothing."""
    tell(desk, letter.sender, letter.subject)


def tell(desk: Desk, participant: str, nonce: str = "") -> None:
    """Send a participant its own latest statement, or that there is none.

    The letter is signed, and so are the nonce in its header and the name of whom it is for.
    """
    row = desk.connection.execute(
        select(statements).where(statements.c.participant == participant)
    ).first()
    held = Heads.of(None, None) if row is None else Heads.of(row.kind, row.document)
    desk.send(participant, HEADS, nonce, held.to_bytes())


def compare(desk: Desk, letter: Letter) -> Statement | None:
    """Compare our ledger with what a peer holds of us; close it if it lacks that.

    Returns the statement of ours that the peer holds, if there is one.

    Raises:
        ForeignStatement: we never signed that. A peer cannot close us with an invention.
        MalformedMessage: not what a peer holds.
    """
    held = Heads.parse(letter.payload)
    document = held.signed()
    if held.kind is None or document is None:
        return None
    signed = SignedDocument.from_bytes(document)
    # Also the keys of before: other keys do not make an older ledger a new one.
    own = rosters.keys_of(desk.connection, desk.me.id)
    if not signed.signers(held.kind, own):
        raise ForeignStatement(held.kind)
    statement = STATEMENTS[held.kind].parse(signed.payload)
    if chain.status(desk.connection).closed_by is None:
        keys = own.keys() | {desk.keys.signing.public.text}
        reason = heads.check_own(desk.connection, {letter.sender: statement.ledger}, keys)
        if reason is not None:
            # Raising would undo the closing; from here on every charge is refused.
            _LOG.error("the ledger closed itself", code=reason.code, held_by=letter.sender)
    return statement


def _writer(roster: Roster, statement: Statement) -> str:
    if isinstance(statement, Envelope | Consent):
        return statement.node
    return roster.helpers()["AB".index(statement.helper)].id
