# SPDX-License-Identifier: EUPL-1.2
"""The same question without privacy, and the helper's computation without everything around it.

What stands beside the time of a release. *DuckDB in the clear* is what nobody may do: all
providers' records in one database, one query per table of the question. *Plain numpy* gets one
vector per provider, as a node makes them. *A helper's computation* is the product's own: masks,
gate, area sums and noise, with nothing sent, signed, checked or stored.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Row
from ontschot.node.helper.gates import Opened, gate_shares, noised_half
from ontschot.node.noise import DiscreteGaussian
from ontschot.protocol.catalogue.definitions import BlockDefinition, definition
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.gate import GatePart, Party, derive, opened
from ontschot.protocol.release.gates import gate_spec
from ontschot.protocol.release.halves import common_pad
from ontschot.protocol.release.tables import tables
from ontschot.protocol.universe import AreaMap
from ontschot_demo.truth import Truth

BATCH, SEED = bytes(32), bytes(range(32))
CENTS_OF_A_QUANTUM = 10_000


def beside(
    name: str, manifest: Manifest, maps: Mapping[str, AreaMap], truth: Truth, seconds: float
) -> list[Row]:
    """Return the rows beside a release of ``manifest`` that took ``seconds``.

    ``maps`` are the area maps by hash; ``truth`` has the same providers' files.
    """
    database = _best(lambda: ask(truth, name))
    plain = _best(lambda: figures(manifest, maps))
    helper = max(_best(computation(manifest, maps, party)) for party in ("A", "B"))
    return [
        (f"{name}: DuckDB in the clear, over all records together", database, "s"),
        (f"{name}: plain numpy in the clear, over all vectors together", plain, "s"),
        (f"{name}: a helper's computation alone (the slower helper)", helper, "s"),
        (f"{name}: median / DuckDB in the clear", seconds / database, "x"),
        (f"{name}: a helper's computation / plain numpy", helper / plain, "x"),
        (f"{name}: median / a helper's computation", seconds / helper, "x"),
    ]


def ask(truth: Truth, question: str) -> int:
    """Compute every table of a question from all records, in SQL; return how many areas it has."""
    return sum(len(_table(truth, question, block)) for block in definition(question).blocks)


def figures(manifest: Manifest, maps: Mapping[str, AreaMap]) -> list[NDArray[np.generic]]:
    """Return the figures of a release over made-up vectors, plainly: [outputs, areas] each."""
    found: list[NDArray[np.generic]] = []
    for part in manifest.parts:
        slots = maps[manifest.blocks[0].area_map].slots
        total = _vectors(len(part.uploads), slots, part.require_gate().ring_bits).sum(axis=0)
        for block in manifest.blocks_of(part.variable):
            area_map = maps[block.area_map]
            rows = [
                np.bincount(area_map.index + 1, row, len(area_map.areas) + 1)[1:]
                for row in _outputs(block, total)
            ]
            found.append(np.stack(rows))
    return found


def computation(
    manifest: Manifest, maps: Mapping[str, AreaMap], party: Party
) -> Callable[[], bytes]:
    """Return what a helper computes for a release, ready to be timed; its keys are dealt before."""
    parts = []
    for part in manifest.parts:
        slots = maps[manifest.blocks[0].area_map].slots
        spec = gate_spec(manifest.blocks_of(part.variable), slots, part.require_gate().ring_bits)
        made = derive(spec, BATCH, SEED)
        keys = {
            "A": GatePart.load(spec, "A", BATCH, made.part_a),
            "B": GatePart.load(spec, "B", BATCH, made.part_b),
        }
        share = _vectors(1, slots, part.require_gate().ring_bits)[0]
        theirs = keys["B" if party == "A" else "A"].masked(np.zeros_like(share))
        parts.append((part, keys[party], share, theirs))
    length = sum(table.size for table in tables(manifest, maps))
    pad = common_pad(SEED, SEED, manifest.digest, length)
    noise = DiscreteGaussian()

    def compute() -> bytes:
        done = [
            Opened(part.variable, keys, opened(keys.masked(share), theirs, keys.spec.ring_bits))
            for part, keys, share, theirs in parts
        ]
        return noised_half(
            manifest, gate_shares(manifest, done, maps), maps, noise, pad, party, SEED
        )

    return compute


def _table(truth: Truth, question: str, block: BlockDefinition) -> Mapping[str, object]:
    if question == "Q13":
        return truth.providers(block.level)
    if block.cap is not None:
        return truth.capped_sum(block.level, block.cap * CENTS_OF_A_QUANTUM)
    found: dict[str, object] = {}
    for threshold in block.thresholds:
        found |= truth.between(block.level, threshold * CENTS_OF_A_QUANTUM, None)
    return found


def _outputs(block: Block, total: NDArray[np.uint32]) -> Sequence[NDArray[np.uint32]]:
    if block.cap is not None:
        return [np.minimum(total, block.cap)]
    least = [(total >= threshold).astype(np.uint32) for threshold in block.thresholds]
    if block.statistic != "bins":
        return least
    return [*(low - high for low, high in pairwise(least)), least[-1]]


def _vectors(count: int, slots: int, bits: int) -> NDArray[np.uint32]:
    # Time does not depend on the values; up to 15 such vectors fit in the ring.
    return np.random.default_rng(3).integers(0, 2**bits // 16 + 1, (count, slots), dtype=np.uint32)


def _best(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of some runs, in seconds."""
    shortest = float("inf")
    for _ in range(times):
        start = perf_counter()
        work()
        shortest = min(shortest, perf_counter() - start)
    return shortest
