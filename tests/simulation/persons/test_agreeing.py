# SPDX-License-Identifier: EUPL-1.2
"""How providers come to one key for persons, whatever happens to letters and parties.

Nobody uploads here: what is looked at ends with the key.
"""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from sqlalchemy import select

from ontschot.coordinator.releases import closing, person_keys
from ontschot.coordinator.releases.errors import PersonKeyWaits
from ontschot.node.provider.persons import kept, schema
from ontschot.node.provider.persons.agreement import ASK_AGAIN, own_check
from ontschot.node.provider.persons.errors import PersonKeyMissing
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import question_state
from simulation.making import make_keys, make_participant
from simulation.network import ROUGH, Killer
from simulation.persons.keys import (
    CONTRIBUTORS,
    NODES,
    accept_again,
    ask,
    checks,
    expect_one_key,
    key_set,
    lose_database,
    refusals,
)

Make: TypeAlias = Callable[[], Federation]


def test_all_who_take_part_come_to_one_key(federation: Federation) -> None:
    ask(federation)
    federation.settle()
    expect_one_key(federation)
    for name in (*HELPERS, *NODES):
        assert refusals(federation, name) == []


@pytest.mark.parametrize("seed", range(5))
def test_letters_may_be_lost_doubled_and_overtaken_and_parties_killed(
    federation: Federation, seed: int
) -> None:
    network = federation.network(ROUGH, seed)
    ask(federation)
    network.settle()
    federation.clock.advance(hours=2)
    federation.tick()
    network.settle()
    assert network.faults_met
    expect_one_key(federation)


@pytest.mark.parametrize("commit", [2, 4, 5, 6, 7, 8, 10])
def test_a_node_may_be_killed_at_any_commit(federation: Federation, commit: int) -> None:
    network = federation.network()
    ask(federation)
    with Killer(federation.engines["provider-2"], commit) as killer:
        network.settle()
    assert killer.commits >= commit
    federation.clock.advance(hours=2)
    federation.tick()
    expect_one_key(federation)


def test_one_who_accepts_later_gets_the_key_from_the_others(federation: Federation) -> None:
    federation.decisions["provider-5"] = "hold"
    ask(federation)
    federation.settle()
    expect_one_key(federation, NODES[:4])
    federation.decisions.clear()
    accept_again(federation, "provider-5")
    federation.settle()
    expect_one_key(federation)
    assert "provider-5" not in str(key_set(federation, "provider-5"))


def test_any_member_answers_when_the_contributors_are_gone(federation: Federation) -> None:
    federation.decisions["provider-5"] = "hold"
    ask(federation)
    federation.settle()
    federation.carrier.absent.update(CONTRIBUTORS)
    accept_again(federation, "provider-5")
    federation.settle()
    assert "provider-5" not in checks(federation)
    federation.clock.advance(seconds=int(ASK_AGAIN.total_seconds()) + 1)
    federation.at("provider-5", federation.roles["provider-5"].expire)
    federation.settle()
    assert len(set(checks(federation).values())) == 1
    assert "provider-5" in checks(federation)


@pytest.mark.parametrize("node", ["provider-1", "provider-4"])
def test_a_node_that_lost_its_database_gets_the_same_key_again(
    federation: Federation, node: str
) -> None:
    ask(federation)
    federation.settle()
    before = checks(federation)
    lose_database(federation, node)
    assert node not in checks(federation)
    accept_again(federation, node)
    federation.settle()
    assert checks(federation) == before


def test_a_node_with_other_keys_asks_for_what_it_can_open_no_more(
    federation: Federation,
) -> None:
    ask(federation)
    federation.settle()
    before = checks(federation)
    fresh = make_keys()
    participants = tuple(
        make_participant(one.id, int(one.organisation[4:]), fresh)
        if one.id == "provider-2"
        else one
        for one in federation.roster.participants
    )
    federation.keys["provider-2"] = fresh
    federation.adopt(federation.next_roster(participants=participants))
    federation.start("provider-2")
    federation.settle()
    assert "provider-2" not in checks(federation)
    federation.tick()
    federation.tick()
    assert checks(federation) == before


