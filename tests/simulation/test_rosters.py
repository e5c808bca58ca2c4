# SPDX-License-Identifier: EUPL-1.2
"""A new roster in the middle of things: what is under way ends, what still holds goes on."""

from collections.abc import Collection

import pytest
from sqlalchemy import select

from ontschot.coordinator.releases.leading import ASK_AGAIN_AFTER
from ontschot.coordinator.releases.schema import uploads
from ontschot.node.helper import schema
from ontschot.node.helper.checks import check_manifest
from ontschot.node.helper.errors import TooFewProviders
from ontschot.node.helper.listed import require_uploads
from ontschot.protocol.keys import PrivateKeys
from ontschot.protocol.roster import Roster, UnknownParticipant
from ontschot.protocol.roster.model import Participant
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    manifests,
    price_of,
    question_state,
    said_to_the_coordinator,
    states,
)
from simulation.making import make_keys
from simulation.recording import stored_halves
from simulation.test_failures import exhaust

LISTED = tuple(node for node in NODES if node != LATE)


def begin(federation: Federation) -> None:
    federation.clock.advance(hours=1)
    federation.lead(federation.leader.tick)


def changed(federation: Federation, name: str, **fields: object) -> Roster:
    """Return the next roster, in which one participant is changed."""

    def change(one: Participant) -> Participant:
        return one.model_copy(update=fields) if one.id == name else one

    return federation.next_roster(
        participants=tuple(change(one) for one in federation.roster.participants)
    )


def renew_keys(federation: Federation, name: str) -> PrivateKeys:
    """Let the anchors list other keys for a helper; return the keys of before."""
    old, keys = federation.keys[name], make_keys()
    assert keys.sealing is not None
    federation.keys[name] = keys
    federation.start(name)
    fields = {"signing_key": keys.signing.public, "sealing_key": keys.sealing.public}
    federation.adopt(changed(federation, name, **fields))
    return old


def later(federation: Federation) -> None:
    federation.clock.now += ASK_AGAIN_AFTER
    federation.tick()


@pytest.mark.parametrize("state", ["agreed", "prepared", "opened"])
def test_a_release_under_way_is_given_up_and_made_anew(admitted: Federation, state: str) -> None:
    before = budgets(admitted)
    begin(admitted)
    (first,) = manifests(admitted)
    admitted.carrier.until(lambda: states(admitted, first)["helper-b"] == state)
    admitted.adopt(admitted.next_roster())
    admitted.tick()
    later(admitted)
    assert set(states(admitted, first).values()) == {"aborted"}
    assert said_to_the_coordinator(admitted, first) == "another-roster"
    _, second = manifests(admitted)
    assert second.roster_serial == 2
    assert question_state(admitted) == ("published", None)
    price = price_of(second)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))


def test_commits_that_were_refused_with_the_old_roster_are_said_again(
    admitted: Federation,
) -> None:
    """Both helpers committed; neither heard it of the other. The answer still comes out, once."""
    before = budgets(admitted)
    begin(admitted)
    (manifest,) = manifests(admitted)
    admitted.carrier.hold = lambda _to, letter: letter.type == "commit"
    admitted.settle()
    committed = {helper: states(admitted, manifest)[helper] for helper in HELPERS}
    assert committed == dict.fromkeys(HELPERS, "committed")
    halves = stored_halves(admitted, manifest)
    admitted.adopt(admitted.next_roster())
    admitted.carrier.let_go()
    admitted.settle()
    assert admitted.answers() == {}

    admitted.tick()
    later(admitted)
    assert question_state(admitted) == ("published", None)
    assert stored_halves(admitted, manifest) == halves
    assert manifests(admitted) == [manifest]
    price = price_of(manifest)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))


def test_a_revoked_node_is_left_out(admitted: Federation) -> None:
    begin(admitted)
    (first,) = manifests(admitted)
    admitted.carrier.until(lambda: states(admitted, first)["provider-1"] == "consented")
    admitted.adopt(changed(admitted, "provider-1", status="revoked"))
    admitted.tick()
    later(admitted)
    _, second = manifests(admitted)
    assert "provider-1" in first.nodes
    assert "provider-1" not in second.nodes
    assert question_state(admitted) == ("published", None)


def revoked(federation: Federation, names: Collection[str]) -> Roster:
    """Return the next roster, in which these are revoked."""
    listed = tuple(
        one.model_copy(update={"status": "revoked"}) if one.id in names else one
        for one in federation.roster.participants
    )
    return federation.next_roster(participants=listed)


def test_who_is_revoked_between_upload_and_release_is_not_listed(admitted: Federation) -> None:
    admitted.adopt(revoked(admitted, ["provider-1"]))
    begin(admitted)
    admitted.settle()
    assert {node for one in manifests(admitted) for node in one.nodes} == {*LISTED[1:]}
    assert question_state(admitted) == ("published", None)


