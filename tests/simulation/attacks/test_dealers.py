# SPDX-License-Identifier: EUPL-1.2
"""A dealer that knows which candidate was chosen and then keeps silent, or is caught."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ontschot.coordinator.mail import PostOffice
from ontschot.node import rebuilding
from ontschot.node.dealer import handlers as dealer
from ontschot.node.helper.schema import batches
from ontschot.node.helper.tossing import SAY_AGAIN_AFTER
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.dealing import Choice, Offer
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.rounds import RoundClosed
from ontschot.protocol.gate import DealerCaught, DealerOwes, candidates
from ontschot.protocol.letters import Letter, SignedLetter, read
from simulation.conftest import Copy
from simulation.dealing import (
    choices_known,
    demand,
    hours,
    order,
    owed,
    sets,
    states,
    status,
    with_new_keys,
)
from simulation.federation import HELPERS, Federation
from simulation.looking import manifests
from simulation.test_heads import put_back, say_restored, set_aside

MORE = [f"{number:064x}" for number in range(1, 6)]
"""Sets that a coordinator orders though it should not."""


@pytest.fixture
def federation(copies: Copy) -> Federation:
    """A federation in which nothing else happens; the coordinator does as it likes."""
    return copies()


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the sets at which the dealer was silent: its crafted candidate was not chosen."""
    met: list[str] = []

    def deliver(_desk: Desk, offer: Offer, _choice: Choice, _seeds: bytes) -> None:
        if offer.set_id not in met:
            met.append(offer.set_id)

    monkeypatch.setattr(dealer, "_deliver", deliver)
    return met


def test_a_dealer_that_keeps_silent_has_one_try(federation: Federation, silent: list[str]) -> None:
    order(federation)
    federation.settle()
    for set_id in MORE:
        demand(federation, set_id)
        order(federation)
        hours(federation)
    assert len(silent) == 1
    assert choices_known(federation, [*sets(federation), *MORE]) == 1
    # The others wait: nothing was shown that would tell what is chosen.
    for helper in HELPERS:
        assert {status(federation, helper, set_id) for set_id in MORE} == {"tossing"}
        assert owed(federation, helper) == [DealerOwes.code]
    # The coordinator says so, and orders no more.
    assert states(federation) == ["dealer-owes"]


