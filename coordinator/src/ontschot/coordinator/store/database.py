# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's engine (SQLite or PostgreSQL), one-writer transactions, and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from ontschot.protocol.errors import Misconfigured, Unavailable
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
        "Gebruik de versie van het programma die bij deze database hoort.",
        "Use the version of the program that belongs to this database.",
    )


class DatabaseAddressWrong(Misconfigured):
    """The address of a database has another form; it may hold a password, so it is not shown."""

    code = "coordinator-database-address-wrong"
    title = Text("Het adres van de database klopt niet", "The address of the database is wrong")
    remedy = Text(
        'Schrijf in coordinator.toml: database_url = "postgresql://gebruiker@server/database".',
        'Write in coordinator.toml: database_url = "postgresql://user@server/database".',
    )


class DatabaseMissing(Misconfigured):
    """The file of the database is not there; a new, empty one in its place would be a lie."""

    code = "coordinator-database-missing"
    title = Text("De database is er niet", "The database is not there")
    remedy = Text(
        "Staat de map goed, en is de schijf er? Zet anders de database terug uit een reservekopie.",
        "Is the folder right, and the disk there? If so, put the database back from a copy.",
    )


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or broke off; what was under way was undone."""

    code = "coordinator-database-unavailable"
    title = Text("De database doet het niet", "The database does not work")
    remedy = Text(
        "Er is niets veranderd. Kijk of de database draait; het programma probeert het opnieuw.",
        "Nothing was changed. See whether the database runs; the program tries again.",
    )


class DatabaseBusy(DatabaseUnavailable):
    """Another program holds the database for too long."""

    code = "coordinator-database-busy"
    title = Text("De database is bezet", "The database is busy")
    remedy = Text(
        "Er is niets veranderd. Draait het programma dubbel, of loopt er een reservekopie?",
        "Nothing was changed. Does the program run twice, or is a copy being made?",
    )


class DatabaseFull(DatabaseUnavailable):
    """The disk, or the quota of the database, is full."""

    code = "coordinator-database-full"
    title = Text("De schijf is vol", "The disk is full")
    remedy = Text(
        "Er is niets veranderd. Maak ruimte vrij; het programma gaat dan vanzelf verder.",
        "Nothing was changed. Free some space; the program then goes on by itself.",
    )


_FULL = frozenset({"SQLITE_FULL", "53100", "53200"})
_BUSY = frozenset({"55P03", "40001", "40P01", "57014"})


def fault_of(error: DBAPIError) -> DatabaseUnavailable:
    """Return the coded form of a driver's error, for people; without a value of a statement.

    For the edges of a process only: inside a transaction such an error must stay what it is, so
    that a letter is posted again and not refused.
    """
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    known = name or type(error.orig).__name__
    if known in _FULL:
        return DatabaseFull(known)
    if known in _BUSY or known.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseBusy(known)
    return DatabaseUnavailable(known)


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; SQLite gets write-ahead logging and one immediate writer.

    Raises:
        DatabaseAddressWrong: not a URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseAddressWrong from None
    if parsed.get_backend_name() != "sqlite":
        postgresql = parsed.set(drivername="postgresql+psycopg")
        return create_engine(postgresql, pool_pre_ping=True, hide_parameters=True)
    # Parameters stay out of every message: they are the values of rows.
    arguments = {"timeout": 30, "isolation_level": None}
    engine = create_engine(parsed, connect_args=arguments, hide_parameters=True)
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
    """Check that the database is there, and its schema at the newest version.

    Raises:
        DatabaseMissing: there is no file; none is made.
        DatabaseVersion: it is older, or newer than this program knows.
    """
    _require_file(engine)
    head, found = newest(migrations), _versions(engine)
    if found != [head]:
        raise DatabaseVersion(f"found {', '.join(found) or None}, need {head}")


def newest(migrations: Path) -> str:
    """Return the newest version in a folder: its files are in a row, each named by its number."""
    return max(path.name.partition("_")[0] for path in (migrations / "versions").glob("*_*.py"))


def _require_file(engine: Engine) -> None:
    # SQLite would make an empty database, and the next message would be about its schema.
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).is_file():
        raise DatabaseMissing(file)


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
