# SPDX-License-Identifier: EUPL-1.2
"""What tests look at in a federation: budgets, states of releases, reasons, true answers."""

from typing import Any

import numpy as np
from sqlalchemy import select

from ontschot.coordinator.queries.schema import participations, queries
from ontschot.coordinator.releases import schema as coordinator_schema
from ontschot.node.helper import schema as helper_schema
from ontschot.node.ledger import service as ledger
from ontschot.node.provider.answering import schema as provider_schema
from ontschot.protocol.documents.releases import Manifest
from simulation.federation import COORDINATOR, HELPERS, Federation

PRICE = 10**10
"""Price of the questions that tests ask, units of 1e-12 rho (less the rounding of each block)."""


def budget(federation: Federation, name: str) -> tuple[int, int]:
    """Return what is reserved and what is spent of a party's household account of 2024."""
    account = federation.read(name, lambda c: ledger.account(c, "household", 2024))
    return account.reserved, account.spent


def budgets(federation: Federation) -> dict[str, tuple[int, int]]:
    """Return the same for every helper and provider."""
    return {name: budget(federation, name) for name in (*HELPERS, *federation.nodes)}


def added(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Return how reserved and spent changed at whom."""
    moved = {
        name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in after
    }
    return {name: change for name, change in moved.items() if change != (0, 0)}


def price_of(manifest: Manifest) -> int:
    """Return what a release takes from the household account."""
    return sum(int(block.rho) for block in manifest.blocks)


def manifests(federation: Federation, kind: str = "gate") -> list[Manifest]:
    """Return the manifests that the coordinator proposed, oldest first."""
    table = coordinator_schema.releases.c
    rows = federation.read(
        COORDINATOR,
        lambda c: (
            c.execute(
                select(table.document)
                .where(table.kind == kind)
                .order_by(table.proposed_at, table.release_id, table.attempt)
            )
            .scalars()
            .all()
        ),
    )
    return [Manifest.parse(row) for row in rows]


def states(federation: Federation, manifest: Manifest) -> dict[str, str]:
    """Return the state of a release at the coordinator, both helpers and the listed nodes."""
    digest = manifest.digest
    found = {}
    for name in (COORDINATOR, *HELPERS, *manifest.nodes):
        if name == COORDINATOR:
            column, where = coordinator_schema.releases.c, coordinator_schema.releases
        elif name in HELPERS:
            column, where = helper_schema.releases.c, helper_schema.releases
        else:
            column, where = provider_schema.consents.c, provider_schema.consents
        query = select(column.state).select_from(where).where(column.manifest == digest)
        found[name] = federation.read(name, lambda c, q=query: c.execute(q).scalar())  # type: ignore[misc]
    return found


def reasons(federation: Federation, manifest: Manifest) -> dict[str, str | None]:
    """Return why each helper gave a release up."""
    table = helper_schema.releases.c
    query = select(table.reason).where(table.manifest == manifest.digest)
    return {name: federation.read(name, lambda c: c.execute(query).scalar()) for name in HELPERS}


def said_to_the_coordinator(federation: Federation, manifest: Manifest) -> str | None:
    """Return the reason of a release's end, as the coordinator has it."""
    table = coordinator_schema.releases.c
    query = select(table.reason).where(table.manifest == manifest.digest)
    return federation.read(COORDINATOR, lambda c: c.execute(query).scalar())


def question_state(federation: Federation) -> tuple[str, str | None]:
    """Return state and reason of the only question."""
    row = federation.read(
        COORDINATOR, lambda c: c.execute(select(queries.c.state, queries.c.reason)).one()
    )
    return row.state, row.reason


def participation(federation: Federation, node: str) -> tuple[str, str | None]:
    """Return what the coordinator has of a node's part in the only question."""
    table = participations.c
    row = federation.read(
        COORDINATOR,
        lambda c: c.execute(select(table.state, table.code).where(table.node == node)).one(),
    )
    return row.state, row.code


def true_bins(federation: Federation, nodes: tuple[str, ...]) -> list[int]:
    """Return how many households have 1, 2, 3, 4 and 5 or more of these providers."""
    totals = np.sum([federation.vectors[node, "served"] for node in nodes], axis=0)
    inside = federation.maps["gemeente", 100].index >= 0
    return [int(((totals == k) & inside).sum()) for k in range(1, 5)] + [
        int(((totals >= 5) & inside).sum())
    ]


def published_bins(answer: dict[str, Any]) -> list[int]:
    """Return the figures of the first area of the first table."""
    return [figure["value"] for figure in answer["tables"][0]["areas"][0]["figures"][:5]]
