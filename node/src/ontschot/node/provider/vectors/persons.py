# SPDX-License-Identifier: EUPL-1.2
"""From a provider's records to one PERSON vector: 1 in the bucket of each client served.

In this order: the database finds who was served; clients are placed in slots, and through those in
areas; of each slot at most ``HOUSEHOLD_PERSONS`` clients stay, those with the smallest keyed hash;
each fills one bucket of its area. Clients without a BSN have no bucket and are left out; the
provider's report counts them. The vector never leaves the node itself.

No rule on institutions acts here: one client more would make an address one, and remove all others
from the figure. What one person can do instead, at a provider where it is client:

* Let S be the other clients of its slot, in order of the hash. With the person in, the first four
  of S with it stay; without it, the first four of S. So it is in or not, and at most one other,
  the fifth, leaves for it. All of them fill buckets of one area.
* So at one provider at most two buckets of that area change: its own and that of the other client.
  In area a, where k_a of k providers place the person, its own is the same at all of them and each
  may let another client go: at most k_a + 1 buckets change.
* Their totals change in opposite directions: the person's grows, the others' shrink. That is no
  help. Any provider can name the buckets, and a helper may shift the total of each before the gate
  (``ontschot.protocol.privacy.sensitivity``); a shift by minus the total turns the direction round.
  So each bucket that changes may move the figure of its area by one, all of them the same way, and
  not more: a gate gives 0 or 1 for any total. A figure moves by at most k_a + 1.
* The squares add up to at most (k + 1)^2: the sum of (k_a + 1)^2 over areas is largest where all k
  are in one area, as (i + 1)^2 + (j + 1)^2 <= (i + j + 1)^2 for i, j >= 1. It is reached.
* Where no slot of the person has more than four clients, nobody leaves: then one bucket changes for
  each area, and the squares add up to at most k.
* The clients of one slot fill at most four buckets at a provider, all in one area, whatever their
  number: at k providers at most 4 k, and p clients at most p. All of them may move the same way
  anyhow, so a shift cannot make more of it than (4 k)^2 or p^2.

``ontschot.protocol.privacy.charge`` charges a household for four persons, and a person for three
providers: 16 times the price of one bucket, either.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from ontschot.node.provider.records.identity import Identity
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.persons import person_inputs
from ontschot.node.provider.records.store import Selection
from ontschot.node.provider.vectors.build import VectorResult, columns_of
from ontschot.node.provider.vectors.households import place
from ontschot.node.provider.vectors.report import Group, PlacementReport
from ontschot.node.provider.vectors.tally import Clients
from ontschot.protocol.documents.rounds import PersonGrid, Round, VariableDocument
from ontschot.protocol.persons import PersonKey, buckets_of
from ontschot.protocol.privacy.charge import HOUSEHOLD_PERSONS
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
    known = [*chunks]
    placed = place(universe, [chunk.clients for chunk in known], with_institutions=True)
    served = np.concatenate([np.empty(0, np.bool_), *(chunk.clients.served for chunk in known)])
    bsn = [number for chunk in known for number in chunk.bsn]
    area = np.where(placed.inside, areas.index[placed.slots], NO_AREA)
    there = np.flatnonzero(served & (area != NO_AREA)).tolist()
    named = [client for client in there if bsn[client] is not None]
    homes = _homes(named, placed.slots)
    layout = buckets_of(_require_grid(variable), areas)
    starts, sizes = layout.starts.tolist(), layout.sizes.tolist()
    blocks = [key.block(variable.id, code) for code in areas.codes]
    vector = np.zeros(layout.count, dtype=np.uint32)
    for client in (one for home in homes for one in _kept(home, bsn, key)):
        where = int(area[client])
        vector[starts[where] + key.bucket(blocks[where], bsn[client] or "", sizes[where])] = 1
    nothing = np.zeros(len(bsn), dtype=np.int64)
    report = PlacementReport(
        placed.clients(nothing),
        Group(),
        Group(sum(len(home) > HOUSEHOLD_PERSONS for home in homes)),
        Group(),
        Group(int(vector.sum())),
        without_bsn=Group(len(there) - len(named)),
    )
    return VectorResult(vector, report)


def _homes(clients: Sequence[int], slots: NDArray[np.int64]) -> list[list[int]]:
    # These clients, by slot.
    found: dict[int, list[int]] = {}
    for client, slot in zip(clients, slots[list(clients)].tolist(), strict=True):
        found.setdefault(slot, []).append(client)
    return [*found.values()]


def _kept(home: list[int], bsn: Sequence[str | None], key: PersonKey) -> list[int]:
    if len(home) <= HOUSEHOLD_PERSONS:
        return home
    ranked = sorted(home, key=lambda client: key.rank(bsn[client] or ""))
    return ranked[:HOUSEHOLD_PERSONS]


def _clients(
    engine: Engine, identity: Identity, round_: Round, variable: VariableDocument
) -> Iterator[NumberedClients]:
    period = Period(date.fromisoformat(round_.period_from), date.fromisoformat(round_.period_to))
    selection = Selection(laws=frozenset(variable.wetten))
    on = date.fromisoformat(round_.reference_date)
    for chunk in person_inputs(engine, identity, period, selection, on):
        yield NumberedClients(columns_of(chunk.clients), chunk.bsn)


def _require_grid(variable: VariableDocument) -> PersonGrid:
    if variable.persons is None:
        msg = "a variable without persons"
        raise ValueError(msg)
    return variable.persons
