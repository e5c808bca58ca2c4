# SPDX-License-Identifier: EUPL-1.2
"""The outbox pump: posts letters in the order of their numbers, attachments first."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from ontschot.node.link.backoff import Backoff
from ontschot.node.link.calls import Calls
from ontschot.node.link.errors import CallRefused
from ontschot.node.link.worker import Worker
from ontschot.node.mailroom import Mailroom, Outgoing
from ontschot.protocol.letters import SequenceReused

_log = structlog.get_logger(__name__)


class Pump:
    """Posts what is in the outbox, whenever ``wake`` is set.

    One letter at a time: letters of one participant never overtake each other. A letter that the
    coordinator refuses by a code (it has no roster yet, say) is tried again later, and those behind
    it wait.

    Args:
        mailroom: whose outbox.
        calls: to the coordinator.
        worker: where the outbox is read.
        wake: set when there may be something to post.
        backoff: how long to wait after a refusal.
        sleep: waits that many seconds.
        report: told about a refusal, and with None that it is over.
    """

    def __init__(
        self,
        mailroom: Mailroom,
        calls: Calls,
        worker: Worker,
        wake: asyncio.Event,
        backoff: Backoff,
        sleep: Callable[[float], Awaitable[None]],
        report: Callable[[CallRefused | None], None],
    ) -> None:
        self._mailroom = mailroom
        self._calls = calls
        self._worker = worker
        self._wake = wake
        self._backoff = backoff
        self._sleep = sleep
        self._report = report

    async def run(self) -> None:
        """Post until cancelled.

        Raises:
            ConnectionLost: the connection ended.
            SequenceReused: the coordinator knows another letter by a number of ours. This
                installation was restored from an old copy and must not go on.
        """
        refused = False
        while True:
            self._wake.clear()
            try:
                await self.post_all()
            except CallRefused as error:
                if error.remote == SequenceReused.code:
                    raise SequenceReused(error.detail) from error
                refused = True
                self._report(error)
                await self._sleep(self._backoff.next())
            else:
                if refused:
                    self._report(None)
                refused = False
                self._backoff.reset()
                await self._wake.wait()

    async def post_all(self) -> None:
        """Post until the outbox is empty.

        Raises:
            CallRefused: the coordinator refused a letter; it stays in the outbox.
            ConnectionLost: the connection ended.
        """
        while letters := await self._worker.run(self._mailroom.unposted):
            for letter in letters:
                await self._post(letter)

    async def _post(self, letter: Outgoing) -> None:
        for ref in letter.attachments:
            await self._calls.upload(self._mailroom.files.store, ref)
        receipt = await self._calls.post(letter.wire)
        await self._worker.run(lambda: self._mailroom.mark_posted(letter.seq))
        if receipt.refused:
            _log.warning("letter-refused", seq=letter.seq, code=receipt.code)
