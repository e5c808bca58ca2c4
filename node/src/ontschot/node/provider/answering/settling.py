# SPDX-License-Identifier: EUPL-1.2
"""What becomes of reserved budget: both helpers' signed words decide (protocol section 7).

A reservation is freed by the aborts of both helpers and spent by the commits of both. The
coordinator passes them on; it cannot make them. Where it keeps them back, the reservation stays
and counts as spent in the end: never the other way round.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.errors import LedgerDiverged
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.errors import ReleaseNotAllowed
from ontschot.node.provider.answering.schema import consents, helper_words
from ontschot.node.witness import service as witness
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import ABORT, COMMIT, Abort, Commit
from ontschot.protocol.letters import Letter
from ontschot.protocol.signed import SignedDocument

SETTLE_AFTER: Final = timedelta(days=7)
"""How long after its expiry a reservation waits for the helpers' words before it counts as spent.

A helper that was down says so when it is up again. Reserved or spent makes no difference to what
may be asked meanwhile."""


def take_helpers_word(desk: Desk, letter: Letter) -> None:
    """Take a helper's signed commit or abort, whoever brings it.

    Raises:
        ReleaseNotAllowed: about another release than the letter says.
        ForeignStatement, BadSignature: not signed by the helper that it names.
        MalformedMessage: no commit or abort.
    """
    signed = SignedDocument.from_bytes(letter.payload)
    word = (Commit if letter.type == COMMIT else Abort).parse(signed.payload)
    if word.manifest != letter.subject:
        raise ReleaseNotAllowed("a word about another release")
    helper = desk.roster.helpers()["AB".index(word.helper)]
    try:
        witness.take(desk, letter.type, letter.payload, helper)
    except LedgerDiverged:
        witness.tell(desk, helper.id)
        return
    row = {"manifest": word.manifest, "kind": letter.type, "helper": helper.id}
    desk.connection.execute(insert(helper_words).values(row).on_conflict_do_nothing())
    _settle(desk, word.manifest)


def given_up(desk: Desk, manifest: str) -> bool:
    """Return whether a helper has aborted a manifest: then no answer can come of it."""
    return bool(_said(desk, manifest, ABORT))


def expire(desk: Desk) -> None:
    """Count as spent what nobody said the end of: an answer may be out without our knowing."""
    rows = desk.connection.execute(
        select(consents.c.manifest, consents.c.charged).where(
            consents.c.state == "consented",
            consents.c.expiry <= to_text(desk.now - SETTLE_AFTER),
        )
    ).all()
    for row in rows:
        _end(desk, row.manifest, "expired", spend=row.charged)


def _settle(desk: Desk, manifest: str) -> None:
    row = desk.connection.execute(
        select(consents.c.state, consents.c.charged).where(consents.c.manifest == manifest)
    ).first()
    if row is None:
        return
    both = {helper.id for helper in desk.roster.helpers()}
    if both <= _said(desk, manifest, COMMIT) and row.state == "consented":
        _end(desk, manifest, "released", spend=row.charged)
    elif both <= _said(desk, manifest, ABORT) and row.state == "consented":
        if row.charged:
            ledger.free(desk.connection, manifest)
        _end(desk, manifest, "aborted", spend=False)
    elif both <= _said(desk, manifest, ABORT) and row.state == "expired":
        # Spent stays spent, but what was paid for never came out: the next attempt is free.
        _end(desk, manifest, "written-off", spend=False)


def _said(desk: Desk, manifest: str, kind: str) -> set[str]:
    table = helper_words.c
    rows = desk.connection.execute(
        select(table.helper).where(table.manifest == manifest, table.kind == kind)
    )
    return set(rows.scalars())


def _end(desk: Desk, manifest: str, state: str, *, spend: bool) -> None:
    if spend:
        ledger.spend(desk.connection, manifest)
    desk.connection.execute(
        update(consents).where(consents.c.manifest == manifest).values(state=state)
    )
