# SPDX-License-Identifier: EUPL-1.2
"""Which gate a variable's blocks need, and what the gate computes (protocol sections 2 and 5)."""

from collections.abc import Sequence

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.gate.payload import Payload
from ontschot.protocol.gate.spec import BatchSpec
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.cells import CENTRED, DEVIATIONS

TABLE_BITS = 6
"""Rings up to 2^6 go by a table; larger ones by a distributed comparison function."""

MAX_RING_BITS = 31
"""Totals lie in Z_N with N dividing 2^32, in which shares are."""


def ring_bits(max_nodes: int, node_cap: int) -> int:
    """Return the bits of the ring Z_N that holds any total: N > max_nodes * node_cap."""
    return max(2, (max_nodes * node_cap).bit_length())


def gate_spec(blocks: Sequence[Block], slots: int, bits: int) -> BatchSpec:
    """Return the batch that a variable's blocks need over a ring of ``bits`` bits."""
    if bits > TABLE_BITS:
        return BatchSpec("dcf", slots, bits, payload=payload_of(blocks, slots))
    rows = tuple(row for block in _distinct(blocks) for row in _rows(block, 1 << bits))
    return BatchSpec(kind="table", slots=slots, ring_bits=bits, outputs=rows)


def payload_of(blocks: Sequence[Block], slots: int) -> Payload:
    """Return the smallest payload of a comparison with which these blocks can be answered."""
    if not fits_32_bits(blocks, slots):
        return "wide"
    return "count" if all(block.cap is None for block in blocks) else "sum"


def fits_32_bits(blocks: Sequence[Block], slots: int) -> bool:
    """Return whether every figure can be decoded modulo 2^32, with both helpers' noise.

    An area has at most all ``slots``, and a slot adds at most the cap, or 1 to a count.
    """
    return all(
        (block.cap or 1) * slots + 2 * DEVIATIONS * parse_sigma(block.sigma) < CENTRED
        for block in blocks
    )


def output_rows(blocks: Sequence[Block], block: Block) -> range:
    """Return which rows of the table gate's outputs belong to ``block``."""
    start = 0
    for candidate in _distinct(blocks):
        if _function(candidate) == _function(block):
            return range(start, start + block.outputs)
        start += candidate.outputs
    msg = "a block of another variable"
    raise ValueError(msg)


def dcf_points(blocks: Sequence[Block]) -> tuple[list[int], list[int]]:
    """Return the thresholds and the caps at which a comparison gate is evaluated, each once."""
    thresholds = {t for block in blocks for t in block.thresholds}
    return sorted(thresholds), sorted({block.cap for block in blocks if block.cap is not None})


def admission_block(variable: VariableDocument, area_map: str, sigma: str, rho: str) -> Block:
    """Return the block that counts slots outside [0, node_cap]; honest uploads have none.

    ``area_map`` is one of the gemeente, or of a person variable its own.
    """
    grid = variable.persons
    return Block(
        id="admission",
        unit="household" if grid is None else "person",
        variable=variable.id,
        level="gemeente" if grid is None else grid.level,
        area_map=area_map,
        statistic="at-least",
        thresholds=[variable.node_cap + 1],
        cap=None,
        l2_squared="1",
        sigma=sigma,
        rho=rho,
    )


def _function(block: Block) -> tuple[str, tuple[int, ...], int | None]:
    return block.statistic, tuple(block.thresholds), block.cap


def _distinct(blocks: Sequence[Block]) -> list[Block]:
    # Blocks that differ only in their areas share the rows of one function.
    seen: dict[tuple[str, tuple[int, ...], int | None], Block] = {}
    for block in blocks:
        seen.setdefault(_function(block), block)
    return list(seen.values())


def _rows(block: Block, size: int) -> list[tuple[int, ...]]:
    if block.statistic == "capped":
        cap = block.cap or 0
        return [tuple(min(x, cap) for x in range(size))]
    rows = []
    for index, threshold in enumerate(block.thresholds):
        last = index == len(block.thresholds) - 1
        end = size if last or block.statistic == "at-least" else block.thresholds[index + 1]
        rows.append(tuple(int(threshold <= x < end) for x in range(size)))
    return rows
