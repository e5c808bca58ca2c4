# SPDX-License-Identifier: EUPL-1.2
"""The tables of the mailroom: letters out and in, files, rosters."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _create_letters()
    op.create_table(
        "mail_file_use",
        sa.Column("use", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("use", "sha256", name=op.f("pk_mail_file_use")),
    )
    op.create_index(op.f("ix_mail_file_use_sha256"), "mail_file_use", ["sha256"])
    op.create_table(
        "mail_roster",
        sa.Column("serial", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("accepted_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_mail_roster")),
    )
    op.create_table(
        "mail_anchors",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_anchors")),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_anchors_one_row")),
    )


def downgrade() -> None:
    for table in ("mail_anchors", "mail_roster", "mail_file_use", "mail_in", "mail_out"):
        op.drop_table(table)


def _create_letters() -> None:
    op.create_table(
        "mail_out",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("header", sa.LargeBinary()),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("written_at", sa.String(20), nullable=False),
        sa.Column("posted_at", sa.String(20)),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_mail_out")),
        sa.CheckConstraint(
            "(header IS NULL) = (posted_at IS NOT NULL)",
            name=op.f("ck_mail_out_erased_when_posted"),
        ),
    )
    op.create_index("ix_mail_out_unposted", "mail_out", ["posted_at", "seq"])
    op.create_table(
        "mail_in",
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("received_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("sender", "seq", "digest", name=op.f("pk_mail_in")),
    )
