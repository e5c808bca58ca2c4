# SPDX-License-Identifier: EUPL-1.2
"""One connection, from hello to its end: the stream, the heartbeat, what comes in and goes out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from grpc import aio

from ontschot.node.link.channel import meaning
from ontschot.node.link.errors import (
    ClockDiffers,
    ConnectionLost,
)
from ontschot.node.link.intake import Delivered, Intake
from ontschot.node.link.pump import Pump
from ontschot.node.link.renewal import Renewal
from ontschot.protocol.clock import Clock
from ontschot.protocol.letters import VERSION
from ontschot.protocol.letters.connections import ProtocolDiffers
from ontschot.protocol.letters.transport import (
    FEATURES,
    from_message,
    from_milliseconds,
    to_milliseconds,
)
from ontschot.protocol.v1 import link_pb2, link_pb2_grpc

HEARTBEAT = 15.0
"""Seconds between two heartbeats."""

SILENCE = 3 * HEARTBEAT
"""Seconds without a word from the coordinator after which the connection counts as lost."""

WELCOME = 20.0
"""Seconds in which the coordinator must answer a hello."""


class Drained(Exception):
    """The coordinator is about to stop; ``seconds`` says when to connect again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Finished(Exception):
    """The connection ended because ``finish`` was called."""


@dataclass(frozen=True, slots=True)
class Welcomed:
    """What the coordinator said of itself: features, and the serial of its roster (0: none)."""

    features: frozenset[str]
    roster_serial: int


class Session:
    """The stream of one connection.

    Args:
        stub: the service at the other end.
        software: name and version of this program.
        clock: the present moment.
        tolerance: by how much the clocks may differ.
        sleep: waits that many seconds.
    """

    def __init__(
        self,
        stub: "link_pb2_grpc.LinkAsyncStub",
        software: str,
        clock: Clock,
        tolerance: timedelta,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._stub = stub
        self._software = software
        self._clock = clock
        self._tolerance = tolerance
        self._sleep = sleep
        self._outgoing: asyncio.Queue[link_pb2.FromParticipant | None] = asyncio.Queue()
        self._call: (
            aio.StreamStreamCall[link_pb2.FromParticipant, link_pb2.ToParticipant] | None
        ) = None
        self._heard = False
        self._closing = asyncio.Event()

    def acknowledge(self, delivery_id: int) -> None:
        """Tell the coordinator that it may erase a letter."""
        self._outgoing.put_nowait(link_pb2.FromParticipant(ack=link_pb2.Ack(id=delivery_id)))

    async def open(self) -> Welcomed:
        """Open the stream and greet.

        Raises:
            ConnectionLost: no answer, or no connection at all.
            CallRefused: the coordinator refuses this participant.
            ProtocolDiffers: another version of the protocol.
            ClockDiffers: the clocks are too far apart.
        """
        self._call = self._stub.Connect()
        began = self._clock()
        hello = link_pb2.Hello(
            protocol=VERSION,
            features=FEATURES,
            clock_ms=to_milliseconds(began),
            software=self._software,
        )
        try:
            async with asyncio.timeout(WELCOME):
                await self._write(link_pb2.FromParticipant(hello=hello))
                event = await self._read()
        except TimeoutError as error:
            raise ConnectionLost("no welcome") from error
        if event.WhichOneof("event") != "welcome":
            raise ConnectionLost("no welcome")
        self._check(event.welcome, began)
        return Welcomed(frozenset(event.welcome.features), event.welcome.roster_serial)

    async def run(self, intake: Intake, pump: Pump, renewal: Renewal | None = None) -> None:
        """Receive, handle, acknowledge and post until the connection ends, or ``finish``.

        Raises:
            Drained: the coordinator asked to come back later.
            ConnectionLost: the connection ended.
            CallRefused, ConnectionReplaced: the coordinator ended it, and said why.
            SequenceReused: see ``Pump.run``.
        """
        parts = [
            self._listen(intake),
            self._speak(),
            self._beat(),
            self._watch_silence(),
            self._wind_up(intake),
            intake.run(),
            pump.run(),
        ]
        if renewal is not None:
            parts.append(renewal.run())
        try:
            async with asyncio.TaskGroup() as tasks:
                for part in parts:
                    tasks.create_task(part)
        except ExceptionGroup as group:
            weightiest = _weightiest(group)
            if not isinstance(weightiest, _Finished):
                raise weightiest from group

    def finish(self) -> None:
        """End the connection properly: no new letters, acknowledge what was handled, hang up."""
        self._closing.set()

    def hang_up(self) -> None:
        """End the stream at once."""
        if self._call is not None:
            self._call.cancel()

    async def _listen(self, intake: Intake) -> None:
        while True:
            event = await self._read()
            self._heard = True
            match event.WhichOneof("event"):
                case "delivery":
                    delivery = event.delivery
                    intake.put(Delivered(delivery.id, from_message(delivery.message)))
                case "drain":
                    raise Drained(event.drain.reconnect_after_ms / 1000)
                case _:  # a heartbeat, or something newer than this program
                    pass

    async def _speak(self) -> None:
        while (event := await self._outgoing.get()) is not None:
            await self._write(event)
        await self._stream().done_writing()

    async def _beat(self) -> None:
        while True:
            await self._sleep(HEARTBEAT)
            beat = link_pb2.Heartbeat(clock_ms=to_milliseconds(self._clock()))
            self._outgoing.put_nowait(link_pb2.FromParticipant(heartbeat=beat))

    async def _watch_silence(self) -> None:
        while True:
            self._heard = False
            await self._sleep(SILENCE)
            if not self._heard:
                raise ConnectionLost("silence")

    async def _wind_up(self, intake: Intake) -> None:
        await self._closing.wait()
        await intake.stop()
        self._outgoing.put_nowait(None)

    async def _write(self, event: link_pb2.FromParticipant) -> None:
        try:
            await self._stream().write(event)
        except aio.AioRpcError as error:
            raise meaning(error) from error
        except asyncio.InvalidStateError as error:
            raise ConnectionLost("it ended") from error

    async def _read(self) -> link_pb2.ToParticipant:
        try:
            event = await self._stream().read()
        except aio.AioRpcError as error:
            raise meaning(error) from error
        if isinstance(event, link_pb2.ToParticipant):
            return event
        if self._closing.is_set():
            raise _Finished
        raise ConnectionLost("the coordinator hung up")

    def _stream(self) -> aio.StreamStreamCall[link_pb2.FromParticipant, link_pb2.ToParticipant]:
        if self._call is None:
            raise ConnectionLost("not open")
        return self._call

    def _check(self, welcome: link_pb2.Welcome, began: datetime) -> None:
        if welcome.protocol != VERSION:
            raise ProtocolDiffers(f"here {VERSION}, there {welcome.protocol}")
        theirs, ours = from_milliseconds(welcome.clock_ms), self._clock()
        # The welcome was written at some moment between hello and now.
        if not began - self._tolerance <= theirs <= ours + self._tolerance:
            behind = round((theirs - ours).total_seconds())
            raise ClockDiffers(f"the coordinator's is {behind:+d} s from this one")


def _weightiest(group: ExceptionGroup[Exception]) -> Exception:
    # When a stream breaks, several parts notice at once. What says more than "lost" says why.
    leaves: list[Exception] = []
    pending: list[Exception] = [group]
    while pending:
        error = pending.pop(0)
        if isinstance(error, ExceptionGroup):
            pending.extend(error.exceptions)
        else:
            leaves.append(error)
    return next((leaf for leaf in leaves if not isinstance(leaf, ConnectionLost)), leaves[0])
