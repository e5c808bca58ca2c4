# SPDX-License-Identifier: EUPL-1.2
"""The same figures by SPU (protocol ABY3): three processes over loopback, in their own environment.

SPU needs versions of numpy and jax that the product does not use, so it gets a virtual environment
of its own, ``.venv-spu``, made when it is missing.
"""

import json
import socket
import subprocess
import sys
import venv
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Field: TypeAlias = Literal["FM32", "FM64"]

HERE: Final = Path(__file__).parent
ENVIRONMENT: Final = HERE.parents[2] / ".venv-spu"
PARTIES: Final = 3


class SpuMissing(Exception):
    """SPU cannot be installed or run here; the text says why."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What SPU found and took.

    Attributes:
        figures: int64[outputs, areas], the counts and then the capped sums; with several rows of
            totals int64[outputs, rows, areas].
        seconds: of each run, of the slowest party.
        peak: the most memory of a party, in MB.
    """

    figures: NDArray[np.int64]
    seconds: tuple[float, ...]
    peak: float


def python() -> Path:
    """Return the Python of SPU's environment, made when it is missing.

    Raises:
        SpuMissing: it cannot be installed here.
    """
    found, made = ENVIRONMENT / "bin" / "python", ENVIRONMENT / ".made"
    if made.exists():
        return found
    if sys.version_info[:2] != (3, 11):
        raise SpuMissing("SPU 0.9.5 has wheels for Python 3.11 only")
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "-r", str(HERE / "requirements.txt")]
    _run([str(found), *words, *locked])
    made.touch()
    return found


def compute(
    folder: Path,
    totals: NDArray[np.uint32],
    field: Field,
    thresholds: Sequence[int],
    cap: int | None,
    area: int,
    times: int,
) -> Computed:
    """Return counts at thresholds and capped sums per area of secret totals, and what they took.

    Args:
        folder: an empty folder.
        totals: uint32[n] or uint32[rows, n], each below 2^31; n is a multiple of ``area``.
        field: the ring, of 32 or 64 bits.
        thresholds: at which is counted.
        cap: one of the thresholds; None when nothing is added up but counts.
        area: slots per area.
        times: how often the same is computed.

    Raises:
        SpuMissing: it cannot be installed or run here.
    """
    party = [str(python()), str(HERE / "party.py")]
    np.save(folder / "totals.npy", totals.astype(np.int32))
    task = {
        "ports": _free_ports(),
        "field": field,
        "thresholds": list(thresholds),
        "cap": cap,
        "area": area,
        "shape": totals.shape,
        "times": times,
    }
    (folder / "task.json").write_text(json.dumps(task), "utf-8")
    _run([*party, "deal", str(folder)])
    with ExitStack() as stack:
        others = [
            stack.enter_context(_started([*party, str(rank), str(folder)]))
            for rank in range(1, PARTIES)
        ]
        try:
            _run([*party, "0", str(folder)])
        except SpuMissing:
            for other in others:
                other.kill()
            raise
    if any(other.returncode for other in others):
        raise SpuMissing("a party of SPU ended with an error")
    _run([*party, "open", str(folder)])
    reports = [json.loads((folder / f"{rank}.json").read_text("utf-8")) for rank in range(PARTIES)]
    return Computed(
        np.load(folder / "figures.npy").astype(np.int64),
        tuple(max(each) for each in zip(*(one["seconds"] for one in reports), strict=True)),
        max(one["peak"] for one in reports),
    )


def _free_ports() -> list[int]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(PARTIES)
        ]
        return [server.getsockname()[1] for server in servers]


def _started(words: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _run(words: list[str]) -> None:
    try:
        subprocess.run(words, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise SpuMissing(said.strip().splitlines()[-1][:200]) from error
