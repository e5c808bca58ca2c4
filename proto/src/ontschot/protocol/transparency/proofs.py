# SPDX-License-Identifier: EUPL-1.2
"""Verify proofs of inclusion and of consistency (RFC 9162 sections 2.1.3.2 and 2.1.4.2).

The trees are those of RFC 6962; RFC 9162 spells out how a verifier computes.
"""

from collections.abc import Sequence

from ontschot.protocol.transparency.errors import ProofRefused
from ontschot.protocol.transparency.hashing import EMPTY_ROOT, HASH_BYTES, node_hash


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf with this hash is number ``index`` (from 0) of the tree under ``root``.

    Args:
        leaf: ``leaf_hash`` of the entry.
        index: its number.
        size: the number of entries in the tree.
        proof: 32-byte hashes, from the leaf up.
        root: the root of the tree.

    Raises:
        ProofRefused: it does not follow.
    """
    _require_hashes(proof)
    if not 0 <= index < size:
        raise ProofRefused("inclusion: no such entry in a tree of this size")
    number, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofRefused("inclusion: too many hashes")
        if number & 1 or number == last:
            found = node_hash(step, found)
            number, last = _skip_absent(number, last)
        else:
            found = node_hash(found, step)
        number, last = number >> 1, last >> 1
    if last != 0 or found != root:
        raise ProofRefused("inclusion: another root")


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree under ``root`` begins with all entries of the tree under ``old_root``.

    Args:
        old_size: the number of entries in the older tree.
        old_root: its root.
        size: the number of entries in the newer tree.
        root: its root.
        proof: 32-byte hashes; none if the sizes are equal or the older tree is empty.

    Raises:
        ProofRefused: it does not follow.
    """
    _require_hashes(proof)
    if not 0 <= old_size <= size:
        raise ProofRefused("consistency: the newer tree is smaller")
    if old_size in (0, size):
        expected = EMPTY_ROOT if old_size == 0 else root
        if proof or old_root != expected:
            raise ProofRefused("consistency: another tree of the same size")
        return
    # Where the older tree is complete its root is the first hash, and is left out of the proof.
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else [*proof]
    if not steps:
        raise ProofRefused("consistency: no hashes")
    _follow(old_size, old_root, size, root, steps)


def _follow(old_size: int, old_root: bytes, size: int, root: bytes, steps: list[bytes]) -> None:
    number, last = old_size - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old_found = found = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofRefused("consistency: too many hashes")
        if number & 1 or number == last:
            old_found, found = node_hash(step, old_found), node_hash(step, found)
            number, last = _skip_absent(number, last)
        else:
            found = node_hash(found, step)
        number, last = number >> 1, last >> 1
    if last != 0 or old_found != old_root or found != root:
        raise ProofRefused("consistency: another root")


def _skip_absent(number: int, last: int) -> tuple[int, int]:
    # A last node without a sibling goes up as it is, until it is a right child.
    while not number & 1 and number != 0:
        number, last = number >> 1, last >> 1
    return number, last


def _require_hashes(proof: Sequence[bytes]) -> None:
    if any(len(step) != HASH_BYTES for step in proof):
        raise ProofRefused("a hash of another length")
