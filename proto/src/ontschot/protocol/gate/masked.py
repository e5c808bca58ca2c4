# SPDX-License-Identifier: EUPL-1.2
"""The one exchange of a gate: masked values on the wire, and the opening.

A masked value is ``ceil(ring_bits / 8)`` bytes, little-endian, one per slot; what does not belong
in the ring is refused.
"""

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.gate.errors import MalformedMasked


def masked_size(slots: int, ring_bits: int) -> int:
    """Return the bytes of one party's masked values on the wire."""
    return slots * -(-ring_bits // 8)


def encode_masked(values: NDArray[np.uint32], ring_bits: int) -> bytes:
    """Return the wire form of masked values (uint32[n], each below N).

    Raises:
        ValueError: a value outside the ring.
    """
    if values.size and values.max() >= 1 << ring_bits:
        raise ValueError("a masked value outside the ring")
    raw = values.astype("<u4", copy=False).view(np.uint8).reshape(-1, 4)
    return raw[:, : masked_size(1, ring_bits)].tobytes()


def decode_masked(data: bytes | memoryview, slots: int, ring_bits: int) -> NDArray[np.uint32]:
    """Return the masked values (uint32[slots]) in ``data``.

    Raises:
        MalformedMasked: another length, or a value outside the ring.
    """
    width = masked_size(1, ring_bits)
    if len(data) != slots * width:
        raise MalformedMasked(f"{len(data)} bytes where {slots * width} belong")
    raw = np.zeros((slots, 4), dtype=np.uint8)
    raw[:, :width] = np.frombuffer(data, dtype=np.uint8).reshape(slots, width)
    values = raw.view(np.dtype("<u4")).reshape(slots).astype(np.uint32, copy=False)
    if values.size and values.max() >= 1 << ring_bits:
        raise MalformedMasked("a value outside the ring")
    return values


def opened(
    mine: NDArray[np.uint32], theirs: NDArray[np.uint32], ring_bits: int
) -> NDArray[np.uint32]:
    """Return ``y = x + r mod N`` (uint32[n]) from both parties' masked values.

    Raises:
        ValueError: two lengths.
    """
    if mine.shape != theirs.shape:
        raise ValueError("masked values of two lengths")
    return (mine + theirs) & np.uint32((1 << ring_bits) - 1)
