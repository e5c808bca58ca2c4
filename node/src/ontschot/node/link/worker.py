# SPDX-License-Identifier: EUPL-1.2
"""The threads in which a link touches disk and database, so that its heartbeat never waits."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Worker:
    """One thread, in which blocking work is done in the order in which it was asked for.

    Args:
        name: of the thread, for logs and debuggers.
    """

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """Do ``work`` in the thread and return its result.

        When the caller is cancelled the work is not: it runs to its end, and the next waits for it.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def close(self) -> None:
        """Wait for the work under way, and end the thread."""
        self._executor.shutdown(wait=True, cancel_futures=True)
