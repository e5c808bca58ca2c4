# SPDX-License-Identifier: EUPL-1.2
"""The toss over sets of candidates: one set after the other, so that silence stops a dealer.

Both nonces tell the dealer which candidate was chosen, before it has shown a single seed. A dealer
that may then fall silent and get another set draws again and again, until its crafted candidate is
the chosen one. So a helper shows the nonce of a set only when no set *stands*: every set of this
dealer (of its signing key) whose nonce it showed was audited and found right by one of the helpers,
or was given up before anybody could tell the dealer its choice. A set that the dealer does not
deliver stands for ever, and so does one at which it was caught, whoever the helpers are by then.

**Claim 1 (one try).** Both helpers are honest; the dealer works with whoever carries the letters,
helpers get other keys, and of each set one helper keeps its state: it is not put back to before its
part of that toss, nor replaced. Then for each signing key the dealer learns the choice of at most
one set that neither helper audits. *Proof.* The dealer learns a choice from a helper (nonces go to
the peer only, sealed): from A when A has both nonces, or from B when A said that it audited the set
or lost it (``say_choice``). In the second case nothing new is told if A audited it or had said it;
if A lost it, B keeps its state, and B has it as ``chosen``. In the first both have it so, since B
shows its nonce and chooses in one transaction, before A chooses; one of them keeps its state. From
``chosen`` a row goes only to ``ready``, ``erased`` or ``caught``: by its own audit or by the peer's
(``give_up_what_the_peer_audited``); the peer's word that the set is lost changes no such row
(``lost``). So while nobody has audited it, it stands at one helper, which shows no other nonce; and
a choice needs both. (A helper with the dealer reads what passes anyway: nothing is claimed then.)

**Claim 2 (no deadlock).** Between honest helpers and a dealer that delivers, when letters arrive in
the end (they are said again, ``owing``), every set of the duties of now whose two commitments name
one offer is done. *Proof.* Helper A leads: it shows its nonce of the oldest set for which B's
commitment is there; B shows its own only for sets that A has shown. So B's sets are a prefix of
A's, in A's order. By induction over that order: all sets before X are done at A (it shows one at a
time), their choices are out, so the dealer delivers them at B too; then B shows X, both have both
nonces, the dealer delivers, and A goes on. A set whose commitment of the peer never comes is not
shown by A, so it stands nowhere and holds nothing up.

**Claim 3 (other helpers stop no honest dealer).** When a helper gets other keys, or loses its
state, sets that stand end still if the other keeps its keys and state. *Proof.* Such a set is never
used again. If B never showed its nonce, it says so and both give it up (``answer_shown``).
Otherwise whoever keeps keys and state has it as ``chosen``, or gets the other nonce, or hears that
the peer lost it before A chose. What is chosen the dealer delivers to that helper, which audits it
and says so, and the other gives it up.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, select, update

from ontschot.node.helper import batches, facts, schema
from ontschot.node.helper.batches import find, set_status
from ontschot.node.helper.errors import PeerDeviates
from ontschot.node.helper.identity import my_name, peer
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol import canonical
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.dealing import (
    BatchReady,
    Choice,
    Offer,
    TossCommit,
    TossLost,
    TossReveal,
)
from ontschot.protocol.documents.releases import Refused
from ontschot.protocol.gate import BatchSpec, audit
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.sealing import toss_context
from ontschot.protocol.roster import Roster

COMMIT: Final = "toss-commit"
REVEAL: Final = "toss-reveal"
CHOICE: Final = "choice"
LOST: Final = "toss-lost"
READY: Final = "batch-ready"

STANDING: Final = ("revealed", "chosen", "caught")
"""Status of sets that stop dealing: shown and not done, or the dealer was caught at them."""

SHOWN: Final = ("revealed", "chosen", "ready")
"""Status of sets whose nonce this helper showed and may say again."""

AUDITED: Final = ("ready", "erased")
"""Status of sets that one of the helpers audited and found right."""

PATIENCE: Final = timedelta(days=1)
"""How long a set that the peer has audited may stand here: the dealer may have it no more."""

SAY_AGAIN_AFTER: Final = timedelta(hours=1)
"""How long a set may stand before its words are said again, and before it is shown as owed."""

DIFFERENT_OFFERS: Final = "offers-differ"
"""Code of a set over which the helpers saw two offers: one of dealer and peer lies."""

SET_LOST: Final = "set-lost"
"""Code of a set of which a helper lost its part of the toss."""

SET_VOID: Final = "set-void"
"""Code of a set that was found right and is of no use: made for others, or kept at one only."""


def go_on(desk: Desk, set_id: str) -> None:
    """Go on after something was said about a set, as far as that allows."""
    row = find(desk, set_id)
    if row is not None and row.status == "tossing" and _differs(desk, row):
        _give_up(desk, row, "disputed", DIFFERENT_OFFERS)
        return
    show_next(desk)


def show_next(desk: Desk) -> None:
    """Show the nonce of the next set if none stands; choose at the one for which both are shown.

    To be called by a helper that knows its state to be the latest only.
    """
    if standing(desk) is None:
        row = _next(desk)
        if row is not None:
            set_status(desk, row.set_id, "revealed")
            say_reveal(desk, peer(desk).id, row.set_id)
    shown = standing(desk, "revealed")
    if shown is not None and _said(desk, REVEAL, shown) is not None:
        set_status(desk, shown.set_id, "chosen")
        say_choice(desk, desk.roster.dealer().id, shown.set_id)


def standing(desk: Desk, *status: str) -> Row[Any] | None:
    """Return a set that stops dealing with the dealer of now, or one of this status."""
    return next(iter(_standing(desk, status or STANDING)), None)


def by_dealer(roster: Roster) -> ColumnElement[bool]:
    """Return the condition that a set is of the dealer's key of now, whoever the helpers are."""
    table = schema.batches.c
    of_before = (table.dealer == "") & (table.duties == duties_of(roster))
    return (table.dealer == roster.dealer().signing_key.text) | of_before


