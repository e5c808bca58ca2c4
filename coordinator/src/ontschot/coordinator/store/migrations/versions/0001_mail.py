# SPDX-License-Identifier: EUPL-1.2
"""The tables of the relay: letters posted and queued, files in transit, rosters, presence."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "mail_posted",
    "mail_queue",
    "mail_file_use",
    "mail_roster",
    "mail_anchors",
    "mail_presence",
)


def upgrade() -> None:
    _create_posted()
    _create_queue()
    _create_files()
    _create_rosters()
    op.create_table(
        "mail_presence",
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("software", sa.String(64), nullable=False),
        sa.Column("connected_at", sa.String(20), nullable=False),
        sa.Column("last_seen", sa.String(20), nullable=False),
        sa.Column("disconnected_at", sa.String(20)),
        sa.PrimaryKeyConstraint("participant", name=op.f("pk_mail_presence")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_posted() -> None:
    op.create_table(
        "mail_posted",
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("posted_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("sender", "seq", name=op.f("pk_mail_posted")),
    )


def _create_queue() -> None:
    op.create_table(
        "mail_queue",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("header", sa.LargeBinary()),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("queued_at", sa.String(20), nullable=False),
        sa.Column("acknowledged_at", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_queue")),
        sa.CheckConstraint(
            "(header IS NULL) = (acknowledged_at IS NOT NULL)",
            name=op.f("ck_mail_queue_erased_when_done"),
        ),
    )
    op.create_index("ix_mail_queue_waiting", "mail_queue", ["recipient", "acknowledged_at", "id"])
    op.create_index("ix_mail_queue_sender", "mail_queue", ["sender", "seq"], unique=True)


def _create_files() -> None:
    op.create_table(
        "mail_file_use",
        sa.Column("use", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("use", "sha256", name=op.f("pk_mail_file_use")),
    )
    op.create_index(op.f("ix_mail_file_use_sha256"), "mail_file_use", ["sha256"])


def _create_rosters() -> None:
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
