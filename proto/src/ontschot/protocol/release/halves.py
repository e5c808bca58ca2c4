# SPDX-License-Identifier: EUPL-1.2
"""A helper's noised output: layout, pad, and how two halves become an answer (section 4).

The output is the concatenation, block by block in the manifest's order, of little-endian words:
one for each (output, area), outputs first. Words are 64 bits behind a comparison gate whose
figures may not fit 32 bits, and 32 bits everywhere else. Both helpers derive one pad from their two
secrets; A adds it and B subtracts it. A half alone is therefore uniformly random to whoever lacks
the secrets, and both halves may be published: together they reveal the noised sums and nothing
else.

In front of the words stand 32 fresh random bytes, the blind. COMMIT carries the hash of all of it,
so it binds the helper to its half and hides it (a commitment in the random oracle model): the peer,
who knows the pad and its own half, could else try figures until the hash fits, and abort when it
has read them, before the price is beyond return.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.language import Text
from ontschot.protocol.sharing.prg import Stream

Words = NDArray[np.uint64]

BLIND_BYTES = 32
"""Length of what makes the hash of a half tell nothing about it."""


class MalformedOutput(MalformedMessage):
    """A helper's half that has not the length of its manifest."""

    code = "malformed-output"
    title = Text("De helft van een helper klopt niet", "A helper's half is malformed")


@dataclass(frozen=True, slots=True)
class Table:
    """The shape of one block's figures: ``outputs`` x ``areas`` words of ``bits`` bits."""

    block: str
    outputs: int
    areas: int
    bits: Literal[32, 64]

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.outputs * self.areas * self.bits // 8


def common_pad(secret_a: bytes, secret_b: bytes, manifest: str, length: int) -> bytes:
    """Return ``length`` pad bytes from both helpers' secrets, bound to the manifest's digest."""
    key = HKDF(
        algorithm=hashes.SHA256(),
        length=32,
        salt=None,
        info=b"ontschot/v1/pad\0" + bytes.fromhex(manifest),
    ).derive(secret_a + secret_b)
    return Stream(key, "release-pad").read(0, length).tobytes()


def half_size(tables: Sequence[Table]) -> int:
    """Return the length of a half in bytes."""
    return BLIND_BYTES + sum(table.size for table in tables)


def pack(
    tables: Sequence[Table], sums: Sequence[Words], pad: bytes, helper: str, blind: bytes
) -> bytes:
    """Return a helper's half: the blind, and noised sums plus (A) or minus (B) the pad.

    ``sums`` are uint64 arrays of shape (outputs, areas), one for each table, modulo 2^bits.

    Raises:
        ValueError: a blind of another length.
    """
    if len(blind) != BLIND_BYTES:
        msg = f"a blind has {BLIND_BYTES} bytes"
        raise ValueError(msg)
    pieces = [blind]
    for table, values, keystream in zip(tables, sums, _slices(tables, pad), strict=True):
        words = _words(keystream, table)
        data = values.reshape(-1).astype(np.uint64) & _mask(table)
        padded = data + words if helper == "A" else data - words
        pieces.append((padded & _mask(table)).astype(_wire(table)).tobytes())
    return b"".join(pieces)


def combine(tables: Sequence[Table], half_a: bytes, half_b: bytes) -> list[NDArray[np.int64]]:
    """Return the noised sums of two halves, decoded as centred integers.

    Shapes are (outputs, areas); units are households or quanta.

    Raises:
        MalformedOutput: a half has another length than the tables.
    """
    result = []
    words_a, words_b = half_a[BLIND_BYTES:], half_b[BLIND_BYTES:]
    halves = zip(_slices(tables, words_a), _slices(tables, words_b), strict=True)
    for table, (left, right) in zip(tables, halves, strict=True):
        total = (_words(left, table) + _words(right, table)) & _mask(table)
        # Centred: the upper half of the ring stands for negative values.
        signed = (
            total.astype(np.uint32).view(np.int32) if table.bits == 32 else total.view(np.int64)
        )
        result.append(signed.astype(np.int64).reshape(table.outputs, table.areas))
    return result


def _slices(tables: Sequence[Table], data: bytes) -> list[bytes]:
    if len(data) != sum(table.size for table in tables):
        raise MalformedOutput(f"{len(data)} bytes")
    pieces, start = [], 0
    for table in tables:
        pieces.append(data[start : start + table.size])
        start += table.size
    return pieces


def _words(data: bytes, table: Table) -> Words:
    return np.frombuffer(data, _wire(table)).astype(np.uint64)


def _wire(table: Table) -> str:
    return "<u4" if table.bits == 32 else "<u8"


def _mask(table: Table) -> np.uint64:
    return np.uint64((1 << table.bits) - 1)