def test_who_is_revoked_counts_for_no_minimum(admitted: Federation) -> None:
    """Five uploads are admitted; those of two organisations count."""
    admitted.adopt(revoked(admitted, LISTED[:3]))
    begin(admitted)
    admitted.settle()
    assert manifests(admitted) == []
    assert question_state(admitted) == ("failed", "too-few-providers")


@pytest.mark.parametrize("helper", HELPERS)
def test_helpers_refuse_a_list_with_who_is_revoked(admitted: Federation, helper: str) -> None:
    """Whatever the coordinator lists: before the agreement, and at each later step."""
    begin(admitted)
    (first,) = manifests(admitted)
    admitted.adopt(revoked(admitted, ["provider-1"]))
    under = {"roster_serial": admitted.roster.serial, "roster_hash": admitted.roster.digest}
    now = first.model_copy(update=under | {"release_id": "another"})
    with pytest.raises(UnknownParticipant):
        admitted.at(helper, lambda desk: check_manifest(desk, now, {}))
    with pytest.raises(UnknownParticipant):
        admitted.at(helper, lambda desk: require_uploads(desk, now, now.parts[0]))


@pytest.mark.parametrize("helper", HELPERS)
def test_helpers_count_who_is_revoked_for_no_minimum(admitted: Federation, helper: str) -> None:
    begin(admitted)
    (first,) = manifests(admitted)
    admitted.adopt(revoked(admitted, LISTED[:3]))
    under = {"roster_serial": admitted.roster.serial, "roster_hash": admitted.roster.digest}
    left = first.model_copy(update=under | {"release_id": "another", "nodes": list(LISTED[3:])})
    with pytest.raises(TooFewProviders):
        admitted.at(helper, lambda desk: check_manifest(desk, left, {}))


@pytest.mark.parametrize("name", ["helper-b", "dealer"])
def test_new_keys_of_a_helper_or_the_dealer_void_uploads_and_batches(
    admitted: Federation, name: str
) -> None:
    batches = admitted.read(
        "helper-a", lambda c: set(c.execute(select(schema.batches.c.set_id)).scalars())
    )
    old = admitted.read(COORDINATOR, lambda c: set(c.execute(select(uploads.c.envelope)).scalars()))
    keys = make_keys()
    admitted.keys[name] = keys
    admitted.start(name)
    assert keys.sealing is not None
    admitted.adopt(
        changed(admitted, name, signing_key=keys.signing.public, sealing_key=keys.sealing.public)
    )
    rows = admitted.read(
        COORDINATOR,
        lambda c: c.execute(select(uploads.c.envelope, uploads.c.state)).all(),
    )
    assert {row.envelope for row in rows if row.state == "withdrawn"} == old
    admitted.settle()
    begin(admitted)
    admitted.settle()
    (manifest,) = manifests(admitted)
    assert not set(manifest.uploads) & old
    assert manifest.parts[0].require_gate().batch not in batches
    assert question_state(admitted) == ("published", None)


def test_an_upload_that_met_a_new_roster_is_sent_again(admitted: Federation) -> None:
    admitted.decisions.clear()
    provider = admitted.roles[LATE]
    question = admitted.question("Q13").digest
    admitted.at(LATE, lambda desk: provider.accept(desk, question))  # type: ignore[union-attr]
    admitted.carrier.hold = lambda _to, letter: letter.type == "upload"
    admitted.settle()
    admitted.adopt(admitted.next_roster())
    admitted.carrier.let_go()
    admitted.settle()
    table = uploads.c
    rows = admitted.read(
        COORDINATOR,
        lambda c: c.execute(select(table.state).where(table.node == LATE)).scalars().all(),
    )
    assert sorted(rows) == ["admitted", "withdrawn"]


def test_a_provider_without_budget_takes_a_roster_that_wants_its_uploads_anew(
    admitted: Federation,
) -> None:
    """The check on an upload has a price; who cannot pay it must still learn who is revoked."""
    exhaust(admitted, "provider-1")
    keys = make_keys()
    admitted.keys["helper-b"] = keys
    admitted.start("helper-b")
    assert keys.sealing is not None
    admitted.adopt(
        changed(
            admitted,
            "helper-b",
            signing_key=keys.signing.public,
            sealing_key=keys.sealing.public,
        )
    )
    admitted.settle()
    held = admitted.mailrooms["provider-1"].roster()
    assert held is not None
    assert held.serial == admitted.roster.serial
    begin(admitted)
    admitted.settle()
    listed = manifests(admitted)[-1].nodes
    assert "provider-1" not in listed
    assert question_state(admitted) == ("published", None)
