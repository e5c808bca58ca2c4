# SPDX-License-Identifier: EUPL-1.2
"""The helper's side of dealing: toss a coin with the peer, audit all but one candidate (section 5).

The dealer commits to the hashes of all candidates before the coin is tossed; the coin is fair if
one helper is honest; so a crafted candidate is kept with probability 1/s at most. Which set is
tossed when, so that a dealer cannot choose by keeping silent: ``tossing``.
"""

import secrets
from dataclasses import dataclass

from ontschot.node.helper import batches, facts, schema, tossing
from ontschot.node.helper.batches import find, part_file, set_status
from ontschot.node.helper.errors import BatchRefused, PeerDeviates
from ontschot.node.helper.identity import my_name, peer, peer_name
from ontschot.node.helper.steps import Entropy
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol import canonical
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.dealing import (
    BatchReady,
    DealerCaught,
    Delivery,
    Offer,
    TossCommit,
    TossLost,
    TossReveal,
)
from ontschot.protocol.gate import BatchSpec, GatePart, audit
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.candidates import candidates_needed
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.sealing import delivery_context, toss_context


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
                since=to_text(desk.now),
                said_at=to_text(desk.now),
                dealer=desk.roster.dealer().signing_key.text,
                peer=peer(desk).id,
            )
        )
        tossing.say_commit(desk, peer(desk).id, offer.set_id)
        tossing.go_on(desk, offer.set_id)

    def committed(self, desk: Desk, letter: Letter) -> None:
        """Note the peer's commitment, and go on as far as that allows.

        Raises:
            PeerDeviates: not from the peer, or it says something else than before.
            TossBroken: it showed another nonce than it commits to.
        """
        if letter.sender != peer(desk).id:
            raise PeerDeviates("a toss by someone else")
        _note(desk, letter, TossCommit.parse(letter.payload))

    def shown(self, desk: Desk, letter: Letter) -> None:
        """Note the peer's nonce, and go on as far as that allows.

        Raises:
            PeerDeviates: not from the peer, or it says something else than before.
            TossBroken: it shows another nonce than it committed to.
            CannotOpen: sealed to another key, or for another set.
        """
        if letter.sender != peer(desk).id:
            raise PeerDeviates("a toss by someone else")
        context = toss_context(letter.subject, peer_name(desk))
        shown = TossReveal.parse(desk.keys.open(letter.payload, context))
        if tossing.answer_shown(desk, shown.set_id):
            _note(desk, letter, shown)

    def lost(self, desk: Desk, letter: Letter) -> None:
        """The peer lost a set with its state: it is given up here too, or audited here alone.

        Raises:
            PeerDeviates: said by someone else.
        """
        message = TossLost.parse(letter.payload)
        if letter.sender != peer(desk).id:
            raise PeerDeviates("a toss by someone else")
        tossing.lost(desk, message.set_id)

    def peer_ready(self, desk: Desk, letter: Letter) -> None:
        """The peer audited a set: the dealer was not silent at it, whatever comes here.

        Raises:
            PeerDeviates: said by someone else.
        """
        message = BatchReady.parse(letter.payload)
        if letter.sender != peer(desk).id:
            raise PeerDeviates("a finding by someone else")
        tossing.audited_by_peer(desk, message.set_id)

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
        if find(desk, message.set_id) is not None:
            batches.end(desk, message.set_id, "caught")


def _note(desk: Desk, letter: Letter, word: TossCommit | TossReveal) -> None:
    tossing.require_same_peer(desk, word.set_id)
    facts.keep(desk.connection, word.set_id, letter.type, letter.sender, word.to_bytes())
    tossing.require_honest_reveal(desk, word.set_id)
    tossing.go_on(desk, word.set_id)


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
    if tossing.is_void(desk, offer.set_id):
        tossing.end_audited(desk, offer.set_id)
    else:
        desk.keep(part, part_file(offer.set_id))
        set_status(desk, offer.set_id, "ready")
    for recipient in (desk.roster.coordinator().id, desk.roster.dealer().id, peer(desk).id):
        tossing.say_ready(desk, recipient, offer.set_id)


def _report(desk: Desk, set_id: str, candidate: int) -> None:
    # The offer and the revealed seeds are the proof; they stay in the database of this helper.
    set_status(desk, set_id, "caught")
    report = DealerCaught(
        set_id=set_id, helper=my_name(desk), dealer=desk.roster.dealer().id, candidate=candidate
    )
    for recipient in (desk.roster.coordinator().id, peer(desk).id):
        desk.send(recipient, report.type, set_id, report.to_bytes())
