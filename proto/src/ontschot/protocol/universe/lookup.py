# SPDX-License-Identifier: EUPL-1.2
"""Finding addresses in a universe: one sorted array of 64-bit keys, searched by bisection.

``place`` takes 40 bits. ``suffix`` would take 26, so the suffixes that occur are numbered (a few
thousand, at most 2^24): the key is exact, nothing is hashed and no two addresses share one.
12 bytes per address.
"""

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.universe.address import Addresses
from ontschot.protocol.universe.codes import Flags, Integers
from ontschot.protocol.universe.errors import MalformedUniverse

_SUFFIX_BITS = 24


class AddressIndex:
    """From an address to the line that holds it."""

    __slots__ = ("_keys", "_lines", "_suffixes")

    def __init__(self, addresses: Addresses) -> None:
        self._suffixes: Integers = np.unique(addresses.suffix)
        if len(self._suffixes) >= 1 << _SUFFIX_BITS:
            raise MalformedUniverse("too many different house letters and additions")
        keys = self._key(addresses.place, np.searchsorted(self._suffixes, addresses.suffix))
        self._lines: NDArray[np.int32] = np.argsort(keys, kind="stable").astype(np.int32)
        self._keys: NDArray[np.uint64] = keys[self._lines]

    def find(self, place: Integers, suffix: Integers) -> Integers:
        """Return the line of each address (counted from 0), -1 where there is none."""
        rank = np.searchsorted(self._suffixes, suffix)
        rank[rank == len(self._suffixes)] = 0
        key = self._key(np.maximum(place, 0), rank)
        row = np.searchsorted(self._keys, key)
        row[row == len(self._keys)] = 0
        found = (self._keys[row] == key) & (self._suffixes[rank] == suffix) & (place >= 0)
        return np.where(found, self._lines[row], -1).astype(np.int64)

    def require_unique(self) -> None:
        """Check that no address has two lines.

        Raises:
            MalformedUniverse: one has.
        """
        twice = np.flatnonzero(self._keys[1:] == self._keys[:-1])
        if len(twice):
            raise MalformedUniverse(f"line {int(self._lines[twice[0] + 1]) + 2}: in two buurten")

    @staticmethod
    def _key(place: Integers, rank: NDArray[np.intp]) -> NDArray[np.uint64]:
        high = place.astype(np.uint64) << np.uint64(_SUFFIX_BITS)
        return high | rank.astype(np.uint64)


def duplicates(place: Integers, suffix: Integers) -> Flags:
    """Return which rows of sorted addresses repeat the row before them."""
    again = np.zeros(len(place), dtype=np.bool_)
    again[1:] = (place[1:] == place[:-1]) & (suffix[1:] == suffix[:-1])
    return again
