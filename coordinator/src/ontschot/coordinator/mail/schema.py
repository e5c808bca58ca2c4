# SPDX-License-Identifier: EUPL-1.2
"""Tables of the relay. Times are RFC 3339 text in UTC.

Letters and attachments are here in transit only: their bytes are erased as soon as the recipient
acknowledged. What stays is who, when, which number and which hash.
"""

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

from ontschot.coordinator.store.schema import metadata

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives out numbers by itself only in a column declared exactly INTEGER."""

POSTED = Table(
    "mail_posted",
    metadata,
    Column("sender", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("code", String(64)),
    Column("posted_at", String(20), nullable=False),
)
"""Letters that participants posted; ``code`` says why one was refused."""

QUEUE = Table(
    "mail_queue",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("recipient", String(64), nullable=False),
    Column("sender", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("type", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("header", LargeBinary),
    Column("payload", LargeBinary),
    Column("signature", LargeBinary),
    Column("queued_at", String(20), nullable=False),
    Column("acknowledged_at", String(20)),
    CheckConstraint("(header IS NULL) = (acknowledged_at IS NOT NULL)", name="erased_when_done"),
    Index("ix_mail_queue_waiting", "recipient", "acknowledged_at", "id"),
    Index("ix_mail_queue_sender", "sender", "seq", unique=True),
)
"""Letters to participants, from each other and from the coordinator, in order of ``id``."""

FILE_USE = Table(
    "mail_file_use",
    metadata,
    Column("use", String(200), primary_key=True),
    Column("sha256", String(64), primary_key=True, index=True),
    Column("size", BigInteger, nullable=False),
    Column("since", String(20), nullable=False),
)
"""Who needs a stored file: ``upload:<participant>``, ``mail:<id>`` or ``keep:<name>``."""

ROSTER = Table(
    "mail_roster",
    metadata,
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("accepted_at", String(20), nullable=False),
)
"""Every roster accepted here, signed; the highest serial is in force."""

ANCHORS = Table(
    "mail_anchors",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("document", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The anchors pinned at installation, in canonical JSON."""

PRESENCE = Table(
    "mail_presence",
    metadata,
    Column("participant", String(64), primary_key=True),
    Column("session", String(64), nullable=False),
    Column("software", String(64), nullable=False),
    Column("connected_at", String(20), nullable=False),
    Column("last_seen", String(20), nullable=False),
    Column("disconnected_at", String(20)),
)
"""The newest connection of each participant; ``session`` tells it from one that it replaced."""
