# SPDX-License-Identifier: EUPL-1.2
"""The toss over sets of candidates: one set after the other, so that silence stops a dealer.

Both nonces tell the dealer which candidate was chosen, before it has shown a single seed. A dealer
that may then fall silent and get another set draws again and again, until its crafted candidate is
the chosen one. So a helper shows the nonce of a set only when no set *stands*: every set of the
same duties (``release.duties``) whose nonce it showed was audited and found right, or disputed
before anything was shown. A set that the dealer does not deliver stands for ever, and so does one
at which it was caught.

**Claim 1 (one try).** While one helper is honest and works with nobody, a dealer with whatever
relays its letters learns the choice of at most one set that this helper did not audit, for each
change of duties. *Proof.* The choice is a hash of both nonces, so it is known only for sets whose
nonce this helper showed (``audit``). It shows the next only when none stands, in one transaction
with the row that then stands. Letters that are lost, late, or come twice change no row but by the
peer's word that the set is lost (``lost``), which a peer says only after its state was put back
from a copy, a thing that dealer and relay cannot bring about.

**Claim 2 (no deadlock).** Between honest helpers and a dealer that delivers, when letters arrive in
the end (they are said again, ``owing``), every set whose two commitments name one offer is done.
*Proof.* Helper A leads: it shows its nonce of the oldest set for which B's commitment is there; B
shows its own only for sets that A has shown. So B's sets are a prefix of A's, in A's order. By
induction over that order: all sets before X are done at A (it shows one at a time), their choices
are out, so the dealer delivers them at B too; then B shows X, both have both nonces, the dealer
delivers, and A goes on. A set whose commitment of the peer never comes is not shown by A, so it
stands nowhere and holds nothing up.
"""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, select, update

from ontschot.node.helper import batches, facts, schema
from ontschot.node.helper.batches import find, set_status
from ontschot.node.helper.identity import my_name, peer
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.dealing import (
    Choice,
    Offer,
    TossCommit,
    TossLost,
    TossReveal,
)
from ontschot.protocol.documents.releases import Refused
from ontschot.protocol.gate import audit
from ontschot.protocol.release.duties import duties_of

COMMIT: Final = "toss-commit"
REVEAL: Final = "toss-reveal"
CHOICE: Final = "choice"

STANDING: Final = ("revealed", "chosen", "caught")
"""Status of sets that stop dealing: shown and not done, or the dealer was caught at them."""

SHOWN: Final = ("revealed", "chosen", "ready")
"""Status of sets whose nonce this helper showed and may say again."""

SAY_AGAIN_AFTER: Final = timedelta(hours=1)
"""How long a set may stand before its words are said again, and before it is shown as owed."""

DIFFERENT_OFFERS: Final = "offers-differ"
"""Code of a set over which the helpers saw two offers: one of dealer and peer lies."""

SET_LOST: Final = "set-lost"
"""Code of a set of which a helper lost its part of the toss."""


def go_on(desk: Desk, set_id: str) -> None:
    """Go on after something was said about a set, as far as that allows."""
    row = find(desk, set_id)
    if row is not None and row.status == "tossing" and _differs(desk, row):
        _give_up(desk, row, "disputed", DIFFERENT_OFFERS)
        return
    show_next(desk)


def show_next(desk: Desk) -> None:
    """Show the nonce of the next set if none stands; choose at the one for which both are shown."""
    if standing(desk) is None:
        row = _next(desk)
        if row is not None:
            set_status(desk, row.set_id, "revealed")
            say_reveal(desk, peer(desk).id, row.set_id)
    shown = standing(desk, "revealed")
    if shown is not None and _said(desk, REVEAL, shown.set_id) is not None:
        set_status(desk, shown.set_id, "chosen")
        say_choice(desk, desk.roster.dealer().id, shown.set_id)


def standing(desk: Desk, *status: str) -> Row[Any] | None:
    """Return the set that stops dealing under the duties of now, or one of this status."""
    table = schema.batches
    return desk.connection.execute(
        select(table).where(
            table.c.duties == duties_of(desk.roster), table.c.status.in_(status or STANDING)
        )
    ).first()


def require_honest_reveal(desk: Desk, set_id: str) -> None:
    """Check that the nonce the peer shows is the one it committed to, if it has said both.

    Raises:
        TossBroken: it is not.
    """
    commit, shown = _said(desk, COMMIT, set_id), _said(desk, REVEAL, set_id)
    if commit is not None and shown is not None:
        commitment = bytes.fromhex(TossCommit.parse(commit).commitment)
        nonce = bytes.fromhex(TossReveal.parse(shown).nonce)
        audit.check_reveal(commitment, bytes.fromhex(set_id), nonce)


