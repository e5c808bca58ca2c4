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
from ontschot.protocol.gate.spec import BatchSpec, Party

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
    # what both parts hold is written first, and hashed once for both
    common = hashlib.sha256()
    for piece in shared_pieces(spec, batch_id, seed):
        common.update(piece)
        write_a(piece)
        write_b(piece)
    found = []
    writes: tuple[tuple[Party, Write], ...] = (("A", write_a), ("B", write_b))
    for party, write in writes:
        digest = common.copy()
        for piece in own_pieces(spec, party, batch_id, seed):
            digest.update(piece)
            write(piece)
        found.append(digest.hexdigest())
    return CandidateHashes(*found)


def hashes_of(spec: BatchSpec, batch_id: bytes, seed: bytes) -> CandidateHashes:
    """Return the hashes of both parts and keep neither: what an auditor needs.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: the seed is not 32 bytes.
    """
    return derive_to(spec, batch_id, seed, len, len)


def shared_pieces(spec: BatchSpec, batch_id: bytes, seed: bytes) -> Iterator[bytes]:
    """Yield what both parts start with, a piece per stretch; nothing for tables.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: the seed is not 32 bytes.
    """
    layout.check_batch_id(batch_id)
    streams = _streams(spec, seed)
    if spec.kind == "table":
        return
    mmo = Mmo(batch_id)
    for start, stop in layout.stretches(spec.slots):
        body = np.empty(layout.shared_slot_bytes(spec) * (stop - start), dtype=np.uint8)
        roots = np.stack([each.roots(start, stop) for each in streams])
        r = _hidden(spec, *streams, start, stop).astype(WORD)
        dcf.generate(mmo, roots, r, layout.corrections(spec, body))
        yield body.tobytes()


def own_pieces(spec: BatchSpec, party: Party, batch_id: bytes, seed: bytes) -> Iterator[bytes]:
    """Yield the rest of one party's part: header and seed, then B's own words by stretches.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: the seed is not 32 bytes.
    """
    yield layout.header(spec, party, batch_id) + layout.party_seed(seed, party)
    if not layout.own_slot_bytes(spec, party):
        return
    streams = _streams(spec, seed)
    rotations = _rotations(spec) if spec.kind == "table" else None
    for start, stop in layout.stretches(spec.slots):
        r = _hidden(spec, *streams, start, stop)
        if rotations is not None:
            table = rotations[:, r]
            np.subtract(table, streams[0].cells(start, stop), out=table)
            yield table.tobytes()
        else:
            yield (r.astype(spec.group.word) - streams[0].lift(start, stop)).tobytes()


def _streams(spec: BatchSpec, seed: bytes) -> tuple[layout.PartyStreams, layout.PartyStreams]:
    return (
        layout.PartyStreams(spec, layout.party_seed(seed, "A")),
        layout.PartyStreams(spec, layout.party_seed(seed, "B")),
    )


def _rotations(spec: BatchSpec) -> NDArray[np.uint32]:
    """Return uint32[outputs, N, N]: row ``r`` of an output holds ``f(z - r)`` for every ``z``."""
    ring = np.arange(spec.ring)
    shifted = (ring[None, :] - ring[:, None]) % spec.ring
    return np.array(spec.outputs, dtype=layout.CELL)[:, shifted]


def _hidden(
    spec: BatchSpec,
    streams_a: layout.PartyStreams,
    streams_b: layout.PartyStreams,
    start: int,
    stop: int,
) -> NDArray[np.uint32]:
    """Return ``r = r_A + r_B mod N`` (uint32): uniform, and unknown to each party alone."""
    return (streams_a.mask(start, stop) + streams_b.mask(start, stop)) & np.uint32(spec.ring - 1)
