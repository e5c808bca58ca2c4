# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's engine (SQLite or PostgreSQL), one-writer transactions, and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).parent / "migrations"
"""The alembic folder of the coordinator's tables."""

_MAIL_LOCK = 0x4F6E7473
"""Key of PostgreSQL's advisory lock that mail transactions hold (the letters "Onts")."""


_READING = "ontschot_reading"


class DatabaseVersion(Misconfigured):
    """The coordinator's database has another schema version than this program."""

    code = "coordinator-schema-mismatch"
    title = Text(
        "De database hoort bij een andere versie", "The database belongs to another version"
    )
    remedy = Text(
        "Gebruik de nieuwste versie van het programma, of voer eerst 'db upgrade' uit.",
        "Use the newest version of the program, or run 'db upgrade' first.",
    )


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; SQLite gets write-ahead logging and one immediate writer."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = create_engine(parsed, connect_args={"timeout": 30, "isolation_level": None})
    event.listen(engine, "connect", _configure_sqlite)
    # The driver's implicit transactions are off; all but ``reading`` takes the write lock at once.
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def one_writer(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that excludes every other one opened by this function, on any process.

    SQLite does so by itself. On PostgreSQL an advisory lock does: mail numbers become visible in
    the order in which they were given out, so nobody who reads them in order misses one.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAIL_LOCK})
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that only reads: on SQLite it and a writer do not wait for each other."""
    with engine.connect().execution_options(**{_READING: True}) as connection, connection.begin():
        yield connection


def upgrade(engine: Engine, migrations: Path = MIGRATIONS) -> None:
    """Bring the schema to the newest version, in one transaction."""
    from alembic import command  # noqa: PLC0415  (see _config)

    config = _config(migrations)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(engine: Engine, migrations: Path = MIGRATIONS) -> None:
    """Check that the schema is at the newest version.

    Raises:
        DatabaseVersion: it is older, or newer than this program knows.
    """
    head, found = newest(migrations), _versions(engine)
    if found != [head]:
        raise DatabaseVersion(f"found {', '.join(found) or None}, need {head}")


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
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _begin_sqlite(connection: Connection) -> None:
    readonly = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
