# SPDX-License-Identifier: EUPL-1.2
"""Each row of the table of failures (protocol section 7), and what it does to every budget."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from ontschot.coordinator.releases.leading import NO_ANSWER
from ontschot.node.helper import schema as helper_schema
from ontschot.node.helper.release import find
from ontschot.node.helper.saying import say_abort
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.tables import HOLD
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN
from ontschot.node.provider.answering.settling import SETTLE_AFTER
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    manifests,
    participation,
    price_of,
    published_bins,
    question_state,
    reasons,
    said_to_the_coordinator,
    states,
    true_bins,
)

LISTED = tuple(node for node in NODES if node != LATE)


def abort_after_all(desk: Desk, digest: str) -> None:
    """Sign an abort that an honest helper would not."""
    release = find(desk, digest)
    assert release is not None
    say_abort(desk, release, "changed-my-mind")


def ledger_hold(connection: Connection, manifest: str) -> str | None:
    """Return the state of what a manifest took from the accounts."""
    query = select(HOLD.c.state).where(HOLD.c.mh == manifest)
    return connection.execute(query).scalar()


def begin(federation: Federation) -> None:
    """Time is up for the provider that hesitates: the coordinator proposes a release."""
    federation.clock.advance(hours=1)
    federation.lead(federation.leader.tick)


def exhaust(federation: Federation, name: str) -> None:
    """Spend nearly all of a party's budget."""
    left = federation.read(name, lambda c: ledger.available(c, "household", 2024))
    charge = Charge("household", (2024,), Rho(left - 1))
    federation.at(name, lambda desk: ledger.spend(desk.connection, "f" * 64, [charge]))


def state_at(federation: Federation, helper: str) -> Callable[[str], bool]:
    """Return a question: is the newest release at this helper in that state?"""
    table = helper_schema.releases.c
    query = select(table.state).where(table.kind == "gate").order_by(table.attempt.desc()).limit(1)
    return lambda state: federation.read(helper, lambda c: c.execute(query).scalar()) == state


def expect_published(federation: Federation, listed: tuple[str, ...], manifest: Manifest) -> None:
    (answer,) = federation.answers().values()
    assert published_bins(answer) == true_bins(federation, listed)
    assert manifest.nodes == sorted(listed)
    assert question_state(federation) == ("published", None)


def test_a_node_without_budget_refuses_and_the_others_go_on(admitted: Federation) -> None:
    exhaust(admitted, "provider-2")
    before = budgets(admitted)
    begin(admitted)
    admitted.settle()
    first, second = manifests(admitted)
    assert set(states(admitted, first).values()) - {"aborted"} == {None}
    assert said_to_the_coordinator(admitted, first) == "budget-exhausted"
    assert participation(admitted, "provider-2") == ("refused", "budget-exhausted")
    rest = tuple(node for node in LISTED if node != "provider-2")
    expect_published(admitted, rest, second)
    price = price_of(second)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *rest), (0, price))
    assert first.parts[0].require_gate().batch != second.parts[0].require_gate().batch


def test_an_asker_with_too_many_reservations_is_refused(admitted: Federation) -> None:
    def fill(name: str) -> None:
        charge = Charge("household", (2024,), Rho(1))
        for number in range(ledger.RESERVATIONS_PER_ASKER):
            admitted.at(
                name,
                lambda desk, n=number: ledger.reserve(  # type: ignore[misc]
                    desk.connection, f"{n:064}", [charge], asker="gemeente-test"
                ),
            )

    fill("provider-2")
    begin(admitted)
    admitted.settle()
    assert participation(admitted, "provider-2") == ("refused", "too-many-reservations")
    first, second = manifests(admitted)
    assert "provider-2" in first.nodes
    assert "provider-2" not in second.nodes
    assert question_state(admitted) == ("published", None)


def test_a_node_that_is_away_is_left_out_after_an_hour(admitted: Federation) -> None:
    before = budgets(admitted)
    admitted.carrier.absent.add("provider-3")
    begin(admitted)
    admitted.settle()
    (first,) = manifests(admitted)
    assert states(admitted, first)["helper-a"] == "proposed"
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.settle()
    assert participation(admitted, "provider-3") == ("refused", NO_ANSWER)
    rest = tuple(node for node in LISTED if node != "provider-3")
    _, second = manifests(admitted)
    expect_published(admitted, rest, second)
    # What it finds when it comes back is over: it consents to nothing and reserves nothing.
    admitted.carrier.let_go()
    admitted.settle()
    assert states(admitted, first)["provider-3"] is None
    price = price_of(second)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *rest), (0, price))


@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_without_budget_refuses_and_everything_is_given_back(
    admitted: Federation, helper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ontschot.coordinator.releases.leading.MOST_ATTEMPTS", 2)
    exhaust(admitted, helper)
    before = budgets(admitted)
    begin(admitted)
    admitted.settle()
    tried = manifests(admitted)
    assert [manifest.attempt for manifest in tried] == [1, 2]
    for manifest in tried:
        assert set(states(admitted, manifest).values()) == {"aborted"}
        assert reasons(admitted, manifest)[helper] == "budget-exhausted"
        assert said_to_the_coordinator(admitted, manifest) == "budget-exhausted"
    assert question_state(admitted) == ("failed", "too-many-attempts")
    assert added(before, budgets(admitted)) == {}
    assert len({manifest.parts[0].require_gate().batch for manifest in tried}) == 2


def test_a_helper_that_is_down_costs_time_and_no_budget(admitted: Federation) -> None:
    before = budgets(admitted)
    admitted.carrier.absent.add("helper-b")
    begin(admitted)
    admitted.settle()
    (first,) = manifests(admitted)
    assert states(admitted, first)["helper-a"] == "agreed"
    admitted.clock.advance(hours=1)
    admitted.tick()
    # One abort frees nothing: the other helper might still have committed.
    held = states(admitted, first)
    assert (held["helper-a"], held[COORDINATOR]) == ("aborted", "aborting")
    price = price_of(first)
    assert added(before, budgets(admitted)) == dict.fromkeys(LISTED, (price, 0))
    admitted.carrier.let_go()
    admitted.settle()
    assert set(states(admitted, first).values()) == {"aborted"}
    _, second = manifests(admitted)
    expect_published(admitted, LISTED, second)
    price = price_of(second)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))


