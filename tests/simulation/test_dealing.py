# SPDX-License-Identifier: EUPL-1.2
"""A dealer that cheats, and letters of dealing that come twice or are not what they should be."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from ontschot.coordinator.releases import schema as coordinator_schema
from ontschot.coordinator.releases.stock import PATIENCE, Stock
from ontschot.node.dealer import handlers as dealer
from ontschot.node.dealer.schema import deals
from ontschot.node.helper import batches, schema
from ontschot.node.helper.errors import BatchRefused
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.dealing import Deal, Delivery, Offer
from ontschot.protocol.gate import (
    BatchSpec,
    CandidateHashes,
    DerivedBatch,
    MalformedGatePart,
    derive,
    hashes_of,
)
from ontschot.protocol.release.gates import gate_spec, ring_bits
from simulation.conftest import Copy
from simulation.federation import COORDINATOR, HELPERS, Federation


@pytest.fixture
def federation(copies: Copy) -> Federation:
    """A federation in which the next order is the only thing that happens."""
    return copies()


def order(federation: Federation) -> BatchSpec:
    """Order one more batch of a kind that is not in stock."""
    question = federation.question("Q13")
    blocks = [question.blocks[0].model_copy(update={"thresholds": [1, 2]})]
    spec = gate_spec(blocks, federation.slots, ring_bits(federation.max_nodes, 1))

    def act(stock: Stock) -> None:
        stock.take([spec])
        stock.order()

    federation.lead(lambda desk: act(Stock(desk)))
    return spec


def ordered(federation: Federation) -> tuple[str, str]:
    """Return set and state of the newest batch at the coordinator."""
    table = coordinator_schema.batches.c
    spec = order_spec(federation)
    row = federation.read(
        COORDINATOR,
        lambda c: c.execute(
            select(table.set_id, table.state).where(table.spec == spec.digest)
        ).one(),
    )
    return row.set_id, row.state


def order_spec(federation: Federation) -> BatchSpec:
    question = federation.question("Q13")
    blocks = [question.blocks[0].model_copy(update={"thresholds": [1, 2]})]
    return gate_spec(blocks, federation.slots, ring_bits(federation.max_nodes, 1))


def status(federation: Federation, helper: str, set_id: str) -> str | None:
    table = schema.batches.c
    return federation.read(
        helper, lambda c: c.execute(select(table.status).where(table.set_id == set_id)).scalar()
    )


def codes(federation: Federation, name: str, kind: str) -> set[str | None]:
    """Return the codes with which a party took letters of one type."""
    rows = federation.read(
        name, lambda c: c.execute(select(IN.c.code).where(IN.c.type == kind)).scalars().all()
    )
    return set(rows)


def test_an_honest_batch_is_ready_at_both_and_the_dealer_forgets_it(
    federation: Federation,
) -> None:
    order(federation)
    federation.settle()
    set_id, state = ordered(federation)
    assert state == "ready"
    assert [status(federation, helper, set_id) for helper in HELPERS] == ["ready", "ready"]
    rows = federation.read("dealer", lambda c: c.execute(select(deals.c.seeds)).scalars().all())
    assert set(rows) == {None}
    parts = [
        federation.at(helper, lambda desk: batches.load_part(desk, set_id)) for helper in HELPERS
    ]
    assert [part.party for part in parts] == ["A", "B"]


Promise = Callable[[BatchSpec, bytes, bytes], CandidateHashes]


def one_by_one(promise: Promise) -> Callable[..., list[CandidateHashes]]:
    """Return a promise of many candidates, made for each of them."""
    return lambda spec, batch_id, seeds: [promise(spec, batch_id, seed) for seed in seeds]


def wrong_promise(index: int) -> Promise:
    """Promise other hashes for one candidate than its seed derives."""
    made: list[bytes] = []

    def hashes(spec: BatchSpec, batch_id: bytes, seed: bytes) -> CandidateHashes:
        made.append(seed)
        honest = hashes_of(spec, batch_id, seed)
        return CandidateHashes(honest[0], "0" * 64) if len(made) == index + 1 else honest

    return hashes


@pytest.mark.parametrize("index", [0, 9])
def test_a_promise_that_no_seed_keeps_is_caught(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, index: int
) -> None:
    """Also when it is the chosen one: then the part is not what was promised."""
    monkeypatch.setattr(dealer, "hashes_of_all", one_by_one(wrong_promise(index)))
    order(federation)
    federation.settle()
    set_id, state = ordered(federation)
    assert state == "dealer-caught"
    assert {status(federation, helper, set_id) for helper in HELPERS} == {"caught"}
    for helper in HELPERS:
        with pytest.raises(BatchRefused):
            federation.at(helper, lambda desk: batches.load_part(desk, set_id))


def craft(honest: DerivedBatch) -> bytes:
    """Return B's part with one bit turned: B's keys are no longer those that belong to A's."""
    return honest.part_b[:-1] + bytes([honest.part_b[-1] ^ 1])


