# SPDX-License-Identifier: EUPL-1.2
"""What providers said about their key for persons, and the set that was fixed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "person_word",
        sa.Column("round", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(63), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round", "kind", "sender", name=op.f("pk_person_word")),
    )


def downgrade() -> None:
    op.drop_table("person_word")
