# SPDX-License-Identifier: EUPL-1.2
"""Writing many rows at once: executemany on SQLite, COPY on PostgreSQL.

Values go to the driver as they are, days as ISO texts: the rows of the waiting room were checked
one by one, and SQLAlchemy's types would cost more than the writing.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, Table, insert

from ontschot.node.provider.records.sessions import translate

Rows: TypeAlias = Sequence[tuple[object, ...]]
Writer: TypeAlias = Callable[[Rows], None]


def bulk_writer(connection: Connection, table: Table, columns: Sequence[str]) -> Writer:
    """Return a function that inserts tuples in the order of ``columns`` into ``table``.

    It works inside the transaction of ``connection`` and raises what that raises.
    """
    if connection.dialect.name == "sqlite":
        return _executemany(connection, table, columns)
    return _copy(connection, table, columns)


def refresh_statistics(connection: Connection, *tables: str) -> None:
    """Tell PostgreSQL's planner how full these tables are: a moment ago they were not.

    SQLite plans by the indexes alone and is left as it is.
    """
    if connection.dialect.name != "sqlite":
        for name in tables:
            connection.exec_driver_sql(f"ANALYZE {name}")


def _executemany(connection: Connection, table: Table, columns: Sequence[str]) -> Writer:
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(columns))
    if tuple(getattr(compiled, "positiontup", ())) != tuple(columns):
        raise ValueError("columns must be in the order of the table")
    statement = str(compiled)

    def write(rows: Rows) -> None:
        connection.exec_driver_sql(statement, list(rows))

    return write


def _copy(connection: Connection, table: Table, columns: Sequence[str]) -> Writer:
    # PostgreSQL's driver is an optional part of the node.
    import psycopg  # noqa: PLC0415

    statement = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(
        psycopg.sql.Identifier(table.name),
        psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns)),
    )

    def write(rows: Rows) -> None:
        driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment] # the engine's driver is psycopg
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise translate(error) from None

    return write
