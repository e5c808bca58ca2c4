# SPDX-License-Identifier: EUPL-1.2
"""Public inputs and questions, in every role."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_round")),
    )
    op.create_table(
        "question",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("received_at", sa.String(20), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(63), nullable=True),
        sa.Column("decided_at", sa.String(20), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_question")),
    )


def downgrade() -> None:
    for table in (
        "question",
        "round",
    ):
        op.drop_table(table)
