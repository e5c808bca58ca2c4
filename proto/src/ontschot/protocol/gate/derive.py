# SPDX-License-Identifier: EUPL-1.2
"""The dealer's work, and the auditor's: both parts of a batch from one 32-byte seed.

Stretch after stretch of 8,192 slots, so that memory stays bounded whatever the number of slots,
and byte for byte the same on every machine. The seed is erased once the parts are sealed: who has
it can read every value that ever passes the gate of this batch.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.gate import dcf, layout
from ontschot.protocol.gate.mmo import WORD, Mmo
from ontschot.protocol.gate.spec import BatchSpec

Write: TypeAlias = Callable[[bytes], object]


class CandidateHashes(NamedTuple):
    """SHA-256 of both parts of a batch, lower-case hexadecimal; this is what a dealer offers."""

    part_a: str
    part_b: str


@dataclass(frozen=True, slots=True)
class DerivedBatch:
    """Both parts of a batch in memory, and their hashes. Secret: the repr shows hashes only."""

    part_a: bytes = field(repr=False)
    part_b: bytes = field(repr=False)
    hashes: CandidateHashes


def derive(spec: BatchSpec, batch_id: bytes, seed: bytes) -> DerivedBatch:
    """Return both parts of the batch ``batch_id``, derived from ``seed`` (32 bytes).

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: the seed is not 32 bytes.
    """
    part_a, part_b = io.BytesIO(), io.BytesIO()
    hashes = derive_to(spec, batch_id, seed, part_a.write, part_b.write)
    return DerivedBatch(part_a.getvalue(), part_b.getvalue(), hashes)


def derive_to(
    spec: BatchSpec, batch_id: bytes, seed: bytes, write_a: Write, write_b: Write
) -> CandidateHashes:
    """Write both parts piece by piece, as to files, and return their hashes.

    Args:
        spec: the shape of the batch.
        batch_id: 16 to 64 public bytes, never used for another batch.
        seed: 32 secret bytes, never used for another batch.
        write_a: takes the pieces of A's part in order; the ``write`` of a file does.
        write_b: idem for B.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: the seed is not 32 bytes.
    """
    hash_a, hash_b = hashlib.sha256(), hashlib.sha256()
    for piece_a, piece_b in derive_pieces(spec, batch_id, seed):
        for piece, digest, write in ((piece_a, hash_a, write_a), (piece_b, hash_b, write_b)):
            digest.update(piece)
            write(piece)
    return CandidateHashes(hash_a.hexdigest(), hash_b.hexdigest())


def hashes_of(spec: BatchSpec, batch_id: bytes, seed: bytes) -> CandidateHashes:
    """Return the hashes of both parts and keep neither: what an auditor needs.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: the seed is not 32 bytes.
    """
    return derive_to(spec, batch_id, seed, len, len)


def derive_pieces(spec: BatchSpec, batch_id: bytes, seed: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the two parts in pieces: first the headers and seeds, then a pair per stretch.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: the seed is not 32 bytes.
    """
    seed_a, seed_b = layout.party_seed(seed, "A"), layout.party_seed(seed, "B")
    yield (
        layout.header(spec, "A", batch_id) + seed_a,
        layout.header(spec, "B", batch_id) + seed_b,
    )
    streams_a = layout.PartyStreams(spec, seed_a)
    streams_b = layout.PartyStreams(spec, seed_b)
    if spec.kind == "table":
        rotations = _rotations(spec)
        for start, stop in layout.stretches(spec.slots):
            yield b"", _table_piece(spec, rotations, streams_a, streams_b, start, stop)
        return
    mmo = Mmo(batch_id)
    for start, stop in layout.stretches(spec.slots):
        yield _dcf_piece(spec, mmo, streams_a, streams_b, start, stop)


def _rotations(spec: BatchSpec) -> NDArray[np.uint32]:
    """Return uint32[outputs, N, N]: row ``r`` of an output holds ``f(z - r)`` for every ``z``."""
    ring = np.arange(spec.ring)
    shifted = (ring[None, :] - ring[:, None]) % spec.ring
    return np.array(spec.outputs, dtype=layout.CELL)[:, shifted]


def _table_piece(
    spec: BatchSpec,
    rotations: NDArray[np.uint32],
    streams_a: layout.PartyStreams,
    streams_b: layout.PartyStreams,
    start: int,
    stop: int,
) -> bytes:
    r = _hidden(spec, streams_a, streams_b, start, stop)
    table = rotations[:, r]
    np.subtract(table, streams_a.cells(start, stop), out=table)
    return table.tobytes()


def _dcf_piece(
    spec: BatchSpec,
    mmo: Mmo,
    streams_a: layout.PartyStreams,
    streams_b: layout.PartyStreams,
    start: int,
    stop: int,
) -> tuple[bytes, bytes]:
    r = _hidden(spec, streams_a, streams_b, start, stop).astype(WORD)
    body = np.empty(layout.shared_slot_bytes(spec) * (stop - start), dtype=np.uint8)
    levels, leaves = layout.levels_and_leaves(spec, body)
    roots = np.stack([streams_a.roots(start, stop), streams_b.roots(start, stop)])
    dcf.generate(mmo, roots, r, levels, leaves)
    words = body.tobytes()
    return words, words + (r - streams_a.lift(start, stop)).tobytes()


def _hidden(
    spec: BatchSpec,
    streams_a: layout.PartyStreams,
    streams_b: layout.PartyStreams,
    start: int,
    stop: int,
) -> NDArray[np.uint32]:
    """Return ``r = r_A + r_B mod N`` (uint32): uniform, and unknown to each party alone."""
    return (streams_a.mask(start, stop) + streams_b.mask(start, stop)) & np.uint32(spec.ring - 1)
