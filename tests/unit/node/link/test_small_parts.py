# SPDX-License-Identifier: EUPL-1.2
"""Addresses, waiting times, worker threads, watching the database, and what errors mean."""

import asyncio
import random
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from ontschot.node.database import open_engine
from ontschot.node.link import LinkAddress
from ontschot.node.link.backoff import Backoff
from ontschot.node.link.calls import POST_DEADLINE, transfer_deadline
from ontschot.node.link.channel import meaning
from ontschot.node.link.errors import CallRefused, ConnectionLost
from ontschot.node.link.link import system_random
from ontschot.node.link.watch import ForeignWrites
from ontschot.node.link.worker import Worker
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.letters.connections import ConnectionReplaced
from unit.node.link.doubles import refusal


@pytest.mark.parametrize(
    ("written", "host", "port", "target"),
    [
        ("regio.example:7443", "regio.example", 7443, "regio.example:7443"),
        ("[::1]:1", "::1", 1, "[::1]:1"),
        ("127.0.0.1:65535", "127.0.0.1", 65535, "127.0.0.1:65535"),
    ],
)
def test_addresses(written: str, host: str, port: int, target: str) -> None:
    address = LinkAddress.parse(written)
    assert (address.host, address.port, address.target) == (host, port, target)


@pytest.mark.parametrize("written", ["", "regio", "regio:", ":1", "regio:0", "regio:65536", "a:x"])
def test_not_an_address(written: str) -> None:
    with pytest.raises(MalformedMessage):
        LinkAddress.parse(written)


def test_waiting_times_double_up_to_a_minute() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.next() for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    backoff.reset()
    assert backoff.next() == 0.5


def test_waiting_times_are_spread() -> None:
    backoff = Backoff(random.Random(1).random, first=8, longest=8)
    waits = [backoff.next() for _ in range(1000)]
    assert 0 <= min(waits) < 0.1
    assert 7.9 < max(waits) < 8
    assert abs(sum(waits) / 1000 - 4) < 0.3
    assert 0 <= system_random() < 1


def test_deadlines_grow_with_the_file() -> None:
    assert transfer_deadline(0) == POST_DEADLINE
    assert transfer_deadline(128 * 1024 * 100) == POST_DEADLINE + 100


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (None, ConnectionLost),
        ("connection-replaced", ConnectionReplaced),
        ("sequence-reused", CallRefused),
    ],
)
def test_what_a_failed_call_means(code: str | None, kind: type[Exception]) -> None:
    assert type(meaning(refusal(code, "detail"))) is kind


def test_a_refusal_is_explained_by_its_own_code() -> None:
    explained = CallRefused("sequence-reused", "zorg-ada").explain("nl")
    assert "Dit nummer is al gebruikt" in explained
    assert explained.endswith("[sequence-reused]")
    assert "not-known-here" in CallRefused("not-known-here").explain("en")


async def test_a_worker_works_in_order_in_one_thread() -> None:
    worker = Worker("test")
    names = await asyncio.gather(
        *(worker.run(lambda: threading.current_thread().name) for _ in range(5))
    )
    assert len(set(names)) == 1
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 // 0)
    worker.close()


async def test_cancelling_the_caller_does_not_stop_the_work() -> None:
    worker = Worker("test")
    begun, may_end, done = asyncio.Event(), threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        may_end.wait(10)
        done.set()

    task = asyncio.create_task(worker.run(work))
    await begun.wait()
    task.cancel()
    await asyncio.wait({task})
    may_end.set()
    await worker.run(lambda: None)
    assert done.is_set()
    worker.close()


def test_commits_by_another_connection_are_noticed(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    writes = ForeignWrites(engine)
    assert not writes.happened()
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert writes.happened()
    assert not writes.happened()
    writes.close()
    engine.dispose()
