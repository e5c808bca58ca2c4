# SPDX-License-Identifier: EUPL-1.2
"""Tables of questions and of what each provider said to them."""

from sqlalchemy import Column, LargeBinary, String, Table

from ontschot.coordinator.store.schema import metadata

queries = Table(
    "query",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("question", String(3), nullable=False),
    Column("round", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(63)),
    Column("submitted_at", String(20), nullable=False),
    Column("deadline", String(20), nullable=False),
)
"""Questions by hash, with their signatures. ``state``: asking, releasing, published, failed.

Until ``deadline`` the coordinator waits for providers that have not answered.
"""

participations = Table(
    "participation",
    metadata,
    Column("query", String(64), primary_key=True),
    Column("node", String(63), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("code", String(63)),
)
"""What a provider said: asked, held (for a person), accepted, taking-part, refused (with code)."""
