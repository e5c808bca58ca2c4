# SPDX-License-Identifier: EUPL-1.2
"""Additive shares modulo 2^32: a vector becomes a seed for one helper and a share for the other.

``v = expand(seed) + share  (mod 2^32)``, protocol section 3. The seed alone is independent of
``v``. The share alone is ``v`` under a one-time pad that only the seed's holder can compute: it is
indistinguishable from uniform by the argument in ``prg``. Shares are linear, so the sum of many
providers' shares is a share of the sum of their vectors.
"""

import secrets
from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.sharing.errors import MalformedShare
from ontschot.protocol.sharing.prg import SEED_BYTES, Stream, check_seed

Entropy: TypeAlias = Callable[[int], bytes]
"""A source of uniform secret bytes; ``secrets.token_bytes`` outside tests."""

system_entropy: Final[Entropy] = secrets.token_bytes

_WORD: Final = np.dtype("<u4")


def split(
    vector: NDArray[np.uint32], entropy: Entropy = system_entropy
) -> tuple[bytes, NDArray[np.uint32]]:
    """Split ``vector`` (uint32[n]) into a fresh seed (32 bytes) and a share (uint32[n]).

    Args:
        vector: one integer per slot or cell, in quanta, modulo 2^32.
        entropy: where the seed comes from. A seed never serves two vectors: their difference
            would be readable.

    Raises:
        MalformedShare: the source gave too few bytes.
        ValueError: not a vector of uint32.
    """
    if vector.ndim != 1 or vector.dtype != np.uint32:
        raise ValueError("a vector to split is one-dimensional uint32")
    seed = entropy(SEED_BYTES)
    check_seed(seed)
    return seed, vector - expand(seed, vector.size)


def expand(seed: bytes, n: int) -> NDArray[np.uint32]:
    """Return the share (uint32[n]) that ``seed`` stands for.

    Raises:
        MalformedShare: the seed is not 32 bytes.
    """
    return Stream(seed, "share/32").uint32(0, n)


def pad_uint64(seed: bytes, n: int) -> NDArray[np.uint64]:
    """Return ``n`` pad words (uint64[n]) that both holders of ``seed`` can add and take away.

    Raises:
        MalformedShare: the seed is not 32 bytes.
    """
    return Stream(seed, "pad/64").uint64(0, n)


def share_size(n: int) -> int:
    """Return the length in bytes of the wire form of a share of ``n`` integers."""
    return _WORD.itemsize * n


def encode_share(share: NDArray[np.uint32]) -> bytes:
    """Return the wire form of ``share`` (uint32[n]): 4n bytes, little-endian, nothing else."""
    return share.astype(_WORD, copy=False).tobytes()


def decode_share(data: bytes | memoryview, n: int) -> NDArray[np.uint32]:
    """Return the share (uint32[n], read-only) in ``data``.

    Raises:
        MalformedShare: not exactly 4n bytes.
    """
    if len(data) != share_size(n):
        raise MalformedShare(f"{len(data)} bytes where {share_size(n)} belong")
    return np.frombuffer(data, dtype=_WORD).astype(np.uint32, copy=False)


def decode_seed(data: bytes) -> bytes:
    """Return the seed in ``data``: any 32 bytes.

    Raises:
        MalformedShare: not exactly 32 bytes.
    """
    check_seed(data)
    return bytes(data)
