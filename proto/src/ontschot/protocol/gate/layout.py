# SPDX-License-Identifier: EUPL-1.2
"""How the bytes of a batch's two parts are laid out, and which streams they come from.

::

    part   = shared | header (64) | party seed (32) | own
    shared = dcf: one stretch per 8,192 slots, m slots in it, all words little-endian:
             uint64[depth, m, 2] | word[depth, m, columns] | word[m, elements, columns]
             with the word of the payload's group, and depth = ring_bits - leaf_bits
             table: nothing
    header = "ontschot gate part 2 A" or "... B", zero-padded to 24 bytes
             | SHA-256(domain | spec digest | batch id)
             | length of the whole part, 8 bytes little-endian
    own    = A: nothing; B, one stretch per 8,192 slots:
             table: uint32[outputs, m, N]    dcf: word[m] in a group of two columns, else nothing

What both parts hold stands first: it is nearly everything, and a dealer or an auditor hashes it
once for both. The same batch has the same bytes on every machine: all of it comes from AES-CTR
streams by position, in integer arithmetic, with the byte order given.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.gate.blocks import Values
from ontschot.protocol.gate.dcf import Corrections
from ontschot.protocol.gate.errors import MalformedGatePart
from ontschot.protocol.gate.mmo import BLOCK_WORDS, WORD
from ontschot.protocol.gate.payload import LEAF_BYTES
from ontschot.protocol.gate.spec import BatchSpec, Party
from ontschot.protocol.sharing import SEED_BYTES, Stream, derive_key

STRETCH: Final = 8192
HEADER_BYTES: Final = 64
BATCH_ID_BYTES: Final = range(16, 65)
BLOCK_BYTES: Final = WORD.itemsize * BLOCK_WORDS
CELL: Final = np.dtype("<u4")
_DOMAIN: Final = b"ontschot/gate/part/v2\x00"


def party_seed(seed: bytes, party: Party) -> bytes:
    """Return the seed of one party's own streams, from the seed of the batch."""
    return derive_key(seed, f"gate/party/{party}", SEED_BYTES)


def check_batch_id(batch_id: bytes) -> None:
    """Check the length of a batch id.

    Raises:
        MalformedGatePart: it is not 16 to 64 bytes.
    """
    if len(batch_id) not in BATCH_ID_BYTES:
        raise MalformedGatePart(f"a batch id of {len(batch_id)} bytes")


def header(spec: BatchSpec, party: Party, batch_id: bytes) -> bytes:
    """Return the 64 bytes that say what a part is.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
    """
    check_batch_id(batch_id)
    name = f"ontschot gate part 2 {party}".encode("ascii").ljust(24, b"\x00")
    bound = hashlib.sha256(_DOMAIN + bytes.fromhex(spec.digest) + batch_id).digest()
    return name + bound + part_bytes(spec, party).to_bytes(8, "little")


def shared_slot_bytes(spec: BatchSpec) -> int:
    """Return the bytes per slot that both parts hold: the correction words of a comparison."""
    if spec.kind == "table":
        return 0
    return depth_of(spec) * (BLOCK_BYTES + spec.group.size) + LEAF_BYTES


def own_slot_bytes(spec: BatchSpec, party: Party) -> int:
    """Return the bytes per slot that only this party's part holds."""
    if party == "A":
        return 0
    if spec.kind == "table":
        return CELL.itemsize * len(spec.outputs) * spec.ring
    return spec.group.word.itemsize if spec.group.columns == 2 else 0


def slot_bytes(spec: BatchSpec, party: Party) -> int:
    """Return the bytes per slot of one party's part."""
    return shared_slot_bytes(spec) + own_slot_bytes(spec, party)


def part_bytes(spec: BatchSpec, party: Party) -> int:
    """Return the exact length of one party's part."""
    return HEADER_BYTES + SEED_BYTES + slot_bytes(spec, party) * spec.slots


def header_at(spec: BatchSpec) -> int:
    """Return where the header of a part starts: behind what both parts hold."""
    return shared_slot_bytes(spec) * spec.slots


def own_at(spec: BatchSpec) -> int:
    """Return where what only one party holds starts: behind header and seed."""
    return header_at(spec) + HEADER_BYTES + SEED_BYTES


def depth_of(spec: BatchSpec) -> int:
    """Return the levels of the trees of a comparison."""
    return spec.ring_bits - spec.group.leaf_bits


def stretches(slots: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each stretch of slots."""
    for start in range(0, slots, STRETCH):
        yield start, min(start + STRETCH, slots)


def corrections(spec: BatchSpec, body: NDArray[np.uint8]) -> Corrections:
    """Return views of the correction words in the shared bytes of one stretch."""
    group, depth = spec.group, depth_of(spec)
    m = body.size // shared_slot_bytes(spec)
    values, leaves = depth * m * BLOCK_BYTES, body.size - m * LEAF_BYTES
    return Corrections(
        group,
        body[:values].view(WORD).reshape(depth, m, BLOCK_WORDS),
        body[values:leaves].view(group.word).reshape(depth, m, group.columns),
        body[leaves:].view(group.word).reshape(m, group.elements, group.columns),
    )


class PartyStreams:
    """What a party's own 32-byte seed stands for, slot by slot."""

    __slots__ = ("_cells", "_lift", "_mask", "_roots", "_spec")

    def __init__(self, spec: BatchSpec, seed: bytes) -> None:
        """Open the streams of one party's ``seed``."""
        self._spec = spec
        self._mask = Stream(seed, "gate/mask")
        self._roots = Stream(seed, "gate/root")
        self._lift = Stream(seed, "gate/lift")
        self._cells = Stream(seed, "gate/cells")

    def mask(self, start: int, stop: int) -> NDArray[np.uint32]:
        """Return uint32[stop - start], the party's shares of ``r`` in Z_N, uniform."""
        word = np.dtype(f"<u{1 if self._spec.ring_bits <= 8 else 4}")
        raw = self._mask.read(start * word.itemsize, (stop - start) * word.itemsize)
        return raw.view(word).astype(np.uint32) & np.uint32(self._spec.ring - 1)

    def roots(self, start: int, stop: int) -> NDArray[np.uint64]:
        """Return uint64[stop - start, 2], root seeds with their two low bits zero."""
        roots = self._roots.uint64(start * BLOCK_BYTES, (stop - start) * BLOCK_WORDS)
        roots[::BLOCK_WORDS] &= ~np.uint64(3)
        return roots.reshape(-1, BLOCK_WORDS)

    def lift(self, start: int, stop: int) -> Values:
        """Return word[stop - start], A's shares of ``r`` in Z_{2^w} of the payload's group."""
        word = self._spec.group.word
        return self._lift.read(start * word.itemsize, (stop - start) * word.itemsize).view(word)

    def cells(self, start: int, stop: int) -> NDArray[np.uint32]:
        """Return uint32[outputs, stop - start, N], A's shares of the tables."""
        rows = len(self._spec.outputs) * self._spec.ring
        flat = self._cells.uint32(start * rows * CELL.itemsize, (stop - start) * rows)
        return flat.reshape(len(self._spec.outputs), stop - start, self._spec.ring)

    def __repr__(self) -> str:
        """Hide the seeds."""
        return "PartyStreams(<secret>)"
