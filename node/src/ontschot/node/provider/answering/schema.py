# SPDX-License-Identifier: EUPL-1.2
"""Tables of a provider's answers, in the state database."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, UniqueConstraint

from ontschot.node.state.schema import metadata

own_uploads = Table(
    "own_upload",
    metadata,
    Column("envelope", String(64), primary_key=True),
    Column("round", String(64), nullable=False),
    Column("variable", String(63), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("status", String(16), nullable=False),
    UniqueConstraint("round", "variable", "generation"),
)
"""What this node uploaded. ``status``: live, withdrawn."""

consents = Table(
    "own_consent",
    metadata,
    Column("manifest", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("query", String(64), nullable=False),
    Column("release_id", String(63), nullable=False),
    Column("expiry", String(20), nullable=False),
    Column("state", String(16), nullable=False),
    Column("aborted_by", String(4), nullable=False),
)
"""Manifests that this node consented to. ``state``: consented, released, aborted, expired;
``aborted_by`` collects the helpers (A, B) whose signed abort arrived: both free the reservation.
"""
