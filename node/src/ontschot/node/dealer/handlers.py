# SPDX-License-Identifier: EUPL-1.2
"""The dealer's side of dealing (protocol section 5).

The dealer derives s candidates from s seeds and promises the hashes of their parts. Both helpers
toss a coin; the dealer reveals every other seed for audit, sends the chosen parts, and erases all
seeds: afterwards nobody can derive the batch again. What it sent it keeps, sealed to the helper so
that it cannot read it either, until the helper says that it has it: a delivery that got lost would
stop all dealing.
"""

import secrets
from collections.abc import Callable

from sqlalchemy import select, update

from ontschot.node.dealer.schema import deals
from ontschot.node.mailroom.desk import Desk
from ontschot.node.witness import resending
from ontschot.protocol.documents.dealing import BatchReady, Choice, Deal, Delivery, Offer
from ontschot.protocol.documents.uploads import HelperName
from ontschot.protocol.errors import Refusal
from ontschot.protocol.gate import BatchSpec, audit, derive
from ontschot.protocol.gate.candidates import hashes_of_all
from ontschot.protocol.language import Text
from ontschot.protocol.letters import REFUSAL, Letter
from ontschot.protocol.release.candidates import candidates_needed
from ontschot.protocol.release.sealing import delivery_context

Handler = Callable[[Desk, Letter], None]
Entropy = Callable[[int], bytes]

SEED = 32


class DealRefused(Refusal):
    """A deal that does not fit: not asked by the coordinator, twice, or helpers disagree."""

    code = "deal-refused"
    title = Text("Deze aanvraag voor sleutels klopt niet", "This request for keys is not right")
    remedy = Text("Vraag nieuwe sleutels aan.", "Ask for new keys.")


class Dealer:
    """The role of dealer; ``entropy`` is an argument so that tests can see it."""

    def __init__(self, entropy: Entropy = secrets.token_bytes) -> None:
        self._entropy = entropy

    def handlers(self) -> dict[str, Handler]:
        """Return the handler of each type of letter."""
        return {
            "deal": self._deal,
            "choice": self._choice,
            "batch-ready": self._done,
            REFUSAL: self._refusal,
        }

    def begin(self, desk: Desk) -> None:
        """Nothing: the dealer charges nobody, and has no ledger that peers could hold."""

    def expire(self, desk: Desk) -> None:
        """Nothing of the dealer's expires: a deal that is never chosen costs nothing."""

    def _deal(self, desk: Desk, letter: Letter) -> None:
        deal = Deal.parse(letter.payload)
        if letter.sender != desk.roster.coordinator().id or _offer(desk, deal.set_id) is not None:
            raise DealRefused("not by the coordinator, or for the second time")
        spec = BatchSpec.from_document(deal.spec)
        batch_id = bytes.fromhex(deal.set_id)
        number = candidates_needed(desk.roster, spec.slots)
        seeds = [self._entropy(SEED) for _ in range(number)]
        offer = Offer(
            set_id=deal.set_id,
            spec=deal.spec,
            candidates=list(hashes_of_all(spec, batch_id, seeds)),
        )
        desk.connection.execute(
            deals.insert().values(set_id=deal.set_id, offer=offer.to_bytes(), seeds=b"".join(seeds))
        )
        for helper in desk.roster.helpers():
            desk.send(helper.id, offer.type, deal.set_id, offer.to_bytes())

    def _choice(self, desk: Desk, letter: Letter) -> None:
        choice = Choice.parse(letter.payload)
        offer = _offer(desk, choice.set_id)
        if offer is None or choice.offer != offer.digest:
            raise DealRefused("a choice for another offer")
        helper_a, helper_b = desk.roster.helpers()
        column = {helper_a.id: "choice_a", helper_b.id: "choice_b"}.get(letter.sender)
        if column is None:
            raise DealRefused("a choice by someone else")
        row = desk.connection.execute(select(deals).where(deals.c.set_id == choice.set_id)).one()
        # The first word decides: the other may have lost its part. A helper that lies about nonces
        # spoils the set: the other takes no candidate that it did not choose.
        if {row.choice_a, row.choice_b} - {None, letter.payload}:
            raise DealRefused("a second choice")
        _set(desk, choice.set_id, **{column: letter.payload})
        if row.seeds is not None:
            _deliver(desk, offer, choice, row.seeds)
        else:
            _send(desk, letter.sender, choice.set_id)

    def _done(self, desk: Desk, letter: Letter) -> None:
        # Everyone discards their own only: the names of these files hold the sender's.
        message = BatchReady.parse(letter.payload)
        desk.discard(_box_file(message.set_id, letter.sender))
        desk.discard(_part_file(message.set_id, letter.sender))

    def _refusal(self, desk: Desk, letter: Letter) -> None:
        resending.say_again(desk, letter, {"delivery": _send})


def _deliver(desk: Desk, offer: Offer, choice: Choice, seeds: bytes) -> None:
    set_id = bytes.fromhex(offer.set_id)
    nonces = bytes.fromhex(choice.nonce_a), bytes.fromhex(choice.nonce_b)
    chosen = audit.choose(set_id, *nonces, len(offer.candidates))
    each = [seeds[i : i + SEED] for i in range(0, len(seeds), SEED)]
    derived = derive(BatchSpec.from_document(offer.spec), set_id, each[chosen])
    revealed = [seed.hex() if i != chosen else "" for i, seed in enumerate(each)]
    delivery = Delivery(set_id=offer.set_id, chosen=chosen, seeds=revealed)
    names: tuple[HelperName, HelperName] = ("A", "B")
    parts = (derived.part_a, derived.part_b)
    for name, helper, part in zip(names, desk.roster.helpers(), parts, strict=True):
        key = helper.sealing_key
        box = key.seal(delivery.to_bytes(), delivery_context("seeds", offer.set_id, name))
        sealed = key.seal(part, delivery_context("part", offer.set_id, name))
        desk.keep(box, _box_file(offer.set_id, helper.id))
        desk.keep(sealed, _part_file(offer.set_id, helper.id))
        _send(desk, helper.id, offer.set_id)
    _set(desk, offer.set_id, seeds=None)


def _send(desk: Desk, helper: str, set_id: str) -> None:
    """Send a helper what was sealed for it, unless it said that it has it."""
    box, part = desk.kept(_box_file(set_id, helper)), desk.kept(_part_file(set_id, helper))
    if box is not None and part is not None:
        desk.send(helper, Delivery.model_fields["type"].default, set_id, box.read_bytes(), [part])


def _box_file(set_id: str, helper: str) -> str:
    return f"delivery/{set_id}/{helper}"


def _part_file(set_id: str, helper: str) -> str:
    return f"delivered-part/{set_id}/{helper}"


def _offer(desk: Desk, set_id: str) -> Offer | None:
    document = desk.connection.execute(
        select(deals.c.offer).where(deals.c.set_id == set_id)
    ).scalar()
    return None if document is None else Offer.parse(document)


def _set(desk: Desk, set_id: str, **values: bytes | None) -> None:
    desk.connection.execute(update(deals).where(deals.c.set_id == set_id).values(**values))
