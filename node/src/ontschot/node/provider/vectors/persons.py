# SPDX-License-Identifier: EUPL-1.2
"""From a provider's records to one PERSON vector: 1 in the bucket of each client served.

In this order: the database finds who was served; clients are placed in slots, and through those in
areas; each client with a BSN fills one bucket of its area. Clients without a BSN have no bucket and
are left out; the provider's report counts them. The vector never leaves the node itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import Engine

from ontschot.node.provider.records.identity import Identity
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.persons import person_inputs
from ontschot.node.provider.records.store import Selection
from ontschot.node.provider.vectors.build import VectorResult, columns_of
from ontschot.node.provider.vectors.report import Group, PlacementReport
from ontschot.node.provider.vectors.tally import Clients, Placing
from ontschot.protocol.documents.rounds import PersonGrid, Round, VariableDocument
from ontschot.protocol.persons import PersonKey, buckets_of
from ontschot.protocol.universe import NO_AREA, AreaMap, Universe


@dataclass(frozen=True, slots=True, eq=False)
class NumberedClients:
    """m clients, and the BSN of each or None."""

    clients: Clients = field(repr=False)
    bsn: tuple[str | None, ...] = field(repr=False)


def build_persons(
    engine: Engine,
    identity: Identity,
    universe: Universe,
    areas: AreaMap,
    round_: Round,
    variable: VariableDocument,
    key: PersonKey,
) -> VectorResult:
    """Return the PERSON vector (uint32[buckets]) of ``variable`` over the records.

    Args:
        engine: the record store.
        identity: opens the numbers in it.
        universe: the slots.
        areas: the map of the variable's buckets, of this universe.
        round_: its period and reference date.
        variable: whom to count; with persons.
        key: of the round.

    Raises:
        RecordsUnavailable: or a subclass; the caller answers "failed" and logs locally.
        IdentityKeyUnknown: a number is under a key that is not here.
        ValueError: a variable without persons.
    """
    chunks = _clients(engine, identity, round_, variable)
    return persons_of(chunks, universe, areas, variable, key)


def persons_of(
    chunks: Iterable[NumberedClients],
    universe: Universe,
    areas: AreaMap,
    variable: VariableDocument,
    key: PersonKey,
) -> VectorResult:
    """Return the same over clients in memory.

    Raises:
        ValueError: a variable without persons.
    """
    layout = buckets_of(_require_grid(variable), areas)
    starts, sizes = layout.starts.tolist(), layout.sizes.tolist()
    blocks = [key.block(variable.id, code) for code in areas.codes]
    vector = np.zeros(layout.count, dtype=np.uint32)
    placing, nameless = Placing(universe), 0
    for chunk in chunks:
        clients = chunk.clients
        placed, slots = placing.place(clients, np.zeros(len(clients), dtype=np.int64))
        area = areas.index[slots]
        counts = clients.served[placed] & (area != NO_AREA)
        who = np.flatnonzero(placed)[counts].tolist()
        # One keyed hash for each client, in C; no other way gives a bucket.
        for client, where in zip(who, area[counts].tolist(), strict=True):
            bsn = chunk.bsn[client]
            if bsn is None:
                nameless += 1
            else:
                vector[starts[where] + key.bucket(blocks[where], bsn, sizes[where])] = 1
    report = PlacementReport(
        dict(placing.clients),
        placing.institutions,
        Group(),
        Group(),
        Group(int(vector.sum())),
        without_bsn=Group(nameless),
    )
    return VectorResult(vector, report)


def _clients(
    engine: Engine, identity: Identity, round_: Round, variable: VariableDocument
) -> Iterator[NumberedClients]:
    period = Period(date.fromisoformat(round_.period_from), date.fromisoformat(round_.period_to))
    # Institutions are asked for, so that the report can say how many were left out.
    selection = Selection(laws=frozenset(variable.wetten), with_institutions=True)
    on = date.fromisoformat(round_.reference_date)
    for chunk in person_inputs(engine, identity, period, selection, on):
        yield NumberedClients(columns_of(chunk.clients), chunk.bsn)


def _require_grid(variable: VariableDocument) -> PersonGrid:
    if variable.persons is None:
        msg = "a variable without persons"
        raise ValueError(msg)
    return variable.persons
