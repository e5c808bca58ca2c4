# SPDX-License-Identifier: EUPL-1.2
"""Roots and proofs of a stored tree, also of what it was when it was smaller (RFC 6962)."""

from dataclasses import dataclass

from ontschot.protocol.transparency.hashing import EMPTY_ROOT, node_hash, split
from ontschot.protocol.transparency.tiles import TileReader, subtree


@dataclass(frozen=True, slots=True)
class Tree:
    """The first ``size`` entries of a log whose tiles ``read`` returns; it may hold more."""

    size: int
    read: TileReader

    def root(self) -> bytes:
        """Return the root."""
        return EMPTY_ROOT if self.size == 0 else self._range(0, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        """Return the proof that entry ``index`` (from 0) is in the tree, from the leaf up.

        Raises:
            LookupError: the tree has no such entry.
        """
        if not 0 <= index < self.size:
            msg = f"no entry {index} in a tree of {self.size}"
            raise LookupError(msg)
        found: list[bytes] = []
        begin, end = 0, self.size
        while end - begin > 1:
            middle = begin + split(end - begin)
            if index < middle:
                found.append(self._range(middle, end))
                end = middle
            else:
                found.append(self._range(begin, middle))
                begin = middle
        return found[::-1]

    def consistency(self, old_size: int) -> list[bytes]:
        """Return the proof that this tree begins with its first ``old_size`` entries.

        Raises:
            LookupError: the older tree is larger than this one.
        """
        if not 0 <= old_size <= self.size:
            msg = f"no tree of {old_size} in one of {self.size}"
            raise LookupError(msg)
        if old_size in (0, self.size):
            return []
        found: list[bytes] = []
        begin, end = 0, self.size
        while end != old_size:
            middle = begin + split(end - begin)
            if old_size <= middle:
                found.append(self._range(middle, end))
                end = middle
            else:
                found.append(self._range(begin, middle))
                begin = middle
        # Where that is the whole older tree, the verifier has its root.
        if begin != 0:
            found.append(self._range(begin, end))
        return found[::-1]

    def _range(self, begin: int, end: int) -> bytes:
        """Return the hash over entries ``begin`` to ``end``, as RFC 6962 splits the tree."""
        size = end - begin
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return subtree(self.read, level, begin >> level)
        middle = begin + split(size)
        return node_hash(self._range(begin, middle), self._range(middle, end))
