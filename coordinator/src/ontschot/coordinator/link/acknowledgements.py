# SPDX-License-Identifier: EUPL-1.2
"""Acknowledgements of all participants, erased together: what came while the last were erased.

One answer is some fifty letters, nearly all acknowledged at the same moments by several
participants. A transaction for each would stand in the way of as many letters that are being
posted: all wait for the one writer of the database. Nothing is promised to who acknowledges, so
nothing is lost when a group fails: its letters stay in the queue, and are delivered again.
"""

import asyncio
from collections.abc import Sequence

from ontschot.coordinator.link.threads import Threads
from ontschot.coordinator.mail import Acknowledged, PostOffice


class Acknowledgements:
    """Erases letters that were acknowledged, one group at a time.

    Args:
        office: whose queue they are in.
        threads: for the database; not those of deliveries, which wait for no writer.
    """

    def __init__(self, office: PostOffice, threads: Threads) -> None:
        self._office = office
        self._threads = threads
        self._waiting: list[tuple[Acknowledged, asyncio.Future[None]]] = []
        self._erasing: asyncio.Task[None] | None = None

    async def add(self, recipient: str, mail_id: int) -> None:
        """Return when the letter with this number in the queue is erased for its recipient.

        It is erased also when the caller is cancelled.

        Raises:
            Exception: what the database raised; the whole group stays in the queue.
        """
        erased = asyncio.get_running_loop().create_future()
        self._waiting.append((Acknowledged(recipient, mail_id), erased))
        if self._erasing is None:
            self._erasing = asyncio.create_task(self._erase())
        await erased

    async def _erase(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                error = await self._erase_group([letter for letter, _ in group])
                for _, erased in group:
                    if erased.done():  # its caller was cancelled
                        continue
                    if error is None:
                        erased.set_result(None)
                    else:
                        erased.set_exception(error)
        finally:
            self._erasing = None

    async def _erase_group(self, letters: Sequence[Acknowledged]) -> Exception | None:
        try:
            await self._threads.run(self._office.acknowledge, letters)
        except Exception as error:  # noqa: BLE001  (each caller has it, and is at a process edge)
            return error
        return None
