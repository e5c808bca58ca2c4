# SPDX-License-Identifier: EUPL-1.2
import hashlib
import io

import numpy as np
import pytest

from ontschot.protocol.gate import (
    BatchSpec,
    MalformedGatePart,
    derive,
    derive_pieces,
    derive_to,
    hashes_of,
    layout,
)
from ontschot.protocol.sharing import MalformedShare

BATCH = bytes(32)
SEED = bytes(range(32))
SPECS = [
    BatchSpec("table", 5, 1, ((0, 1),)),
    BatchSpec("table", 20_000, 4, (tuple(range(16)), tuple(range(16, 32)))),
    BatchSpec("table", 9000, 8, (tuple(range(256)),)),
    BatchSpec("dcf", 3, 2),
    BatchSpec("dcf", 20_000, 5),
    BatchSpec("dcf", 100, 31),
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


def test_comparison_of_16_bits_takes_528_bytes_per_slot() -> None:
    spec = BatchSpec("dcf", 1000, 16)
    assert layout.slot_bytes(spec, "A") == 528
    assert layout.slot_bytes(spec, "B") == 536


def test_pieces_are_bounded_whatever_the_number_of_slots() -> None:
    spec = BatchSpec("dcf", 3 * layout.STRETCH, 3)
    bound = layout.STRETCH * layout.slot_bytes(spec, "B")
    assert max(len(piece) for pair in derive_pieces(spec, BATCH, SEED) for piece in pair) == bound


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (BatchSpec("dcf", layout.STRETCH, 4), BatchSpec("dcf", layout.STRETCH + 9, 4)),
        (
            BatchSpec("table", layout.STRETCH, 2, ((1, 2, 3, 4),)),
            BatchSpec("table", 2 * layout.STRETCH, 2, ((1, 2, 3, 4),)),
        ),
    ],
)
def test_a_slot_has_the_same_keys_however_many_follow(short: BatchSpec, long: BatchSpec) -> None:
    one, two = derive(short, BATCH, SEED), derive(long, BATCH, SEED)
    assert two.part_a[layout.BODY :].startswith(one.part_a[layout.BODY :])
    assert two.part_b[layout.BODY :].startswith(one.part_b[layout.BODY :])


def test_seed_and_batch_id_change_both_parts() -> None:
    spec = BatchSpec("dcf", 50, 6)
    hashes = [
        derive(spec, batch_id, seed).hashes
        for batch_id, seed in ((BATCH, SEED), (BATCH, bytes(32)), (b"x" * 32, SEED))
    ]
    assert len({each.part_a for each in hashes}) == len({each.part_b for each in hashes}) == 3


def test_parties_share_correction_words_and_nothing_else() -> None:
    made = derive(BatchSpec("dcf", 50, 6), BATCH, SEED)
    body_a, body_b = made.part_a[layout.BODY :], made.part_b[layout.BODY :]
    assert body_b[: len(body_a)] == body_a
    assert made.part_a[64:96] != made.part_b[64:96]
    assert SEED not in made.part_a + made.part_b


def test_streams_give_the_same_slots_from_any_start() -> None:
    spec = BatchSpec("dcf", 3 * layout.STRETCH, 9)
    streams = layout.PartyStreams(spec, SEED)
    start = layout.STRETCH
    assert np.array_equal(streams.mask(0, 3 * start)[start:], streams.mask(start, 3 * start))
    assert np.array_equal(streams.lift(0, 3 * start)[start:], streams.lift(start, 3 * start))
    assert np.array_equal(streams.roots(0, 3 * start)[start:], streams.roots(start, 3 * start))


def test_roots_keep_their_two_low_bits_free() -> None:
    roots = layout.PartyStreams(BatchSpec("dcf", 100, 9), SEED).roots(0, 100)
    assert not np.any(roots[:, 0] & np.uint64(3))
    assert np.any(roots[:, 1] & np.uint64(3))


@pytest.mark.parametrize("size", [0, 15, 65])
def test_batch_id_has_16_to_64_bytes(size: int) -> None:
    with pytest.raises(MalformedGatePart):
        derive(BatchSpec("dcf", 1, 2), bytes(size), SEED)


def test_seed_has_32_bytes() -> None:
    with pytest.raises(MalformedShare):
        derive(BatchSpec("dcf", 1, 2), BATCH, bytes(31))
