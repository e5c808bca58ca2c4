# SPDX-License-Identifier: EUPL-1.2
"""How providers come to one key for persons, whatever happens to letters, parties and promises.

Nobody uploads here: what is looked at ends with the key.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import delete, select

from ontschot.coordinator.releases import closing, person_keys
from ontschot.coordinator.releases.errors import PersonKeyWaits
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.persons import kept, schema
from ontschot.node.provider.persons.agreement import ASK_AGAIN, find_key, own_check, say_share
from ontschot.node.provider.persons.checking import require_same_key
from ontschot.node.provider.persons.errors import PersonKeyMissing, PersonKeysDiffer
from ontschot.protocol.documents.persons import (
    KEY_CHECK,
    Contribution,
    KeyCheck,
    KeyChecks,
    KeySet,
    KeyShare,
)
from ontschot.protocol.documents.rounds import RoundClosed
from ontschot.protocol.keys import to_base64url
from ontschot.protocol.persons import PersonKey, PersonKeyRefused
from ontschot.protocol.persons.sealing import share_context
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import question_state
from simulation.making import make_keys, make_participant
from simulation.network import ROUGH, Killer

NODES = tuple(f"provider-{number}" for number in range(1, 6))
CONTRIBUTORS = NODES[:3]
SIZES = {"BU99010101": 300}

Make: TypeAlias = Callable[[], Federation]


@pytest.fixture(autouse=True)
def _no_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Provider, "_upload_persons", lambda _self, _desk: None)


@pytest.fixture(scope="module")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    federation = Federation(
        tmp_path_factory.mktemp("keys"), NODES, {}, questions=("Q05",), sizes=SIZES
    )
    federation.open_round()
    federation.close()
    return federation


@pytest.fixture
def make(_opened: Federation, tmp_path: Path) -> Iterator[Make]:
    made: list[Federation] = []

    def copy() -> Federation:
        made.append(_opened.copy(tmp_path / f"federation-{len(made)}"))
        return made[-1]

    yield copy
    for federation in made:
        federation.close()


@pytest.fixture
def federation(make: Make) -> Federation:
    return make()


def ask(federation: Federation) -> None:
    federation.ask(federation.query("Q05"), patience=timedelta(days=1))


def checks(federation: Federation) -> dict[str, str]:
    """Return the check of each node that has a key."""
    round_hash = federation.round().digest
    found = {node: federation.at(node, lambda desk: find_key(desk, round_hash)) for node in NODES}
    return {node: key.check for node, key in found.items() if key is not None}


def expect_one_key(federation: Federation, nodes: tuple[str, ...] = NODES) -> None:
    found = checks(federation)
    assert set(found) == set(nodes)
    assert len(set(found.values())) == 1
    shown = federation.lead(lambda desk: person_keys.with_one_key(desk, federation.round().digest))
    assert shown == set(nodes)


def refusals(federation: Federation, name: str) -> list[tuple[str, str, str]]:
    """Return who sent a letter that was refused, its type and the code."""
    rows = federation.read(
        name, lambda c: c.execute(select(IN.c.sender, IN.c.type, IN.c.code)).all()
    )
    return [(row.sender, row.type, row.code) for row in rows if row.code is not None]


def key_set(federation: Federation, node: str) -> KeySet:
    key = federation.at(node, lambda desk: kept.find(desk, federation.round().digest))
    assert key is not None
    assert key.key_set is not None
    return key.key_set


def lose_database(federation: Federation, node: str) -> None:
    """Forget everything about keys, and the decision, as after an empty installation."""

    def forget(desk: Desk) -> None:
        for table in (schema.keys, schema.contributions, schema.facts):
            desk.connection.execute(delete(table))

    federation.at(node, forget)


def accept_again(federation: Federation, node: str) -> None:
    digest = federation.question("Q05").digest
    federation.at(node, lambda desk: federation.roles[node].accept(desk, digest))  # type: ignore[union-attr]


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


def other_share(desk: Desk, recipient: str, round_hash: str) -> None:
    """Show another contribution than was committed to."""
    key = kept.find(desk, round_hash)
    assert key is not None
    assert key.key_set is not None
    share = KeyShare(
        round=round_hash,
        set=key.key_set.digest,
        contributions=[Contribution(node=desk.me.id, value="ab" * 32)],
    )
    context = share_context(round_hash, share.set, desk.me.id, recipient)
    box = desk.roster.participant(recipient).sealing_key.seal(share.to_bytes(), context)
    desk.send(recipient, "key-share", round_hash, box)


def test_nobody_takes_another_contribution_than_was_committed_to(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cheat(desk: Desk, recipient: str, round_hash: str) -> None:
        if desk.me.id == "provider-1" and recipient == "provider-3":
            other_share(desk, recipient, round_hash)
        else:
            say_share(desk, recipient, round_hash)

    monkeypatch.setattr("ontschot.node.provider.persons.agreement.say_share", cheat)
    ask(federation)
    federation.settle()
    found = checks(federation)
    assert "provider-3" not in found
    assert {"provider-1", "provider-2"} <= set(found)
    # The one who was cheated gets the true contribution from another that has it.
    federation.clock.advance(hours=2)
    federation.tick()
    expect_one_key(federation)


@pytest.mark.parametrize("before_the_set", [True, False])
def test_a_wrong_contribution_is_refused_whenever_it_comes(
    federation: Federation, before_the_set: bool
) -> None:
    late = "provider-3"
    held = "key-set" if before_the_set else "key-share"
    liar = "provider-4"
    federation.carrier.hold = lambda to, letter: (
        to == late and letter.type == held and letter.sender != liar
    )
    ask(federation)
    federation.settle()
    round_hash = federation.round().digest
    federation.at(liar, lambda desk: other_share(desk, late, round_hash))
    federation.settle()
    federation.carrier.let_go()
    federation.settle()
    expect_one_key(federation)
    refused = (liar, "key-share", PersonKeyRefused.code)
    assert (refused in refusals(federation, late)) == (not before_the_set)


def test_nobody_takes_a_second_set(federation: Federation) -> None:
    ask(federation)
    federation.settle()
    before = checks(federation)
    commits = {
        node: federation.at(node, lambda desk: kept.find(desk, federation.round().digest))
        for node in NODES
    }
    other = KeySet(
        round=federation.round().digest,
        commits=[to_base64url(commits[node].commit or b"") for node in NODES[2:]],  # type: ignore[union-attr]
    )
    for node in NODES:
        federation.lead(
            lambda desk, node=node: desk.send(node, "key-set", other.round, other.to_bytes())  # type: ignore[misc]
        )
    federation.settle()
    assert checks(federation) == before
    for node in NODES:
        assert (COORDINATOR, "key-set", PersonKeyRefused.code) in refusals(federation, node)


def test_who_was_shown_another_set_gets_no_key_for_it(federation: Federation) -> None:
    victim = "provider-5"
    federation.carrier.hold = lambda to, letter: to == victim and letter.type == "key-set"
    ask(federation)
    federation.settle()
    commits = [
        federation.at(node, lambda desk: kept.find(desk, federation.round().digest))
        for node in NODES[2:]
    ]
    other = KeySet(
        round=federation.round().digest,
        commits=[to_base64url(one.commit or b"") for one in commits if one is not None],
    )
    # Whoever carries the letters shows this node a set of its own making.
    federation.at(victim, lambda desk: kept.pin(desk, other))
    federation.carrier.let_go()
    federation.settle()
    federation.clock.advance(hours=2)
    federation.tick()
    expect_one_key(federation, NODES[:4])
    for node in CONTRIBUTORS:
        assert (victim, "key-asked", PersonKeyRefused.code) in refusals(federation, node)


@pytest.mark.parametrize("letter_type", ["key-set", "key-checks", "round-closed"])
def test_only_the_coordinator_says_so(federation: Federation, letter_type: str) -> None:
    ask(federation)
    federation.settle()
    before = checks(federation)
    round_hash = federation.round().digest
    contents = {
        "key-set": key_set(federation, "provider-1").to_bytes(),
        "key-checks": KeyChecks(round=round_hash, checks=["AAAA"]).to_bytes(),
        "round-closed": RoundClosed(round=round_hash).to_bytes(),
    }
    federation.at(
        "provider-2",
        lambda desk: desk.send("provider-1", letter_type, round_hash, contents[letter_type]),
    )
    federation.settle()
    assert checks(federation) == before
    refused = ("provider-2", letter_type, PersonKeyRefused.code)
    assert refused in refusals(federation, "provider-1")


def test_a_key_is_given_to_providers_only(federation: Federation) -> None:
    ask(federation)
    federation.settle()
    asked = b'{"round":"%b","set":"%b","type":"key-asked","v":1}' % (
        federation.round().digest.encode(),
        key_set(federation, "provider-1").digest.encode(),
    )
    for name in (*HELPERS, "dealer"):
        federation.at(
            name,
            lambda desk: desk.send("provider-1", "key-asked", federation.round().digest, asked),
        )
    federation.settle()
    refused = {(name, "key-asked", PersonKeyRefused.code) for name in (*HELPERS, "dealer")}
    assert refused <= set(refusals(federation, "provider-1"))
    for name in (*HELPERS, "dealer"):
        kinds = federation.read(name, lambda c: set(c.execute(select(IN.c.type)).scalars()))
        assert "key-share" not in kinds


def check_of(key: PersonKey, own: KeyCheck) -> KeyCheck:
    """Return what a node with ``key`` would show."""
    proof = key.proof(own.set, own.node)
    return own.model_copy(update={"check": key.check, "proof": proof})


def say_other_check(federation: Federation, node: str) -> None:
    """Let a node sign that it has another key."""

    def lie(desk: Desk) -> None:
        own = own_check(desk, federation.round().digest)
        other = check_of(PersonKey(bytes(32), own.round), own)
        signed = SignedDocument(other.to_bytes()).add_signature(KEY_CHECK, desk.keys.signing)
        desk.send(COORDINATOR, KEY_CHECK, own.round, signed.to_bytes())

    federation.at(node, lie)
    federation.settle()


def test_a_node_with_another_key_is_in_no_list_with_the_others(federation: Federation) -> None:
    ask(federation)
    federation.settle()
    say_other_check(federation, "provider-2")
    round_hash = federation.round().digest
    shown = federation.lead(lambda desk: person_keys.with_one_key(desk, round_hash))
    assert shown == set(NODES) - {"provider-2"}


def test_a_node_stops_when_a_listed_one_has_another_key_or_has_shown_none(
    federation: Federation,
) -> None:
    ask(federation)
    federation.settle()
    round_hash, listed = federation.round().digest, list(NODES[:4])

    def same_key(nodes: list[str]) -> None:
        federation.at("provider-1", lambda desk: require_same_key(desk, round_hash, nodes))

    with pytest.raises(PersonKeysDiffer, match="provider-2"):
        same_key(listed)
    federation.lead(lambda desk: person_keys.say_checks(desk, listed, round_hash))
    federation.settle()
    same_key(listed)
    with pytest.raises(PersonKeysDiffer, match="provider-5"):
        same_key([*listed, "provider-5"])
    say_other_check(federation, "provider-3")
    federation.lead(lambda desk: person_keys.say_checks(desk, listed, round_hash))
    federation.settle()
    with pytest.raises(PersonKeysDiffer, match="provider-3"):
        same_key(listed)


def test_a_node_cannot_show_the_key_of_another(federation: Federation) -> None:
    """One that has no key copies what another showed, and signs that with its own name."""
    thief = "provider-5"
    federation.carrier.hold = lambda to, letter: to == thief and letter.type == "key-share"
    ask(federation)
    federation.settle()
    round_hash = federation.round().digest
    assert thief not in checks(federation)
    copied = federation.at("provider-1", lambda desk: own_check(desk, round_hash))
    stolen = copied.model_copy(update={"node": thief}).to_bytes()

    def lie(desk: Desk) -> bytes:
        signed = SignedDocument(stolen).add_signature(KEY_CHECK, desk.keys.signing).to_bytes()
        desk.send(COORDINATOR, KEY_CHECK, round_hash, signed)
        return signed

    signed = federation.at(thief, lie)
    federation.settle()
    shown = federation.lead(lambda desk: person_keys.with_one_key(desk, round_hash))
    assert shown == set(NODES) - {thief}
    # Nor does a node believe it, when the coordinator does.
    message = KeyChecks(round=round_hash, checks=[to_base64url(signed)])
    federation.lead(
        lambda desk: desk.send("provider-1", "key-checks", round_hash, message.to_bytes())
    )
    federation.settle()
    assert (COORDINATOR, "key-checks", PersonKeyRefused.code) in refusals(federation, "provider-1")
    with pytest.raises(PersonKeysDiffer, match=thief):
        federation.at("provider-1", lambda desk: require_same_key(desk, round_hash, [thief]))


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


def test_a_check_that_its_node_did_not_sign_is_refused(federation: Federation) -> None:
    ask(federation)
    federation.settle()

    def forge(desk: Desk) -> bytes:
        own = own_check(desk, federation.round().digest)
        forged = own.model_copy(update={"node": "provider-2"})
        return (
            SignedDocument(forged.to_bytes()).add_signature(KEY_CHECK, desk.keys.signing).to_bytes()
        )

    document = federation.at("provider-3", forge)
    message = KeyChecks(round=federation.round().digest, checks=[to_base64url(document)])
    federation.lead(
        lambda desk: desk.send("provider-1", "key-checks", message.round, message.to_bytes())
    )
    federation.settle()
    refused = (COORDINATOR, "key-checks", PersonKeyRefused.code)
    assert refused in refusals(federation, "provider-1")


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