def test_two_organisations_make_no_key(federation: Federation) -> None:
    federation.decisions |= dict.fromkeys(NODES[2:], "hold")
    ask(federation)
    federation.settle()
    federation.tick()
    assert checks(federation) == {}
    round_hash = federation.round().digest
    with pytest.raises(PersonKeyMissing):
        federation.at("provider-1", lambda desk: own_check(desk, round_hash))


def test_three_nodes_of_two_organisations_make_no_key(federation: Federation) -> None:
    twin = "provider-2"
    participants = tuple(
        one.model_copy(update={"organisation": "kvk:00000000"}) if one.id == twin else one
        for one in federation.roster.participants
    )
    federation.adopt(federation.next_roster(participants=participants))
    federation.decisions |= dict.fromkeys(NODES[3:], "hold")
    ask(federation)
    federation.settle()
    assert checks(federation) == {}
    federation.decisions.clear()
    accept_again(federation, "provider-4")
    federation.settle()
    expect_one_key(federation, NODES[:4])
    assert len({*map(str, key_set(federation, twin).commits)}) == 3


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        # It keeps its own part back, and has the key itself from the parts of others.
        (False, [CONTRIBUTORS[1]]),
        # It stops after its commitment, and takes nothing either.
        (True, list(CONTRIBUTORS)),
    ],
)
def test_a_question_says_that_a_contributor_keeps_silent(
    federation: Federation, gone: bool, named: list[str]
) -> None:
    silent = CONTRIBUTORS[1]
    federation.carrier.hold = lambda to, letter: (
        letter.type == "key-share" and (letter.sender == silent or (gone and to == silent))
    )
    ask(federation)
    federation.settle()
    round_hash = federation.round().digest
    waiting = federation.lead(lambda desk: person_keys.waits_for(desk.connection, round_hash))
    assert waiting == named
    assert set(checks(federation)) == (set() if gone else {silent})
    # The question ends with the reason, once its patience is over; nothing else is held up.
    federation.clock.advance(days=2)
    federation.tick()
    assert question_state(federation) == ("failed", PersonKeyWaits.code)
    federation.carrier.let_go()
    federation.settle()
    assert federation.lead(lambda desk: person_keys.waits_for(desk.connection, round_hash)) == []


def test_after_the_end_of_a_round_nobody_gets_or_gives_its_key(federation: Federation) -> None:
    federation.decisions["provider-5"] = "hold"
    ask(federation)
    federation.settle()
    round_hash = federation.round().digest
    federation.lead(lambda desk: closing.close_round(desk, round_hash))
    federation.settle()
    accept_again(federation, "provider-5")
    federation.settle()
    federation.clock.advance(hours=2)
    federation.tick()
    assert checks(federation) == {}
    for node in NODES:
        rows = federation.read(node, lambda c: c.execute(select(schema.contributions)).all())
        assert rows == []


@pytest.mark.parametrize("letters", [2, 12, 20, 30, 40])
def test_a_new_roster_in_the_middle_loses_nothing(federation: Federation, letters: int) -> None:
    ask(federation)
    for number, _ in enumerate(federation.carrier.steps()):
        if number >= letters:
            break
    federation.adopt(federation.next_roster())
    federation.settle()
    federation.clock.advance(hours=2)
    federation.tick()
    expect_one_key(federation)


def test_a_coordinator_that_forgot_who_has_a_key_is_told_when_it_asks_again(
    federation: Federation,
) -> None:
    ask(federation)
    federation.settle()
    round_hash, signed = federation.round().digest, federation.query("Q05")
    federation.lead(lambda desk: person_keys.forget(desk.connection, round_hash))
    for node in NODES:
        federation.lead(
            lambda desk, node=node: desk.send(node, "question", signed.digest, signed.to_bytes())  # type: ignore[misc]
        )
    federation.settle()
    expect_one_key(federation)


def test_contributions_on_disk_are_sealed(federation: Federation) -> None:
    ask(federation)
    federation.settle()
    round_hash = federation.round().digest
    values = federation.at("provider-1", lambda desk: dict(kept.contributions(desk, round_hash)))
    assert set(values) == set(CONTRIBUTORS)
    federation.close()
    for name in (*NODES, *HELPERS, "dealer", COORDINATOR):
        for path in (federation.folder / name).rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            for value in values.values():
                assert value not in content, path
                assert value.hex().encode() not in content, path
