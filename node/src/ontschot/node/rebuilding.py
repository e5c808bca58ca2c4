# SPDX-License-Identifier: EUPL-1.2
"""Open a closed ledger again, from no less than what was spent (protocol section 7, last row).

A head tells which entries there were and not what they cost. What a party can have spent follows
from a helper's own ledger: a helper charges every release and every check of an upload in the
federation, so each of its accounts bounds what came out of any one provider's data, and of the
other helper's. (What a provider charged beyond that gave nobody anything, but for one thing: that a
question failed at it. That costs once for each question, so it is added for each question known.
What it charged for noise of its own is bounded likewise: nobody sees more of such an upload than
releases of it, and the helpers charge each of those at no less.)

Proof sketch. Let e be an act by which something about a household came out. Releases and checks
need both helpers' AGREE, and each reserves the price before it signs that; a helper gives it back
only when it will never send its half, and without that half nothing comes out. So the price of e is
in reserved + spent of each helper that served when e happened. A helper that has served as long as
the rosters held here reach back bounds all such e; where there is none, the accounts are written
off: spent is the cap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from ontschot.node.helper import batches, schema
from ontschot.node.ledger import chain, heads
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.errors import LedgerOpen, OtherKeysNeeded, RebuildRefused
from ontschot.node.ledger.model import Account, Maxima
from ontschot.node.ledger.tables import PEER_HEAD
from ontschot.node.mailroom import rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.questions.schema import questions
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.rebuilding import (
    LEDGER_REBUILD,
    MOST_HEADS,
    PEER_VIEW,
    LedgerRebuild,
    PeerView,
    SpentAccount,
)
from ontschot.protocol.privacy.units import Rho
from ontschot.protocol.release.admission import admission_price
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.roster import require_quorum
from ontschot.protocol.signed import SignedDocument

_HELPERS = ("helper-a", "helper-b")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The head of the ledger since, and how many batches of gate keys were discarded with it."""

    head: Head
    discarded: int


def view_of(desk: Desk, about: str) -> SignedDocument:
    """Return what this party knows of a peer's ledger, signed.

    Raises:
        UnknownParticipant: the roster does not list the peer as active.
        LedgerClosed: this party's own ledger is closed: it makes no statements.
    """
    peer = desk.roster.participant(about)
    ledger.head(desk.connection)
    shown = desk.connection.execute(
        select(PEER_HEAD.c.seq, PEER_HEAD.c.hash)
        .where(PEER_HEAD.c.participant == peer.id)
        .order_by(PEER_HEAD.c.seq.desc())
        .limit(MOST_HEADS)
    )
    view = PeerView(
        federation=desk.roster.federation,
        roster=desk.roster.digest,
        holder=desk.me.id,
        about=peer.id,
        heads=[Head(seq=row.seq, hash=row.hash) for row in shown],
        accounts=_bounds(desk) if desk.me.role in _HELPERS else [],
    )
    return SignedDocument(view.to_bytes()).add_signature(PEER_VIEW, desk.keys.signing)


def draft(desk: Desk, views: Sequence[SignedDocument]) -> LedgerRebuild:
    """Return what the anchors are to sign, from the signed views of peers.

    Raises:
        LedgerOpen: the ledger is not closed.
        OtherKeysNeeded: a helper, with a key that it had before (``rebuild``).
        RebuildRefused: a view is not by a peer, about another, or under another roster; or one
            that is needed is missing.
    """
    status = chain.status(desk.connection)
    if status.closed_by is None:
        raise LedgerOpen
    present = {desk.me.signing_key.text, desk.keys.signing.public.text}
    if desk.me.role in _HELPERS and present & heads.closed_under(desk.connection):
        raise OtherKeysNeeded
    read = {view.holder: view for view in (_read(desk, signed) for signed in views)}
    _require_enough(desk, read)
    return LedgerRebuild(
        federation=desk.roster.federation,
        roster=desk.roster.digest,
        participant=desk.me.id,
        closed=status.head,
        views=[signed.to_bytes().decode("ascii") for signed in views],
        heads=_unknown_heads(desk, read.values()),
        accounts=_accounts(desk, read.values()),
    )


