# SPDX-License-Identifier: EUPL-1.2
"""Tables of keys for persons, in the provider's state database."""

from sqlalchemy import Column, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

keys = Table(
    "person_key",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("commit", LargeBinary),
    Column("key_set", LargeBinary),
)
"""One row for each round in which this node counts persons.

``state``: committed (``commit`` is the signed KeyCommit), pinned (``key_set`` says whose
contributions make the key), ready (all of them are here), closed (everything is erased).
"""

contributions = Table(
    "person_contribution",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("node", String(63), primary_key=True),
    Column("box", LargeBinary, nullable=False),
)
"""Contributions, each sealed to this node itself: a copy of the database alone opens none."""

facts = Table(
    "person_fact",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("sender", String(63), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""What others said, until it can be used: ``share`` (a sealed box that came before the set),
``asked`` (who waits for this node's key), ``check`` (the latest signed KeyCheck of a node).
"""
