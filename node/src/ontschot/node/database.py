# SPDX-License-Identifier: EUPL-1.2
"""Database engines of the node, their SQLite settings, and schema migrations.

A node has two databases. *State* (always SQLite, ``synchronous=FULL``): mail, ledger, journal, and
what a role must remember. *Records* (a provider only): SQLite by default, PostgreSQL by URL.
Each has its own alembic folder, named by the caller.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text

if TYPE_CHECKING:
    from alembic.config import Config

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that a migration can refer to them on every database."""


class SchemaMismatch(Misconfigured):
    """The database has another schema version than this program."""

    code = "schema-mismatch"
    title = Text(
        "De database hoort bij een andere versie", "The database belongs to another version"
    )
    remedy = Text(
        "Gebruik de nieuwste versie van het programma, of voer eerst 'upgrade' uit.",
        "Use the newest version of the program, or run 'upgrade' first.",
    )


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; SQLite gets write-ahead logging and one immediate writer."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = create_engine(parsed, connect_args={"timeout": 30, "isolation_level": None})
    event.listen(engine, "connect", _configure_sqlite)
    # The driver's own implicit transactions are off (isolation level None). Every transaction
    # takes the write lock at once: two writers queue instead of one failing half-way.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def upgrade(engine: Engine, migrations: Path) -> None:
    """Bring the schema to the newest version of the folder ``migrations``, in one transaction."""
    from alembic import command  # noqa: PLC0415  (see _config)

    config = _config(migrations)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(engine: Engine, migrations: Path) -> None:
    """Check that the schema is at the newest version.

    Raises:
        SchemaMismatch: it is older, or newer than this program knows.
    """
    head, found = newest(migrations), _versions(engine)
    if found != [head]:
        raise SchemaMismatch(f"found {', '.join(found) or None}, need {head}")


def newest(migrations: Path) -> str:
    """Return the newest version in a folder: its files are in a row, each named by its number."""
    return max(path.name.partition("_")[0] for path in (migrations / "versions").glob("*_*.py"))


def _config(migrations: Path) -> "Config":
    # Alembic is a sixth of what a program here would import, and only set-up and upgrade need it.
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(migrations))
    return config


def _versions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
