# SPDX-License-Identifier: EUPL-1.2
"""What nobody is taken in by on the way to one key for persons: other sets, parts and checks.

Nobody uploads here: what is looked at ends with the key.
"""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from sqlalchemy import select

from ontschot.coordinator.releases import person_keys
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN
from ontschot.node.provider.persons import kept
from ontschot.node.provider.persons.agreement import own_check, say_share
from ontschot.node.provider.persons.checking import require_same_key
from ontschot.node.provider.persons.errors import PersonKeysDiffer
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
from simulation.persons.keys import (
    CONTRIBUTORS,
    NODES,
    ask,
    checks,
    expect_one_key,
    key_set,
    refusals,
)

Make: TypeAlias = Callable[[], Federation]


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
