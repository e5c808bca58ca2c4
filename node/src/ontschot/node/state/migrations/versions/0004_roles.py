# SPDX-License-Identifier: EUPL-1.2
"""The tables of each role: provider, helper, dealer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "own_upload",
        sa.Column("envelope", sa.String(64), nullable=False),
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("variable", sa.String(63), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("duties", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("envelope", name=op.f("pk_own_upload")),
        sa.UniqueConstraint("round", "variable", "generation", name=op.f("uq_own_upload_round")),
    )
    op.create_table(
        "own_erasure",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("helper", sa.String(63), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round", "helper", name=op.f("pk_own_erasure")),
    )
    op.create_table(
        "own_consent",
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("query", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("expiry", sa.String(20), nullable=False),
        sa.Column("charged", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("manifest", name=op.f("pk_own_consent")),
    )
    op.create_table(
        "own_helper_word",
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("helper", sa.String(63), nullable=False),
        sa.PrimaryKeyConstraint("manifest", "kind", "helper", name=op.f("pk_own_helper_word")),
    )
    op.create_table(
        "peer_statement",
        sa.Column("participant", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("participant", name=op.f("pk_peer_statement")),
    )
    _create_helper()


def _create_helper() -> None:
    op.create_table(
        "helper_upload",
        sa.Column("envelope", sa.String(64), nullable=False),
        sa.Column("node", sa.String(63), nullable=False),
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("variable", sa.String(63), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("duties", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("envelope", name=op.f("pk_helper_upload")),
    )
    op.create_table(
        "helper_closed_round",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("closed_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("round", name=op.f("pk_helper_closed_round")),
    )
    op.create_table(
        "helper_batch",
        sa.Column("set_id", sa.String(64), nullable=False),
        sa.Column("spec", sa.LargeBinary(), nullable=False),
        sa.Column("offer", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("duties", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_helper_batch")),
    )
    op.create_table(
        "helper_release",
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("release_id", sa.String(63), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_head", sa.LargeBinary(), nullable=True),
        sa.Column("output", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(63), nullable=True),
        sa.PrimaryKeyConstraint("manifest", name=op.f("pk_helper_release")),
    )
    op.create_index("ix_helper_release_key", "helper_release", ["key"])
    op.create_table(
        "helper_fact",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(63), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "sender", name=op.f("pk_helper_fact")),
    )
    op.create_table(
        "deal",
        sa.Column("set_id", sa.String(64), nullable=False),
        sa.Column("offer", sa.LargeBinary(), nullable=False),
        sa.Column("seeds", sa.LargeBinary(), nullable=True),
        sa.Column("choice_a", sa.LargeBinary(), nullable=True),
        sa.Column("choice_b", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_deal")),
    )


def downgrade() -> None:
    for table in (
        "deal",
        "helper_fact",
        "helper_release",
        "helper_batch",
        "helper_closed_round",
        "helper_upload",
        "peer_statement",
        "own_helper_word",
        "own_consent",
        "own_erasure",
        "own_upload",
    ):
        op.drop_table(table)