def rebuild(desk: Desk, signed: SignedDocument) -> Rebuilt:
    """Open the closed ledger again, from what the anchors signed.

    It starts from the larger of its own figures and those of the document, and beyond every head in
    it. A head that a peer holds and that is not in it closes the ledger again: a document of an
    earlier time is of no use later.

    A helper does so with a key that it never had before the ledger was closed. It may have signed
    that a release came out and have forgotten it; its peer and the coordinator could keep that from
    it, and have it sign once more. Under another roster it draws nothing of before, and its word
    under a new key gives no price back.

    Raises:
        RosterNotSigned: not signed by the anchors' quorum.
        RebuildRefused: for another party, ledger or roster, or not what follows from the views.
        LedgerOpen: the ledger is not closed.
        OtherKeysNeeded: a helper, with the key of before.
        CapFixed: another cap than this ledger has.
    """
    require_quorum(signed.signers(LEDGER_REBUILD, desk.roster.anchor_keys), desk.roster.quorum)
    document = LedgerRebuild.parse(signed.payload)
    views = [SignedDocument.from_bytes(text.encode()) for text in document.views]
    if document != draft(desk, views):
        raise RebuildRefused("not what follows from the views here and now")
    accounts = tuple(
        Account(one.unit, one.year, Rho(int(one.cap)), Rho(0), Rho(int(one.spent)))
        for one in document.accounts
    )
    maxima = Maxima(signed.digest, tuple(document.heads), accounts)
    head = heads.rebuild(desk.connection, maxima)
    return Rebuilt(head, _discard_batches(desk))


def _bounds(desk: Desk) -> list[SpentAccount]:
    asked = desk.connection.execute(select(func.count()).select_from(questions)).scalar_one()
    # The dearest check, that of a question about persons.
    price = admission_price(int(desk.roster.parameters.admission_rho), "person")
    failures = asked * max(price.household, price.person)
    return [
        SpentAccount(
            unit=account.unit,
            year=account.year,
            cap=str(account.cap),
            spent=str(min(account.cap, account.reserved + account.spent + failures)),
        )
        for account in ledger.accounts(desk.connection)
    ]


def _read(desk: Desk, signed: SignedDocument) -> PeerView:
    view = PeerView.parse(signed.payload)
    if view.holder == desk.me.id or view.about != desk.me.id:
        raise RebuildRefused(f"a view of {view.holder} on {view.about}")
    if (view.federation, view.roster) != (desk.roster.federation, desk.roster.digest):
        raise RebuildRefused(f"the view of {view.holder} is under another roster")
    holder = desk.roster.participant(view.holder)
    if not signed.signers(PEER_VIEW, {holder.signing_key.text: holder.id}):
        raise RebuildRefused(f"the view of {view.holder} is not signed by it")
    return view


def _require_enough(desk: Desk, views: dict[str, PeerView]) -> None:
    needed = {helper.id for helper in desk.roster.helpers()} - {desk.me.id}
    missing = needed - views.keys()
    if missing:
        raise RebuildRefused(f"the view of {', '.join(sorted(missing))} is missing")


def _unknown_heads(desk: Desk, views: Iterable[PeerView]) -> list[Head]:
    shown = {(head.seq, head.hash): head for view in views for head in view.heads}
    return [shown[key] for key in sorted(shown) if not chain.contains(desk.connection, shown[key])]


def _accounts(desk: Desk, views: Iterable[PeerView]) -> list[SpentAccount]:
    served = _served_all_along(desk)
    most: dict[tuple[str, int], int] = {}
    for view in views:
        for one in view.accounts if view.holder in served else ():
            key = (one.unit, one.year)
            most[key] = max(most.get(key, 0), int(one.spent))
    return [
        SpentAccount(
            unit=budget.unit,
            year=budget.year,
            cap=budget.rho,
            # Where nobody who served all the time bounds an account, it is written off.
            spent=str(most.get((budget.unit, budget.year), int(budget.rho))),
        )
        for budget in desk.roster.parameters.budgets
    ]


def _served_all_along(desk: Desk) -> set[str]:
    each = [
        {helper.id for helper in roster.helpers()} for roster in rosters.since(desk.connection, 1)
    ]
    return set.intersection(*each) - {desk.me.id}


def _discard_batches(desk: Desk) -> int:
    # What a lost entry bound a batch to is not known here: none of them is ever used again. What
    # the dealer owes stays owed, but is of no duties any more; that it was caught stays known.
    table = schema.batches
    held = desk.connection.execute(
        select(table.c.set_id, table.c.status).where(table.c.status.in_(("ready", "tossing")))
    ).all()
    for row in held:
        batches.end(desk, row.set_id, "erased" if row.status == "ready" else "lost")
    owed = table.c.status.in_(("revealed", "chosen"))
    dealer = desk.roster.dealer().signing_key.text
    unnamed = (table.c.dealer == "") & (table.c.duties == duties_of(desk.roster))
    desk.connection.execute(update(table).where(owed, unnamed).values(dealer=dealer))
    desk.connection.execute(update(table).where(owed).values(duties=""))
    return len(held)
