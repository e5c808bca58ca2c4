# SPDX-License-Identifier: EUPL-1.2
"""Work in pieces on all cores that this process may use.

Threads, so that nothing is copied: numpy and the cipher's library let go of the interpreter's lock
while they work on a piece. A piece writes where no other does, so the result does not depend on how
many threads there are, nor on which of them is done first.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")


def cores() -> int:
    """Return how many cores this process may use."""
    # systems that cannot tell what a process may use tell what there is
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def on_cores(
    work: Callable[[Piece], None], pieces: Sequence[Piece], workers: int | None = None
) -> None:
    """Do ``work`` for every piece.

    Args:
        work: what to do for one of them; safe in several threads at once.
        pieces: what there is to do.
        workers: how many threads at most; one for each core when absent.

    Raises:
        Exception: what ``work`` raised for the first of the pieces for which it did.
    """
    workers = min(cores() if workers is None else workers, len(pieces))
    if workers < 2:
        for piece in pieces:
            work(piece)
        return
    with ThreadPoolExecutor(workers, "gate") as pool:
        for _ in pool.map(work, pieces):
            pass
