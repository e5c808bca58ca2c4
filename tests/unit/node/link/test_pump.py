# SPDX-License-Identifier: EUPL-1.2
"""Posting in order, attachments first, until the coordinator has everything."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ontschot.node.link.backoff import Backoff
from ontschot.node.link.errors import CallRefused, ConnectionLost
from ontschot.node.link.pump import Pump
from ontschot.node.mailroom import Outgoing
from ontschot.protocol.letters import AttachmentRef, SequenceReused
from ontschot.protocol.v1 import link_pb2
from unit.node.link.doubles import FakeCalls, FakeMailroom, Inline, Sleeps, settle, wire


def outgoing(seq: int, *refs: AttachmentRef) -> Outgoing:
    return Outgoing(seq, wire("zorg-ada", seq, *refs), refs)


def posts(*letters: Outgoing) -> list[str]:
    return [f"post {letter.wire.digest[:6]}" for letter in letters]


class Bench:
    """A pump with everything around it scripted."""

    def __init__(self) -> None:
        self.mailroom = FakeMailroom()
        self.calls = FakeCalls()
        self.sleeps = Sleeps()
        self.wake = asyncio.Event()
        self.reported: list[str | None] = []
        worker: Any = Inline()
        backoff = Backoff(lambda: 1.0, first=1, longest=4)
        self.pump = Pump(
            self.mailroom,
            self.calls,
            worker,
            self.wake,
            backoff,
            self.sleeps,
            lambda error: self.reported.append(None if error is None else error.remote),
        )

    async def run(self) -> "asyncio.Task[None]":
        self.task = asyncio.create_task(self.pump.run())
        await settle()
        return self.task


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    made.task.cancel()
    await asyncio.wait({made.task})


async def test_what_is_there_and_what_comes(bench: Bench) -> None:
    one, two, three = outgoing(1), outgoing(2), outgoing(3)
    bench.mailroom.outbox = [one, two]
    await bench.run()
    assert bench.calls.made == posts(one, two)
    bench.mailroom.outbox = [three]
    await settle()
    assert bench.calls.made == posts(one, two), "nobody woke it"
    bench.wake.set()
    await settle()
    assert bench.calls.made == posts(one, two, three)
    assert bench.mailroom.outbox == []


async def test_attachments_before_their_letter(bench: Bench) -> None:
    letter = outgoing(1, AttachmentRef("0" * 64, 5), AttachmentRef("1" * 64, 6))
    bench.mailroom.outbox = [letter]
    await bench.run()
    assert bench.calls.made == ["upload 5 from store", "upload 6 from store", *posts(letter)]


async def test_a_refused_post_is_tried_again_and_nothing_overtakes(bench: Bench) -> None:
    one, two = outgoing(1), outgoing(2)
    bench.mailroom.outbox = [one, two]
    bench.calls.failures = [CallRefused("coordinator-no-roster")] * 2
    await bench.run()
    assert bench.calls.made == posts(one)
    for _ in range(2):
        await bench.sleeps.pass_by(lambda _: True)
    assert bench.calls.made == posts(one, one, one, two)
    assert bench.sleeps.history == [1, 2]
    assert bench.reported == ["coordinator-no-roster", "coordinator-no-roster", None]


async def test_a_letter_answered_with_a_refusal_is_posted(bench: Bench) -> None:
    bench.mailroom.outbox = [outgoing(1)]
    bench.calls.receipt = link_pb2.PostReceipt(refused=True, code="some-code")
    await bench.run()
    assert bench.mailroom.outbox == []
    assert bench.reported == []


@pytest.mark.parametrize(
    ("failure", "error"),
    [(ConnectionLost(), ConnectionLost), (CallRefused("sequence-reused", "x"), SequenceReused)],
)
async def test_what_ends_it(bench: Bench, failure: Exception, error: type[Exception]) -> None:
    bench.mailroom.outbox = [outgoing(1)]
    bench.calls.failures = [failure]
    task = await bench.run()
    with pytest.raises(error):
        await task
    assert len(bench.mailroom.outbox) == 1
