# SPDX-License-Identifier: EUPL-1.2
"""The layout of PERSON vectors: for each area of one map a block of buckets, one after another.

The number of buckets of an area is a power of two, at least ``LOAD`` times the clients that public
numbers let expect there (the map's slots times a public rate) and at least ``LEAST``. So it is
known before any record is read, and equal for everybody who has the round.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.documents.rounds import PersonGrid, VariableDocument
from ontschot.protocol.universe.areas import AreaMap

LOAD: Final = 32
"""Buckets per expected client: then one client in 64 shares a bucket, and that is corrected."""

LEAST: Final = 1024
"""Buckets of the smallest area: noise alone should not seem to fill it."""


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Sizes of the blocks, in buckets: int64[areas], in the order of the map's areas."""

    sizes: NDArray[np.int64]

    @property
    def count(self) -> int:
        """The length of the vector."""
        return int(self.sizes.sum())

    @property
    def starts(self) -> NDArray[np.int64]:
        """The first bucket of each area, int64[areas]."""
        return np.cumsum(self.sizes) - self.sizes

    @property
    def index(self) -> NDArray[np.int32]:
        """The area of each bucket, int32[count]."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)


def buckets_of(grid: PersonGrid, area_map: AreaMap) -> Buckets:
    """Return the layout of a person variable over the map of its areas."""
    wanted = (LOAD * int(slots) * grid.per_mille for slots in area_map.slots_per_area)
    sizes = [max(LEAST, 1 << (-(-least // 1000) - 1).bit_length()) for least in wanted]
    return Buckets(np.array(sizes, dtype=np.int64))


def vector_index(variable: VariableDocument | None, area_map: AreaMap) -> NDArray[np.int32]:
    """Return the area of each place of a vector that goes through a gate: of a slot, or a bucket.

    A person variable has one map, that of its grid: ``area_map`` must be it. ``variable`` is None
    for a code, which has a place for each slot.
    """
    if variable is None or variable.persons is None:
        return area_map.index
    return buckets_of(variable.persons, area_map).index


def vector_sizes(variable: VariableDocument | None, area_map: AreaMap) -> NDArray[np.int64]:
    """Return how many places of such a vector each area has: no count can be larger."""
    if variable is None or variable.persons is None:
        return area_map.slots_per_area
    return buckets_of(variable.persons, area_map).sizes
