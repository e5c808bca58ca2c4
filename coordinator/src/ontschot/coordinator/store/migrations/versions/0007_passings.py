# SPDX-License-Identifier: EUPL-1.2
"""Helpers' words that wait to be passed on to providers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "release_passing",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release_passing")),
    )


def downgrade() -> None:
    op.drop_table("release_passing")
