# SPDX-License-Identifier: EUPL-1.2
"""Rounds, questions, uploads, batches, releases, results."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("id", sa.String(63), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("boundaries", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.String(20), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_round")),
        sa.UniqueConstraint("id", name=op.f("uq_round_id")),
    )
    op.create_table(
        "public_file",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_public_file")),
    )
    op.create_table(
        "round_delivery",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("participant", sa.String(63), nullable=False),
        sa.PrimaryKeyConstraint("round", "participant", name=op.f("pk_round_delivery")),
    )
    op.create_table(
        "query",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("question", sa.String(3), nullable=False),
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(63), nullable=True),
        sa.Column("submitted_at", sa.String(20), nullable=False),
        sa.Column("deadline", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_query")),
    )
    op.create_table(
        "participation",
        sa.Column("query", sa.String(64), nullable=False),
        sa.Column("node", sa.String(63), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.String(63), nullable=True),
        sa.PrimaryKeyConstraint("query", "node", name=op.f("pk_participation")),
    )
    op.create_table(
        "upload",
        sa.Column("envelope", sa.String(64), nullable=False),
        sa.Column("node", sa.String(63), nullable=False),
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("variable", sa.String(63), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("receipt_a", sa.Boolean(), nullable=False),
        sa.Column("receipt_b", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("envelope", name=op.f("pk_upload")),
    )
    op.create_table(
        "erasure",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("helper", sa.String(63), nullable=False),
        sa.Column("node", sa.String(63), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round", "helper", "node", name=op.f("pk_erasure")),
    )
    op.create_table(
        "batch",
        sa.Column("set_id", sa.String(64), nullable=False),
        sa.Column("spec", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ready_a", sa.Boolean(), nullable=False),
        sa.Column("ready_b", sa.Boolean(), nullable=False),
        sa.Column("duties", sa.String(64), nullable=False),
        sa.Column("ordered_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_batch")),
    )
    op.create_table(
        "release",
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("release_id", sa.String(63), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("query", sa.String(64), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_at", sa.String(20), nullable=False),
        sa.Column("asked_at", sa.String(20), nullable=True),
        sa.Column("consented_at", sa.String(32), nullable=True),
        sa.Column("published_at", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(63), nullable=True),
        sa.PrimaryKeyConstraint("manifest", name=op.f("pk_release")),
    )
    op.create_table(
        "release_word",
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(63), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("manifest", "kind", "sender", name=op.f("pk_release_word")),
    )
    op.create_table(
        "result",
        sa.Column("id", sa.String(63), nullable=False),
        sa.Column("query", sa.String(64), nullable=False),
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("question", sa.String(3), nullable=False),
        sa.Column("published_at", sa.String(20), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
    )


def downgrade() -> None:
    for table in (
        "result",
        "release_word",
        "release",
        "batch",
        "erasure",
        "upload",
        "participation",
        "query",
        "round_delivery",
        "public_file",
        "round",
    ):
        op.drop_table(table)