def test_a_crafted_part_that_was_not_promised_is_caught(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delivered(spec: BatchSpec, batch_id: bytes, seed: bytes) -> DerivedBatch:
        honest = derive(spec, batch_id, seed)
        return dataclasses.replace(honest, part_b=craft(honest))

    monkeypatch.setattr(dealer, "derive", delivered)
    order(federation)
    federation.settle()
    set_id, state = ordered(federation)
    assert state == "dealer-caught"
    # A's part was right; it learns from B that the set is spoiled.
    assert [status(federation, helper, set_id) for helper in HELPERS] == ["caught", "caught"]


def test_a_crafted_part_that_was_promised_passes_only_when_it_is_chosen(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is the one chance in s which cut and choose leaves to a dealer."""
    crafted: dict[bytes, bytes] = {}

    def promised(spec: BatchSpec, batch_id: bytes, seed: bytes) -> CandidateHashes:
        honest = derive(spec, batch_id, seed)
        if crafted:
            return honest.hashes
        crafted[seed] = craft(honest)
        return CandidateHashes(honest.hashes[0], sha256(crafted[seed]))

    def delivered(spec: BatchSpec, batch_id: bytes, seed: bytes) -> DerivedBatch:
        honest = derive(spec, batch_id, seed)
        return dataclasses.replace(honest, part_b=crafted.get(seed, honest.part_b))

    monkeypatch.setattr(dealer, "hashes_of_all", one_by_one(promised))
    monkeypatch.setattr(dealer, "derive", delivered)
    order(federation)
    federation.settle()
    set_id, state = ordered(federation)

    def chosen(desk: Desk) -> int:
        row = batches.find(desk, set_id)
        assert row is not None
        return batches.chosen(desk, row)

    assert state == ("ready" if federation.at("helper-a", chosen) == 0 else "dealer-caught")


def test_two_offers_for_two_helpers_are_found_out_before_anything_is_shown(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Desk.send

    def send(desk: Desk, recipient: str, kind: str, *rest: Any) -> int:
        if desk.me.id == "dealer" and kind == "offer" and recipient == "helper-b":
            offer = Offer.parse(rest[1])
            swapped = [*offer.candidates[1:], offer.candidates[0]]
            other = offer.model_copy(update={"candidates": swapped}).to_bytes()
            return real(desk, recipient, kind, rest[0], other)
        return real(desk, recipient, kind, *rest)

    monkeypatch.setattr(Desk, "send", send)
    order(federation)
    federation.settle()
    set_id, state = ordered(federation)
    assert state == "spoiled"
    assert {status(federation, helper, set_id) for helper in HELPERS} == {"disputed"}
    for helper in HELPERS:
        shown = federation.read(
            helper,
            lambda c: (
                c.execute(select(schema.facts.c.kind).where(schema.facts.c.subject == set_id))
                .scalars()
                .all()
            ),
        )
        assert shown == ["toss-commit"]


def test_two_candidates_of_one_seed_are_refused(federation: Federation) -> None:
    """Showing the one would show the other, which may be the chosen one."""
    seeds = iter([bytes([number]) * 32 for number in (1, 1, *range(2, 10))])
    federation.roles["dealer"]._entropy = lambda _size: next(seeds)  # type: ignore[union-attr]
    order(federation)
    federation.settle()
    set_id, state = ordered(federation)
    assert state == "dealing"
    for helper in HELPERS:
        assert "batch-refused" in codes(federation, helper, "offer")
        assert status(federation, helper, set_id) is None


def test_a_delivery_that_comes_again_changes_nothing(federation: Federation) -> None:
    order(federation)
    federation.settle()
    set_id, _ = ordered(federation)
    empty = Delivery(set_id=set_id, chosen=0, seeds=["" for _ in range(10)])
    for helper in HELPERS:
        federation.at(
            "dealer",
            lambda desk, to=helper: desk.send(  # type: ignore[misc]
                to, "delivery", set_id, empty.to_bytes()
            ),
        )
    federation.settle()
    for helper in HELPERS:
        assert codes(federation, helper, "delivery") == {None, "batch-refused"}
        assert status(federation, helper, set_id) == "ready"


def test_a_set_is_offered_and_dealt_once(federation: Federation) -> None:
    order(federation)
    federation.settle()
    set_id, _ = ordered(federation)
    document = federation.read(
        "dealer",
        lambda c: c.execute(select(deals.c.offer).where(deals.c.set_id == set_id)).scalar(),
    )
    assert document is not None
    federation.at("dealer", lambda desk: desk.send("helper-a", "offer", set_id, document))
    deal = Deal(set_id=set_id, spec=order_spec(federation).to_document())
    federation.lead(lambda desk: desk.send("dealer", "deal", set_id, deal.to_bytes()))
    federation.settle()
    assert codes(federation, "helper-a", "offer") == {None, "batch-refused"}
    assert codes(federation, "dealer", "deal") == {None, "deal-refused"}
    assert status(federation, "helper-a", set_id) == "ready"


def test_only_the_dealer_offers_and_only_the_coordinator_orders(federation: Federation) -> None:
    spec = order_spec(federation).to_document()
    offer = Offer(set_id="1" * 64, spec=spec, candidates=[("2" * 64, "3" * 64)] * 10)
    federation.at(
        "provider-1", lambda desk: desk.send("helper-a", "offer", "1" * 64, offer.to_bytes())
    )
    deal = Deal(set_id="1" * 64, spec=spec)
    federation.at("provider-1", lambda desk: desk.send("dealer", "deal", "1" * 64, deal.to_bytes()))
    federation.settle()
    assert "batch-refused" in codes(federation, "helper-a", "offer")
    assert "deal-refused" in codes(federation, "dealer", "deal")
    assert status(federation, "helper-a", "1" * 64) is None


def test_too_few_candidates_are_refused(federation: Federation) -> None:
    spec = order_spec(federation).to_document()
    offer = Offer(set_id="1" * 64, spec=spec, candidates=[("2" * 64, "3" * 64)] * 9)
    federation.at("dealer", lambda desk: desk.send("helper-a", "offer", "1" * 64, offer.to_bytes()))
    federation.settle()
    assert "batch-refused" in codes(federation, "helper-a", "offer")


@pytest.mark.parametrize("silent", ["dealer", "helper-b"])
def test_what_is_ordered_and_does_not_come_is_ordered_again(
    federation: Federation, silent: str
) -> None:
    federation.carrier.absent.add(silent)
    spec = order(federation)
    federation.settle()
    table = coordinator_schema.batches

    def orders() -> int:
        return len(
            federation.read(
                COORDINATOR,
                lambda c: c.execute(select(table).where(table.c.spec == spec.digest)).all(),
            )
        )

    order(federation)
    assert orders() == 1
    federation.clock.now += PATIENCE
    order(federation)
    assert orders() == 2


def test_a_part_that_changed_on_disk_is_not_used(federation: Federation) -> None:
    order(federation)
    federation.settle()
    set_id, _ = ordered(federation)

    def spoil(desk: Desk) -> None:
        path = desk.kept(batches.part_file(set_id))
        assert path is not None
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)

    federation.at("helper-b", spoil)
    with pytest.raises(MalformedGatePart):
        federation.at("helper-b", lambda desk: batches.load_part(desk, set_id))
