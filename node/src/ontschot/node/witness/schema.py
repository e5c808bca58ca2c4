# SPDX-License-Identifier: EUPL-1.2
"""Tables of witnessing, in the state database."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

statements = Table(
    "peer_statement",
    metadata,
    Column("participant", String(63), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("document", LargeBinary, nullable=False),
)
"""The latest statement of each peer, signed: the proof behind the head that the ledger holds."""

waiting = Table(
    "waiting_letter",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("sender", String(63), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", String(63), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("roster_serial", Integer, nullable=False),
    Column("roster_hash", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""Letters that arrived before peers said what they hold of us, in the order of arrival."""
