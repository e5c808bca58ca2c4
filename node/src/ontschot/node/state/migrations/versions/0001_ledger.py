# SPDX-License-Identifier: EUPL-1.2
"""The tables of the privacy ledger. Entries are written once: triggers refuse anything else."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "ledger_entry",
    "ledger_status",
    "ledger_account",
    "ledger_hold",
    "ledger_binding",
    "ledger_answer",
    "ledger_peer_head",
)


def upgrade() -> None:
    _create_chain()
    _create_accounts()
    _create_marks()
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ledger_entry_no_{verb.lower()} BEFORE {verb} ON ledger_entry "
            "BEGIN SELECT RAISE(ABORT, 'ledger entries are written once'); END"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_chain() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_entry_hash")),
    )
    op.create_table(
        "ledger_status",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("federation", sa.String(63), nullable=False),
        sa.Column("closed_by", sa.String(63)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_status")),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_status_one_row")),
    )


def _create_accounts() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "year", name=op.f("pk_ledger_account")),
        sa.CheckConstraint(
            "reserved >= 0 AND spent >= 0 AND reserved + spent <= cap",
            name=op.f("ck_ledger_account_within_cap"),
        ),
    )
    op.create_table(
        "ledger_hold",
        sa.Column("mh", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asker", sa.String(63)),
        sa.Column("charges", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mh", name=op.f("pk_ledger_hold")),
    )
    op.create_index("ix_ledger_hold_asker_state", "ledger_hold", ["asker", "state"])


def _create_marks() -> None:
    op.create_table(
        "ledger_binding",
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("binding", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("batch", name=op.f("pk_ledger_binding")),
    )
    op.create_table(
        "ledger_answer",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("output", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ledger_answer")),
    )
    op.create_table(
        "ledger_peer_head",
        sa.Column("participant", sa.String(63), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("participant", "seq", name=op.f("pk_ledger_peer_head")),
    )
