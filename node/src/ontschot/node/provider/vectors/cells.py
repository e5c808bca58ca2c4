# SPDX-License-Identifier: EUPL-1.2
"""From a provider's records to one CELL vector: counts per class and area, clamped per household.

In this order: the database counts per client and class; clients are placed in slots; who lives in
an institution is left out; the others are added up per slot; a household with more than
``node_cap`` of them is thinned to exactly that many; what remains is added up per class and area.
So one household adds at most ``node_cap`` to all cells together, which is what the price of a sum
rests on (privacy, section 0.1).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from ontschot.node.provider.records.cells import cell_inputs
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.vectors.build import VectorResult
from ontschot.node.provider.vectors.households import Placed, place
from ontschot.node.provider.vectors.report import Group, PlacementReport
from ontschot.node.provider.vectors.rounding import COIN_BITS, RoundingKey
from ontschot.node.provider.vectors.tally import Clients
from ontschot.protocol.documents.rounds import CellGrid, Round, VariableDocument
from ontschot.protocol.universe import NO_AREA, AreaMap, Universe, normalise_columns


@dataclass(frozen=True, slots=True, eq=False)
class ClassedClients:
    """m clients, and how many things of each class they have: int64[m, classes]."""

    clients: Clients = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)


def build_cells(
    engine: Engine,
    universe: Universe,
    areas: AreaMap,
    round_: Round,
    variable: VariableDocument,
    rounding_key: RoundingKey,
) -> VectorResult:
    """Return the CELL vector (uint32[classes * areas]) of ``variable`` over the records.

    Args:
        engine: the record store.
        universe: the slots.
        areas: the map of the variable's cells, of this universe.
        round_: its period and reference date.
        variable: what to count; with cells.
        rounding_key: the node's secret, for thinning.

    Raises:
        RecordsUnavailable: or a subclass; the caller answers "failed" and logs locally.
        MalformedVariable: classes that nothing can be classed in.
        ValueError: a variable without cells.
    """
    grid = _require_grid(variable)
    chunks = _clients(engine, round_, variable, grid)
    return cells_of(chunks, universe, areas, round_, variable, rounding_key)


def cells_of(
    chunks: Iterable[ClassedClients],
    universe: Universe,
    areas: AreaMap,
    round_: Round,
    variable: VariableDocument,
    rounding_key: RoundingKey,
) -> VectorResult:
    """Return the same over clients in memory.

    Raises:
        ValueError: a variable without cells.
    """
    classes = len(_require_grid(variable).classes)
    placed, slots, counts = _placed(chunks, universe, classes)
    coins = rounding_key.thinning_coins(round_, variable, universe.slots)
    clamped = thin(counts, variable.node_cap, coins[slots])
    above = int(np.count_nonzero(counts.sum(axis=1) > variable.node_cap))
    nothing = np.zeros(len(placed.slots), dtype=np.int64)
    report = PlacementReport(
        placed.clients(nothing),
        placed.institutions(nothing),
        Group(above),
        Group(),
        Group(len(slots)),
    )
    return VectorResult(_cells(clamped, areas.index[slots], len(areas.codes)), report)


def thin(counts: NDArray[np.int64], cap: int, coins: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return ``counts`` (int64[households, classes]) with at most ``cap`` in each row.

    Systematic sampling: of a row with total S above the cap, class k keeps the whole numbers that
    c C_k / S + u passes from c C_(k-1) / S + u, with C the running total and one uniform u in
    [0, 1) for the household. It keeps exactly ``cap`` in all, never more than there was in a
    class, and c n_k / S on average (Madow 1949, "On the theory of systematic sampling, II").

    Args:
        counts: not negative; a row's total below 2^23.
        cap: the most a household counts for.
        coins: uint64[households], uniform below 2^40.
    """
    totals = counts.sum(axis=1, keepdims=True)
    start = (coins[:, None] * totals.astype(np.uint64) >> np.uint64(COIN_BITS)).astype(np.int64)
    passed = (np.cumsum(counts, axis=1) * cap + start) // np.maximum(totals, 1)
    kept = np.diff(passed, axis=1, prepend=0)
    return np.where(totals > cap, kept, counts)


def _placed(
    chunks: Iterable[ClassedClients], universe: Universe, classes: int
) -> tuple[Placed, NDArray[np.int64], NDArray[np.int64]]:
    # The slots with anybody in them, in order, and per slot the counts of all who live there.
    known = [*chunks]
    placed = place(universe, [chunk.clients for chunk in known])
    inside = placed.inside
    parts = np.concatenate([np.empty((0, classes), np.int64), *(chunk.counts for chunk in known)])
    slots, row = np.unique(placed.slots[inside], return_inverse=True)
    counts = np.zeros((len(slots), classes), dtype=np.int64)
    np.add.at(counts, row, parts[inside])
    return placed, slots, counts


def _cells(counts: NDArray[np.int64], area: NDArray[np.int32], areas: int) -> NDArray[np.uint32]:
    cells = np.zeros((counts.shape[1], areas), dtype=np.uint32)
    inside = area != NO_AREA
    np.add.at(cells.T, area[inside], counts[inside].astype(np.uint32))
    return cells.reshape(-1)


def _clients(
    engine: Engine, round_: Round, variable: VariableDocument, grid: CellGrid
) -> Iterator[ClassedClients]:
    period = Period(date.fromisoformat(round_.period_from), date.fromisoformat(round_.period_to))
    on = date.fromisoformat(round_.reference_date)
    for chunk in cell_inputs(engine, period, frozenset(variable.wetten), grid, on):
        addresses = normalise_columns(
            chunk.postcode, chunk.huisnummer, chunk.huisletter, chunk.toevoeging
        )
        nothing = np.zeros(len(chunk.counted), dtype=np.int64)
        clients = Clients(
            addresses,
            chunk.gemeente,
            nothing,
            nothing.astype(np.bool_),
            chunk.counted,
            chunk.stays,
        )
        yield ClassedClients(clients, chunk.counts)


def _require_grid(variable: VariableDocument) -> CellGrid:
    if variable.cells is None:
        msg = "a variable without cells"
        raise ValueError(msg)
    return variable.cells
