# SPDX-License-Identifier: EUPL-1.2
"""Of which answers the clients have their note in the record store."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "own_dossier_note",
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("noted_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("manifest", name=op.f("pk_own_dossier_note")),
    )


def downgrade() -> None:
    op.drop_table("own_dossier_note")
