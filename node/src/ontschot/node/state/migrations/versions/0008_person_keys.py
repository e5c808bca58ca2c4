# SPDX-License-Identifier: EUPL-1.2
"""Keys for persons: state, contributions, and what others said."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("commit", sa.LargeBinary(), nullable=True),
        sa.Column("key_set", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("round", name=op.f("pk_person_key")),
    )
    op.create_table(
        "person_contribution",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("node", sa.String(63), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round", "node", name=op.f("pk_person_contribution")),
    )
    op.create_table(
        "person_fact",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(63), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round", "kind", "sender", name=op.f("pk_person_fact")),
    )


def downgrade() -> None:
    for table in ("person_fact", "person_contribution", "person_key"):
        op.drop_table(table)
