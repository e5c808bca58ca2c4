# SPDX-License-Identifier: EUPL-1.2
"""What a sum over a whole country costs a helper: many uploads, one slot for each address.

``python -m tests.benchmarks sums``; ``run`` returns the rows. The helper is a process of its own,
so that its memory is its own. Beside it numpy adds vectors in the clear that are in memory already.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.entry_sum import seed_of
from benchmarks.figures import Row, Target
from benchmarks.gates import best
from ontschot.protocol.sharing import encode_share, expand

ENTRY: Final = Path(__file__).with_name("entry_sum.py")
SLOTS: Final = 8_300_000
UPLOADS: Final = 100
AREAS: Final = 14_000
FILES: Final = 4
"""Different shares on disk, used in turn: a hundred would only fill the disk."""

GIBIBYTES_3: Final = 3 * 2**30 / 1e6


def _name(slots: int, uploads: int) -> str:
    return f"sum, {uploads} uploads of {slots:,} slots"


TARGETS: Final = (Target(f"{_name(SLOTS, UPLOADS)}: helper, most memory", GIBIBYTES_3),)


def run(slots: int = SLOTS, uploads: int = UPLOADS, areas: int = AREAS) -> list[Row]:
    """Return rows of name, value and unit."""
    name = _name(slots, uploads)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shares = _shares(folder, slots)
        found = _measured(folder, uploads, slots, areas)
        _require(np.load(folder / "sums.npy"), shares, uploads, areas)
    plain = [np.zeros_like(shares[0]), *shares]
    in_numpy = best(lambda: [np.add(plain[0], one, out=plain[0]) for one in shares]) / FILES
    seconds = found["added"] + found["summed"]
    return [
        (f"{name}: helper, add up", found["added"], "s"),
        (f"{name}: helper, add up, each upload", found["added"] / uploads, "s"),
        (f"{name}: helper, sums over {areas:,} areas", found["summed"], "s"),
        (f"{name}: helper, most memory", found["peak"], "MB"),
        (f"{name}: an upload's share", slots * 4 / 1e6, "MB"),
        (f"{name}: helper / numpy adding vectors in memory", seconds / (in_numpy * uploads), "x"),
    ]


def _shares(folder: Path, slots: int) -> list[NDArray[np.uint32]]:
    shares = [expand(bytes([200 + number]) * 32, slots) for number in range(FILES)]
    for number, share in enumerate(shares):
        (folder / f"{number}.share").write_bytes(encode_share(share))
    return shares


def _measured(folder: Path, uploads: int, slots: int, areas: int) -> dict[str, float]:
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    done = subprocess.run(
        [sys.executable, str(ENTRY), str(folder), str(uploads), str(slots), str(areas)],
        env=os.environ | {"PYTHONPATH": path},
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _require(
    sums: NDArray[np.uint32], shares: list[NDArray[np.uint32]], uploads: int, areas: int
) -> None:
    """Check the first area's sum against plain numbers.

    Raises:
        ValueError: they differ.
    """
    size = -(-len(shares[0]) // areas)
    expected = 0
    for upload in range(uploads):
        half = shares[upload // 2 % FILES] if upload % 2 else expand(seed_of(upload), size)
        expected += int(half[:size].sum(dtype=np.uint64))
    if int(sums[0]) != expected % 2**32:
        raise ValueError("the helper's sum is not the sum")
