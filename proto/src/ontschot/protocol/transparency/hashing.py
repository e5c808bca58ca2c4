# SPDX-License-Identifier: EUPL-1.2
"""The two hash functions of RFC 6962 section 2.1: a leaf is never a node, and no node a leaf."""

import hashlib
from collections.abc import Sequence
from typing import Final

HASH_BYTES: Final = 32

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of the tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry of the log."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root of the complete subtree over 2^k hashes, k at least 0."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def split(size: int) -> int:
    """Return the largest power of two below ``size`` (at least 2): where RFC 6962 splits a list."""
    return 1 << ((size - 1).bit_length() - 1)
