# SPDX-License-Identifier: EUPL-1.2
"""What each own upload was made from; under which roster a round was first received."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "own_upload_basis",
        sa.Column("envelope", sa.String(64), nullable=False),
        sa.Column("left_out", sa.String(64), nullable=False),
        sa.Column("vector", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("envelope", name=op.f("pk_own_upload_basis")),
    )
    # Of rounds that are here already it is not known: the whole history of rosters counts.
    op.add_column(
        "round", sa.Column("roster_serial", sa.Integer(), server_default="1", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("round", "roster_serial")
    op.drop_table("own_upload_basis")
