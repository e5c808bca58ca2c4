# SPDX-License-Identifier: EUPL-1.2
"""Threads for the database and files: a slow handler must not take those of the heartbeats."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

POSTING = 16
"""Threads for letters and attachments; most wait for the one writer of the database."""

LISTENING = 8
"""Threads for what must not wait behind a handler: deliveries, presence."""

ERASING = 1
"""Threads for erasing what was acknowledged: it waits for the one writer too."""


class Threads:
    """A pool of threads of its own.

    Args:
        name: of the threads, for logs and debuggers.
        size: how many.
    """

    def __init__(self, name: str, size: int) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do ``work`` in a thread and return its result; a cancelled caller does not stop it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Wait for the work under way, and end the threads."""
        self._pool.shutdown(wait=True)


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools of one server; what waits for the database's writer never fills another."""

    posting: Threads = field(default_factory=lambda: Threads("posting", POSTING))
    listening: Threads = field(default_factory=lambda: Threads("listening", LISTENING))
    erasing: Threads = field(default_factory=lambda: Threads("erasing", ERASING))

    def close(self) -> None:
        """Wait for the work under way, and end all threads."""
        for threads in (self.posting, self.listening, self.erasing):
            threads.close()
