# SPDX-License-Identifier: EUPL-1.2
"""Tables of public inputs, in the state database."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

rounds = Table(
    "round",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("roster_serial", Integer, nullable=False, server_default="1"),
)
"""Rounds by hash; their universe and maps are kept as files ``public/<hash>``.

``roster_serial`` is of the roster in force when a round came first: from there on it is looked at
who held which duty in it.
"""
