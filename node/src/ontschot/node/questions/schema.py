# SPDX-License-Identifier: EUPL-1.2
"""Tables of questions, in the state database."""

from sqlalchemy import Column, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

questions = Table(
    "question",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("round", String(64), nullable=False),
    Column("received_at", String(20), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("reason", String(63)),
    Column("decided_at", String(20)),
)
"""Questions by hash, with their signatures. ``decision``: verified (a helper), and at a provider
accepted, held (waits for a person), refused.
"""
