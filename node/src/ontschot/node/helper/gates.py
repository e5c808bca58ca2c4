# SPDX-License-Identifier: EUPL-1.2
"""The computation of a release at one helper: shares in, noised half out (protocol section 5).

Nothing here sees a total: inputs and outputs are additive shares, and the only opened value is
y = x + r modulo N, which is uniform because r is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ontschot.node.noise import NoiseSource
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest, Part
from ontschot.protocol.gate import DcfOutputs, GatePart, area_sums
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.gates import TABLE_BITS, dcf_points, output_rows
from ontschot.protocol.release.halves import Words, pack
from ontschot.protocol.release.tables import tables
from ontschot.protocol.universe.areas import AreaMap


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """One variable of a release: its gate keys and the opened masked totals y (uint32[slots])."""

    part: Part
    keys: GatePart
    opened: NDArray[np.uint32]


def total_share(halves: Sequence[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    """Return this helper's share (uint32[slots]) of the totals over the listed uploads."""
    total = halves[0].copy()
    for half in halves[1:]:
        total += half
    return total


def noised_half(
    manifest: Manifest,
    opened: Sequence[OpenedPart],
    areas: dict[str, AreaMap],
    noise: NoiseSource,
    pad: bytes,
    helper: str,
) -> bytes:
    """Return this helper's half of the answer: area sums of its shares, noise, and the pad."""
    shapes = tables(manifest, areas)
    shares: dict[str, Words] = {}
    for item in opened:
        blocks = manifest.blocks_of(item.part.variable)
        shares |= _block_shares(blocks, item)
    sums = []
    for block, shape in zip(manifest.blocks, shapes, strict=True):
        area_map = areas[block.area_map]
        exact = np.stack([area_sums(row, area_map.index, shape.areas) for row in shares[block.id]])
        sums.append(_with_noise(exact, block, noise))
    return pack(shapes, sums, pad, helper)


def _block_shares(blocks: Sequence[Block], item: OpenedPart) -> dict[str, Words]:
    if item.part.ring_bits <= TABLE_BITS:
        outputs = item.keys.outputs(item.opened).astype(np.uint64)
        return {block.id: outputs[list(output_rows(blocks, block))] for block in blocks}
    thresholds, caps = dcf_points(blocks)
    evaluated = item.keys.evaluate(item.opened, thresholds, caps)
    return {block.id: _dcf_rows(block, evaluated, thresholds, caps) for block in blocks}


def _dcf_rows(block: Block, evaluated: DcfOutputs, thresholds: list[int], caps: list[int]) -> Words:
    if block.cap is not None:
        return evaluated.capped[[caps.index(block.cap)]]
    rows = evaluated.at_least[[thresholds.index(t) for t in block.thresholds]]
    if block.statistic == "bins":
        # A bin is the difference of two nested counts; the last one is open.
        rows = np.concatenate([rows[:-1] - rows[1:], rows[-1:]])
    return rows


def _with_noise(exact: Words, block: Block, noise: NoiseSource) -> Words:
    drawn = noise.draw(parse_sigma(block.sigma), exact.size).reshape(exact.shape)
    return exact + drawn.astype(np.int64).view(np.uint64)
