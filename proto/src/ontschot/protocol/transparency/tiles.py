# SPDX-License-Identifier: EUPL-1.2
"""The tree as it is stored: tiles of 256 hashes (C2SP ``tlog-tiles``).

Tile (level, place) holds the roots of the complete subtrees over 256^level entries each, from
number 256 x place on: at level 0 the hashes of entries, at level 1 those of full tiles below, and
so on. The last tile of a level may be partial. Tiles only ever grow at their end, so a full one
never changes.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

from ontschot.protocol.transparency.hashing import HASH_BYTES, fold

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT


class Tile(NamedTuple):
    """Where a tile stands."""

    level: int
    place: int


TileReader: TypeAlias = Callable[[Tile], bytes]
"""Returns the hashes of a tile, one after the other; empty where there is none yet."""


def append(size: int, leaves: Sequence[bytes], read: TileReader) -> dict[Tile, bytes]:
    """Return the tiles that change when leaves are added to a tree of ``size``, with all they hold.

    ``leaves`` are hashes of entries. What is returned is to be stored in the same transaction as
    the entries.
    """
    changed: dict[Tile, bytearray] = {}
    level, begin, added = 0, size, list(leaves)
    while added:
        full = []
        for number, value in enumerate(added, begin):
            tile = Tile(level, number >> TILE_HEIGHT)
            if tile not in changed:
                kept = (number % TILE_WIDTH) * HASH_BYTES
                changed[tile] = bytearray(read(tile)[:kept])
            changed[tile] += value
            if len(changed[tile]) == TILE_WIDTH * HASH_BYTES:
                full.append(fold(hashes_of(changed[tile])))
        level, begin, added = level + 1, begin >> TILE_HEIGHT, full
    return {tile: bytes(data) for tile, data in changed.items()}


def hashes_of(data: bytes | bytearray) -> list[bytes]:
    """Return the hashes in the bytes of a tile."""
    return [bytes(data[i : i + HASH_BYTES]) for i in range(0, len(data), HASH_BYTES)]


def subtree(read: TileReader, level: int, index: int) -> bytes:
    """Return the root of the complete subtree over 2^level entries, from index x 2^level on.

    Raises:
        LookupError: the tree does not hold all of them.
    """
    tile_level, height = divmod(level, TILE_HEIGHT)
    first = index << height
    data = read(Tile(tile_level, first >> TILE_HEIGHT))
    begin = (first % TILE_WIDTH) * HASH_BYTES
    wanted = data[begin : begin + (HASH_BYTES << height)]
    if len(wanted) != HASH_BYTES << height:
        msg = f"no subtree {index} of level {level}"
        raise LookupError(msg)
    return fold(hashes_of(wanted))