def require_honest_reveal(desk: Desk, set_id: str) -> None:
    """Check that the nonce the peer shows is the one it committed to, if it has said both.

    Raises:
        TossBroken: it is not.
    """
    row = find(desk, set_id)
    # Words may come before this helper has the set.
    sender = peer(desk).id if row is None or not row.peer else row.peer
    commit, shown = (facts.find(desk.connection, set_id, kind, sender) for kind in (COMMIT, REVEAL))
    if commit is not None and shown is not None:
        commitment = bytes.fromhex(TossCommit.parse(commit).commitment)
        nonce = bytes.fromhex(TossReveal.parse(shown).nonce)
        audit.check_reveal(commitment, bytes.fromhex(set_id), nonce)


def lost(desk: Desk, set_id: str) -> None:
    """The peer lost its part of a toss: nobody will use this set.

    The dealer may know the choice of one that is chosen: that stands until it is audited here.
    """
    row = find(desk, set_id)
    if row is not None and row.status == "chosen":
        facts.keep(desk.connection, set_id, LOST, peer(desk).id, b"")
        say_choice(desk, desk.roster.dealer().id, set_id)
    elif row is not None and row.status in ("tossing", "revealed"):
        _give_up(desk, row, "lost", SET_LOST)
        show_next(desk)
    elif row is not None and row.status == "ready":
        end_audited(desk, set_id)


def audited_by_peer(desk: Desk, set_id: str) -> None:
    """Note that the peer audited a set that stands here: the dealer was not silent at it."""
    row = find(desk, set_id)
    if row is not None and row.status in ("revealed", "chosen"):
        facts.keep(desk.connection, set_id, READY, peer(desk).id, b"")
        give_up_what_the_peer_audited(desk)


def give_up_what_the_peer_audited(desk: Desk) -> None:
    """End sets that stand, were audited by the peer, and are void or do not come for a day."""
    long_ago = to_text(desk.now - PATIENCE)
    for row in _standing(desk, ("revealed", "chosen")):
        late = row.since <= long_ago or is_void(desk, row.set_id)
        if late and facts.all_of(desk.connection, row.set_id, READY):
            end_audited(desk, row.set_id)


def is_void(desk: Desk, set_id: str) -> bool:
    """Return whether a set will never be used: made for others, or the peer lost its part."""
    row = find(desk, set_id)
    if row is None or row.duties != duties_of(desk.roster):
        return True
    return bool(facts.all_of(desk.connection, set_id, LOST))


def end_audited(desk: Desk, set_id: str) -> None:
    """End a set that one of the helpers audited and that is of no use here."""
    row = find(desk, set_id)
    if row is not None:
        _give_up(desk, row, "erased", SET_VOID)


def answer_shown(desk: Desk, set_id: str) -> bool:
    """Answer a peer that shows its nonce once more; return whether its word is of use here.

    A peer shows a nonce only after this helper's commitment, which was sent with the row of the
    set. So if there is none, this helper lost it with its state. A set of other duties whose nonce
    was not shown here never will be: then nobody knows its choice, and it is lost as well.
    """
    row = find(desk, set_id)
    if row is not None and row.status == "tossing" and row.duties != duties_of(desk.roster):
        _give_up(desk, row, "lost", SET_LOST)
    elif row is not None and row.status != "lost":
        _say_shown_again(desk, row)
        return bool(row.status != "erased")
    word = TossLost(set_id=set_id)
    desk.send(peer(desk).id, word.type, set_id, word.to_bytes())
    return False


