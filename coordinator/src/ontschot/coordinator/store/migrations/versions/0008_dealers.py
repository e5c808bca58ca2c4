# SPDX-License-Identifier: EUPL-1.2
"""Of which dealer a batch was ordered: one that it owes is owed under other helpers as well."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("dealer", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("batch", "dealer")
