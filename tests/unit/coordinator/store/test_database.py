# SPDX-License-Identifier: EUPL-1.2
"""Engines, one writer at a time, readers beside it, and migrations: on both databases."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from ontschot.coordinator.mail import schema as mail_schema
from ontschot.coordinator.store import database
from ontschot.coordinator.store.database import (
    MIGRATIONS,
    DatabaseVersion,
    one_writer,
    open_engine,
    reading,
    require_current,
    upgrade,
)

MAIL_TABLES = {
    mail_schema.POSTED,
    mail_schema.QUEUE,
    mail_schema.FILE_USE,
    mail_schema.ROSTER,
    mail_schema.ANCHORS,
    mail_schema.PRESENCE,
}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_database") if postgres else f"sqlite:///{tmp_path}/db"
    made = open_engine(url)
    yield made
    made.dispose()


def test_an_empty_database_is_not_current(engine: Engine) -> None:
    engine.connect().close()
    with pytest.raises(DatabaseVersion):
        require_current(engine)
    upgrade(engine)
    require_current(engine)
    upgrade(engine)


def test_migrations_make_the_tables_that_the_program_knows(engine: Engine) -> None:
    upgrade(engine)
    found = inspect(engine)
    for table in MAIL_TABLES:
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        assert list(columns) == table.columns.keys()
        for column in table.columns:
            assert columns[column.name]["nullable"] == column.nullable, column
        assert {index["name"] for index in found.get_indexes(table.name)} == {
            index.name for index in table.indexes
        }
        primary = found.get_pk_constraint(table.name)["constrained_columns"]
        assert primary == [column.name for column in table.primary_key]


def test_down_to_nothing_and_up_again(engine: Engine) -> None:
    upgrade(engine)
    config = database._config(MIGRATIONS)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(engine)
    require_current(engine)


def test_one_writer_at_a_time_and_readers_beside_it(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with one_writer(engine) as connection:
            order.append("second")
            connection.execute(text("INSERT INTO t VALUES (2)"))

    thread = threading.Thread(target=second)
    with one_writer(engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        thread.start()
        assert begun.wait(10)
        with reading(engine) as reader:
            assert reader.execute(text("SELECT count(*) FROM t")).scalar() == 0
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]
    with reading(engine) as reader:
        assert reader.execute(text("SELECT n FROM t ORDER BY n")).scalars().all() == [1, 2]


def test_what_failed_is_undone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    with pytest.raises(ZeroDivisionError):
        _insert_and_fail(engine)
    with reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM t")).scalar() == 0


def _insert_and_fail(engine: Engine) -> None:
    with one_writer(engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        raise ZeroDivisionError
