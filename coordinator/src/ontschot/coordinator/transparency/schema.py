# SPDX-License-Identifier: EUPL-1.2
"""Tables of the transparency log: entries are only added, and full tiles never change."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from ontschot.coordinator.store.schema import metadata

ENTRY: Final = Table(
    "log_entry",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
)
"""The bytes of each entry, by number from 0."""

TILE: Final = Table(
    "log_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""The hashes of the tree (``ontschot.protocol.transparency.tiles``)."""

CHECKPOINT: Final = Table(
    "log_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    Column("signed_at", String(20), nullable=False),
)
"""Every checkpoint that was signed, by size."""

COSIGNATURE: Final = Table(
    "log_cosignature",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("witness", String(63), primary_key=True),
    Column("line", String(512), nullable=False),
)
"""Signature lines of witnesses, by the size of the checkpoint and participant."""
