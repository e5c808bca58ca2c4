# SPDX-License-Identifier: EUPL-1.2
"""The whole stored log, computed anew (``fsck``): entries, tiles, and every signed checkpoint.

What this cannot find is a log of which the end is gone together with the checkpoints over it, or
one that was written anew with the coordinator's own key. Witnesses find those: they kept what they
signed.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from ontschot.coordinator.transparency import log
from ontschot.coordinator.transparency.errors import LogBroken
from ontschot.coordinator.transparency.schema import CHECKPOINT, TILE
from ontschot.protocol.keys import VerifyKey
from ontschot.protocol.transparency import (
    CheckpointNotSigned,
    MalformedNote,
    Note,
    Tile,
    TileReader,
    Tree,
    append,
    leaf_hash,
    open_checkpoint,
)

_BATCH = 4096


def check(connection: Connection, origin: str, key: VerifyKey) -> int:
    """Compute the whole log anew; return how many entries it has.

    Raises:
        LogBroken: an entry is missing, a tile is not what follows from the entries, or a signed
            checkpoint is not; the detail names the first.
    """
    tiles, entries = _rebuilt(connection)
    _check_tiles(connection, tiles)
    for row in connection.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.size)):
        _check_checkpoint(row.size, row.note, tiles, entries, origin, key)
    return entries


def _rebuilt(connection: Connection) -> tuple[dict[Tile, bytes], int]:
    tiles: dict[Tile, bytes] = {}
    read, size = _reader(tiles), 0
    for leaves in _batches(connection):
        tiles.update(append(size, leaves, read))
        size += len(leaves)
    if size != log.size(connection):
        raise LogBroken(f"of {log.size(connection)} entries only {size} are there")
    return tiles, size


def _batches(connection: Connection) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for entry in log.entries_from(connection, 0):
        batch.append(leaf_hash(entry))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _check_tiles(connection: Connection, expected: dict[Tile, bytes]) -> None:
    found = {Tile(row.level, row.place): row.hashes for row in connection.execute(select(TILE))}
    for tile in sorted(expected.keys() | found.keys()):
        if found.get(tile) != expected.get(tile):
            raise LogBroken(f"tile {tile.place} of level {tile.level}")


def _check_checkpoint(
    size: int, data: bytes, tiles: dict[Tile, bytes], entries: int, origin: str, key: VerifyKey
) -> None:
    try:
        checkpoint = open_checkpoint(Note.parse(data), origin, key)
    except (CheckpointNotSigned, MalformedNote) as error:
        raise LogBroken(f"checkpoint of {size} entries: {error.code}") from error
    if checkpoint.size != size or size > entries:
        raise LogBroken(f"checkpoint of {size} entries: the log has {entries}")
    if Tree(size, _reader(tiles)).root() != checkpoint.root:
        raise LogBroken(f"checkpoint of {size} entries: another root")


def _reader(tiles: dict[Tile, bytes]) -> TileReader:
    return lambda tile: tiles.get(tile, b"")
