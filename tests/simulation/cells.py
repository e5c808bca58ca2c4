# SPDX-License-Identifier: EUPL-1.2
"""A federation that is asked over cells (Q22), and what its answer is compared with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.release.cells import cell_count
from simulation.federation import Federation

QUESTION: Final = "Q22"
CLASSES, CAP = 8, 2
NODES: Final = tuple(f"provider-{number}" for number in range(1, 5))
TABLES: Final = ("referrals-gemeente", "referrals-wijk")
"""The variables of the question, one for each of its tables."""


def open_over_cells(folder: Path, most: int) -> Federation:
    """Return a stopped federation with an open round; each cell holds at most ``most``."""
    federation = Federation(folder, NODES, {}, questions=(QUESTION,))
    random = np.random.default_rng(7)
    for node in NODES:
        for variable in definition(QUESTION).variables:
            grid = variable.cells
            assert grid is not None
            length = cell_count(grid, federation.maps[grid.level, grid.minimum])
            drawn = random.integers(0, most + 1, length).astype(np.uint32)
            federation.vectors[node, variable.id] = drawn
    federation.open_round()
    federation.close()
    return federation


def published(answer: dict[str, Any]) -> list[NDArray[np.int64]]:
    """Return the figures of each table, shape (classes, areas)."""
    return [
        np.array([[figure["value"] for figure in area["figures"]] for area in table["areas"]]).T
        for table in answer["tables"]
    ]


def totals(federation: Federation, nodes: Sequence[str] = NODES) -> list[NDArray[np.int64]]:
    """Return the sum of the providers' cells, table by table, shape (classes, areas)."""
    return [
        np.sum([federation.vectors[node, name] for node in nodes], axis=0, dtype=np.int64).reshape(
            CLASSES, -1
        )
        for name in TABLES
    ]
