# SPDX-License-Identifier: EUPL-1.2
"""One or more providers in one process, each with its own keys, ledger, records and connection.

Run as ``python entry_providers.py <notes> <home> ...``. Each is the product's own role over its own
installation, with a clock beside its handlers (``entry_timed``) that writes
``<notes>/<name>.jsonl``; nothing is shared but the process. They connect one after the other: a
hundred handshakes at once would each wait for all others in this one process, as they never would
on a hundred machines. All end at SIGTERM.
"""

import asyncio
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.entry_timed import Timed
from ontschot.node.link import Link
from ontschot.node.logs import configure_logs
from ontschot.node.process import work
from ontschot.node.roles import make_role
from ontschot.node.settings import Settings, load_settings

LOOK_SECONDS = 0.02


async def work_all(all_settings: list[Settings], notes: Path) -> None:
    """Be every one of these participants until SIGTERM."""
    links: list[Link] = []
    stopping = asyncio.Event()

    def stop() -> None:
        stopping.set()
        for link in links:
            link.stop()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    with ExitStack() as stack:
        async with asyncio.TaskGroup() as tasks:
            for number, settings in enumerate(all_settings, start=1):
                if stopping.is_set():
                    break
                path = notes / f"{settings.name}.jsonl"
                file = stack.enter_context(path.open("w", encoding="ascii", buffering=1))
                role = Timed(make_role(settings), file)
                task = tasks.create_task(work(settings, role, links.append))
                while not (task.done() or _settled(links, number)):  # noqa: ASYNC110 (no event)
                    await asyncio.sleep(LOOK_SECONDS)


def _settled(links: list[Link], number: int) -> bool:
    return len(links) == number and links[-1].status.state != "connecting"


def main() -> None:
    """Read the command line and work."""
    configure_logs("info")
    homes = [load_settings(Path(word)) for word in sys.argv[2:]]
    asyncio.run(work_all(homes, Path(sys.argv[1])))


if __name__ == "__main__":
    main()
