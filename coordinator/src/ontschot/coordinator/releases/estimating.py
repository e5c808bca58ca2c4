# SPDX-License-Identifier: EUPL-1.2
"""From opened figures to what is published: as they are, or persons from occupied buckets.

Post-processing of noised figures: it costs no privacy (Dwork and Roth 2014, proposition 2.1).
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.persons import clients_of, vector_sizes
from ontschot.protocol.persons.estimate import LEAST_EMPTY
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.universe.areas import AreaMap


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The figures of one block, shape [areas, outputs].

    Attributes:
        values: int64, in the unit of the block.
        variances: float64, where they differ from figure to figure; else None.
        full: how many figures are no estimate: there, ``values`` is what there are at least and the
            variance is so large that no number is shown.
    """

    values: NDArray[np.int64]
    variances: NDArray[np.float64] | None = None
    full: int = 0


def variable_of(block: Block, manifest: Manifest, round_: Round) -> VariableDocument | None:
    """Return the variable that a block is over; None for a code of several."""
    if any(code.id == block.variable for code in manifest.codes):
        return None
    return round_.variable(block.variable)


def figures_of(
    block: Block, variable: VariableDocument | None, area_map: AreaMap, sums: NDArray[np.int64]
) -> Figures:
    """Return the figures of a block from its opened sums, int64[outputs, areas]."""
    values = np.ascontiguousarray(sums.T)
    if variable is None or variable.persons is None:
        return Figures(values)
    sizes = vector_sizes(variable, area_map)
    estimate = clients_of(sums[0], sizes, 2 * parse_sigma(block.sigma) ** 2)
    least = -log(LEAST_EMPTY) * sizes.astype(np.float64)
    persons = np.where(estimate.full, least, estimate.persons)
    variances = np.where(estimate.full, least**2, estimate.variance)
    return Figures(
        np.rint(persons).astype(np.int64)[:, np.newaxis],
        variances[:, np.newaxis],
        int(np.count_nonzero(estimate.full)),
    )


def most_of(
    block: Block, variable: VariableDocument | None, area_map: AreaMap, nodes: int
) -> NDArray[np.int64]:
    """Return what the exact figures of a block cannot exceed, int64[areas].

    In a sum every provider counts a household by itself; elsewhere it counts once. A count of
    buckets beyond what can be estimated is no answer.
    """
    sizes = vector_sizes(variable, area_map)
    if variable is not None and variable.persons is not None:
        return (sizes * (1 - LEAST_EMPTY)).astype(np.int64)
    return sizes * ((block.cap or 1) * (nodes if block.statistic == "sum" else 1))
