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
from sqlalchemy.exc import ArgumentError, DBAPIError

from ontschot.protocol.errors import Misconfigured, Unavailable
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
        "Gebruik de versie van het programma die bij deze database hoort.",
        "Use the version of the program that belongs to this database.",
    )


class DatabaseAddressWrong(Misconfigured):
    """The address of a database has another form; it may hold a password, so it is not shown."""

    code = "database-address-wrong"
    title = Text("Het adres van de database klopt niet", "The address of the database is wrong")
    remedy = Text(
        'Schrijf in node.toml: records_url = "postgresql://gebruiker@server/database".',
        'Write in node.toml: records_url = "postgresql://user@server/database".',
    )


class DatabaseMissing(Misconfigured):
    """The file of a database is not there; a new, empty one in its place would be a lie."""

    code = "database-missing"
    title = Text("De database is er niet", "The database is not there")
    remedy = Text(
        "Staat de map goed, en is de schijf er? Zet anders de database terug uit een reservekopie.",
        "Is the folder right, and the disk there? If so, put the database back from a copy.",
    )


class DatabaseUnavailable(Unavailable):
    """The database broke off; what was under way was undone."""

    code = "database-unavailable"
    title = Text("De database doet het niet", "The database does not work")
    remedy = Text(
        "Er is niets veranderd. Is het bestand heel, en mag dit programma het schrijven?",
        "Nothing was changed. Is the file whole, and may this program write it?",
    )


class DatabaseBusy(DatabaseUnavailable):
    """Another program holds the database for too long."""

    code = "database-busy"
    title = Text("De database is bezet", "The database is busy")
    remedy = Text(
        "Er is niets veranderd. Draait het programma dubbel, of loopt er een reservekopie?",
        "Nothing was changed. Does the program run twice, or is a copy being made?",
    )


class DatabaseFull(DatabaseUnavailable):
    """The disk of the database is full."""

    code = "database-full"
    title = Text("De schijf is vol", "The disk is full")
    remedy = Text(
        "Er is niets veranderd. Maak ruimte vrij; het programma gaat dan vanzelf verder.",
        "Nothing was changed. Free some space; the program then goes on by itself.",
    )


def fault_of(error: DBAPIError) -> DatabaseUnavailable:
    """Return the coded form of a driver's error, for people; without a value of a statement.

    For the edges of a process only: inside a transaction such an error must stay what it is, so
    that a letter is tried again and not refused.
    """
    name = getattr(error.orig, "sqlite_errorname", None) or type(error.orig).__name__
    if name == "SQLITE_FULL":
        return DatabaseFull(name)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseBusy(name)
    return DatabaseUnavailable(name)


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
    """Check that the database is there, and its schema at the newest version.

    Raises:
        DatabaseMissing: there is no file; none is made.
        SchemaMismatch: it is older, or newer than this program knows.
    """
    _require_file(engine)
    head, found = newest(migrations), _versions(engine)
    if found != [head]:
        raise SchemaMismatch(f"found {', '.join(found) or None}, need {head}")


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
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    # What is erased (seeds of gate keys, secrets of releases) is overwritten, also in the journal,
    # which shrinks to nothing when it has been written back.
    "secure_delete=ON",
    "journal_size_limit=0",
)


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