def _say_shown_again(desk: Desk, row: Row[Any]) -> None:
    # Not each time: the answer looks like the question, and both would answer for ever.
    if row.status in AUDITED and row.said_at <= to_text(desk.now - SAY_AGAIN_AFTER):
        note_said(desk, row.set_id)
        say_reveal(desk, peer(desk).id, row.set_id)
        say_ready(desk, peer(desk).id, row.set_id)


def require_same_peer(desk: Desk, set_id: str) -> None:
    """Check that a set is tossed with the peer of now.

    Raises:
        PeerDeviates: it is a set of this helper with another peer, of before.
    """
    row = find(desk, set_id)
    if row is not None and row.peer not in ("", peer(desk).id):
        raise PeerDeviates("a toss with another helper")


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
    """Send the peer this helper's nonce, once it may be shown: also of a set that is void now."""
    row = find(desk, set_id)
    if row is not None and row.status in SHOWN and recipient == peer(desk).id:
        reveal = TossReveal(set_id=set_id, nonce=row.nonce)
        key, context = peer(desk).sealing_key, toss_context(set_id, my_name(desk))
        desk.send(recipient, reveal.type, set_id, key.seal(reveal.to_bytes(), context))


def say_choice(desk: Desk, recipient: str, set_id: str) -> None:
    """Send the dealer both nonces of a set that it has not delivered.

    A does so. What B says could tell the dealer a choice that A, put back or replaced, would know
    nothing of (claim 1); so B says it only when A audited the set or lost it.
    """
    row = find(desk, set_id)
    if row is None or row.status != "chosen" or recipient != desk.roster.dealer().id:
        return
    done = [facts.all_of(desk.connection, set_id, kind) for kind in (READY, LOST)]
    if my_name(desk) == "B" and not any(done):
        return
    nonce_a, nonce_b = batches.nonces(desk, row)
    digest = Offer.parse(row.offer).digest
    choice = Choice(set_id=set_id, offer=digest, nonce_a=nonce_a.hex(), nonce_b=nonce_b.hex())
    desk.send(recipient, choice.type, set_id, choice.to_bytes())


def say_ready(desk: Desk, recipient: str, set_id: str) -> None:
    """Say that a set was audited; to the coordinator only if it is kept here too."""
    row = find(desk, set_id)
    kept_only = recipient == desk.roster.coordinator().id
    if row is None or row.status not in (("ready",) if kept_only else AUDITED):
        return
    spec = BatchSpec.from_document(canonical.decode(row.spec))
    ready = BatchReady(set_id=set_id, spec=spec.digest, helper=my_name(desk))
    desk.send(recipient, ready.type, set_id, ready.to_bytes())


def _next(desk: Desk) -> Row[Any] | None:
    # A leads, and B follows what A showed; see claim 2. The database looks for what the peer said:
    # hundreds of sets may wait for their turn.
    table, said = schema.batches.c, schema.facts.c
    needed = COMMIT if my_name(desk) == "A" else REVEAL
    waiting = (
        select(table.set_id)
        .join(schema.facts, said.subject == table.set_id)
        .where(said.kind == needed, said.sender == peer(desk).id)
        .where(table.duties == duties_of(desk.roster), table.status == "tossing")
        .order_by(table.since, table.set_id)
    )
    for set_id in desk.connection.execute(waiting).scalars().all():
        row = find(desk, set_id)
        if row is not None and _said(desk, COMMIT, row) is not None and not _differs(desk, row):
            return row
    return None


def _differs(desk: Desk, row: Row[Any]) -> bool:
    commit = _said(desk, COMMIT, row)
    return commit is not None and TossCommit.parse(commit).offer != Offer.parse(row.offer).digest


def _standing(desk: Desk, status: tuple[str, ...]) -> Sequence[Row[Any]]:
    table = schema.batches
    query = select(table).where(by_dealer(desk.roster), table.c.status.in_(status))
    return desk.connection.execute(query.order_by(table.c.since, table.c.set_id)).all()


def _said(desk: Desk, kind: str, row: Row[Any]) -> bytes | None:
    """Return what the peer that a set is tossed with said of it."""
    return facts.find(desk.connection, row.set_id, kind, row.peer or peer(desk).id)


def _current(desk: Desk, recipient: str, set_id: str) -> Row[Any] | None:
    row = find(desk, set_id)
    if row is None or row.duties != duties_of(desk.roster) or recipient != peer(desk).id:
        return None
    return row


def _give_up(desk: Desk, row: Row[Any], status: str, code: str) -> None:
    # Of two offers: nothing was shown, so nothing is lost but this set. Whether dealer or peer lies
    # cannot be told from here; both offers are signed letters, and people can compare them.
    batches.end(desk, row.set_id, status)
    word = Refused(subject=row.set_id, letter="offer", code=code)
    desk.send(desk.roster.coordinator().id, word.type, row.set_id, word.to_bytes())
