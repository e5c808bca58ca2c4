# SPDX-License-Identifier: EUPL-1.2
"""When a helper last said that a set of gate keys stops dealing; who was replaced does not."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("said_at", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("batch", "said_at")
