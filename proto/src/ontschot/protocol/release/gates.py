# SPDX-License-Identifier: EUPL-1.2
"""Which gate a variable's blocks need, and what the gate computes (protocol sections 2 and 5)."""

from collections.abc import Sequence
from typing import Literal

from ontschot.protocol.documents.queries import Block, Function
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.gate.payload import GROUPS, Payload
from ontschot.protocol.gate.spec import MAX_SLOTS, BatchSpec
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.admission import unit_of
from ontschot.protocol.release.cells import CENTRED, DEVIATIONS

TABLE_BITS = 6
"""Rings up to 2^6 go by a table; larger ones by a distributed comparison function."""

MAX_RING_BITS = 31
"""Totals lie in Z_N with N dividing 2^32, in which shares are."""


def ring_bits(max_nodes: int, node_cap: int) -> int:
    """Return the bits of the ring Z_N that holds any total: N > max_nodes * node_cap."""
    return max(2, (max_nodes * node_cap).bit_length())


def gate_spec(functions: Sequence[Function], slots: int, bits: int) -> BatchSpec:
    """Return the batch for all functions of a variable or code over a ring of ``bits`` bits.

    ``slots`` is the length of its vector: slots of the universe, or buckets of persons.
    """
    if bits > TABLE_BITS:
        return BatchSpec("dcf", slots, bits, payload=payload_of(functions, slots))
    rows = tuple(row for item in _distinct(functions) for row in _rows(item, 1 << bits))
    return BatchSpec(kind="table", slots=slots, ring_bits=bits, outputs=rows)


def word_bits_of(functions: Sequence[Function], slots: int, bits: int) -> Literal[32, 64]:
    """Return the bits of the words in which the outputs of ``gate_spec``'s batch are shared.

    ``slots`` may be those of the universe where the vector is of buckets: only sums look at it, and
    a sum is over slots (``fits_32_bits``).
    """
    return 32 if bits <= TABLE_BITS else GROUPS[payload_of(functions, slots)].word_bits


def payload_of(functions: Sequence[Function], slots: int) -> Payload:
    """Return the smallest payload of a comparison that is enough for these functions."""
    if not fits_32_bits(functions, slots):
        return "wide"
    return "count" if all(item.cap is None for item in functions) else "sum"


def fits_32_bits(functions: Sequence[Function], slots: int) -> bool:
    """Return whether every figure can be decoded modulo 2^32, with both helpers' noise.

    An area has at most all ``slots``, and a slot adds at most the cap to a sum. To a count each of
    at most ``MAX_SLOTS`` places adds 1, so that the answer is the same for a vector of buckets,
    which only has counts, whichever length is asked about. A bit of a code is no figure: it is
    reduced modulo the ring of the code.
    """
    return all(
        (MAX_SLOTS if item.cap is None else item.cap * slots)
        + 2 * DEVIATIONS * parse_sigma(item.sigma)
        < CENTRED
        for item in functions
        if isinstance(item, Block)
    )


def output_rows(functions: Sequence[Function], wanted: Function) -> range:
    """Return which rows of the table gate's outputs belong to ``wanted``."""
    start = 0
    for candidate in _distinct(functions):
        if _parameters(candidate) == _parameters(wanted):
            return range(start, start + wanted.outputs)
        start += candidate.outputs
    msg = "a block of another variable"
    raise ValueError(msg)


def dcf_points(functions: Sequence[Function]) -> tuple[list[int], list[int]]:
    """Return the thresholds and the caps at which a comparison gate is evaluated, each once."""
    thresholds = {t for item in functions for t in item.thresholds}
    return sorted(thresholds), sorted({item.cap for item in functions if item.cap is not None})


def admission_block(variable: VariableDocument, area_map: str, sigma: str, rho: str) -> Block:
    """Return the block that counts places outside [0, node_cap]; honest uploads have none.

    ``area_map`` is one of the gemeente, or of a person variable its own. Of such a variable its
    unit is the person, so that both accounts pay for the places that they pay for in a table.
    """
    grid = variable.persons
    return Block(
        id="admission",
        variable=variable.id,
        unit=unit_of(variable),
        level="gemeente" if grid is None else grid.level,
        area_map=area_map,
        statistic="at-least",
        thresholds=[variable.node_cap + 1],
        cap=None,
        l2_squared="1",
        sigma=sigma,
        rho=rho,
    )


def _parameters(function: Function) -> tuple[str, tuple[int, ...], int | None]:
    return function.statistic, tuple(function.thresholds), function.cap


def _distinct(functions: Sequence[Function]) -> list[Function]:
    # Blocks that differ only in their areas share their rows, and so do bits in their weights.
    seen: dict[tuple[str, tuple[int, ...], int | None], Function] = {}
    for function in functions:
        seen.setdefault(_parameters(function), function)
    return list(seen.values())


def _rows(function: Function, size: int) -> list[tuple[int, ...]]:
    if function.statistic == "capped":
        cap = function.cap or 0
        return [tuple(min(x, cap) for x in range(size))]
    rows = []
    for index, threshold in enumerate(function.thresholds):
        last = index == len(function.thresholds) - 1
        end = size if last or function.statistic == "at-least" else function.thresholds[index + 1]
        rows.append(tuple(int(threshold <= x < end) for x in range(size)))
    return rows
