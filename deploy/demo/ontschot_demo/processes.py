# SPDX-License-Identifier: EUPL-1.2
"""The processes of the demo: each party is a real program, and none is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

STOP_SECONDS = 8
LOOK_SECONDS = 0.1
_LAST = 300
"""Characters of the end of a log."""


class PartyStopped(Exception):
    """A process ended by itself; the message names its log.

    ``why`` is the name of the party and the end of what it said, in one line: the log itself may be
    gone with the folder of the run.
    """

    def __init__(self, log: Path) -> None:
        super().__init__(str(log))
        said = log.read_text("utf-8", "replace").split() if log.exists() else []
        self.why = f"{log.stem}: {' '.join(said)[-_LAST:]}"


def command(distribution: str, *words: str) -> list[str]:
    """Return the command line of ``ontschot-<distribution>`` with this interpreter."""
    code = f"from ontschot.{distribution}.cli import main; main()"
    return [sys.executable, "-c", code, *words]


@dataclass(slots=True)
class Processes:
    """Running parties; use it as a context: on the way out all are stopped, whatever happened."""

    logs: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _files: list[BinaryIO] = field(default_factory=list)

    def start(self, name: str, arguments: list[str]) -> None:
        """Start a party; what it writes goes to ``<logs>/<name>.log``."""
        log = (self.logs / f"{name}.log").open("wb")
        self._files.append(log)
        self.running[name] = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=self._environment(),
            # Ctrl-C reaches the demo alone, which then stops the parties in order.
            start_new_session=True,
        )

    def run_all(
        self, commands: dict[str, list[str]], at_once: int, done: Callable[[], None]
    ) -> None:
        """Run commands to their end, ``at_once`` at a time; ``done`` is called after each.

        Raises:
            PartyStopped: one of them failed.
        """
        waiting = dict(commands)
        current: dict[str, subprocess.Popen[bytes]] = {}
        while waiting or current:
            while waiting and len(current) < at_once:
                name, arguments = waiting.popitem()
                self.start(name, arguments)
                current[name] = self.running[name]
            name, process = next(iter(current.items()))
            code = process.wait()
            del current[name], self.running[name]
            if code:
                raise PartyStopped(self.logs / f"{name}.log")
            done()

    def require_alive(self) -> None:
        """Check that every party still runs.

        Raises:
            PartyStopped: one ended.
        """
        for name, process in self.running.items():
            if process.poll() is not None:
                raise PartyStopped(self.logs / f"{name}.log")

    def wait_until_started(self, name: str) -> None:
        """Wait until a party logs that it started: then it listens where it should.

        Knocking on its gRPC port would do as well, but gRPC 1.85 was once seen to end on a
        connection that was closed before its handshake (``sync.cc: Check failed: prior > 0``).

        Raises:
            PartyStopped: a party ended, so it never will.
        """
        while b'"event": "started"' not in (self.logs / f"{name}.log").read_bytes():
            self.require_alive()
            time.sleep(LOOK_SECONDS)

    def wait_for_port(self, port: int) -> None:
        """Wait until someone listens on a port of this machine; not for ports of gRPC.

        Raises:
            PartyStopped: a party ended, so nobody will.
        """
        while True:
            self.require_alive()
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), LOOK_SECONDS):
                return
            time.sleep(LOOK_SECONDS)

    def memory(self) -> dict[str, int]:
        """Return the resident memory of each party in MiB, where the system tells."""
        found = {}
        for name, process in self.running.items():
            with suppress(OSError, StopIteration):
                status = Path(f"/proc/{process.pid}/status").read_text("ascii")
                line = next(row for row in status.splitlines() if row.startswith("VmRSS"))
                found[name] = int(line.split()[1]) // 1024
        return found

    def stop(self) -> None:
        """Stop all parties: ask first, then insist."""
        for process in self.running.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()
        for log in self._files:
            log.close()
        self._files.clear()

    def __enter__(self) -> "Processes":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all parties."""
        self.stop()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONUNBUFFERED": "1", **self.environment}
