# SPDX-License-Identifier: EUPL-1.2
"""Transactions on the record store, with the driver's errors turned into coded ones.

A driver's message quotes parameters and key values, which are values of records. Nothing of it
goes on: neither in the new error's detail (the driver's own error code only) nor as its cause.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ontschot.node.provider.records.errors import RecordsBusy, RecordsFull, RecordsUnavailable

_SQLITE_BUSY = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED"})
_POSTGRES_BUSY = frozenset({"55P03", "40001", "40P01", "57014"})
_POSTGRES_FULL = frozenset({"53100", "53200"})


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn errors of the database driver into coded ones without a value of a record.

    Raises:
        RecordsBusy: a lock was not given in time.
        RecordsFull: no room.
        RecordsUnavailable: any other error of the database.
    """
    try:
        yield
    except DBAPIError as error:
        raise translate(error.orig) from None
    except SQLAlchemyError as error:
        raise RecordsUnavailable(type(error).__name__) from None


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in one transaction: all of it or nothing.

    Raises:
        RecordsUnavailable: or a subclass; everything was rolled back.
    """
    with database_errors(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that only reads and waits for no writer.

    The node's SQLite engine takes the write lock at every begin, because it is made for writers.
    A reader under write-ahead logging needs no lock: it gets a connection of its own that cannot
    write, and one SELECT on it sees one state of the database.

    Raises:
        RecordsUnavailable: or a subclass.
    """
    if engine.dialect.name != "sqlite":
        with database_errors(), engine.connect() as connection:
            yield connection.execution_options(stream_results=True)
        return
    reader = create_engine(
        engine.url, poolclass=NullPool, connect_args={"timeout": 30}, hide_parameters=True
    )
    event.listen(reader, "connect", lambda raw, _: raw.execute("PRAGMA query_only=ON").close())
    with database_errors(), reader.connect() as connection:
        yield connection


def translate(cause: BaseException | None) -> RecordsUnavailable:
    """Return the coded error for an error of a database driver; raise it ``from None``."""
    name = getattr(cause, "sqlite_errorname", None)
    state = getattr(cause, "sqlstate", None)
    known = name or state or type(cause).__name__
    if name == "SQLITE_FULL" or state in _POSTGRES_FULL:
        return RecordsFull(known)
    if (name or "").startswith(tuple(_SQLITE_BUSY)) or state in _POSTGRES_BUSY:
        return RecordsBusy(known)
    return RecordsUnavailable(known)
