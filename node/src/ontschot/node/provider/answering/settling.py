# SPDX-License-Identifier: EUPL-1.2
"""What becomes of reserved budget: both helpers' signed words decide (protocol section 7).

A reservation is freed by the aborts of both helpers and spent by the commits of both. The
coordinator passes them on; it cannot make them. Where it keeps them back, the reservation stays
and counts as spent in the end: never the other way round.

"Both helpers" are those of the roster that the manifest names, with the keys that stand there, as
rosters are accepted here. An abort counts only while its writer is that helper still, by name, role
and key (``release.serving``); what was taken before it was replaced stays. A commit counts also
under a key of before, or under a later one of the same helper. So a release with a helper that was
replaced, and whose abort is not here, cannot be freed any more: its price is spent at once.

Proof sketch: a freed price is of a release that nothing came out of, and nothing will. At least one
of its two helpers, H, is honest, and nobody else has H's key for as long as rosters list it. The
abort of H was taken while the roster held here listed H with that key, so H signed it. H signs one
only of what it never sent and never will send (``helper.aborting``); without its half the other one
is masked, and there is no answer. So neither the list nor the price of such a release counts, also
where it was written off first. Whoever came in H's place has sent nothing of it, so its word proves
nothing; and why H's key was replaced may be that it leaked, so an abort under it is anybody's. For
commits the worst is that a price counts as spent of which nothing came out, which is where silence
leads too. (A coordinator that keeps a new roster back prolongs the keys of the one held here, until
that expires; it cannot shorten anything.)
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.errors import LedgerDiverged
from ontschot.node.mailroom import rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.errors import ReleaseNotAllowed
from ontschot.node.provider.answering.schema import consents, helper_words
from ontschot.node.witness import service as witness
from ontschot.node.witness.errors import ForeignStatement
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import ABORT, COMMIT, Abort, Commit, Manifest
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.serving import still_serves
from ontschot.protocol.roster import Roster
from ontschot.protocol.signed import SignedDocument

SETTLE_AFTER: Final = timedelta(days=7)
"""How long after its expiry a reservation waits for the helpers' words before it counts as spent.

A helper that was down says so when it is up again. Reserved or spent makes no difference to what
may be asked meanwhile."""


def take_helpers_word(desk: Desk, letter: Letter) -> None:
    """Take a helper's signed commit or abort, whoever brings it.

    Raises:
        ReleaseNotAllowed: about another release than the letter says; or an abort, and its writer
            is not the helper that it was in that release.
        ForeignStatement, BadSignature: not signed by the helper that it names.
        MalformedMessage: no commit or abort.
    """
    signed = SignedDocument.from_bytes(letter.payload)
    word = (Commit if letter.type == COMMIT else Abort).parse(signed.payload)
    if word.manifest != letter.subject:
        raise ReleaseNotAllowed("a word about another release")
    number = "AB".index(word.helper)
    helper, now = _roster_of(desk, word.manifest).helpers()[number], desk.roster.helpers()[number]
    if letter.type == ABORT and not still_serves(helper, desk.roster):
        raise ReleaseNotAllowed("an abort of a helper that was replaced since")
    if helper.id == now.id and signed.signers(letter.type, {now.signing_key.text: now.id}):
        try:
            witness.take(desk, letter.type, letter.payload, now)
        except LedgerDiverged:
            witness.tell(desk, now.id)
            return
    elif not signed.signers(letter.type, {helper.signing_key.text: helper.id}):
        # Otherwise under a key of before: its head says nothing of a ledger that goes on today.
        raise ForeignStatement(letter.type)
    row = {"manifest": word.manifest, "kind": letter.type, "helper": helper.id}
    desk.connection.execute(insert(helper_words).values(row).on_conflict_do_nothing())
    _settle(desk, word.manifest)


def given_up(desk: Desk, manifest: str) -> bool:
    """Return whether a helper has aborted a manifest: then no answer can come of it."""
    return bool(_said(desk, manifest, ABORT))


def expire(desk: Desk) -> None:
    """Count as spent what nobody said the end of: an answer may be out without our knowing."""
    long_ago = to_text(desk.now - SETTLE_AFTER)
    for row in _open(desk):
        if row.expiry <= long_ago:
            _end(desk, row.manifest, "expired", spend=row.charged)
    spend_unfreeable(desk)


def spend_unfreeable(desk: Desk) -> None:
    """Count as spent what nobody can free any more, since a helper of it was replaced.

    Call it when a roster comes: a question is not held up by what cannot end otherwise.
    """
    for row in _open(desk):
        gone = {
            helper.id
            for helper in _roster_of(desk, row.manifest).helpers()
            if not still_serves(helper, desk.roster)
        }
        if gone - _said(desk, row.manifest, ABORT):
            _end(desk, row.manifest, "expired", spend=row.charged)


def _open(desk: Desk) -> Sequence[Row[Any, Any, Any]]:
    query = select(consents.c.manifest, consents.c.expiry, consents.c.charged)
    return desk.connection.execute(query.where(consents.c.state == "consented")).all()


def _settle(desk: Desk, manifest: str) -> None:
    row = desk.connection.execute(
        select(consents.c.state, consents.c.charged).where(consents.c.manifest == manifest)
    ).first()
    if row is None:
        return
    both = {helper.id for helper in _roster_of(desk, manifest).helpers()}
    if both <= _said(desk, manifest, COMMIT) and row.state in {"consented", "expired"}:
        _end(desk, manifest, "released", spend=row.charged)
    elif both <= _said(desk, manifest, ABORT) and row.state == "consented":
        if row.charged:
            ledger.free(desk.connection, manifest)
        _end(desk, manifest, "aborted", spend=False)
    elif both <= _said(desk, manifest, ABORT) and row.state == "expired":
        # Spent stays spent, but what was paid for never came out: the next attempt is free.
        _end(desk, manifest, "written-off", spend=False)


def _roster_of(desk: Desk, manifest: str) -> Roster:
    """Return the roster that a manifest names, if this node consented to it; else today's.

    What comes before the consent is only looked at by ``given_up``.
    """
    document = desk.connection.execute(
        select(consents.c.document).where(consents.c.manifest == manifest)
    ).scalar()
    if document is None:
        return desk.roster
    known = Manifest.parse(document)
    roster = rosters.roster_of(desk.connection, known.roster_serial)
    if roster is None or roster.digest != known.roster_hash:
        raise ReleaseNotAllowed("of a roster that is not held here")
    return roster


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
