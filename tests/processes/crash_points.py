# SPDX-License-Identifier: EUPL-1.2
"""Where a party is killed: a file in its home, written by a test and read by ``entry_crash``.

A point is a type of letter and a boundary of its handling. Everything a party does for a letter is
one transaction, so these are all the boundaries there are:

* ``before-commit``: the handler ran to its end; nothing of it is on disk yet;
* ``after-commit``: all of it is on disk; nothing was sent, and nobody was told;
* ``before-ack``: the letters that it wrote are posted; the letter itself is not acknowledged;
* ``posted``: the coordinator has a letter of this type from us; we have not noted that yet;
* ``acknowledged`` (coordinator): the recipient acknowledged a letter that is not erased yet.

At the coordinator a letter is one that was posted there, for itself or for somebody else.
"""

import json
import os
import signal
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Boundary = Literal["before-commit", "after-commit", "before-ack", "posted", "acknowledged"]


@dataclass(frozen=True, slots=True)
class CrashPoint:
    """One point; ``skip`` is how many times it is passed before it counts."""

    letter: str
    boundary: Boundary
    skip: int = 0

    def __str__(self) -> str:
        """Return the form in the name of a test."""
        return f"{self.letter}-{self.boundary}" + (f"-{self.skip + 1}" if self.skip else "")


def arm(home: Path, point: CrashPoint) -> None:
    """Have the party in ``home`` kill itself when it reaches ``point``: once, now or later."""
    draft = home / "crash.draft"
    draft.write_text(json.dumps(asdict(point)), "utf-8")
    draft.replace(home / "crash.json")


def disarm(home: Path) -> None:
    """Take a point back that was not reached."""
    (home / "crash.json").unlink(missing_ok=True)


class Crasher:
    """Asked at every boundary by the party itself; kills the process at the armed one."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._armed = home / "crash.json"
        self._fired = home / "crash.fired"
        self._passed = 0
        self._lock = threading.Lock()

    def wants(self, letter: str, boundary: Boundary) -> bool:
        """Return whether this is the armed point, be it for a later letter of the type."""
        try:
            point = CrashPoint(**json.loads(self._armed.read_text("utf-8")))
        except FileNotFoundError:
            return False
        return (point.letter, point.boundary) == (letter, boundary)

    def reach(self, letter: str, boundary: Boundary) -> None:
        """Kill this process with SIGKILL if this is the armed point; never a second time."""
        with self._lock:
            if not self.wants(letter, boundary):
                return
            point = CrashPoint(**json.loads(self._armed.read_text("utf-8")))
            self._passed += 1
            if self._passed > point.skip:
                self._armed.replace(self._fired)
                os.kill(os.getpid(), signal.SIGKILL)
