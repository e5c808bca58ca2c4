# SPDX-License-Identifier: EUPL-1.2
"""The layout of CELL vectors, and what a sum over them can hold (protocol sections 1 and 4).

A CELL vector has one integer for each class in each area, class after class: cell ``k * areas + a``
is class k in area a. A sum adds up the shares of the listed uploads modulo 2^32, so a figure must
stay within half of that on either side of zero, noise included. An upload
that its node noised holds signed figures, as centred integers modulo 2^32; they add up likewise.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.rounds import CellGrid
from ontschot.protocol.universe.areas import AreaMap

CENTRED: Final = 2**31
"""Figures in words of 32 bits are decoded around zero."""

DEVIATIONS: Final = 40
"""Noise beyond so many standard deviations does not happen: below 2 exp(-40^2 / 2)."""


def cell_count(grid: CellGrid, area_map: AreaMap) -> int:
    """Return the length of a CELL vector: classes times areas."""
    return len(grid.classes) * len(area_map.codes)


def largest_sum(area_map: AreaMap, cap: int, nodes: int) -> int:
    """Return what no cell of honest uploads exceeds, in quanta.

    At each of ``nodes`` providers every slot of the largest area adds at most ``cap``.
    """
    return int(area_map.slots_per_area.max()) * cap * nodes


def fits_word(
    block: Block, area_map: AreaMap, nodes: int, sigma: Fraction, uploads: Sequence[Fraction] = ()
) -> bool:
    """Return whether every figure of a sum can be decoded, with all noise that may be in it.

    ``sigma`` is one helper's, of two; ``uploads`` are the sigmas of uploads noised by their nodes.
    """
    noise = DEVIATIONS * (2 * sigma + sum(uploads, Fraction(0)))
    return largest_sum(area_map, block.cap or 0, nodes) + noise < CENTRED
