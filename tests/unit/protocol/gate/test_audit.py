# SPDX-License-Identifier: EUPL-1.2
import dataclasses
import hashlib

import pytest

from ontschot.protocol.gate import (
    BatchSpec,
    DealerCaught,
    GatePart,
    MalformedAudit,
    MalformedGatePart,
    TossBroken,
    audit,
    derive,
)

SPEC = BatchSpec("dcf", 30, 3, payload="sum")
SET = b"s" * 32
SEEDS = [hashlib.sha256(bytes([i])).digest() for i in range(6)]
OFFERED = [audit.hashes_of(SPEC, SET, seed) for seed in SEEDS]


def all_but(chosen: int) -> dict[int, bytes]:
    return {index: seed for index, seed in enumerate(SEEDS) if index != chosen}


@pytest.mark.parametrize("chosen", range(6))
def test_an_honest_dealer_passes(chosen: int) -> None:
    audit.check_revealed(SPEC, SET, OFFERED, chosen, all_but(chosen))


@pytest.mark.parametrize("party", [0, 1])
def test_a_crafted_batch_is_caught_unless_it_is_the_chosen_one(party: int) -> None:
    crafted = list(OFFERED[2])
    crafted[party] = hashlib.sha256(b"keys that leak").hexdigest()
    offered = [*OFFERED[:2], (crafted[0], crafted[1]), *OFFERED[3:]]
    audit.check_revealed(SPEC, SET, offered, 2, all_but(2))
    for chosen in (0, 1, 3, 4, 5):
        with pytest.raises(DealerCaught, match="candidate 2"):
            audit.check_revealed(SPEC, SET, offered, chosen, all_but(chosen))


def test_crafted_bytes_do_not_load_under_the_offered_hash() -> None:
    part = bytearray(derive(SPEC, SET, SEEDS[0]).part_a)
    part[100] ^= 1
    with pytest.raises(MalformedGatePart):
        GatePart.load(SPEC, "A", SET, part, OFFERED[0].part_a)


@pytest.mark.parametrize(
    ("spec", "set_id"), [(dataclasses.replace(SPEC, slots=31), SET), (SPEC, b"t" * 32)]
)
def test_batches_of_another_shape_or_set_are_caught(spec: BatchSpec, set_id: bytes) -> None:
    assert audit.first_crafted(spec, set_id, OFFERED, {4: SEEDS[4]}) == 4


def test_one_seed_twice_is_caught() -> None:
    offered = [OFFERED[0], OFFERED[0], OFFERED[2]]
    seeds = {0: SEEDS[0], 1: SEEDS[0]}
    assert audit.first_crafted(SPEC, SET, offered, seeds) == 1
    with pytest.raises(DealerCaught):
        audit.check_revealed(SPEC, SET, offered, 2, seeds)


@pytest.mark.parametrize(
    "seeds",
    [
        {},
        all_but(1),
        dict(enumerate(SEEDS)),
        {**all_but(0), 6: SEEDS[0]},
        {**all_but(0), 5: b"short"},
    ],
)
def test_exactly_the_other_seeds_are_shown(seeds: dict[int, bytes]) -> None:
    with pytest.raises(MalformedAudit):
        audit.check_revealed(SPEC, SET, OFFERED, 0, seeds)


@pytest.mark.parametrize("seeds", [{-1: SEEDS[0]}, {6: SEEDS[0]}, {0: b""}])
def test_a_seed_belongs_to_a_candidate(seeds: dict[int, bytes]) -> None:
    with pytest.raises(MalformedAudit):
        audit.first_crafted(SPEC, SET, OFFERED, seeds)


def test_commitment_binds_set_and_nonce() -> None:
    nonce = b"n" * 32
    commitment = audit.commit(SET, nonce)
    assert len(commitment) == 32
    audit.check_reveal(commitment, SET, nonce)
    for set_id, shown in ((SET, b"m" * 32), (b"t" * 32, nonce)):
        with pytest.raises(TossBroken):
            audit.check_reveal(commitment, set_id, shown)


def test_choice_depends_on_set_and_both_nonces() -> None:
    a, b = b"a" * 32, b"b" * 32
    many = 2**64
    choices = {
        audit.choose(SET, a, b, many),
        audit.choose(SET, b, a, many),
        audit.choose(b"t" * 32, a, b, many),
        audit.choose(SET, a, b"c" * 32, many),
        audit.choose(SET, b"c" * 32, b, many),
    }
    assert len(choices) == 5


def test_every_candidate_can_be_chosen_against_a_fixed_nonce() -> None:
    fixed = bytes(32)
    chosen = {audit.choose(SET, fixed, hashlib.sha256(bytes([i])).digest(), 10) for i in range(100)}
    assert chosen == set(range(10))


def test_a_copied_nonce_is_refused() -> None:
    with pytest.raises(TossBroken):
        audit.choose(SET, b"n" * 32, b"n" * 32, 10)


def test_sizes_are_checked() -> None:
    good, bad = b"n" * 32, b"n" * 31
    with pytest.raises(MalformedAudit):
        audit.commit(bad, good)
    with pytest.raises(MalformedAudit):
        audit.commit(SET, bad)
    with pytest.raises(MalformedAudit):
        audit.choose(SET, good, bad, 10)
    with pytest.raises(MalformedAudit):
        audit.choose(SET, bad, good, 10)
    with pytest.raises(MalformedAudit):
        audit.choose(SET, good, SET, 1)


def test_least_number_of_candidates() -> None:
    assert [audit.least_candidates(n) for n in (20_000, 200_000, 200_001)] == [100, 100, 20]
