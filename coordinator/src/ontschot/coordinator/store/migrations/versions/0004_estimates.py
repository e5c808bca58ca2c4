# SPDX-License-Identifier: EUPL-1.2
"""From which answers the estimates of an answer were made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("result", sa.Column("estimated_from", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("result", "estimated_from")
