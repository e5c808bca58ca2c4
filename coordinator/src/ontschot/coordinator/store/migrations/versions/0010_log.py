# SPDX-License-Identifier: EUPL-1.2
"""The transparency log: entries, tiles of the tree, checkpoints and cosignatures."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log_entry"),
    )
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name="pk_log_tile"),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("signed_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_checkpoint"),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(63), nullable=False),
        sa.Column("line", sa.String(512), nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", name="pk_log_cosignature"),
    )


def downgrade() -> None:
    for name in ("log_cosignature", "log_checkpoint", "log_tile", "log_entry"):
        op.drop_table(name)
