# SPDX-License-Identifier: EUPL-1.2
"""From a provider's records to one vector over all slots of the universe.

In this order (``protocol.md`` section 2): the database sums the net amount per client over the
period; clients are placed in slots; who lives in an institution is left out; the others are added
up per slot; every slot is clipped to [0, node_cap quanta]; what remains is rounded to whole quanta,
unbiased. The vector is what the node splits into two shares; it never leaves the node itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.store import HouseholdChunk, Selection, household_inputs
from ontschot.node.provider.vectors.households import place
from ontschot.node.provider.vectors.report import Group, PlacementReport
from ontschot.node.provider.vectors.rounding import RoundingKey, round_to_quanta
from ontschot.node.provider.vectors.tally import Clients, add_up, require_room, values_of
from ontschot.protocol.universe import Universe, normalise_columns
from ontschot.protocol.variables import Variable


@dataclass(frozen=True, slots=True, eq=False)
class VectorResult:
    """``vector``: uint32[n], quanta or flags, 0 to node_cap; ``report``: for the provider only."""

    vector: NDArray[np.uint32] = field(repr=False)
    report: PlacementReport = field(repr=False)


def build(
    engine: Engine,
    universe: Universe,
    variable: Variable,
    rounding_key: RoundingKey,
    measurement_round: str,
) -> VectorResult:
    """Return the vector of ``variable`` over the records behind ``engine``.

    Args:
        engine: the record store.
        universe: the slots.
        variable: what to compute.
        rounding_key: the node's secret for rounding.
        measurement_round: id or digest of the round, for the rounding.

    Raises:
        RecordsUnavailable: or a subclass; the caller answers "failed" and logs locally.
        AmountsTooLarge: the amounts might not fit in 64 bits.
    """
    chunks = _clients(engine, variable)
    return vector_of(chunks, universe, variable, rounding_key, measurement_round)


def vector_of(
    chunks: Iterable[Clients],
    universe: Universe,
    variable: Variable,
    rounding_key: RoundingKey,
    measurement_round: str,
) -> VectorResult:
    """Return the vector of ``variable`` over clients in memory; arguments as for ``build``.

    Raises:
        AmountsTooLarge: the amounts might not fit in 64 bits.
    """
    known = [*chunks]
    parts = [values_of(chunk, variable.measure) for chunk in known]
    require_room(parts)
    values = np.concatenate([np.empty(0, np.int64), *parts])
    placed = place(universe, known)
    sums = add_up(placed.slots[placed.inside], values[placed.inside], universe.slots)
    if variable.measure == "served":
        vector, cut = (sums > 0).astype(np.uint32), (Group(), Group())
        households, cents = Group(int(np.count_nonzero(vector))), values * 0
    else:
        clipped = np.clip(sums, 0, variable.cap_cents)
        cut, cents = _cut(sums, variable.cap_cents), values
        households = Group(int(np.count_nonzero(clipped)), int(clipped.sum()))
        coins = rounding_key.coins(measurement_round, universe.digest, variable, universe.slots)
        vector = round_to_quanta(clipped, variable.quantum_cents, coins)
    report = PlacementReport(placed.clients(cents), placed.institutions(cents), *cut, households)
    return VectorResult(vector, report)


def _cut(sums: NDArray[np.int64], cap_cents: int) -> tuple[Group, Group]:
    above, below = sums > cap_cents, sums < 0
    return (
        Group(int(np.count_nonzero(above)), int((sums[above] - cap_cents).sum())),
        Group(int(np.count_nonzero(below)), int(sums[below].sum())),
    )


def _clients(engine: Engine, variable: Variable) -> Iterator[Clients]:
    selection = Selection(
        laws=frozenset(variable.selection.wetten),
        groups=frozenset(variable.selection.groups),
    )
    period = Period(variable.period_from, variable.period_to)
    for chunk in household_inputs(engine, period, selection, variable.reference_date):
        yield columns_of(chunk)


def columns_of(chunk: HouseholdChunk) -> Clients:
    """Return clients as the record store gave them, with normalised addresses."""
    addresses = normalise_columns(
        chunk.postcode, chunk.huisnummer, chunk.huisletter, chunk.toevoeging
    )
    return Clients(
        addresses, chunk.gemeente, chunk.net_cent, chunk.served, chunk.counted, chunk.stays
    )
