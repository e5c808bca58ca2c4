# SPDX-License-Identifier: EUPL-1.2
"""Since when a set of candidates is where it is, and when its words were last said.

Tosses that were under way are given up: their words may have been lost before, and from here on a
set that is not finished stops dealing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    for name in ("since", "said_at"):
        op.add_column(
            "helper_batch", sa.Column(name, sa.String(20), nullable=False, server_default="")
        )
    op.execute("UPDATE helper_batch SET status = 'erased' WHERE status IN ('revealed', 'chosen')")


def downgrade() -> None:
    for name in ("said_at", "since"):
        op.drop_column("helper_batch", name)
