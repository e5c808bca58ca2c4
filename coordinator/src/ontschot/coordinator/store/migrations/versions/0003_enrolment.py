# SPDX-License-Identifier: EUPL-1.2
"""One-time tokens, and what each participant enrolled with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "enrolment_tokens",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("participant", sa.String(63), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
        sa.Column("request", sa.String(64), nullable=True),
        sa.Column("signing_key", sa.String(100), nullable=True),
        sa.Column("sealing_key", sa.String(2000), nullable=True),
        sa.Column("enrolled", sa.String(20), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_enrolment_tokens")),
    )


def downgrade() -> None:
    for table in ("enrolment_tokens",):
        op.drop_table(table)
