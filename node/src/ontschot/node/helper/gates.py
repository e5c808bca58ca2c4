# SPDX-License-Identifier: EUPL-1.2
"""The computation of a release at one helper: shares in, noised half out (protocol sections 4, 5).

Nothing here sees a total: inputs and outputs are additive shares, and the only opened value is
y = x + r modulo N behind a gate, which is uniform because r is. A sum opens nothing at all.

A code goes through two gates. The first ones give shares of bits, modulo 2^32 or 2^64; the small
ring Z_N of a code has N dividing both, so weighted sums of these shares modulo N are shares of the
code. They are masked and opened like totals, with a batch of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.node.noise import NoiseSource
from ontschot.protocol.documents.queries import Block, Component, Function
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.gate import DcfOutputs, GatePart, add, area_sums
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.gates import dcf_points, output_rows
from ontschot.protocol.release.halves import Words, pack
from ontschot.protocol.release.tables import tables
from ontschot.protocol.universe.areas import AreaMap

Shares: TypeAlias = Mapping[str, Words]
"""This helper's share of every figure before noise: by block, uint64 (outputs, areas)."""

Rows: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
"""Shares of a gate's outputs (outputs, slots), modulo 2^32 or 2^64 as its keys are."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened gate: of which variable or code, its keys, and the values y (uint32[slots])."""

    name: str
    keys: GatePart
    values: NDArray[np.uint32] = field(repr=False)


def total_share(halves: Iterable[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    """Return this helper's share (uint32[slots]) of the totals over the listed uploads.

    Takes one half after the other, so that memory is that of three vectors however many there are.

    Raises:
        ValueError: there are none, or of two lengths.
    """
    return add(halves)


def gate_shares(
    manifest: Manifest,
    opened: Iterable[Opened],
    areas: Mapping[str, AreaMap],
    index: Mapping[str, NDArray[np.int32]] | None = None,
) -> Shares:
    """Return the shares of a gate's figures: its outputs per slot or bucket, added up per area.

    ``index`` is the area of each place, int32[places], by block; without it places are slots.
    """
    shares: dict[str, Words] = {}
    for item in opened:
        blocks = manifest.blocks_of(item.name)
        if not blocks:
            continue
        functions = manifest.functions_of(item.name)
        for block, rows in zip(blocks, _evaluated(functions, blocks, item), strict=True):
            area_map = areas[block.area_map]
            places = area_map.index if index is None else index[block.id]
            sums = [area_sums(row, places, len(area_map.codes)) for row in rows]
            shares[block.id] = np.stack(sums).astype(np.uint64)
    return shares


def code_shares(manifest: Manifest, opened: Iterable[Opened], slots: int) -> list[Words]:
    """Return this helper's share of each code (uint64[slots], below its N), by the first gates."""
    shares = [np.zeros(slots, dtype=np.uint64) for _ in manifest.codes]
    for item in opened:
        functions = manifest.functions_of(item.name)
        bits = [one for one in functions if isinstance(one, Component)]
        rows = _evaluated(functions, bits, item) if bits else []
        of_threshold = {
            bit.threshold: row[0].astype(np.uint64) for bit, row in zip(bits, rows, strict=True)
        }
        for number, code in enumerate(manifest.codes):
            for bit in code.components:
                if bit.variable == item.name:
                    shares[number] += of_threshold[bit.threshold] * np.uint64(bit.weight)
    rings = (np.uint64((1 << code.ring_bits) - 1) for code in manifest.codes)
    return [share & low for share, low in zip(shares, rings, strict=True)]


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
    """Return this helper's half of the answer: its shares, its noise, pad and blind.

    Where the nodes added the noise (``manifest.noise``; ``checks`` made sure that all did), the
    helper adds none.
    """
    if manifest.noise == "nodes":
        sums = [shares[block.id] for block in manifest.blocks]
    else:
        sums = [_with_noise(shares[block.id], block, noise) for block in manifest.blocks]
    return pack(tables(manifest, areas), sums, pad, helper, blind)


def _evaluated(
    functions: Sequence[Function], wanted: Sequence[Function], item: Opened
) -> list[Rows]:
    """Return shares of each wanted function; the batch is for all ``functions``."""
    if item.keys.spec.kind == "table":
        outputs = item.keys.outputs(item.values)
        return [outputs[list(output_rows(functions, one))] for one in wanted]
    thresholds, caps = dcf_points(wanted)
    evaluated = item.keys.evaluate(item.values, thresholds, caps)
    return [_dcf_rows(one, evaluated, thresholds, caps) for one in wanted]


def _dcf_rows(
    function: Function, evaluated: DcfOutputs, thresholds: list[int], caps: list[int]
) -> Rows:
    if function.cap is not None:
        return evaluated.capped[[caps.index(function.cap)]]
    rows = evaluated.at_least[[thresholds.index(t) for t in function.thresholds]]
    if function.statistic == "bins":
        # A bin is the difference of two nested counts; the last one is open.
        rows = np.concatenate([rows[:-1] - rows[1:], rows[-1:]])
    return rows


def _with_noise(exact: Words, block: Block, noise: NoiseSource) -> Words:
    drawn = noise.draw(parse_sigma(block.sigma), exact.size).reshape(exact.shape)
    return exact + drawn.astype(np.int64).view(np.uint64)