def test_nonces_of_later_sets_are_with_nobody_but_their_helper(
    federation: Federation, silent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the relay nor one helper knows both, whatever letters are carried."""
    shown: list[tuple[str, str]] = []
    real = Desk.send

    def send(desk: Desk, recipient: str, kind: str, *rest: Any) -> int:
        if kind == "toss-reveal":
            shown.append((desk.me.id, rest[0]))
        return real(desk, recipient, kind, *rest)

    monkeypatch.setattr(Desk, "send", send)
    for set_id in MORE:
        demand(federation, set_id)
        hours(federation, 1)
    (first,) = silent
    assert set(shown) == {(helper, first) for helper in HELPERS}


def test_whoever_carries_the_letters_reads_no_nonce(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could tell the dealer what is chosen, and keep that from the helper that says it."""
    carried: list[Letter] = []
    real = PostOffice.post

    def post(office: PostOffice, wire: SignedLetter, sender: str) -> object:
        carried.append(read(wire))
        return real(office, wire, sender)

    monkeypatch.setattr(PostOffice, "post", post)
    demand(federation, MORE[0])
    hours(federation)
    table = batches.c
    query = select(table.nonce).where(table.set_id == MORE[0], table.status == "ready")
    nonces = [federation.read(one, lambda c: c.execute(query).scalar_one()) for one in HELPERS]
    spelled = [form for one in nonces for form in (one.encode(), bytes.fromhex(one))]
    found = {one.type for one in carried if any(form in one.payload for form in spelled)}
    assert {one.type for one in carried} >= {"toss-commit", "toss-reveal", "delivery"}
    assert found == {"choice"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restart_gives_no_second_try(
    federation: Federation, silent: list[str], when: str
) -> None:
    demand(federation, MORE[0])
    if when == "after":
        federation.settle()
    for helper in HELPERS:
        federation.start(helper)
    for set_id in MORE[1:]:
        demand(federation, set_id)
        hours(federation, 1)
        federation.start("helper-b")
    assert silent == MORE[:1]


def test_closing_a_round_does_not_make_helpers_forget_what_is_owed(
    admitted: Federation, silent: list[str]
) -> None:
    """The coordinator names the set in a manifest, and closes the round that it is of."""
    admitted.clock.now += SAY_AGAIN_AFTER
    admitted.lead(admitted.leader.tick)
    admitted.carrier.until(lambda: bool(manifests(admitted)))
    demand(admitted, MORE[0])
    admitted.settle()
    (manifest,) = manifests(admitted)[-1:]
    bad = naming(manifest, MORE[0])
    closed = RoundClosed(round=admitted.round().digest)
    for helper in HELPERS:
        say(admitted, helper, "manifest", bad.digest, bad.to_bytes())
        say(admitted, helper, closed.type, closed.round, closed.to_bytes())
    admitted.settle()
    demand(admitted, MORE[1])
    hours(admitted)
    assert silent == MORE[:1]
    assert {status(admitted, helper, MORE[0]) for helper in HELPERS} == {"chosen"}


def naming(manifest: Manifest, batch: str) -> Manifest:
    """Return another manifest of the same round, with this batch."""
    part = manifest.parts[0]
    gate = part.require_gate().model_copy(update={"batch": batch})
    parts = [part.model_copy(update={"gate": gate}), *manifest.parts[1:]]
    return manifest.model_copy(update={"parts": parts, "release_id": "named"})


def say(federation: Federation, to: str, kind: str, subject: str, payload: bytes) -> None:
    federation.lead(lambda desk: desk.send(to, kind, subject, payload))


def test_what_comes_late_ends_it(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dealer that was down and goes on: everything that waited is dealt."""
    with monkeypatch.context() as patch:
        patch.setattr(dealer, "_deliver", lambda *_: None)
        order(federation, 3)
        hours(federation)
        assert sorted(states(federation)) == ["dealer-owes", "dealing", "dealing"]
    hours(federation)
    assert states(federation) == ["ready"] * 3
    assert [owed(federation, helper) for helper in HELPERS] == [[], []]


def test_with_other_keys_of_the_dealer_dealing_goes_on(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the one try of its new keys then, which the anchors gave it."""
    with monkeypatch.context() as patch:
        patch.setattr(dealer, "_deliver", lambda *_: None)
        order(federation, 2)
        hours(federation)
    before = sets(federation)
    federation.adopt(with_new_keys(federation, "dealer"))
    order(federation, 2)
    hours(federation)
    after = sorted(set(sets(federation)) - set(before))
    assert len(after) == 2
    for helper in HELPERS:
        assert [status(federation, helper, set_id) for set_id in after] == ["ready"] * 2
        assert owed(federation, helper) == []
    assert choices_known(federation, before) == 1


def test_a_dealer_that_was_caught_deals_no_more(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it would be caught until its crafted candidate is the chosen one."""
    real = candidates.hashes_of_all

    def promise(*arguments: Any) -> Any:
        honest = real(*arguments)
        return [type(one)(one.part_a, "0" * 64) for one in honest]

    with monkeypatch.context() as patch:
        patch.setattr(dealer, "hashes_of_all", promise)
        demand(federation, MORE[0])
        order(federation)
        federation.settle()
    for set_id in MORE[1:]:
        demand(federation, set_id)
        order(federation)
        hours(federation)
    assert choices_known(federation, [*sets(federation), *MORE]) == 1
    assert [owed(federation, helper) for helper in HELPERS] == [[DealerCaught.code]] * 2


@pytest.mark.parametrize("helper", HELPERS)
def test_other_keys_of_a_helper_forgive_no_dealer_that_was_caught(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, helper: str
) -> None:
    real = candidates.hashes_of_all

    def promise(*arguments: Any) -> Any:
        return [type(one)(one.part_a, "0" * 64) for one in real(*arguments)]

    with monkeypatch.context() as patch:
        patch.setattr(dealer, "hashes_of_all", promise)
        order(federation)
        federation.settle()
    known = sets(federation)
    federation.adopt(with_new_keys(federation, helper))
    order(federation)
    demand(federation, MORE[0])
    hours(federation)
    assert [owed(federation, one) for one in HELPERS] == [[DealerCaught.code]] * 2
    assert {status(federation, one, MORE[0]) for one in HELPERS} == {"tossing"}
    assert sets(federation) == known
    assert states(federation) == ["dealer-caught"]


def test_other_keys_of_helpers_give_a_silent_dealer_no_other_try(
    federation: Federation, silent: list[str]
) -> None:
    """One helper after the other, and both: the same set stays owed by the same dealer."""
    demand(federation, MORE[0])
    hours(federation)
    for helper, set_id in zip((*HELPERS, "helper-a"), MORE[1:], strict=False):
        federation.adopt(with_new_keys(federation, helper))
        demand(federation, set_id)
        hours(federation)
    assert silent == MORE[:1]
    assert choices_known(federation, MORE) == 1
    assert [owed(federation, helper) for helper in HELPERS] == [[DealerOwes.code]] * 2


@pytest.mark.parametrize("helper", HELPERS)
@pytest.mark.parametrize("kept_back", ["toss-reveal", "choice", "delivery"])
def test_other_keys_of_a_helper_stop_no_honest_dealer(
    federation: Federation, helper: str, kept_back: str
) -> None:
    """In the middle of a toss, of a choice, and with a delivery sealed to the old keys."""
    federation.carrier.hold = lambda _to, letter: letter.type == kept_back
    demand(federation, MORE[0])
    federation.settle()
    federation.carrier.let_go()
    federation.carrier.hold = lambda *_: False
    federation.adopt(with_new_keys(federation, helper))
    hours(federation, 4)
    demand(federation, MORE[1])
    hours(federation)
    assert [owed(federation, one) for one in HELPERS] == [[], []]
    assert [status(federation, one, MORE[1]) for one in HELPERS] == ["ready"] * 2


@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_that_is_put_back_gives_a_silent_dealer_no_other_try(
    federation: Federation, silent: list[str], tmp_path: Path, helper: str
) -> None:
    """Nor when whoever carries the letters keeps back from A what B shows."""
    federation.carrier.hold = lambda to, letter: (
        helper == "helper-b" and (to, letter.type) == ("helper-a", "toss-reveal")
    )
    set_aside(federation, helper, tmp_path / "old")
    for set_id in MORE[:3]:
        demand(federation, set_id)
        federation.settle()
        put_back(federation, helper, tmp_path / "old", hidden=True)
        hours(federation, 3)
    assert choices_known(federation, MORE) <= 1
    assert len(silent) <= 1


def test_a_helper_tosses_over_nothing_before_its_peer_spoke(federation: Federation) -> None:
    """It may have been put back: what it would toss over could be the second set."""
    federation.carrier.hold = lambda to, letter: (to, letter.type) == ("helper-a", "heads")
    federation.start("helper-a")
    demand(federation, MORE[0])
    hours(federation)
    assert status(federation, "helper-a", MORE[0]) is None
    assert choices_known(federation, MORE) == 0
    federation.carrier.let_go()
    federation.carrier.hold = lambda *_: False
    hours(federation)
    assert [status(federation, one, MORE[0]) for one in HELPERS] == ["ready"] * 2


def test_with_a_closed_ledger_nothing_is_tossed_and_nothing_owed_is_forgotten(
    federation: Federation, silent: list[str]
) -> None:
    demand(federation, MORE[0])
    federation.settle()
    federation.at("helper-a", say_restored)
    demand(federation, MORE[1])
    hours(federation)
    assert status(federation, "helper-a", MORE[1]) is None
    federation.at("helper-a", rebuilding._discard_batches)
    for helper in HELPERS:
        assert status(federation, helper, MORE[0]) == "chosen"
    assert owed(federation, "helper-a") == [DealerOwes.code]
    assert silent == MORE[:1]


def test_a_round_closed_at_one_helper_makes_the_other_forget_nothing(
    admitted: Federation,
) -> None:
    """A audited the set, B waits for it; the coordinator has A erase it."""
    admitted.clock.now += SAY_AGAIN_AFTER
    admitted.lead(admitted.leader.tick)
    admitted.carrier.until(lambda: bool(manifests(admitted)))
    admitted.carrier.hold = lambda to, letter: (to, letter.type) == ("helper-b", "delivery")
    demand(admitted, MORE[0])
    admitted.settle()
    (manifest,) = manifests(admitted)[-1:]
    bad = naming(manifest, MORE[0])
    closed = RoundClosed(round=admitted.round().digest)
    say(admitted, "helper-a", "manifest", bad.digest, bad.to_bytes())
    say(admitted, "helper-a", closed.type, closed.round, closed.to_bytes())
    hours(admitted)
    assert [status(admitted, one, MORE[0]) for one in HELPERS] == ["erased", "chosen"]
    assert owed(admitted, "helper-b") == [DealerOwes.code]
    # The dealer still has it, and what is done ends it.
    admitted.carrier.hold = lambda *_: False
    hours(admitted)
    assert [status(admitted, one, MORE[0]) for one in HELPERS] == ["erased", "ready"]
