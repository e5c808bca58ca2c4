# SPDX-License-Identifier: EUPL-1.2
"""Keys and rosters come from the anchors: a coordinator gets nothing sealed to a key of its own."""

import pytest

from ontschot.protocol.roster.model import ROSTER as KIND
from ontschot.protocol.roster.model import Participant
from ontschot.protocol.signed import SignedDocument
from simulation.attacks.conftest import Play
from simulation.machine.adversary import say_roster
from simulation.machine.world import PARTIES, World
from simulation.making import make_keys


def swapped(world: World, name: str) -> SignedDocument:
    """Return the next roster with a sealing key of the attacker for one party, badly signed."""
    sealing = make_keys().sealing
    assert sealing is not None

    def change(one: Participant) -> Participant:
        return one.model_copy(update={"sealing_key": sealing.public}) if one.id == name else one

    roster = world.next_roster(participants=tuple(map(change, world.roster.participants)))
    signed = SignedDocument(roster.to_bytes())
    for key in (world.anchors[0], make_keys().signing, world.keys["coordinator"].signing):
        signed = signed.add_signature(KIND, key)
    return signed


@pytest.mark.parametrize("name", ["helper-a", "helper-b"])
def test_a_swapped_sealing_key_is_taken_by_nobody(world: World, play: Play, name: str) -> None:
    forged = swapped(world, name)
    for party in PARTIES:
        say_roster(world, party, forged)
    play(("settle",))
    for party in PARTIES:
        held = world.mailrooms[party].roster()
        assert held is not None
        assert held.digest == world.roster.digest
    # What is sealed after that still opens at the true helper: the upload is admitted anew.
    play(("renew", "provider-1"), ("settle",))
    play(("ask", "again"), ("settle",), ("advance", 61), ("tick", "coordinator"), ("settle",))
    assert len(world.answers()) == 2


@pytest.mark.parametrize("kind", ["old", "forged"])
def test_a_roster_of_before_or_of_one_anchor_is_taken_by_nobody(
    world: World, play: Play, kind: str
) -> None:
    play(("next-roster",), ("settle",))
    for party in PARTIES:
        play(("offer-roster", party, kind))
    play(("settle",))
    assert world.roster.serial == 2
    for party in PARTIES:
        held = world.mailrooms[party].roster()
        assert held is not None
        assert held.digest == world.roster.digest