def lost(desk: Desk, set_id: str) -> None:
    """The peer lost its part of a toss: nobody will use this set, and the next may go on."""
    row = find(desk, set_id)
    if row is not None and row.status in ("tossing", "revealed", "chosen"):
        _give_up(desk, row, "erased", SET_LOST)
        show_next(desk)


def answer_shown(desk: Desk, set_id: str) -> bool:
    """Answer a peer that shows its nonce once more; return whether its word is of use here.

    A peer shows a nonce only after this helper's commitment, which was sent with the row of the
    set. So if there is none, or it was erased, this helper lost it with its state.
    """
    row = find(desk, set_id)
    if row is None or row.status == "erased":
        word = TossLost(set_id=set_id)
        desk.send(peer(desk).id, word.type, set_id, word.to_bytes())
        return False
    long_ago = to_text(desk.now - SAY_AGAIN_AFTER)
    if row.status == "ready" and row.said_at <= long_ago:
        # Not each time: the answer looks like the question, and both would answer for ever.
        note_said(desk, set_id)
        say_reveal(desk, peer(desk).id, set_id)
    return True


def note_said(desk: Desk, set_id: str) -> None:
    """Note that a set's words are said now."""
    table = schema.batches
    now = to_text(desk.now)
    desk.connection.execute(update(table).where(table.c.set_id == set_id).values(said_at=now))


def say_commit(desk: Desk, recipient: str, set_id: str) -> None:
    """Send the peer this helper's commitment for a set of the duties of now."""
    row = _current(desk, recipient, set_id)
    if row is not None and row.status in ("tossing", *SHOWN):
        commitment = audit.commit(bytes.fromhex(set_id), bytes.fromhex(row.nonce))
        digest = Offer.parse(row.offer).digest
        message = TossCommit(set_id=set_id, offer=digest, commitment=commitment.hex())
        desk.send(recipient, message.type, set_id, message.to_bytes())


def say_reveal(desk: Desk, recipient: str, set_id: str) -> None:
    """Send the peer this helper's nonce, once it may be shown."""
    row = _current(desk, recipient, set_id)
    if row is not None and row.status in SHOWN:
        reveal = TossReveal(set_id=set_id, nonce=row.nonce)
        desk.send(recipient, reveal.type, set_id, reveal.to_bytes())


def say_choice(desk: Desk, recipient: str, set_id: str) -> None:
    """Send the dealer both nonces of a set that it has not delivered."""
    row = find(desk, set_id)
    if row is None or row.status != "chosen" or recipient != desk.roster.dealer().id:
        return
    nonce_a, nonce_b = batches.nonces(desk, row)
    digest = Offer.parse(row.offer).digest
    choice = Choice(set_id=set_id, offer=digest, nonce_a=nonce_a.hex(), nonce_b=nonce_b.hex())
    desk.send(recipient, choice.type, set_id, choice.to_bytes())


def _next(desk: Desk) -> Row[Any] | None:
    table = schema.batches.c
    waiting = select(table.set_id).where(
        table.duties == duties_of(desk.roster), table.status == "tossing"
    )
    order = waiting.order_by(table.since, table.set_id)
    for set_id in desk.connection.execute(order).scalars().all():
        row = find(desk, set_id)
        if row is not None and _may_show(desk, row):
            return row
    return None


def _may_show(desk: Desk, row: Row[Any]) -> bool:
    if _said(desk, COMMIT, row.set_id) is None or _differs(desk, row):
        return False
    # A leads; see claim 2.
    return my_name(desk) == "A" or _said(desk, REVEAL, row.set_id) is not None


def _differs(desk: Desk, row: Row[Any]) -> bool:
    commit = _said(desk, COMMIT, row.set_id)
    return commit is not None and TossCommit.parse(commit).offer != Offer.parse(row.offer).digest


def _said(desk: Desk, kind: str, set_id: str) -> bytes | None:
    return facts.find(desk.connection, set_id, kind, peer(desk).id)


def _current(desk: Desk, recipient: str, set_id: str) -> Row[Any] | None:
    row = find(desk, set_id)
    if row is None or row.duties != duties_of(desk.roster) or recipient != peer(desk).id:
        return None
    return row


def _give_up(desk: Desk, row: Row[Any], status: str, code: str) -> None:
    # Of two offers: nothing was shown, so nothing is lost but this set. Whether dealer or peer lies
    # cannot be told from here; both offers are signed letters, and people can compare them.
    set_status(desk, row.set_id, status)
    word = Refused(subject=row.set_id, letter="offer", code=code)
    desk.send(desk.roster.coordinator().id, word.type, row.set_id, word.to_bytes())
