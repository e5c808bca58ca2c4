# SPDX-License-Identifier: EUPL-1.2
"""Letters that wait until peers have said what they hold of this party's ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "waiting_letter",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(63), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(63), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("roster_serial", sa.Integer(), nullable=False),
        sa.Column("roster_hash", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_waiting_letter")),
    )


def downgrade() -> None:
    op.drop_table("waiting_letter")
