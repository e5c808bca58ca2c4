# SPDX-License-Identifier: EUPL-1.2
"""The log as it is stored: add entries, read them, and prove what is in it.

Everything happens in the caller's transaction, of which there is one at a time: an act and its
entry become real together.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from ontschot.coordinator.transparency.schema import ENTRY, TILE
from ontschot.protocol.transparency import Tile, TileReader, Tree, append, leaf_hash

MAX_ENTRY_BYTES: Final = (1 << 16) - 1
"""Of one entry: bundles of C2SP ``tlog-tiles`` give its length in two bytes."""


def size(connection: Connection) -> int:
    """Return the number of entries."""
    last = connection.execute(select(func.max(ENTRY.c.number))).scalar()
    return 0 if last is None else last + 1


def add(connection: Connection, entries: Sequence[bytes]) -> int:
    """Add entries at the end, in their order; return the number of the first.

    Raises:
        ValueError: one is longer than ``MAX_ENTRY_BYTES``.
    """
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        msg = f"an entry of more than {MAX_ENTRY_BYTES} bytes"
        raise ValueError(msg)
    first = size(connection)
    if not entries:
        return first
    rows = [{"number": n, "entry": entry} for n, entry in enumerate(entries, first)]
    connection.execute(insert(ENTRY), rows)
    changed = append(first, [leaf_hash(entry) for entry in entries], _reader(connection))
    for tile, hashes in changed.items():
        at = (TILE.c.level == tile.level, TILE.c.place == tile.place)
        connection.execute(delete(TILE).where(*at))
        values = {"level": tile.level, "place": tile.place, "hashes": hashes}
        connection.execute(insert(TILE).values(values))
    return first


def tree(connection: Connection, entries: int | None = None) -> Tree:
    """Return the tree over the first ``entries`` entries, or over all; it proves what is in it."""
    return Tree(size(connection) if entries is None else entries, _reader(connection))


def entry(connection: Connection, number: int) -> bytes | None:
    """Return one entry, or None if the log has no such number."""
    return connection.execute(select(ENTRY.c.entry).where(ENTRY.c.number == number)).scalar()


def entries_from(connection: Connection, number: int) -> Iterator[bytes]:
    """Yield the entries from ``number`` on, in their order, without holding them all."""
    query = select(ENTRY.c.entry).where(ENTRY.c.number >= number).order_by(ENTRY.c.number)
    with connection.execute(query.execution_options(yield_per=1000)) as result:
        yield from result.scalars()


def _reader(connection: Connection) -> TileReader:
    # A proof asks for one tile several times.
    known: dict[Tile, bytes] = {}

    def read(tile: Tile) -> bytes:
        if tile not in known:
            query = select(TILE.c.hashes).where(
                TILE.c.level == tile.level, TILE.c.place == tile.place
            )
            known[tile] = connection.execute(query).scalar() or b""
        return known[tile]

    return read
