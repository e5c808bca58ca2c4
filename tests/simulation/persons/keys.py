# SPDX-License-Identifier: EUPL-1.2
"""Providers on the way to one key for persons: what tests ask of them, and look at."""

from datetime import timedelta

from sqlalchemy import delete, select

from ontschot.coordinator.releases import person_keys
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN
from ontschot.node.provider.persons import kept, schema
from ontschot.node.provider.persons.agreement import find_key
from ontschot.protocol.documents.persons import (
    KeySet,
)
from simulation.federation import Federation

NODES = tuple(f"provider-{number}" for number in range(1, 6))
CONTRIBUTORS = NODES[:3]
SIZES = {"BU99010101": 300}


def ask(federation: Federation) -> None:
    """Ask the question about persons."""
    federation.ask(federation.query("Q05"), patience=timedelta(days=1))


def checks(federation: Federation) -> dict[str, str]:
    """Return the check of each node that has a key."""
    round_hash = federation.round().digest
    found = {node: federation.at(node, lambda desk: find_key(desk, round_hash)) for node in NODES}
    return {node: key.check for node, key in found.items() if key is not None}


def expect_one_key(federation: Federation, nodes: tuple[str, ...] = NODES) -> None:
    """Check that these nodes, and no others, have one key, and that the coordinator knows."""
    found = checks(federation)
    assert set(found) == set(nodes)
    assert len(set(found.values())) == 1
    shown = federation.lead(lambda desk: person_keys.with_one_key(desk, federation.round().digest))
    assert shown == set(nodes)


def refusals(federation: Federation, name: str) -> list[tuple[str, str, str]]:
    """Return who sent a letter that was refused, its type and the code."""
    rows = federation.read(
        name, lambda c: c.execute(select(IN.c.sender, IN.c.type, IN.c.code)).all()
    )
    return [(row.sender, row.type, row.code) for row in rows if row.code is not None]


def key_set(federation: Federation, node: str) -> KeySet:
    """Return the set that a node pinned."""
    key = federation.at(node, lambda desk: kept.find(desk, federation.round().digest))
    assert key is not None
    assert key.key_set is not None
    return key.key_set


def lose_database(federation: Federation, node: str) -> None:
    """Forget everything about keys, and the decision, as after an empty installation."""

    def forget(desk: Desk) -> None:
        for table in (schema.keys, schema.contributions, schema.facts):
            desk.connection.execute(delete(table))

    federation.at(node, forget)


def accept_again(federation: Federation, node: str) -> None:
    """Let a node decide once more that it answers."""
    digest = federation.question("Q05").digest
    federation.at(node, lambda desk: federation.roles[node].accept(desk, digest))  # type: ignore[union-attr]
