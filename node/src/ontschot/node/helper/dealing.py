# SPDX-License-Identifier: EUPL-1.2
"""The helper's side of dealing: toss a coin with the peer, audit all but one candidate (section 5).

The dealer commits to the hashes of all candidates before the coin is tossed; the coin is fair if
one helper is honest; so a crafted candidate is kept with probability 1/s at most.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from ontschot.node.helper import facts, schema
from ontschot.node.helper.batches import part_file
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
from ontschot.protocol.gate import BatchSpec, GatePart, audit
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.sealing import delivery_context


@dataclass(frozen=True, slots=True)
class Dealing:
    """Handlers of the letters of one deal."""

    entropy: Entropy = secrets.token_bytes

    def offer(self, desk: Desk, letter: Letter) -> None:
        """Keep the dealer's promise and commit to a nonce.

        Raises:
            BatchRefused: fewer candidates than the roster asks for, or a second offer of this set.
        """
        offer = Offer.parse(letter.payload)
        if letter.sender != desk.roster.dealer().id:
            raise BatchRefused("not from the dealer")
        if len(offer.candidates) < desk.roster.parameters.audit_candidates:
            raise BatchRefused("too few candidates to audit")
        if _find(desk, offer.set_id) is not None:
            raise BatchRefused("a set is offered once")
        BatchSpec.from_document(offer.spec)
        nonce = self.entropy(32)
        desk.connection.execute(
            schema.batches.insert().values(
                set_id=offer.set_id,
                spec=canonical.encode(offer.spec),
                offer=letter.payload,
                nonce=nonce.hex(),
                status="tossing",
            )
        )
        commitment = audit.commit(bytes.fromhex(offer.set_id), nonce)
        message = TossCommit(set_id=offer.set_id, offer=offer.digest, commitment=commitment.hex())
        desk.send(peer(desk).id, message.type, offer.set_id, message.to_bytes())
        _go_on(desk, offer.set_id)

    def toss(self, desk: Desk, letter: Letter) -> None:
        """Note the peer's commitment or nonce, and go on as far as that allows."""
        if letter.sender != peer(desk).id:
            raise PeerDeviates("a toss by someone else")
        set_id = (
            (TossCommit if letter.type == "toss-commit" else TossReveal)
            .parse(letter.payload)
            .set_id
        )
        facts.keep(desk.connection, set_id, letter.type, letter.sender, letter.payload)
        _go_on(desk, set_id)

    def delivery(self, desk: Desk, letter: Letter) -> None:
        """Audit every revealed candidate; keep the chosen part only if all are right.

        Raises:
            BatchRefused: another candidate than the toss chose, or seeds missing.
        """
        row = _find(desk, letter.subject)
        if row is None or row.status != "chosen" or letter.sender != desk.roster.dealer().id:
            raise BatchRefused("not waiting for this delivery")
        me = my_name(desk)
        box = desk.keys.open(letter.payload, delivery_context("seeds", letter.subject, me))
        delivery = Delivery.parse(box)
        offer = Offer.parse(row.offer)
        chosen = _chosen(desk, row)
        seeds = delivery.seeds
        if delivery.chosen != chosen or len(seeds) != len(offer.candidates) or seeds[chosen]:
            raise BatchRefused("another candidate than the toss chose")
        caught = _first_crafted(offer, delivery)
        if caught is not None:
            _report(desk, offer.set_id, caught)
            return
        _keep_part(desk, letter, offer, chosen)


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
    if canonical.sha256(part) != offer.candidates[chosen][0 if me == "A" else 1]:
        _report(desk, offer.set_id, chosen)
        return
    spec = BatchSpec.from_document(offer.spec)
    GatePart.load(spec, me, bytes.fromhex(offer.set_id), part)
    desk.keep(part, part_file(offer.set_id))
    _set_status(desk, offer.set_id, "ready")
    ready = BatchReady(set_id=offer.set_id, spec=spec.digest, helper=me)
    desk.send(desk.roster.coordinator().id, ready.type, offer.set_id, ready.to_bytes())


def _report(desk: Desk, set_id: str, candidate: int) -> None:
    # The offer and the revealed seeds are the proof; they stay in the database of this helper.
    _set_status(desk, set_id, "caught")
    report = DealerCaught(
        set_id=set_id, helper=my_name(desk), dealer=desk.roster.dealer().id, candidate=candidate
    )
    for recipient in (desk.roster.coordinator().id, peer(desk).id):
        desk.send(recipient, report.type, set_id, report.to_bytes())


def _go_on(desk: Desk, set_id: str) -> None:
    row = _find(desk, set_id)
    if row is None:
        return
    commit = facts.find(desk.connection, set_id, "toss-commit", peer(desk).id)
    if row.status == "tossing" and commit is not None:
        if TossCommit.parse(commit).offer != Offer.parse(row.offer).digest:
            raise PeerDeviates("the dealer made two different offers")
        reveal = TossReveal(set_id=set_id, nonce=row.nonce)
        desk.send(peer(desk).id, reveal.type, set_id, reveal.to_bytes())
        row = _set_status(desk, set_id, "revealed")
    nonce = facts.find(desk.connection, set_id, "toss-reveal", peer(desk).id)
    if row.status == "revealed" and nonce is not None and commit is not None:
        theirs = bytes.fromhex(TossReveal.parse(nonce).nonce)
        promised = bytes.fromhex(TossCommit.parse(commit).commitment)
        audit.check_reveal(promised, bytes.fromhex(set_id), theirs)
        _set_status(desk, set_id, "chosen")
        _tell_dealer(desk, row)


def _tell_dealer(desk: Desk, row: Row[Any]) -> None:
    nonce_a, nonce_b = _nonces(desk, row)
    choice = Choice(
        set_id=row.set_id,
        offer=Offer.parse(row.offer).digest,
        nonce_a=nonce_a.hex(),
        nonce_b=nonce_b.hex(),
    )
    desk.send(desk.roster.dealer().id, choice.type, row.set_id, choice.to_bytes())


def _nonces(desk: Desk, row: Row[Any]) -> tuple[bytes, bytes]:
    body = facts.find(desk.connection, row.set_id, "toss-reveal", peer(desk).id) or b""
    mine, theirs = bytes.fromhex(row.nonce), bytes.fromhex(TossReveal.parse(body).nonce)
    return (mine, theirs) if my_name(desk) == "A" else (theirs, mine)


def _chosen(desk: Desk, row: Row[Any]) -> int:
    candidates = len(Offer.parse(row.offer).candidates)
    return audit.choose(bytes.fromhex(row.set_id), *_nonces(desk, row), candidates)


def _find(desk: Desk, set_id: str) -> Row[Any] | None:
    return desk.connection.execute(
        select(schema.batches).where(schema.batches.c.set_id == set_id)
    ).first()


def _set_status(desk: Desk, set_id: str, status: str) -> Row[Any]:
    desk.connection.execute(
        update(schema.batches).where(schema.batches.c.set_id == set_id).values(status=status)
    )
    return desk.connection.execute(
        select(schema.batches).where(schema.batches.c.set_id == set_id)
    ).one()
