# SPDX-License-Identifier: EUPL-1.2
"""What the transparency log costs at a million entries.

``python -m tests.benchmarks log``; ``run`` returns the rows. The log is the coordinator's own, on
SQLite with every transaction flushed to disk. Beside it the same bytes go into a table of numbered
rows, in the same transactions.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Engine, LargeBinary, MetaData, Table, insert

from benchmarks.figures import Row
from ontschot.coordinator.store.database import one_writer, open_engine, upgrade
from ontschot.coordinator.transparency import checking, log
from ontschot.coordinator.transparency.checkpoints import Signer, latest
from ontschot.protocol.keys import SigningKey
from ontschot.protocol.transparency import (
    leaf_hash,
    open_checkpoint,
    verify_consistency,
    verify_inclusion,
)

ENTRIES: Final = 1_000_000
BATCH: Final = 1_000
ENTRY_BYTES: Final = 400
"""About what an act takes that refers to its document by hash."""

ONE_BY_ONE: Final = 1_000
PROOFS: Final = 1_000

PLAIN: Final = Table(
    "plain",
    MetaData(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
)

Add = Callable[[Connection, int, list[bytes]], object]


def run(entries: int = ENTRIES) -> list[Row]:
    """Return rows of name, value and unit."""
    name = f"log of {entries:,} entries"
    with _database("log") as engine, _database("plain") as beside:
        with beside.begin() as connection:
            PLAIN.create(connection)
        filled, plainly = _fill(engine, _log, entries), _fill(beside, _plain, entries)
        single, plain_single = (
            _one_by_one(base, add, entries) for base, add in ((engine, _log), (beside, _plain))
        )
        whole = entries + ONE_BY_ONE
        return [
            (f"{name}: append, {BATCH:,} in a transaction", entries / filled, "entries a second"),
            (f"{name}: append / plain insert, {BATCH:,} in a transaction", filled / plainly, "x"),
            (f"{name}: append one, flushed", single, "s"),
            (f"{name}: append / plain insert, one by one", single / plain_single, "x"),
            *_proofs(engine, name, whole),
            *_whole(engine, name, whole),
        ]


@contextmanager
def _database(name: str) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / name}.db")
        upgrade(engine)
        yield engine
        engine.dispose()


def _log(connection: Connection, first: int, entries: list[bytes]) -> None:
    assert log.add(connection, entries) == first


def _plain(connection: Connection, first: int, entries: list[bytes]) -> None:
    rows = [{"number": number, "entry": entry} for number, entry in enumerate(entries, first)]
    connection.execute(insert(PLAIN), rows)


def _entry(number: int) -> bytes:
    return number.to_bytes(8, "big") * (ENTRY_BYTES // 8)


def _fill(engine: Engine, add: Add, entries: int) -> float:
    """Return the seconds that all entries took, a batch in each transaction."""
    start = perf_counter()
    for first in range(0, entries, BATCH):
        with one_writer(engine) as connection:
            add(connection, first, [_entry(n) for n in range(first, min(first + BATCH, entries))])
    return perf_counter() - start


def _one_by_one(engine: Engine, add: Add, first: int) -> float:
    """Return the seconds of one entry, each in a transaction of its own."""
    start = perf_counter()
    for number in range(first, first + ONE_BY_ONE):
        with one_writer(engine) as connection:
            add(connection, number, [_entry(number)])
    return (perf_counter() - start) / ONE_BY_ONE


def _proofs(engine: Engine, name: str, size: int) -> list[Row]:
    draw = random.Random(1)
    numbers = [draw.randrange(1, size) for _ in range(PROOFS)]
    with one_writer(engine) as connection:
        root = log.tree(connection).root()
        start = perf_counter()
        included = [log.tree(connection).inclusion(number) for number in numbers]
        middle = perf_counter()
        followed = [log.tree(connection).consistency(number) for number in numbers]
        proved = perf_counter()
        older = [log.tree(connection, number).root() for number in numbers]
    begin = perf_counter()
    for number, proof in zip(numbers, included, strict=True):
        verify_inclusion(leaf_hash(_entry(number)), number, size, proof, root)
    verified = perf_counter()
    for number, old, proof in zip(numbers, older, followed, strict=True):
        verify_consistency(number, old, size, root, proof)
    end = perf_counter()
    return [
        (f"{name}: proof of one entry", (middle - start) / PROOFS, "s"),
        (f"{name}: proof of one entry, most bytes", 32 * max(map(len, included)), "bytes"),
        (f"{name}: verify the proof of one entry", (verified - begin) / PROOFS, "s"),
        (f"{name}: proof that it continues an older one", (proved - middle) / PROOFS, "s"),
        (f"{name}: the same, most bytes", 32 * max(map(len, followed)), "bytes"),
        (f"{name}: verify that it continues an older one", (end - verified) / PROOFS, "s"),
    ]


def _whole(engine: Engine, name: str, size: int) -> list[Row]:
    key = SigningKey.generate()
    with one_writer(engine) as connection:
        start = perf_counter()
        note = latest(connection, Signer("ontschot/benchmark", key), datetime.now(UTC))
        signed = perf_counter()
        assert checking.check(connection, "ontschot/benchmark", key.public) == size
        end = perf_counter()
    assert open_checkpoint(note, "ontschot/benchmark", key.public).size == size
    return [
        (f"{name}: sign a checkpoint", signed - start, "s"),
        (f"{name}: verify the whole log", end - signed, "s"),
        (f"{name}: verify the whole log, a second", size / (end - signed), "entries a second"),
    ]
