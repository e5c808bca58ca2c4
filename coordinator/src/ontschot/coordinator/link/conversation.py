# SPDX-License-Identifier: EUPL-1.2
"""One participant's stream at the coordinator: hello, heartbeats, deliveries, acknowledgements."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, TypeAlias

import structlog
from grpc import aio

from ontschot.coordinator.link.acknowledgements import Acknowledgements
from ontschot.coordinator.link.sessions import Session, Sessions
from ontschot.coordinator.link.threads import Threads
from ontschot.coordinator.mail import PostOffice, PresenceBoard
from ontschot.protocol.clock import Clock
from ontschot.protocol.letters import VERSION, MalformedLetter
from ontschot.protocol.letters.connections import ConnectionReplaced, ProtocolDiffers
from ontschot.protocol.letters.transport import (
    FEATURES,
    from_milliseconds,
    to_message,
    to_milliseconds,
)
from ontschot.protocol.v1 import link_pb2

if TYPE_CHECKING:
    Context: TypeAlias = aio.ServicerContext[Any, Any]

WINDOW = 64
"""Letters delivered to one participant and not yet acknowledged."""

HEARTBEAT = 15.0
"""Seconds between two heartbeats."""

HELLO = 20.0
"""Seconds in which a participant must say hello."""

DRAIN = 2.0
"""Seconds after which a participant may come back when the coordinator stops."""

SOFTWARE_LENGTH = 64

_log = structlog.get_logger(__name__)


class Conversation:
    """What happens on one stream.

    Args:
        office: whose queue is delivered.
        board: where presence is noted.
        sessions: of this process.
        clock: the present moment.
        threads: for the database.
        acknowledgements: where acknowledged letters are erased.
        participant: at the other end, by its certificate.
    """

    def __init__(
        self,
        office: PostOffice,
        board: PresenceBoard,
        sessions: Sessions,
        clock: Clock,
        threads: Threads,
        acknowledgements: Acknowledgements,
        participant: str,
    ) -> None:
        self._office = office
        self._board = board
        self._sessions = sessions
        self._clock = clock
        self._threads = threads
        self._acknowledgements = acknowledgements
        self._session = Session(participant)
        self._writing = asyncio.Lock()

    async def run(
        self, incoming: AsyncIterator[link_pb2.FromParticipant], context: "Context"
    ) -> None:
        """Talk until the participant hangs up, a newer connection comes, or the server stops.

        Raises:
            MalformedLetter: the first message is no hello.
            ProtocolDiffers: the participant speaks another version.
            ConnectionReplaced: a newer connection took the place.
        """
        session = self._session
        hello = await self._hello(incoming)
        await self._welcome(context)
        await self._threads.run(
            self._board.connected, session.participant, session.id, hello.software[:SOFTWARE_LENGTH]
        )
        self._sessions.enter(session)
        _log.info("connected", peer=session.participant, skew=self._skew(hello))
        try:
            await self._until_over(incoming, context)
        finally:
            self._sessions.leave(session)
            await asyncio.shield(self._threads.run(self._board.disconnected, session.id))
            _log.info("disconnected", peer=session.participant)

    async def _hello(self, incoming: AsyncIterator[link_pb2.FromParticipant]) -> link_pb2.Hello:
        try:
            async with asyncio.timeout(HELLO):
                first = await anext(incoming)
        except (TimeoutError, StopAsyncIteration) as error:
            raise MalformedLetter("no hello") from error
        if first.WhichOneof("event") != "hello":
            raise MalformedLetter("no hello")
        if first.hello.protocol != VERSION:
            raise ProtocolDiffers(f"here {VERSION}, there {first.hello.protocol}")
        return first.hello

    async def _welcome(self, context: "Context") -> None:
        roster = await self._threads.run(self._office.roster)
        welcome = link_pb2.Welcome(
            protocol=VERSION,
            features=FEATURES,
            clock_ms=to_milliseconds(self._clock()),
            roster_serial=0 if roster is None else roster.serial,
        )
        await context.write(link_pb2.ToParticipant(welcome=welcome))

    async def _until_over(
        self, incoming: AsyncIterator[link_pb2.FromParticipant], context: "Context"
    ) -> None:
        listening = asyncio.create_task(self._listen(incoming))
        replaced = asyncio.create_task(self._session.replaced.wait())
        draining = asyncio.create_task(self._sessions.draining.wait())
        pushing = asyncio.create_task(self._push(context))
        beating = asyncio.create_task(self._beat(context))
        tasks = (listening, replaced, draining, pushing, beating)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # raises what ended it
            if draining in done:
                await self._drain(context, listening)
            elif replaced in done:
                raise ConnectionReplaced
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, incoming: AsyncIterator[link_pb2.FromParticipant]) -> None:
        async for event in incoming:
            match event.WhichOneof("event"):
                case "ack":
                    await self._acknowledge(event.ack.id)
                case "heartbeat":
                    await self._threads.run(self._board.seen, self._session.id)
                case _:  # something newer than this program
                    pass

    async def _acknowledge(self, mail_id: int) -> None:
        await self._acknowledgements.add(self._session.participant, mail_id)
        full = len(self._session.in_flight) >= WINDOW
        self._session.in_flight.discard(mail_id)
        if full:  # else whatever waits was delivered, or its commit wakes the session
            self._session.wake.set()

    async def _push(self, context: "Context") -> None:
        session = self._session
        while True:
            await session.wake.wait()
            session.wake.clear()
            room = WINDOW - len(session.in_flight)
            if room <= 0:
                continue
            deliveries = await self._threads.run(
                self._office.deliveries, session.participant, frozenset(session.in_flight), room
            )
            for delivery in deliveries:
                session.in_flight.add(delivery.id)
                message = link_pb2.Delivery(id=delivery.id, message=to_message(delivery.wire))
                await self._write(context, link_pb2.ToParticipant(delivery=message))
            if len(deliveries) == room:  # there may be more
                session.wake.set()

    async def _beat(self, context: "Context") -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            beat = link_pb2.Heartbeat(clock_ms=to_milliseconds(self._clock()))
            await self._write(context, link_pb2.ToParticipant(heartbeat=beat))

    async def _drain(self, context: "Context", listening: "asyncio.Task[None]") -> None:
        drain = link_pb2.Drain(reconnect_after_ms=round(DRAIN * 1000))
        await self._write(context, link_pb2.ToParticipant(drain=drain))
        # Acknowledgements under way still count; the participant hangs up.
        await asyncio.wait({listening}, timeout=DRAIN)

    async def _write(self, context: "Context", event: link_pb2.ToParticipant) -> None:
        async with self._writing:
            await context.write(event)

    def _skew(self, hello: link_pb2.Hello) -> int:
        """Return by how many seconds the participant's clock is ahead, for the log."""
        return round((from_milliseconds(hello.clock_ms) - self._clock()).total_seconds())
