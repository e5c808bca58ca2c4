# SPDX-License-Identifier: EUPL-1.2
"""The key for persons depends on every contribution, and buckets on that, block and number."""

import pytest

from ontschot.protocol.documents.persons import KeyCheck
from ontschot.protocol.persons import (
    PersonKey,
    PersonKeyRefused,
    commitment,
    derive,
    require_proof,
)

ROUND, SET = "1" * 64, "2" * 64
THREE = {"ada": bytes(32), "bea": bytes([1]) * 32, "cis": bytes([2]) * 32}


def test_everybody_with_the_same_contributions_has_the_same_key() -> None:
    shuffled = {node: THREE[node] for node in ("cis", "ada", "bea")}
    assert derive(ROUND, SET, THREE).check == derive(ROUND, SET, shuffled).check


@pytest.mark.parametrize(
    ("round_hash", "set_digest", "contributions"),
    [
        ("3" * 64, SET, THREE),
        (ROUND, "3" * 64, THREE),
        (ROUND, SET, THREE | {"cis": bytes([3]) * 32}),
        (ROUND, SET, {node: THREE[node] for node in ("ada", "bea")}),
    ],
)
def test_another_round_set_or_contribution_gives_another_key(
    round_hash: str, set_digest: str, contributions: dict[str, bytes]
) -> None:
    assert derive(round_hash, set_digest, contributions).check != derive(ROUND, SET, THREE).check


def test_buckets_of_one_person_in_two_blocks_have_nothing_to_do_with_each_other() -> None:
    key = derive(ROUND, SET, THREE)
    bsns = [f"{number:09}" for number in range(999900000, 999900500)]
    blocks = [key.block(*names) for names in (("v", "BU1"), ("v", "BU2"), ("w", "BU1"))]
    found = [[key.bucket(block, bsn, 1024) for bsn in bsns] for block in blocks]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        same = sum(a == b for a, b in zip(found[one], found[other], strict=True))
        assert same < 10
    assert all(0 <= bucket < 1024 for bucket in found[0])
    assert len(set(found[0])) > 350


def test_blocks_cannot_be_confused() -> None:
    key = derive(ROUND, SET, THREE)
    assert key.block("a", "b1") != key.block("ab", "1")


def test_a_key_shows_nothing_of_itself() -> None:
    key = PersonKey(bytes(range(32)), ROUND)
    assert repr(key) == "PersonKey(...)"
    assert bytes(range(32)).hex() not in f"{key} {key!r} {key.check}"


def test_a_commitment_is_to_one_contribution_of_one_node_in_one_round() -> None:
    made = {
        commitment(round_hash, node, value)
        for round_hash in (ROUND, SET)
        for node in THREE
        for value in THREE.values()
    }
    assert len(made) == 18


@pytest.mark.parametrize("length", [0, 31, 33])
def test_another_length_is_no_key_and_no_contribution(length: int) -> None:
    with pytest.raises(ValueError, match="bytes"):
        PersonKey(bytes(length), ROUND)
    with pytest.raises(ValueError, match="bytes"):
        commitment(ROUND, "ada", bytes(length))


def shown(**changes: str) -> KeyCheck:
    key = derive(ROUND, SET, THREE)
    fields = {
        "round": ROUND,
        "set": SET,
        "node": "ada",
        "check": key.check,
        "proof": key.proof(SET, "ada"),
    }
    return KeyCheck.model_validate(fields | changes)


def test_who_has_the_key_can_show_it() -> None:
    require_proof(shown())


@pytest.mark.parametrize(
    "changes",
    [
        {"node": "bea"},
        {"round": SET},
        {"set": ROUND},
        {"proof": "0" * 128},
        {"check": PersonKey(bytes(32), ROUND).check},
        {"check": "0" * 64},
        {"check": "01" + "0" * 62, "proof": "01" + "0" * 126},
    ],
)
def test_a_proof_is_of_one_node_round_set_and_key(changes: dict[str, str]) -> None:
    with pytest.raises(PersonKeyRefused):
        require_proof(shown(**changes))
