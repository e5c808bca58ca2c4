# SPDX-License-Identifier: EUPL-1.2
"""Tables of public inputs, in the state database."""

from sqlalchemy import Column, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

rounds = Table(
    "round",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
"""Rounds by hash; their universe and maps are kept as files ``public/<hash>``."""
