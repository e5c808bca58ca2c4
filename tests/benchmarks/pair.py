# SPDX-License-Identifier: EUPL-1.2
"""Two helpers as processes of their own, over loopback, for one gate."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.gate import BatchSpec, derive_to
from ontschot.protocol.sharing import expand, split

ENTRY = Path(__file__).with_name("entry_gate.py")
TESTS = Path(__file__).parents[1]
BATCH = bytes(32)
SEED = bytes(range(32))
AREA = 250
"""Slots per area."""

TIMES = 2
"""How often helpers pass the gate in one run, as often as what they are compared with."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a gate is asked, of a batch ``spec``."""

    spec: BatchSpec
    thresholds: tuple[int, ...] = ()
    caps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """What one helper needed: seconds at best, bytes sent, and peak memory in MB."""

    seconds: float
    sent: int
    peak: float


class Pair:
    """Keys and shares of totals (uint32[slots]) in ``folder``, ready for two helpers."""

    def __init__(self, folder: Path, question: Question, totals: NDArray[np.uint32]) -> None:
        """Deal the keys and split the totals."""
        self.folder = folder
        self.question = question
        self.areas = len(totals) // AREA
        with (folder / "A.part").open("wb") as a, (folder / "B.part").open("wb") as b:
            derive_to(question.spec, BATCH, SEED, a.write, b.write)
        seed, share = split(totals, lambda size: bytes([9]) * size)
        np.save(folder / "A.npy", expand(seed, len(totals)))
        np.save(folder / "B.npy", share)
        np.save(folder / "areas.npy", (np.arange(len(totals)) // AREA).astype(np.int32))

    def key_bytes(self, party: str) -> int:
        """Return the bytes of a helper's keys."""
        return (self.folder / f"{party}.part").stat().st_size

    def run(self) -> dict[str, Passed]:
        """Let both helpers pass the gate at the same time, and return what each needed."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        running = {}
        for party in ("A", "B"):
            running[party] = self._started(party, port)
            _next_line(running[party].stdout, "listening" if party == "A" else "ready")
        _next_line(running["A"].stdout, "ready")
        for process in running.values():
            _say(process.stdin, "go")
        return {party: _passed(process) for party, process in running.items()}

    def figures(self) -> NDArray[np.int64]:
        """Return what both found together: a row per output, a column per area."""
        a, b = np.load(self.folder / "A.sums.npy"), np.load(self.folder / "B.sums.npy")
        return np.asarray((a + b).astype(np.int64))

    def _started(self, party: str, port: int) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(ENTRY), party],
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _say(process.stdin, json.dumps(self._task(party, port)))
        return process

    def _task(self, party: str, port: int) -> dict[str, Any]:
        return {
            "spec": self.question.spec.to_document(),
            "batch": BATCH.hex(),
            "part": str(self.folder / f"{party}.part"),
            "share": str(self.folder / f"{party}.npy"),
            "areas": str(self.folder / "areas.npy"),
            "sums": str(self.folder / f"{party}.sums.npy"),
            "count": self.areas,
            "port": port,
            "times": TIMES,
            "thresholds": self.question.thresholds,
            "caps": self.question.caps,
        }


def _say(stream: IO[str] | None, line: str) -> None:
    if stream is None:
        raise ValueError(line)
    stream.write(line + "\n")
    stream.flush()


def _next_line(stream: IO[str] | None, expected: str) -> None:
    line = "" if stream is None else stream.readline().strip()
    if line != expected:
        raise ValueError(f"{line!r} where {expected!r} was expected")


def _passed(process: "subprocess.Popen[str]") -> Passed:
    with process:
        output, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "entry_gate.py")
    return Passed(**json.loads(output))
