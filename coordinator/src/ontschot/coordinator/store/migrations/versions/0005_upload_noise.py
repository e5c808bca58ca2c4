# SPDX-License-Identifier: EUPL-1.2
"""Noise that nodes added to their own uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "upload_noise",
        sa.Column("envelope", sa.String(64), nullable=False),
        sa.Column("sigma", sa.String(60), nullable=False),
        sa.Column("rho", sa.String(31), nullable=False),
        sa.PrimaryKeyConstraint("envelope", name=op.f("pk_upload_noise")),
    )


def downgrade() -> None:
    op.drop_table("upload_noise")
