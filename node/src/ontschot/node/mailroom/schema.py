# SPDX-License-Identifier: EUPL-1.2
"""Tables of the mailroom, in the node's state database. Times are RFC 3339 text in UTC.

A row's bytes are erased as soon as nothing needs them: of a sent letter once the coordinator has
it, of a received one at once (its handler kept what it needed). What stays is who, when, which
number and which hash: that is what a repeat is recognised by, for ever.
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

from ontschot.node.state.schema import metadata

OUT = Table(
    "mail_out",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("recipient", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("header", LargeBinary),
    Column("payload", LargeBinary),
    Column("signature", LargeBinary),
    Column("written_at", String(20), nullable=False),
    Column("posted_at", String(20)),
    CheckConstraint("(header IS NULL) = (posted_at IS NOT NULL)", name="erased_when_posted"),
    Index("ix_mail_out_unposted", "posted_at", "seq"),
)
"""Letters written here, as they were signed; ``seq`` is the number in their header."""

IN = Table(
    "mail_in",
    metadata,
    Column("sender", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("code", String(64)),
    Column("received_at", String(20), nullable=False),
)
"""Letters handled here; ``code`` says why one was refused. Two digests for one number: a reuse."""

FILE_USE = Table(
    "mail_file_use",
    metadata,
    Column("use", String(200), primary_key=True),
    Column("sha256", String(64), primary_key=True, index=True),
    Column("size", BigInteger, nullable=False),
    Column("since", String(20), nullable=False),
)
"""Who needs a stored file: ``out:<seq>`` (a letter to be posted) or ``keep:<name>`` (a handler)."""

ROSTER = Table(
    "mail_roster",
    metadata,
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("accepted_at", String(20), nullable=False),
)
"""Every roster accepted here, signed, oldest to newest; the highest serial is in force."""

ANCHORS = Table(
    "mail_anchors",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("document", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The anchors pinned at installation, in canonical JSON: they sign the first roster."""
