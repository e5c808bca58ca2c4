# SPDX-License-Identifier: EUPL-1.2
"""The computation of a release at one helper: shares in, noised half out (protocol sections 4, 5).

Nothing here sees a total: inputs and outputs are additive shares, and the only opened value is
y = x + r modulo N behind a gate, which is uniform because r is. A sum opens nothing at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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

Shares: TypeAlias = Mapping[str, Words]
"""This helper's share of every figure before noise: by block, uint64 (outputs, areas)."""

Rows: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
"""Shares of a gate's outputs (outputs, slots), modulo 2^32 or 2^64 as its keys are."""


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


def gate_shares(
    manifest: Manifest, opened: Sequence[OpenedPart], areas: Mapping[str, AreaMap]
) -> Shares:
    """Return the shares of a gate's figures: its outputs per slot, added up per area."""
    slots: dict[str, Rows] = {}
    for item in opened:
        slots |= _block_shares(manifest.blocks_of(item.part.variable), item)
    return {
        block.id: np.stack(
            [
                area_sums(row, areas[block.area_map].index, len(areas[block.area_map].codes))
                for row in slots[block.id]
            ]
        ).astype(np.uint64)
        for block in manifest.blocks
    }


def cell_shares(
    manifest: Manifest,
    totals: Mapping[str, NDArray[np.uint32]],
    areas: Mapping[str, AreaMap],
) -> Shares:
    """Return the shares of a sum's figures: the cells as they are, class after class.

    ``totals`` is this helper's share (uint32[cells]) of each variable over the listed uploads.
    """
    return {
        block.id: totals[block.variable]
        .astype(np.uint64)
        .reshape(block.outputs, len(areas[block.area_map].codes))
        for block in manifest.blocks
    }


def noised_half(
    manifest: Manifest,
    shares: Shares,
    areas: Mapping[str, AreaMap],
    noise: NoiseSource,
    pad: bytes,
    helper: str,
    blind: bytes,
) -> bytes:
    """Return this helper's half of the answer: its shares, its noise, pad and blind."""
    sums = [_with_noise(shares[block.id], block, noise) for block in manifest.blocks]
    return pack(tables(manifest, areas), sums, pad, helper, blind)


def _block_shares(blocks: Sequence[Block], item: OpenedPart) -> dict[str, Rows]:
    if item.part.require_gate().ring_bits <= TABLE_BITS:
        outputs = item.keys.outputs(item.opened)
        return {block.id: outputs[list(output_rows(blocks, block))] for block in blocks}
    thresholds, caps = dcf_points(blocks)
    evaluated = item.keys.evaluate(item.opened, thresholds, caps)
    return {block.id: _dcf_rows(block, evaluated, thresholds, caps) for block in blocks}


def _dcf_rows(block: Block, evaluated: DcfOutputs, thresholds: list[int], caps: list[int]) -> Rows:
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
