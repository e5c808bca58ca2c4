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

from benchmarks.entry_sum import NOTHING, SIGMA, asked, pad_of
from benchmarks.figures import Row, Target
from benchmarks.gates import best
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.uploads import Envelope
from ontschot.protocol.keys.sealing import SealingKey, SealingPublicKey
from ontschot.protocol.release.halves import combine, pack
from ontschot.protocol.release.sealing import upload_context
from ontschot.protocol.release.tables import tables
from ontschot.protocol.sharing import encode_share, expand

ENTRY: Final = Path(__file__).with_name("entry_sum.py")
SLOTS: Final = 8_300_000
UPLOADS: Final = 100
AREAS: Final = 14_000
FILES: Final = 4
"""Different shares on disk, used in turn: a hundred would only fill the disk."""

GIBIBYTES_3: Final = 3 * 2**30 / 1e6
MOST_SIGMAS: Final = 10
"""No noise is farther from nothing: not in the lifetime of the universe."""


def _name(slots: int, uploads: int) -> str:
    return f"sum, {uploads} uploads of {slots:,} slots"


TARGETS: Final = (Target(f"{_name(SLOTS, UPLOADS)}: helper, most memory", GIBIBYTES_3),)


def run(slots: int = SLOTS, uploads: int = UPLOADS, areas: int = AREAS) -> list[Row]:
    """Return rows of name, value and unit."""
    name = _name(slots, uploads)
    shares = [expand(bytes([200 + number]) * 32, slots) for number in range(FILES)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder, shares, uploads)
        found = _measured(folder, uploads, slots, areas)
        require_noised((folder / "half").read_bytes(), _total(shares, uploads), areas)
    plain = [np.zeros_like(shares[0]), *shares]
    in_numpy = best(lambda: [np.add(plain[0], one, out=plain[0]) for one in shares]) / FILES
    seconds = found["added"] + found["summed"]
    return [
        (f"{name}: helper, open and keep", found["opened"], "s"),
        (f"{name}: helper, open and keep, each upload", found["opened"] / uploads, "s"),
        (f"{name}: helper, add up", found["added"], "s"),
        (f"{name}: helper, add up, each upload", found["added"] / uploads, "s"),
        (f"{name}: helper, sums over {areas:,} areas", found["summed"], "s"),
        (f"{name}: helper, noise and its half of the answer", found["noised"], "s"),
        (f"{name}: helper, most memory", found["peak"], "MB"),
        (f"{name}: an upload's share", slots * 4 / 1e6, "MB"),
        (
            f"{name}: helper, add up and sums / numpy adding vectors in memory",
            seconds / (in_numpy * uploads),
            "x",
        ),
    ]


def require_noised(half: bytes, total: NDArray[np.uint32], areas: int) -> None:
    """Check a helper's half against plain numbers: the sums per area, with noise and no more.

    Args:
        half: of helper A.
        total: uint32[slots], the sum of all the halves that it held.
        areas: how many.

    Raises:
        ValueError: it is not.
    """
    manifest, maps = asked(len(total), areas)
    (area_map,) = maps.values()
    shapes = tables(manifest, maps)
    exact = area_map.sums(total.astype(np.uint64))
    # The other helper's half of minus the exact sums leaves the noise.
    other = pack(shapes, [np.uint64(0) - exact[None]], pad_of(manifest, maps), "B", bytes(32))
    (noise,) = combine(shapes, half, other)
    if not 0 < np.abs(noise).max() <= MOST_SIGMAS * SIGMA:
        raise ValueError("the helper's sum is not the sum and its noise")


def _write(folder: Path, shares: list[NDArray[np.uint32]], uploads: int) -> None:
    """Write the helper's key, and each upload as it arrives: half of them seeds, half shares."""
    key = SealingKey.generate()
    (folder / "key").write_bytes(key.to_bytes())
    slots = len(shares[0])
    for upload in range(uploads):
        same = upload - 2 * FILES
        if upload % 2 and same >= 0:
            for suffix in ("envelope", "sealed"):
                os.link(folder / f"{same}.{suffix}", folder / f"{upload}.{suffix}")
        else:
            half = encode_share(shares[upload // 2 % FILES]) if upload % 2 else _seed_of(upload)
            _seal(folder / str(upload), half, slots, key.public)


def _seal(upload: Path, half: bytes, slots: int, to: SealingPublicKey) -> None:
    number = int(upload.name)
    envelope = Envelope(
        node=f"provider-{number}",
        round=NOTHING,
        universe=NOTHING,
        variable="served",
        generation=1,
        slots=slots,
        seed_at="B" if number % 2 else "A",
        sealed_a=NOTHING,
        sealed_b=NOTHING,
        roster=NOTHING,
        ledger=Head(seq=0, hash=NOTHING),
    )
    sealed = to.seal(half, upload_context(envelope, "A"))
    named = envelope.model_copy(update={"sealed_a": sha256(sealed)})
    upload.with_suffix(".envelope").write_bytes(named.to_bytes())
    upload.with_suffix(".sealed").write_bytes(sealed)


def _total(shares: list[NDArray[np.uint32]], uploads: int) -> NDArray[np.uint32]:
    total = np.zeros_like(shares[0])
    for upload in range(uploads):
        slots = len(total)
        total += shares[upload // 2 % FILES] if upload % 2 else expand(_seed_of(upload), slots)
    return total


def _seed_of(upload: int) -> bytes:
    return upload.to_bytes(32, "little")


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
