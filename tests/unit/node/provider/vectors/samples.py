# SPDX-License-Identifier: EUPL-1.2
"""Made-up clients of one provider, at the addresses of a made-up universe."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ontschot.node.provider.vectors import Clients, RoundingKey
from ontschot.protocol.documents.rounds import AreaMapReference, Round, VariableDocument
from ontschot.protocol.universe import Universe, normalise_columns
from ontschot.protocol.variables import Selection, Variable
from unit.protocol.universe.samples import Row, columns

EUROS = Variable(
    "euros",
    "euros",
    Selection(("JW", "WMO")),
    10_000,
    500,
    date(2025, 1, 1),
    date(2025, 12, 31),
    date(2025, 7, 1),
)
SERVED = replace(EUROS, id="served", measure="served", quantum_cents=1, node_cap=1)
KEY = RoundingKey(bytes(range(32)))
ROUND = "nulmeting-2025"


def round_of(
    universe: Universe,
    variables: Sequence[VariableDocument],
    area_maps: Sequence[AreaMapReference] = (),
) -> Round:
    """Return a round over 2025 with these variables."""
    return Round(
        id="r",
        federation="f",
        period_from="2025-01-01",
        period_to="2025-12-31",
        reference_date="2025-07-01",
        universe=universe.digest,
        slots=universe.slots,
        area_maps=[*area_maps],
        variables=[*variables],
    )


@dataclass(frozen=True, slots=True)
class Someone:
    """One client: an address row, net cents, and the rest as it usually is."""

    row: Row
    cents: int
    gemeente: str | None = None
    served: bool = True
    counted: bool = True
    stays: bool = False


def clients(people: Sequence[Someone]) -> Clients:
    """Return people as columns."""
    gemeenten = [p.gemeente or f"GM{p.row[4][2:6]}" for p in people]
    return Clients(
        normalise_columns(*columns([p.row for p in people])),
        gemeenten,
        np.array([p.cents for p in people], dtype=np.int64),
        np.array([p.served for p in people], dtype=np.bool_),
        np.array([p.counted for p in people], dtype=np.bool_),
        np.array([p.stays for p in people], dtype=np.bool_),
    )


def crowd(rows: Sequence[Row], count: int, seed: int) -> list[Someone]:
    """Return people at random rows, most with costs, some with credits, a few very expensive."""
    random = np.random.default_rng(seed)
    cents = (
        random.lognormal(12.5, 1.6, count) * np.where(random.random(count) < 0.05, -1, 1)
    ).astype(np.int64)
    places = random.integers(0, len(rows), count)
    return [
        Someone(rows[place], cent, served=cent > 0)
        for place, cent in zip(places.tolist(), cents.tolist(), strict=True)
    ]
