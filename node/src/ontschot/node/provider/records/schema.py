# SPDX-License-Identifier: EUPL-1.2
"""The schema of the record store on SQLite and PostgreSQL."""

from pathlib import Path

from sqlalchemy import Engine

from ontschot.node import database
from ontschot.node.provider.records.sessions import database_errors

MIGRATIONS = Path(__file__).parent / "migrations"
"""The alembic folder, for ``ontschot.node.database``."""


def prepare(engine: Engine) -> None:
    """Create or upgrade the tables.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    with database_errors():
        database.upgrade(engine, MIGRATIONS)


def require_current(engine: Engine) -> None:
    """Check that the tables are those of this program.

    Raises:
        SchemaMismatch: they are older or newer.
        RecordsUnavailable: the database does not answer.
    """
    with database_errors():
        database.require_current(engine, MIGRATIONS)
