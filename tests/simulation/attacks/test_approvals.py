# SPDX-License-Identifier: EUPL-1.2
"""What was approved is what runs: not in another round, not spelled otherwise, not for less."""

import json

import pytest
from sqlalchemy import select

from ontschot.coordinator.rounds import service as rounds
from ontschot.node.helper import schema
from ontschot.node.mailroom.schema import IN
from ontschot.node.questions import store
from ontschot.protocol.documents.queries import QUERY
from ontschot.protocol.documents.releases import MANIFEST
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.signed import SignedDocument
from simulation.attacks.conftest import Play
from simulation.federation import HELPERS
from simulation.looking import budgets
from simulation.machine.acts import digest_of
from simulation.machine.adversary import last_manifest, say
from simulation.machine.world import AUTOMATIC, World


def refusals(world: World, name: str) -> list[str]:
    """Return the codes with which a party refused letters."""
    query = select(IN.c.code).where(IN.c.code.is_not(None))
    return list(world.read(name, lambda c: c.execute(query).scalars()))


def out_of_budget(world: World, name: str) -> bool:
    """Return whether a party gave a release or a consent up for want of budget."""
    if name in HELPERS:
        query = select(schema.releases.c.reason).where(schema.releases.c.reason.is_not(None))
        return "budget-exhausted" in set(world.read(name, lambda c: c.execute(query).scalars()))
    return "budget-exhausted" in refusals(world, name)


def test_an_approval_for_one_round_serves_no_other(world: World, play: Play) -> None:
    second = world.round().model_copy(update={"id": "tweede-meting"})
    files = [world.universe.to_bytes(), *(item.to_bytes() for item in world.maps.values())]
    world.lead(lambda desk: rounds.open_round(desk, second, files, None))
    world.lead(lambda desk: rounds.deliver(desk, second.digest, [*HELPERS, *AUTOMATIC]))
    play(("settle",))
    base = last_manifest(world)
    assert base is not None
    moved = base.model_copy(update={"round": second.digest, "release_id": "elsewhere"})
    before, left = budgets(world), dict(world.history.sent)
    for name in (*HELPERS, *AUTOMATIC):
        say(world, name, MANIFEST, moved.digest, moved.to_bytes())
    play(("settle",), ("advance", 61), ("tick", HELPERS[0]), ("tick", HELPERS[1]), ("settle",))
    assert world.history.sent == left
    assert budgets(world) == before
    for name in AUTOMATIC:
        assert "release-not-allowed" in refusals(world, name)


@pytest.mark.parametrize("spelling", ["spaces", "order", "twice"])
@pytest.mark.parametrize("party", ["helper-a", "provider-1"])
def test_the_same_question_spelled_otherwise_is_no_question(
    world: World, spelling: str, party: str
) -> None:
    """Else it would have another hash, and so another answer and noise under one approval."""
    query = world.history.queries[digest_of(world, "bins")]
    fields = json.loads(query.to_bytes())
    spelled = {
        "spaces": json.dumps(fields, separators=(", ", ": "), sort_keys=True),
        "order": json.dumps(dict(reversed(fields.items())), separators=(",", ":")),
        "twice": '{"blocks":[],' + query.to_bytes().decode()[1:],
    }[spelling]
    signed = SignedDocument(spelled.encode())
    for key in world.approvers[:2]:
        signed = signed.add_signature(QUERY, key)
    with pytest.raises(MalformedMessage):
        world.at(party, lambda desk: store.verify(desk, signed.to_bytes()))


def test_the_same_question_for_another_purpose_costs_again(world: World, play: Play) -> None:
    before = budgets(world)
    play(("ask", "again"), ("settle",), ("advance", 61), ("tick", "coordinator"), ("settle",))
    assert len(world.answers()) == 2
    after = budgets(world)
    for name in (*HELPERS, *AUTOMATIC):
        assert after[name][1] >= 2 * (before[name][1] - 10**9)


def test_two_questions_race_for_the_last_budget(world: World, play: Play) -> None:
    """Either could be answered alone; both together do not fit: one is, whatever the order."""
    play(("ask", "dear"), ("ask", "dear-too"), ("settle",), ("advance", 61))
    play(("tick", "coordinator"), ("settle",))
    for _ in range(3):
        play(("advance", 61), ("tick", "coordinator"), ("tick", HELPERS[0]), ("tick", HELPERS[1]))
        play(("settle",))
    assert len(world.answers()) == 2
    refused = {name for name in (*HELPERS, *AUTOMATIC) if out_of_budget(world, name)}
    assert refused
