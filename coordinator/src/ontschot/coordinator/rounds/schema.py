# SPDX-License-Identifier: EUPL-1.2
"""Tables of rounds."""

from sqlalchemy import Column, LargeBinary, String, Table

from ontschot.coordinator.store.schema import metadata

rounds = Table(
    "round",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("id", String(63), nullable=False, unique=True),
    Column("document", LargeBinary, nullable=False),
    Column("boundaries", LargeBinary),
    Column("closed_at", String(20)),
)
"""Rounds by hash; ``boundaries`` is a public GeoJSON of the buurten, for maps. In a closed round
nothing is asked any more, and the helpers have erased what they held of it."""

public_files = Table(
    "public_file",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Universes and area maps by SHA-256."""

deliveries = Table(
    "round_delivery",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("participant", String(63), primary_key=True),
)
"""Who has been sent a round's public files."""
