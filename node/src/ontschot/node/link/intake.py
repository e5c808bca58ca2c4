# SPDX-License-Identifier: EUPL-1.2
"""What came in: letters are handled in order, acknowledged after the commit, or held back.

A letter that waits for a later roster, or whose handler failed unexpectedly, is held and tried
again; so are all later ones of the same sender, which may build on it. Others go on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError

from ontschot.node.database import fault_of
from ontschot.node.link.backoff import Backoff
from ontschot.node.link.calls import Calls
from ontschot.node.link.errors import CallRefused, ConnectionLost
from ontschot.node.link.worker import Worker
from ontschot.node.mailroom import Mailroom
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import SignedLetter, read
from ontschot.protocol.letters.faults import describe_fault

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A letter as the coordinator delivered it: its number in the queue there, and its bytes."""

    id: int
    wire: SignedLetter

    @property
    def sender(self) -> str:
        """Who it says it is from; empty when it says nothing readable."""
        try:
            return read(self.wire).sender
        except OntschotError:
            return ""


class Intake:
    """Handles delivered letters one at a time.

    Args:
        mailroom: handles them.
        calls: fetches attachments.
        worker: where handlers run, so that a long computation does not hold up the heartbeat.
        acknowledge: told the number of each letter that was handled or refused.
        backoff: how long held letters wait.
        sleep: waits that many seconds.
    """

    def __init__(
        self,
        mailroom: Mailroom,
        calls: Calls,
        worker: Worker,
        acknowledge: Callable[[int], None],
        backoff: Backoff,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._mailroom = mailroom
        self._calls = calls
        self._worker = worker
        self._acknowledge = acknowledge
        self._backoff = backoff
        self._sleep = sleep
        self._held: list[Delivered] = []
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False

    def put(self, delivered: Delivered) -> None:
        """Take a letter in."""
        self._held.append(delivered)
        self._arrived.set()

    async def stop(self) -> None:
        """Begin no other letter, and return when the one in hand is done."""
        self._stopping = True
        await self._idle.wait()

    async def run(self) -> None:
        """Handle letters until cancelled.

        Raises:
            ConnectionLost: it ended while an attachment was fetched.
        """
        while True:
            if self._held:
                await self._wait_for_more(self._backoff.next())
            else:
                self._backoff.reset()
                await self._arrived.wait()
            self._arrived.clear()
            while await self._pass():
                self._backoff.reset()

    async def _wait_for_more(self, seconds: float) -> None:
        timer = asyncio.ensure_future(self._sleep(seconds))
        arrival = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait({timer, arrival}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            arrival.cancel()

    async def _pass(self) -> bool:
        """Try every held letter once; return whether any is done, so that others may follow."""
        blocked: set[str] = set()
        progress = False
        for delivered in tuple(self._held):
            sender = delivered.sender
            if sender in blocked or self._stopping:
                continue
            self._idle.clear()
            try:
                done = await self._handle(delivered)
            finally:
                self._idle.set()
            if done:
                self._held.remove(delivered)
                progress = True
            else:
                blocked.add(sender)
        return progress and bool(self._held)

    async def _handle(self, delivered: Delivered) -> bool:
        try:
            for ref in await self._worker.run(lambda: self._mailroom.missing(delivered.wire)):
                await self._calls.download(self._mailroom.files.incoming, ref)
            outcome = await self._worker.run(lambda: self._mailroom.receive(delivered.wire))
        except ConnectionLost:
            raise
        except (CallRefused, OntschotError) as error:
            _log.warning("letter-held", sender=delivered.sender, code=error.code)
            return False
        except DBAPIError as error:  # a full disk, say: nothing was committed, and it may pass
            _log.error("letter-held", sender=delivered.sender, code=fault_of(error).code)
            return False
        except Exception as error:  # noqa: BLE001  (a process edge: nothing was committed)
            _log.error("handler-failed", sender=delivered.sender, **describe_fault(error))
            return False
        if outcome.code is not None:
            _log.warning(f"letter-{outcome.state}", sender=delivered.sender, code=outcome.code)
        if outcome.acknowledged:
            self._acknowledge(delivered.id)
        return outcome.acknowledged
