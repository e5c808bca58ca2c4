# SPDX-License-Identifier: EUPL-1.2
"""The helper's side of dealing: toss a coin with the peer, audit all but one candidate (section 5).

The dealer commits to the hashes of all candidates before the coin is tossed; the coin is fair if
one helper is honest; so a crafted candidate is kept with probability 1/s at most.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from ontschot.node.helper import batches, facts, schema
from ontschot.node.helper.batches import find, part_file, set_status
from ontschot.node.helper.errors import BatchRefused, PeerDeviates
from ontschot.node.helper.identity import my_name, peer
from ontschot.node.helper.steps import Entropy
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol import canonical
from ontschot.protocol.documents.dealing import (
    BatchReady,
    Choice,
    DealerCaught,
    Delivery,
    Offer,
    TossCommit,
    TossReveal,
)
from ontschot.protocol.documents.releases import Refused
from ontschot.protocol.gate import BatchSpec, GatePart, audit
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.candidates import candidates_needed
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.sealing import delivery_context

DIFFERENT_OFFERS = "offers-differ"
"""Code of a set over which the helpers saw two offers: one of dealer and peer lies."""


@dataclass(frozen=True, slots=True)
class Dealing:
    """Handlers of the letters of one deal."""

    entropy: Entropy = secrets.token_bytes

    def offer(self, desk: Desk, letter: Letter) -> None:
        """Keep the dealer's promise and commit to a nonce.

        Raises:
            BatchRefused: not the dealer's, fewer candidates than must be audited, two of them the
                same, or a second offer of this set.
        """
        offer = Offer.parse(letter.payload)
        if letter.sender != desk.roster.dealer().id:
            raise BatchRefused("not from the dealer")
        spec = BatchSpec.from_document(offer.spec)
        if len(offer.candidates) < candidates_needed(desk.roster, spec.slots):
            raise BatchRefused("too few candidates to audit")
        if len(set(offer.candidates)) != len(offer.candidates):
            # Two from one seed: showing the one would show the other, which may be the chosen one.
            raise BatchRefused("two candidates are the same")
        if find(desk, offer.set_id) is not None:
            raise BatchRefused("a set is offered once")
        nonce = self.entropy(32)
        desk.connection.execute(
            schema.batches.insert().values(
                set_id=offer.set_id,
                spec=canonical.encode(offer.spec),
                offer=letter.payload,
                nonce=nonce.hex(),
                duties=duties_of(desk.roster),
                status="tossing",
            )
        )
        commitment = audit.commit(bytes.fromhex(offer.set_id), nonce)
        message = TossCommit(set_id=offer.set_id, offer=offer.digest, commitment=commitment.hex())
        desk.send(peer(desk).id, message.type, offer.set_id, message.to_bytes())
        _go_on(desk, offer.set_id)

    def toss(self, desk: Desk, letter: Letter) -> None:
        """Note the peer's commitment or nonce, and go on as far as that allows.

        Raises:
            PeerDeviates: not from the peer, or it says something else than before.
            TossBroken: it shows another nonce than it committed to.
        """
        if letter.sender != peer(desk).id:
            raise PeerDeviates("a toss by someone else")
        kind = TossCommit if letter.type == "toss-commit" else TossReveal
        set_id = kind.parse(letter.payload).set_id
        facts.keep(desk.connection, set_id, letter.type, letter.sender, letter.payload)
        _go_on(desk, set_id)

    def delivery(self, desk: Desk, letter: Letter) -> None:
        """Audit every revealed candidate; keep the chosen part only if all are right.

        Raises:
            BatchRefused: another candidate than the toss chose, or seeds missing.
        """
        row = find(desk, letter.subject)
        if row is None or row.status != "chosen" or letter.sender != desk.roster.dealer().id:
            raise BatchRefused("not waiting for this delivery")
        me = my_name(desk)
        box = desk.keys.open(letter.payload, delivery_context("seeds", letter.subject, me))
        delivery = Delivery.parse(box)
        offer = Offer.parse(row.offer)
        chosen = batches.chosen(desk, row)
        seeds = delivery.seeds
        if delivery.set_id != offer.set_id or delivery.chosen != chosen:
            raise BatchRefused("another candidate than the toss chose")
        if len(seeds) != len(offer.candidates) or seeds[chosen]:
            raise BatchRefused("not the seed of every other candidate")
        caught = _first_crafted(offer, delivery)
        if caught is not None:
            _report(desk, offer.set_id, caught)
            return
        _keep_part(desk, letter, offer, chosen)

    def peer_caught(self, desk: Desk, letter: Letter) -> None:
        """The peer caught the dealer at this set: it is used here no more than there.

        Raises:
            PeerDeviates: said by someone else.
        """
        message = DealerCaught.parse(letter.payload)
        if letter.sender != peer(desk).id:
            raise PeerDeviates("a finding by someone else")
        batches.erase(desk, message.set_id)
        if find(desk, message.set_id) is not None:
            set_status(desk, message.set_id, "caught")


def _first_crafted(offer: Offer, delivery: Delivery) -> int | None:
    revealed = {i: bytes.fromhex(seed) for i, seed in enumerate(delivery.seeds) if seed}
    if len(revealed) != len(offer.candidates) - 1:
        raise BatchRefused("not the seed of every other candidate")
    spec = BatchSpec.from_document(offer.spec)
    return audit.first_crafted(spec, bytes.fromhex(offer.set_id), offer.candidates, revealed)


def _keep_part(desk: Desk, letter: Letter, offer: Offer, chosen: int) -> None:
    me = my_name(desk)
    if len(letter.attachments) != 1:
        raise BatchRefused("exactly one sealed part belongs beside it")
    sealed = desk.attachment(letter.attachments[0]).read_bytes()
    part = desk.keys.open(sealed, delivery_context("part", offer.set_id, me))
    if canonical.sha256(part) != offer.candidates[chosen]["AB".index(me)]:
        _report(desk, offer.set_id, chosen)
        return
    spec = BatchSpec.from_document(offer.spec)
    GatePart.load(spec, me, bytes.fromhex(offer.set_id), part)
    desk.keep(part, part_file(offer.set_id))
    set_status(desk, offer.set_id, "ready")
    ready = BatchReady(set_id=offer.set_id, spec=spec.digest, helper=me)
    desk.send(desk.roster.coordinator().id, ready.type, offer.set_id, ready.to_bytes())


def _report(desk: Desk, set_id: str, candidate: int) -> None:
    # The offer and the revealed seeds are the proof; they stay in the database of this helper.
    set_status(desk, set_id, "caught")
    report = DealerCaught(
        set_id=set_id, helper=my_name(desk), dealer=desk.roster.dealer().id, candidate=candidate
    )
    for recipient in (desk.roster.coordinator().id, peer(desk).id):
        desk.send(recipient, report.type, set_id, report.to_bytes())


def _go_on(desk: Desk, set_id: str) -> None:
    row = find(desk, set_id)
    body = facts.find(desk.connection, set_id, "toss-commit", peer(desk).id)
    if row is None or body is None:
        return
    commit = TossCommit.parse(body)
    if commit.offer != Offer.parse(row.offer).digest:
        _dispute(desk, row)
        return
    if row.status == "tossing":
        reveal = TossReveal(set_id=set_id, nonce=row.nonce)
        desk.send(peer(desk).id, reveal.type, set_id, reveal.to_bytes())
        set_status(desk, set_id, "revealed")
    shown = facts.find(desk.connection, set_id, "toss-reveal", peer(desk).id)
    if row.status in ("tossing", "revealed") and shown is not None:
        theirs = bytes.fromhex(TossReveal.parse(shown).nonce)
        audit.check_reveal(bytes.fromhex(commit.commitment), bytes.fromhex(set_id), theirs)
        set_status(desk, set_id, "chosen")
        _tell_dealer(desk, row)


def _dispute(desk: Desk, row: Row[Any]) -> None:
    # Nothing was shown yet, so nothing is lost but this set. Whether dealer or peer lies cannot be
    # told from here; both offers are signed letters, and people can compare them.
    if row.status != "tossing":
        return
    set_status(desk, row.set_id, "disputed")
    word = Refused(subject=row.set_id, letter="offer", code=DIFFERENT_OFFERS)
    desk.send(desk.roster.coordinator().id, word.type, row.set_id, word.to_bytes())


def _tell_dealer(desk: Desk, row: Row[Any]) -> None:
    nonce_a, nonce_b = batches.nonces(desk, row)
    choice = Choice(
        set_id=row.set_id,
        offer=Offer.parse(row.offer).digest,
        nonce_a=nonce_a.hex(),
        nonce_b=nonce_b.hex(),
    )
    desk.send(desk.roster.dealer().id, choice.type, row.set_id, choice.to_bytes())