def held_open(recipient: str, letter: Letter) -> bool:
    """Hold back what helper A opened, so that helper B cannot commit."""
    return recipient == "helper-b" and letter.sender == "helper-a" and letter.type == "open"


def test_a_commit_is_taken_back_on_the_peers_signed_abort(admitted: Federation) -> None:
    before = budgets(admitted)
    admitted.carrier.hold = held_open
    begin(admitted)
    admitted.settle()
    (first,) = manifests(admitted)
    assert states(admitted, first)["helper-a"] == "committed"
    assert states(admitted, first)["helper-b"] == "opened"
    price = price_of(first)
    assert added(before, budgets(admitted))["helper-a"] == (0, price)
    output = admitted.at("helper-a", lambda desk: find(desk, first.digest))
    assert output is not None
    assert output.output

    admitted.clock.advance(hours=1)
    admitted.tick()
    assert set(states(admitted, first).values()) == {"aborted"}
    release = admitted.at("helper-a", lambda desk: find(desk, first.digest))
    assert release is not None
    assert (release.output, release.secret) == (None, None)
    for helper in HELPERS:
        holds = admitted.read(helper, lambda c: ledger_hold(c, first.digest))
        assert holds == "tombstoned"

    # A new attempt has a new batch; what was held back comes too late and changes nothing.
    admitted.carrier.let_go()
    admitted.settle()
    _, second = manifests(admitted)
    assert second.parts[0].require_gate().batch != first.parts[0].require_gate().batch
    expect_published(admitted, LISTED, second)
    price = price_of(second)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))


def test_who_sent_its_output_never_aborts(admitted: Federation) -> None:
    begin(admitted)
    admitted.settle()
    (manifest,) = manifests(admitted)
    after = budgets(admitted)
    for helper in HELPERS:
        admitted.at(helper, lambda desk: abort_after_all(desk, manifest.digest))
    admitted.settle()
    assert [states(admitted, manifest)[helper] for helper in HELPERS] == ["sent", "sent"]
    assert states(admitted, manifest)[COORDINATOR] == "done"
    assert budgets(admitted) == after
    for helper in HELPERS:
        refused = admitted.read(
            helper, lambda c: c.execute(select(IN.c.code).where(IN.c.type == "abort")).scalars()
        )
        assert set(refused) == {"peer-deviates"}


def test_a_question_how_it_stands_is_answered_with_the_stored_bytes(admitted: Federation) -> None:
    begin(admitted)
    admitted.settle()
    (manifest,) = manifests(admitted)
    stored = {helper: admitted.at(helper, lambda d: find(d, manifest.digest)) for helper in HELPERS}
    answer, after = admitted.answers(), budgets(admitted)
    drawn = {helper: len(admitted.noise[helper].asked) for helper in HELPERS}  # type: ignore[attr-defined]
    for _ in range(2):
        for helper in HELPERS:
            admitted.lead(
                lambda desk, to=helper: desk.send(  # type: ignore[misc]
                    to, "abort-request", manifest.digest, manifest.to_bytes()
                )
            )
        admitted.settle()
    assert admitted.answers() == answer
    assert budgets(admitted) == after
    assert drawn == {helper: len(admitted.noise[helper].asked) for helper in HELPERS}  # type: ignore[attr-defined]
    for helper in HELPERS:
        assert admitted.at(helper, lambda d: find(d, manifest.digest)) == stored[helper]


def test_a_helper_that_never_got_the_manifest_promises_never_to_commit_it(
    admitted: Federation,
) -> None:
    begin(admitted)
    (manifest,) = manifests(admitted)
    unknown = manifest.model_copy(update={"release_id": "unknown"})
    admitted.lead(
        lambda desk: desk.send("helper-a", "abort-request", unknown.digest, unknown.to_bytes())
    )
    admitted.carrier.until(
        lambda: admitted.at("helper-a", lambda d: find(d, unknown.digest)) is not None
    )
    release = admitted.at("helper-a", lambda desk: find(desk, unknown.digest))
    assert release is not None
    assert release.state == "aborted"
    assert admitted.read("helper-a", lambda c: ledger_hold(c, unknown.digest)) == "tombstoned"


def test_a_coordinator_that_keeps_the_ends_back_costs_the_nodes_one_price(
    admitted: Federation,
) -> None:
    """Its silence holds the reservation, after a week that counts as spent, and that is all."""
    before = budgets(admitted)
    admitted.carrier.hold = lambda to, letter: to in NODES and letter.type in ("commit", "abort")
    begin(admitted)
    admitted.settle()
    (manifest,) = manifests(admitted)
    price = price_of(manifest)
    assert added(before, budgets(admitted))["provider-1"] == (price, 0)
    admitted.clock.advance(hours=2)
    admitted.tick()
    assert added(before, budgets(admitted))["provider-1"] == (price, 0)
    admitted.clock.now += SETTLE_AFTER
    admitted.tick()
    assert added(before, budgets(admitted))["provider-1"] == (0, price)
    assert states(admitted, manifest)["provider-1"] == "expired"
    admitted.carrier.let_go()
    admitted.settle()
    assert added(before, budgets(admitted))["provider-1"] == (0, price)
