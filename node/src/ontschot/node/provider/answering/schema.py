# SPDX-License-Identifier: EUPL-1.2
"""Tables of a provider's answers, in the state database."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, UniqueConstraint

from ontschot.node.state.schema import metadata

own_uploads = Table(
    "own_upload",
    metadata,
    Column("envelope", String(64), primary_key=True),
    Column("round", String(64), nullable=False),
    Column("variable", String(63), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("duties", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    UniqueConstraint("round", "variable", "generation"),
)
"""What this node uploaded. ``status``: live, withdrawn, erased. ``duties``: ``release.duties``."""

bases = Table(
    "own_upload_basis",
    metadata,
    Column("envelope", String(64), primary_key=True),
    Column("left_out", String(64), nullable=False),
    Column("vector", String(64), nullable=False),
)
"""What an upload was made from: a digest of who was left out, and of the vector. Both stay here."""

erasures = Table(
    "own_erasure",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("helper", String(63), primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
"""The helpers' signed receipts that they erased this node's halves of a round."""

consents = Table(
    "own_consent",
    metadata,
    Column("manifest", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("query", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("expiry", String(20), nullable=False),
    Column("charged", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
)
"""Manifests that this node consented to. ``state``: consented, released, aborted, expired (nobody
said how it ended, or nobody can any more), written-off (both helpers gave it up after that).

``key`` is what is answered, whatever the release is called; ``charged`` is false where an earlier
consent paid for that answer.
"""

dossier_notes = Table(
    "own_dossier_note",
    metadata,
    Column("manifest", String(64), primary_key=True),
    Column("noted_at", String(20), nullable=False),
)
"""Releases whose clients have their note in the record store (Jeugdwet 7.3.12, lid 3)."""

helper_words = Table(
    "own_helper_word",
    metadata,
    Column("manifest", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("helper", String(63), primary_key=True),
)
"""Signed commits and aborts that arrived, of the helpers of the release's roster; both helpers'
aborts free, both commits spend."""
