# SPDX-License-Identifier: EUPL-1.2
"""A helper that adds up uploads and sums them per area, as a process of its own.

Run as ``python entry_sum.py FOLDER UPLOADS SLOTS AREAS``. Half of the uploads is a seed, the other
half one of the shares in ``FOLDER/*.share``. Writes one JSON object: seconds of adding up, seconds
of the sums per area, and the most memory it ever had, in MB.
"""

import json
import os
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.usage import usage_of
from ontschot.node.helper.gates import total_share
from ontschot.protocol.gate import area_sums
from ontschot.protocol.sharing import decode_share, expand


def main(folder: Path, uploads: int, slots: int, areas: int) -> dict[str, float]:
    """Do what a helper does with the halves it holds; return what it took."""
    index = (np.arange(slots) // -(-slots // areas)).astype(np.int32)
    start = perf_counter()
    total = total_share(_halves(folder, uploads, slots))
    added = perf_counter()
    sums = area_sums(total, index, areas)
    end = perf_counter()
    np.save(folder / "sums.npy", sums)
    return {"added": added - start, "summed": end - added, "peak": usage_of(os.getpid()).peak}


def seed_of(upload: int) -> bytes:
    """Return the seed of an upload whose seed this helper has."""
    return upload.to_bytes(32, "little")


def _halves(folder: Path, uploads: int, slots: int) -> Iterator[NDArray[np.uint32]]:
    shares = cycle(sorted(folder.glob("*.share")))
    for upload in range(uploads):
        if upload % 2:
            yield decode_share(next(shares).read_bytes(), slots)
        else:
            yield expand(seed_of(upload), slots)


if __name__ == "__main__":
    place, *numbers = sys.argv[1:]
    sys.stdout.write(json.dumps(main(Path(place), *map(int, numbers))) + "\n")
