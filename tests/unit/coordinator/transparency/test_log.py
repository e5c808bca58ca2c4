# SPDX-License-Identifier: EUPL-1.2
"""The stored log: what is added can be read and proved, on both databases; changes are found."""

import pytest
from sqlalchemy import Connection, Engine, func, select, update

from ontschot.coordinator.store.database import one_writer
from ontschot.coordinator.transparency import log
from ontschot.coordinator.transparency.schema import ENTRY, TILE
from ontschot.protocol.transparency import (
    EMPTY_ROOT,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from property.transparency import reference

ENTRIES = [b"entry %d" % n for n in range(600)]


def test_an_empty_log_has_the_empty_root(connection: Connection) -> None:
    assert log.size(connection) == 0
    assert log.tree(connection).root() == EMPTY_ROOT
    assert log.entry(connection, 0) is None
    assert log.add(connection, []) == 0
    assert list(log.entries_from(connection, 0)) == []


def test_what_was_added_is_there_and_proved(engine: Engine) -> None:
    sizes = [0]
    for begin, end in ((0, 1), (1, 255), (255, 256), (256, 258), (258, 600)):
        with one_writer(engine) as connection:
            assert log.add(connection, ENTRIES[begin:end]) == begin
        sizes.append(end)
    with one_writer(engine) as connection:
        assert log.size(connection) == 600
        assert list(log.entries_from(connection, 0)) == ENTRIES
        assert list(log.entries_from(connection, 598)) == ENTRIES[598:]
        whole = log.tree(connection)
        assert whole.root() == reference.mth(ENTRIES)
        for size in sizes:
            old = log.tree(connection, size)
            assert old.root() == reference.mth(ENTRIES[:size])
            proof = whole.consistency(size)
            verify_consistency(size, old.root(), 600, whole.root(), proof)
        for number in (0, 255, 256, 511, 599):
            leaf = leaf_hash(log.entry(connection, number) or b"")
            verify_inclusion(leaf, number, 600, whole.inclusion(number), whole.root())


def test_an_entry_that_a_transaction_lost_leaves_nothing(engine: Engine) -> None:
    with one_writer(engine) as connection:
        log.add(connection, ENTRIES[:3])

    def fail() -> None:
        with one_writer(engine) as connection:
            log.add(connection, ENTRIES[3:9])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with one_writer(engine) as connection:
        assert log.size(connection) == 3
        assert log.tree(connection).root() == reference.mth(ENTRIES[:3])
        assert connection.execute(select(func.count()).select_from(TILE)).scalar_one() == 1


def test_an_entry_has_a_largest_size(connection: Connection) -> None:
    log.add(connection, [b"a" * log.MAX_ENTRY_BYTES])
    with pytest.raises(ValueError, match="65535"):
        log.add(connection, [b"b", b"a" * (log.MAX_ENTRY_BYTES + 1)])
    assert log.size(connection) == 1


def test_a_changed_entry_no_longer_leads_to_the_root(connection: Connection) -> None:
    log.add(connection, ENTRIES)
    root = log.tree(connection).root()
    connection.execute(update(ENTRY).where(ENTRY.c.number == 7).values(entry=b"another"))
    assert reference.mth(list(log.entries_from(connection, 0))) != root
