# SPDX-License-Identifier: EUPL-1.2
"""The link: keeps a participant connected to the coordinator, for as long as it runs."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ontschot.node.database import fault_of
from ontschot.node.link.backoff import Backoff
from ontschot.node.link.calls import Calls
from ontschot.node.link.channel import LinkAddress, open_channel
from ontschot.node.link.errors import ConnectionLost
from ontschot.node.link.intake import Intake
from ontschot.node.link.probe import why_unavailable
from ontschot.node.link.pump import Pump
from ontschot.node.link.renewal import Renewal
from ontschot.node.link.session import Drained, Session
from ontschot.node.link.watch import ForeignWrites
from ontschot.node.link.worker import Worker
from ontschot.node.mailroom import Mailroom
from ontschot.protocol.certificates import Certificates, require_current
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import SequenceReused
from ontschot.protocol.letters.faults import describe_fault
from ontschot.protocol.v1 import link_pb2_grpc

_log = structlog.get_logger(__name__)

WATCH = 1.0
"""Seconds between two looks for letters that another process wrote."""

DEFAULT_TOLERANCE = timedelta(seconds=60)
"""By how much clocks may differ while there is no roster that says so."""


def system_random() -> float:
    """Return a number in [0, 1) from the operating system, for jitter."""
    return secrets.randbits(53) / 2**53


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """How the connection is.

    Attributes:
        state: ``connecting`` (also between attempts), ``connected`` or ``stopped``.
        since: from when, UTC.
        error: why the last attempt failed, or what the coordinator refuses now.
    """

    state: Literal["connecting", "connected", "stopped"]
    since: datetime
    error: OntschotError | None = None


@dataclass(frozen=True, slots=True)
class Seams:
    """What a test puts in the place of time, chance and observers.

    Attributes:
        sleep: waits that many seconds.
        random: returns a number in [0, 1).
        on_status: told about each new status.
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = system_random
    on_status: Callable[[LinkStatus], None] = lambda _: None


class Link:
    """Connects, and connects again, until ``stop``.

    Args:
        mailroom: what is received goes here, and what it sends is posted.
        engine: the mailroom's database, watched for letters written by other processes.
        address: the coordinator's.
        certificates: returns this installation's certificate; asked before every attempt, so a
            renewed one is used without a restart.
        software: name and version of this program, for the coordinator's administrator.
        clock: the present moment.
        seams: time, chance and observers.
        renewed: stores the next certificate, when the present one nears its end; None leaves
            renewal to others.
    """

    def __init__(
        self,
        mailroom: Mailroom,
        engine: Engine,
        address: LinkAddress,
        certificates: Callable[[], Certificates],
        software: str,
        clock: Clock,
        seams: Seams | None = None,
        renewed: Callable[[Certificates], None] | None = None,
    ) -> None:
        self._mailroom = mailroom
        self._engine = engine
        self._address = address
        self._certificates = certificates
        self._software = software
        self._clock = clock
        self._seams = seams or Seams()
        self._renewed = renewed
        self._handlers = Worker("handlers")
        self._files = Worker("outbox")
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._session: Session | None = None
        self.status = LinkStatus("connecting", clock())

    async def run(self) -> None:
        """Stay connected until ``stop`` is called; then end properly and return.

        Raises:
            SequenceReused: this installation was restored from an old copy; it must not go on.
        """
        loop = asyncio.get_running_loop()
        self._mailroom.on_commit(lambda: _wake_from_thread(loop, self._wake))
        await self._handlers.run(self._mailroom.clean)
        watching = asyncio.create_task(self._watch())
        try:
            await self._keep_connected()
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            self._set_status("stopped", self.status.error)
            await asyncio.to_thread(self._close_workers)

    def stop(self) -> None:
        """End the connection properly: the letter in hand is finished and acknowledged."""
        self._stopping.set()
        if self._session is not None:
            self._session.finish()

    async def _keep_connected(self) -> None:
        backoff = Backoff(self._seams.random)
        while not self._stopping.is_set():
            wait = 0.0
            try:
                await self._attempt(backoff)
            except Drained as drained:
                wait = drained.seconds
                self._set_status("connecting", None)
            except SequenceReused as error:
                self._set_status("stopped", error)
                raise
            except OntschotError as error:
                self._set_status("connecting", error)
            except DBAPIError as error:
                self._set_status("connecting", fault_of(error))
            except Exception as error:  # noqa: BLE001  (a process edge)
                _log.error("link-failed", **describe_fault(error))
                self._set_status("connecting", OntschotError())
            if not self._stopping.is_set():
                await self._pause(wait + backoff.next())

    async def _attempt(self, backoff: Backoff) -> None:
        """Connect, and stay so; when told to stop before the connection is there, give up."""
        attempt = asyncio.create_task(self._connect(backoff))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({attempt, stop}, return_when=asyncio.FIRST_COMPLETED)
            if self._session is not None or attempt.done():
                await attempt
        finally:
            for task in (attempt, stop):
                task.cancel()
            await asyncio.wait({attempt, stop})

    async def _connect(self, backoff: Backoff) -> None:
        certificates = self._certificates()
        require_current(certificates.certificate, self._clock())
        async with open_channel(self._address, certificates) as channel:
            stub = link_pb2_grpc.LinkStub(channel)
            session = Session(
                stub, self._software, self._clock, await self._tolerance(), self._seams.sleep
            )
            try:
                await session.open()
            except ConnectionLost as error:
                raise await why_unavailable(self._address, certificates) from error
            backoff.reset()
            self._set_status("connected", None)
            self._session = session
            try:
                await session.run(*self._parts(session, Calls(stub, self._files)))
            finally:
                self._session = None
                session.hang_up()

    def _parts(self, session: Session, calls: Calls) -> tuple[Intake, Pump, Renewal | None]:
        sleep, random = self._seams.sleep, self._seams.random
        intake = Intake(
            self._mailroom, calls, self._handlers, session.acknowledge, Backoff(random), sleep
        )
        pump = Pump(
            self._mailroom,
            calls,
            self._files,
            self._wake,
            Backoff(random),
            sleep,
            lambda error: self._set_status("connected", error),
        )
        if self._renewed is None:
            return intake, pump, None
        return intake, pump, Renewal(calls, self._certificates, self._renewed, self._clock, sleep)

    async def _tolerance(self) -> timedelta:
        roster = await self._files.run(self._mailroom.roster)
        if roster is None:
            return DEFAULT_TOLERANCE
        return timedelta(seconds=roster.parameters.clock_tolerance_seconds)

    async def _watch(self) -> None:
        writes = ForeignWrites(self._engine)
        try:
            while True:
                await self._seams.sleep(WATCH)
                if writes.happened():
                    self._wake.set()
        finally:
            writes.close()

    async def _pause(self, seconds: float) -> None:
        timer = asyncio.ensure_future(self._seams.sleep(seconds))
        stop = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({timer, stop}, return_when=asyncio.FIRST_COMPLETED)
        timer.cancel()
        stop.cancel()

    def _set_status(
        self, state: Literal["connecting", "connected", "stopped"], error: OntschotError | None
    ) -> None:
        self.status = LinkStatus(state, self._clock(), error)
        _log.info("link", state=state, code=None if error is None else error.code)
        self._seams.on_status(self.status)

    def _close_workers(self) -> None:
        self._handlers.close()
        self._files.close()


def _wake_from_thread(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)
