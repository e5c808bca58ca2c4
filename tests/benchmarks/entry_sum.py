# SPDX-License-Identifier: EUPL-1.2
"""A helper's work on uploads that go into one figure per area, as a process of its own.

Run as ``python entry_sum.py FOLDER UPLOADS SLOTS AREAS``, with in ``FOLDER`` what ``sums`` writes:
the helper's key, and of each upload its envelope and the half sealed to helper A. Each step is the
product's own: a half is opened and kept as when it arrives, all of them are added up and summed per
area, and noise, pad and blind make the helper's half of an answer, in ``FOLDER/half``. Writes one
JSON object: the seconds of each step, and the most memory it ever had, in MB.
"""

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.usage import usage_of
from ontschot.node.helper.gates import noised_half, total_share
from ontschot.node.noise import DiscreteGaussian
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Gate, Manifest, Part
from ontschot.protocol.documents.uploads import Envelope
from ontschot.protocol.gate import area_sums
from ontschot.protocol.keys.sealing import SealingKey
from ontschot.protocol.letters.files import ContentFolder
from ontschot.protocol.privacy.units import format_sigma
from ontschot.protocol.release.halves import BLIND_BYTES, common_pad
from ontschot.protocol.release.sealing import upload_context
from ontschot.protocol.release.tables import tables
from ontschot.protocol.sharing import decode_share, expand
from ontschot.protocol.universe.areas import Area, AreaMap

NOTHING: Final = "0" * 64
SIGMA: Final = Fraction(16)
SECRETS: Final = b"a" * 32, b"b" * 32
"""What both helpers draw their pad from."""


def main(folder: Path, uploads: int, slots: int, areas: int) -> dict[str, float]:
    """Do what a helper does with the uploads it gets; return what it took."""
    manifest, maps = asked(slots, areas)
    (area_map,) = maps.values()
    key = SealingKey.from_bytes((folder / "key").read_bytes())
    store = ContentFolder(folder / "store")
    start = perf_counter()
    kept = [_keep(folder / str(upload), key, store) for upload in range(uploads)]
    opened = perf_counter()
    total = total_share(_halves(kept))
    added = perf_counter()
    sums = area_sums(total, area_map.index, areas)
    summed = perf_counter()
    shares = {block.id: sums.astype(np.uint64)[None] for block in manifest.blocks}
    blind = secrets.token_bytes(BLIND_BYTES)
    half = noised_half(
        manifest, shares, maps, DiscreteGaussian(), pad_of(manifest, maps), "A", blind
    )
    noised = perf_counter()
    (folder / "half").write_bytes(half)
    return {
        "opened": opened - start,
        "added": added - opened,
        "summed": summed - added,
        "noised": noised - summed,
        "peak": usage_of(os.getpid()).peak,
    }


def asked(slots: int, areas: int) -> tuple[Manifest, Mapping[str, AreaMap]]:
    """Return a release of one figure per area, and the map of areas that are about equal."""
    ends = np.linspace(0, slots, areas + 1).astype(np.int64)
    lengths = ends[1:] - ends[:-1]
    codes = [f"BU{number:08}" for number in range(areas)]
    held = tuple(Area(code, code, (code,)) for code in codes)
    area_map = AreaMap(NOTHING, "buurt", 1, held, np.arange(areas, dtype=np.int32), lengths)
    block = Block(
        id="sum",
        variable="served",
        level="buurt",
        area_map=NOTHING,
        statistic="at-least",
        thresholds=[1],
        cap=None,
        l2_squared="1",
        sigma=format_sigma(SIGMA),
        rho="1",
    )
    manifest = Manifest(
        kind="gate",
        release_id="sum",
        attempt=1,
        query=NOTHING,
        round=NOTHING,
        universe=NOTHING,
        roster_serial=1,
        roster_hash=NOTHING,
        nodes=["provider-1"],
        parts=[
            Part(variable="served", gate=Gate(ring_bits=4, batch=NOTHING), uploads=[NOTHING]),
        ],
        blocks=[block],
        expiry="2025-01-01T00:00:00Z",
    )
    return manifest, {NOTHING: area_map}


def pad_of(manifest: Manifest, maps: Mapping[str, AreaMap]) -> bytes:
    """Return the pad of both helpers."""
    length = sum(table.size for table in tables(manifest, maps))
    return common_pad(*SECRETS, manifest.digest, length)


def _keep(upload: Path, key: SealingKey, store: ContentFolder) -> tuple[Envelope, Path]:
    """Open the half of an upload and keep it, as ``helper.uploads`` does when it arrives."""
    envelope = Envelope.parse(upload.with_suffix(".envelope").read_bytes())
    sealed = upload.with_suffix(".sealed").read_bytes()
    if sha256(sealed) != envelope.sealed_a:
        raise ValueError("not the half that the envelope names")
    ref = store.put(key.open(sealed, upload_context(envelope, "A")))
    return envelope, store.path(ref.sha256)


def _halves(kept: list[tuple[Envelope, Path]]) -> Iterator[NDArray[np.uint32]]:
    for envelope, path in kept:
        data = path.read_bytes()
        seed = envelope.seed_at == "A"
        yield expand(data, envelope.slots) if seed else decode_share(data, envelope.slots)


if __name__ == "__main__":
    place, *numbers = sys.argv[1:]
    sys.stdout.write(json.dumps(main(Path(place), *map(int, numbers))) + "\n")
