# SPDX-License-Identifier: EUPL-1.2
"""One connection: greeting, heartbeat, silence, and every way in which it ends."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ontschot.node.link import session as module
from ontschot.node.link.errors import CallRefused, ClockDiffers, ConnectionLost
from ontschot.node.link.session import HEARTBEAT, SILENCE, Drained, Session
from ontschot.protocol.letters.connections import ConnectionReplaced, ProtocolDiffers
from unit.node.link.doubles import (
    FakeStream,
    FakeStub,
    Sleeps,
    delivery,
    refusal,
    settle,
    welcome,
    wire,
)
from vectors.roster import build

TOLERANCE = timedelta(seconds=60)


class Parts:
    """Intake and pump that only wait."""

    def __init__(self) -> None:
        self.arrived: list[int] = []
        self.stopped = False
        self.fail_with: Exception | None = None

    def put(self, delivered: Any) -> None:
        self.arrived.append(delivered.id)

    async def stop(self) -> None:
        self.stopped = True

    async def run(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with
        await asyncio.Event().wait()


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


@pytest.fixture
async def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def session(stream: FakeStream, sleeps: Sleeps) -> Session:
    stub: Any = FakeStub(stream)
    return Session(stub, "test 1.0", lambda: build.NOW, TOLERANCE, sleeps)


async def running(session: Session, stream: FakeStream, parts: Any = None) -> "asyncio.Task[None]":
    stream.say(**welcome())
    await session.open()
    both: Any = parts or Parts()
    task = asyncio.create_task(session.run(both, both))
    await settle()
    return task


async def test_hello_and_welcome(session: Session, stream: FakeStream) -> None:
    stream.say(**welcome())
    welcomed = await session.open()
    assert (welcomed.features, welcomed.roster_serial) == (frozenset(), 1)
    hello = stream.written[0].hello
    assert (hello.protocol, hello.software) == (1, "test 1.0")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda stream: stream.say(**welcome(2)), ProtocolDiffers),
        (lambda stream: stream.say(heartbeat={}), ConnectionLost),
        (lambda stream: stream.say(), ConnectionLost),
        (lambda stream: stream.end(), ConnectionLost),
        (lambda stream: stream.end(refusal(None)), ConnectionLost),
        (lambda stream: stream.end(refusal("foreign-certificate")), CallRefused),
        (lambda stream: stream.say(welcome={"protocol": 1, "clock_ms": 0}), ClockDiffers),
    ],
)
async def test_no_proper_welcome(
    session: Session,
    stream: FakeStream,
    answer: Callable[[FakeStream], None],
    error: type[Exception],
) -> None:
    answer(stream)
    with pytest.raises(error):
        await session.open()


async def test_no_welcome_in_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WELCOME", 0)
    with pytest.raises(ConnectionLost, match="no welcome"):
        await session.open()


async def test_before_it_is_open(session: Session) -> None:
    session.hang_up()
    with pytest.raises(ConnectionLost):
        await session._read()


async def test_a_heartbeat_now_and_then(
    session: Session, stream: FakeStream, sleeps: Sleeps
) -> None:
    task = await running(session, stream)
    for count in (1, 2):
        await sleeps.pass_by(lambda seconds: seconds == HEARTBEAT)
        assert stream.said() == ["hello", *["heartbeat"] * count]
    task.cancel()


async def test_silence_ends_it(session: Session, stream: FakeStream, sleeps: Sleeps) -> None:
    task = await running(session, stream)
    stream.say(heartbeat={})
    await settle()
    await sleeps.pass_by(lambda seconds: seconds == SILENCE)
    assert not task.done()
    await sleeps.pass_by(lambda seconds: seconds == SILENCE)
    with pytest.raises(ConnectionLost, match="silence"):
        await task


async def test_letters_come_in_and_are_acknowledged(session: Session, stream: FakeStream) -> None:
    parts = Parts()
    task = await running(session, stream, parts)
    stream.say(**delivery(5, wire("zorg-ada", 1)))
    stream.say(**delivery(6, wire("zorg-ada", 2)))
    await settle()
    assert parts.arrived == [5, 6]
    session.acknowledge(5)
    await settle()
    assert stream.written[-1].ack.id == 5
    task.cancel()


@pytest.mark.parametrize(
    ("end", "error"),
    [
        (lambda stream: stream.end(), ConnectionLost),
        (lambda stream: stream.end(refusal(None)), ConnectionLost),
        (lambda stream: stream.end(refusal("connection-replaced")), ConnectionReplaced),
        (lambda stream: stream.end(refusal("internal")), CallRefused),
    ],
)
async def test_the_coordinator_ends_it(
    session: Session,
    stream: FakeStream,
    end: Callable[[FakeStream], None],
    error: type[Exception],
) -> None:
    task = await running(session, stream)
    end(stream)
    with pytest.raises(error):
        await task


async def test_the_coordinator_asks_to_come_back(session: Session, stream: FakeStream) -> None:
    task = await running(session, stream)
    stream.say(drain={"reconnect_after_ms": 2500})
    with pytest.raises(Drained) as caught:
        await task
    assert caught.value.seconds == 2.5


async def test_a_write_after_the_end(session: Session, stream: FakeStream) -> None:
    task = await running(session, stream)
    session.hang_up()
    session.acknowledge(1)
    with pytest.raises(ConnectionLost, match="ended"):
        await task


async def test_what_says_more_than_lost_says_why(session: Session, stream: FakeStream) -> None:
    parts = Parts()
    parts.fail_with = CallRefused("some-code")
    stream.end(refusal(None))
    with pytest.raises(CallRefused):
        await (await running_with_end(session, stream, parts))


async def running_with_end(
    session: Session, stream: FakeStream, parts: Parts
) -> "asyncio.Task[None]":
    early = FakeStream()
    early.say(**welcome())
    session._stub = FakeStub(early)  # type: ignore[assignment]
    await session.open()
    session._call = stream  # type: ignore[assignment]
    both: Any = parts
    return asyncio.create_task(session.run(both, both))


async def test_finishing_acknowledges_before_it_hangs_up(
    session: Session, stream: FakeStream
) -> None:
    parts = Parts()
    task = await running(session, stream, parts)
    session.acknowledge(1)
    session.acknowledge(2)
    session.finish()
    await task
    assert parts.stopped
    assert stream.finished
    assert stream.said() == ["hello", "ack", "ack"]
