# SPDX-License-Identifier: EUPL-1.2
"""Table of statements of peers, in the state database."""

from sqlalchemy import Column, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

statements = Table(
    "peer_statement",
    metadata,
    Column("participant", String(63), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("document", LargeBinary, nullable=False),
)
"""The latest statement of each peer, signed: the proof behind the head that the ledger holds."""
