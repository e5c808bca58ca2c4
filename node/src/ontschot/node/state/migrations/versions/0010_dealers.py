# SPDX-License-Identifier: EUPL-1.2
"""By which dealer, with which peer a set is dealt: a set that is owed stays owed by that dealer.

Of sets that were erased before, it is not known whether they were audited: they count as lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    for name, size in (("dealer", 64), ("peer", 63)):
        op.add_column(
            "helper_batch", sa.Column(name, sa.String(size), nullable=False, server_default="")
        )
    op.execute("UPDATE helper_batch SET status = 'lost' WHERE status = 'erased'")


def downgrade() -> None:
    op.execute("UPDATE helper_batch SET status = 'erased' WHERE status = 'lost'")
    for name in ("peer", "dealer"):
        op.drop_column("helper_batch", name)
