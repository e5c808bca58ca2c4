# SPDX-License-Identifier: EUPL-1.2
"""What the coordinator signs of its log, and how its own check finds what was meddled with."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, delete, insert, update

from ontschot.coordinator.transparency import checking, log
from ontschot.coordinator.transparency.checkpoints import (
    Signer,
    add_cosignature,
    latest,
    of_size,
)
from ontschot.coordinator.transparency.errors import LogBroken, NoSuchCheckpoint
from ontschot.coordinator.transparency.schema import CHECKPOINT, ENTRY, TILE
from ontschot.protocol.keys import BadSignature, SigningKey
from ontschot.protocol.transparency import (
    Checkpoint,
    MalformedNote,
    Note,
    Tile,
    append,
    cosign,
    cosigners,
    leaf_hash,
    open_checkpoint,
    sign_checkpoint,
)

KEY, WITNESS_KEY = (SigningKey.from_bytes(bytes([n]) * 32) for n in (1, 2))
SIGNER = Signer("ontschot/test", KEY)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = "ontschot/test/helper-a"
ENTRIES = [b"entry %d" % n for n in range(300)]


def check(connection: Connection) -> int:
    return checking.check(connection, SIGNER.origin, KEY.public)


def add_witness(connection: Connection, note: Note, size: int) -> None:
    line = cosign(note, NAME, WITNESS_KEY, NOW).line.rstrip("\n")
    add_cosignature(connection, size, "helper-a", NAME, WITNESS_KEY.public, line)


@pytest.fixture
def signed(connection: Connection) -> Connection:
    """A log of 300 entries, of which three checkpoints were signed."""
    for begin, end in ((0, 1), (1, 257), (257, 300)):
        log.add(connection, ENTRIES[begin:end])
        latest(connection, SIGNER, NOW)
    return connection


def test_each_checkpoint_is_signed_once(signed: Connection) -> None:
    note = latest(signed, SIGNER, NOW)
    assert latest(signed, SIGNER, NOW) == note
    checkpoint = open_checkpoint(note, SIGNER.origin, KEY.public)
    assert (checkpoint.size, checkpoint.root) == (300, log.tree(signed).root())
    assert open_checkpoint(of_size(signed, 257), SIGNER.origin, KEY.public).size == 257
    with pytest.raises(NoSuchCheckpoint):
        of_size(signed, 256)


def test_an_empty_log_has_a_checkpoint_too(connection: Connection) -> None:
    note = latest(connection, SIGNER, NOW)
    assert open_checkpoint(note, SIGNER.origin, KEY.public).size == 0
    assert check(connection) == 0


def test_cosignatures_are_kept_with_the_checkpoint(signed: Connection) -> None:
    note = of_size(signed, 257)
    add_witness(signed, note, 257)
    add_witness(signed, note, 257)
    assert cosigners(of_size(signed, 257), {NAME: WITNESS_KEY.public}) == {NAME: NOW}
    assert cosigners(latest(signed, SIGNER, NOW), {NAME: WITNESS_KEY.public}) == {}
    with pytest.raises(NoSuchCheckpoint):
        add_witness(signed, note, 256)
    with pytest.raises(BadSignature):
        add_witness(signed, note, 300)
    other = cosign(note, "ontschot/test/helper-b", WITNESS_KEY, NOW).line.rstrip("\n")
    with pytest.raises(MalformedNote):
        add_cosignature(signed, 257, "helper-a", NAME, WITNESS_KEY.public, other)


def test_a_sound_log_is_found_sound(signed: Connection) -> None:
    assert check(signed) == 300


def rewrite(connection: Connection, entries: list[bytes]) -> None:
    """Write the whole log anew, tiles too, as somebody does who has the database."""
    connection.execute(delete(ENTRY))
    connection.execute(delete(TILE))
    log.add(connection, entries)


def change_tile(connection: Connection) -> None:
    tiles = append(0, [leaf_hash(b"another %d" % n) for n in range(256)], lambda _: b"")
    connection.execute(
        update(TILE).where(TILE.c.level == 0, TILE.c.place == 0).values(hashes=tiles[Tile(0, 0)])
    )


MEDDLED: dict[str, Callable[[Connection], object]] = {
    "changed": lambda c: c.execute(
        update(ENTRY).where(ENTRY.c.number == 7).values(entry=b"another")
    ),
    "dropped": lambda c: c.execute(delete(ENTRY).where(ENTRY.c.number == 7)),
    "dropped at the end": lambda c: c.execute(delete(ENTRY).where(ENTRY.c.number == 299)),
    "changed, with its tiles": lambda c: rewrite(c, [*ENTRIES[:7], b"another", *ENTRIES[8:]]),
    "dropped, with its tiles": lambda c: rewrite(c, [*ENTRIES[:7], *ENTRIES[8:]]),
    "moved, with its tiles": lambda c: rewrite(c, [*ENTRIES[:7], *ENTRIES[8:], ENTRIES[7]]),
    "inserted, with its tiles": lambda c: rewrite(c, [*ENTRIES[:7], b"another", *ENTRIES[7:]]),
    "a tile changed": change_tile,
    "a tile too many": lambda c: c.execute(
        insert(TILE).values(level=1, place=4, hashes=b"\0" * 32)
    ),
    "a checkpoint of another key": lambda c: c.execute(
        update(CHECKPOINT)
        .where(CHECKPOINT.c.size == 300)
        .values(
            note=sign_checkpoint(Checkpoint.parse(of_size(c, 300).text), WITNESS_KEY).to_bytes()
        )
    ),
    "a checkpoint of another size": lambda c: c.execute(
        update(CHECKPOINT).where(CHECKPOINT.c.size == 300).values(size=299)
    ),
}


@pytest.mark.parametrize("name", MEDDLED)
def test_a_log_that_was_meddled_with_is_found(signed: Connection, name: str) -> None:
    MEDDLED[name](signed)
    with pytest.raises(LogBroken):
        check(signed)


def test_nothing_is_signed_over_an_older_copy(signed: Connection) -> None:
    rewrite(signed, ENTRIES[:280])
    with pytest.raises(LogBroken):
        latest(signed, SIGNER, NOW)
    # Also not when it grew again: the check at start finds it.
    log.add(signed, [b"another %d" % n for n in range(40)])
    with pytest.raises(LogBroken):
        check(signed)
