# SPDX-License-Identifier: EUPL-1.2
"""Tables of the ledger: the chain, and what follows from it.

``ledger_entry`` is the truth and is only added to. The other tables are its present state, for
speed; ``ontschot.node.ledger.verify`` derives them again and compares. All rho in units of 1e-12.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from ontschot.node.state.schema import metadata

ENTRY: Final = Table(
    "ledger_entry",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)
"""One act; ``body`` is canonical JSON. Triggers of the migration refuse to change or delete."""

STATUS: Final = Table(
    "ledger_status",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("federation", String(63), nullable=False),
    Column("closed_by", String(63)),
    CheckConstraint("id = 1", name="one_row"),
)
"""The federation; ``closed_by`` is the code of the error that closed the ledger, if one did."""

ACCOUNT: Final = Table(
    "ledger_account",
    metadata,
    Column("unit", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("cap", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    CheckConstraint("reserved >= 0 AND spent >= 0 AND reserved + spent <= cap", name="within_cap"),
)

HOLD: Final = Table(
    "ledger_hold",
    metadata,
    Column("mh", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("asker", String(63)),
    Column("charges", LargeBinary, nullable=False),
    Index("ix_ledger_hold_asker_state", "asker", "state"),
)
"""What one manifest took: a state of ``model.HoldState``, and the charges."""

BINDING: Final = Table(
    "ledger_binding",
    metadata,
    Column("batch", String(64), primary_key=True),
    Column("binding", String(64), nullable=False),
)
"""What a batch of gate keys was used for: once, and nothing else ever."""

ANSWER: Final = Table(
    "ledger_answer",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("output", String(64), nullable=False),
)
"""The noised output that answers a key; asked again, the same bytes."""

PEER_HEAD: Final = Table(
    "ledger_peer_head",
    metadata,
    Column("participant", String(63), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
)
"""Every head that a peer showed."""
