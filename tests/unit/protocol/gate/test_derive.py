# SPDX-License-Identifier: EUPL-1.2
import hashlib
import io

import numpy as np
import pytest

from ontschot.protocol.gate import (
    BatchSpec,
    Group,
    MalformedGatePart,
    Payload,
    derive,
    derive_to,
    hashes_of,
    layout,
    own_pieces,
    shared_pieces,
)
from ontschot.protocol.gate.payload import GROUPS
from ontschot.protocol.sharing import MalformedShare

BATCH = bytes(32)
SEED = bytes(range(32))
SPECS = [
    BatchSpec("table", 5, 1, ((0, 1),)),
    BatchSpec("table", 20_000, 4, (tuple(range(16)), tuple(range(16, 32)))),
    BatchSpec("table", 9000, 8, (tuple(range(256)),)),
    BatchSpec("dcf", 3, 3, payload="count"),
    BatchSpec("dcf", 20_000, 5, payload="count"),
    BatchSpec("dcf", 20_000, 5, payload="sum"),
    BatchSpec("dcf", 20_000, 5, payload="wide"),
    BatchSpec("dcf", 100, 31, payload="sum"),
]


@pytest.mark.parametrize("spec", SPECS)
def test_memory_stream_and_hashes_agree(spec: BatchSpec) -> None:
    made = derive(spec, BATCH, SEED)
    file_a, file_b = io.BytesIO(), io.BytesIO()
    assert derive_to(spec, BATCH, SEED, file_a.write, file_b.write) == made.hashes
    assert (file_a.getvalue(), file_b.getvalue()) == (made.part_a, made.part_b)
    assert hashes_of(spec, BATCH, SEED) == made.hashes
    assert made.hashes == tuple(
        hashlib.sha256(part).hexdigest() for part in (made.part_a, made.part_b)
    )


@pytest.mark.parametrize("spec", SPECS)
def test_parts_have_the_length_of_their_layout(spec: BatchSpec) -> None:
    made = derive(spec, BATCH, SEED)
    assert len(made.part_a) == layout.part_bytes(spec, "A")
    assert len(made.part_b) == layout.part_bytes(spec, "B")


def test_table_part_of_a_is_a_seed() -> None:
    assert len(derive(SPECS[1], BATCH, SEED).part_a) == 64 + 32


@pytest.mark.parametrize(
    ("payload", "of_a", "of_b"), [("count", 292, 292), ("sum", 368, 372), ("wide", 512, 520)]
)
def test_bytes_per_slot_of_a_comparison_of_16_bits(payload: Payload, of_a: int, of_b: int) -> None:
    spec = BatchSpec("dcf", 1000, 16, payload=payload)
    assert layout.slot_bytes(spec, "A") == of_a
    assert layout.slot_bytes(spec, "B") == of_b


@pytest.mark.parametrize("group", GROUPS.values())
def test_no_other_leaf_makes_smaller_keys(group: Group) -> None:
    def size(leaf_bits: int) -> int:
        return (16 - leaf_bits) * (16 + group.size) + (group.size << leaf_bits)

    assert size(group.leaf_bits) == min(map(size, range(16)))


def test_pieces_are_bounded_whatever_the_number_of_slots() -> None:
    spec = BatchSpec("dcf", 3 * layout.STRETCH, 3, payload="sum")
    shared = layout.STRETCH * layout.shared_slot_bytes(spec)
    assert max(map(len, shared_pieces(spec, BATCH, SEED))) == shared
    own = layout.STRETCH * layout.own_slot_bytes(spec, "B")
    assert max(map(len, own_pieces(spec, "B", BATCH, SEED))) == own


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (
            BatchSpec("dcf", layout.STRETCH, 4, payload="sum"),
            BatchSpec("dcf", layout.STRETCH + 9, 4, payload="sum"),
        ),
        (
            BatchSpec("table", layout.STRETCH, 2, ((1, 2, 3, 4),)),
            BatchSpec("table", 2 * layout.STRETCH, 2, ((1, 2, 3, 4),)),
        ),
    ],
)
def test_a_slot_has_the_same_keys_however_many_follow(short: BatchSpec, long: BatchSpec) -> None:
    one, two = derive(short, BATCH, SEED).part_b, derive(long, BATCH, SEED).part_b
    assert two.startswith(one[: layout.header_at(short)])
    assert two[layout.own_at(long) :].startswith(one[layout.own_at(short) :])


def test_seed_and_batch_id_change_both_parts() -> None:
    spec = BatchSpec("dcf", 50, 6, payload="sum")
    hashes = [
        derive(spec, batch_id, seed).hashes
        for batch_id, seed in ((BATCH, SEED), (BATCH, bytes(32)), (b"x" * 32, SEED))
    ]
    assert len({each.part_a for each in hashes}) == len({each.part_b for each in hashes}) == 3


def test_parties_share_correction_words_and_nothing_else() -> None:
    spec = BatchSpec("dcf", 50, 6, payload="sum")
    made = derive(spec, BATCH, SEED)
    shared = layout.header_at(spec)
    assert made.part_b[:shared] == made.part_a[:shared]
    seeds = [part[shared + 64 : shared + 96] for part in (made.part_a, made.part_b)]
    assert seeds[0] != seeds[1]
    assert SEED not in made.part_a + made.part_b


def test_streams_give_the_same_slots_from_any_start() -> None:
    spec = BatchSpec("dcf", 3 * layout.STRETCH, 9, payload="sum")
    streams = layout.PartyStreams(spec, SEED)
    start = layout.STRETCH
    assert np.array_equal(streams.mask(0, 3 * start)[start:], streams.mask(start, 3 * start))
    assert np.array_equal(streams.lift(0, 3 * start)[start:], streams.lift(start, 3 * start))
    assert np.array_equal(streams.roots(0, 3 * start)[start:], streams.roots(start, 3 * start))


def test_roots_keep_their_two_low_bits_free() -> None:
    roots = layout.PartyStreams(BatchSpec("dcf", 100, 9, payload="sum"), SEED).roots(0, 100)
    assert not np.any(roots[:, 0] & np.uint64(3))
    assert np.any(roots[:, 1] & np.uint64(3))


@pytest.mark.parametrize("size", [0, 15, 65])
def test_batch_id_has_16_to_64_bytes(size: int) -> None:
    with pytest.raises(MalformedGatePart):
        derive(BatchSpec("dcf", 1, 3, payload="sum"), bytes(size), SEED)


def test_seed_has_32_bytes() -> None:
    with pytest.raises(MalformedShare):
        derive(BatchSpec("dcf", 1, 3, payload="sum"), BATCH, bytes(31))
