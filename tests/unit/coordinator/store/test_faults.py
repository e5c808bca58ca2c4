# SPDX-License-Identifier: EUPL-1.2
"""A coordinator's database that is not there, busy, full or broken: told apart, nothing quoted."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ontschot.coordinator.store import database
from ontschot.coordinator.store.database import (
    DatabaseAddressWrong,
    DatabaseBusy,
    DatabaseFull,
    DatabaseMissing,
    DatabaseUnavailable,
    DatabaseVersion,
    fault_of,
    open_engine,
    require_current,
    upgrade,
)

SECRET = "900007304"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "coordinator.db"


@pytest.fixture
def engine(file: Path) -> Engine:
    return open_engine(f"sqlite:///{file}")


def fault(engine: Engine, *statements: str) -> DatabaseUnavailable:
    """Run statements; return the coded form of the error that they end in."""
    with pytest.raises(DBAPIError) as caught, engine.begin() as connection:  # noqa: PT012
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
    return fault_of(caught.value)


def test_a_missing_file_is_not_made(engine: Engine, file: Path) -> None:
    with pytest.raises(DatabaseMissing) as caught:
        require_current(engine)
    assert caught.value.detail == str(file)
    assert not file.exists()


def test_an_empty_file_is_of_another_version(engine: Engine, file: Path) -> None:
    file.touch()
    with pytest.raises(DatabaseVersion):
        require_current(engine)
    engine.dispose()


def test_the_newest_version(engine: Engine) -> None:
    upgrade(engine)
    require_current(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseVersion) as caught:
        require_current(engine)
    assert caught.value.detail == f"found 9999, need {database.newest(database.MIGRATIONS)}"
    engine.dispose()


def test_busy(engine: Engine, file: Path) -> None:
    other = open_engine(f"sqlite:///{file}")
    with engine.connect() as impatient:
        impatient.exec_driver_sql("PRAGMA busy_timeout=1")
        impatient.rollback()
        with other.begin(), pytest.raises(DBAPIError) as caught:
            impatient.begin()
    assert type(fault_of(caught.value)) is DatabaseBusy
    for one in (engine, other):
        one.dispose()


def test_full(engine: Engine) -> None:
    many = f"INSERT INTO t SELECT '{SECRET}' || hex(zeroblob(100000))"
    found = fault(engine, "CREATE TABLE t (v TEXT)", "PRAGMA max_page_count=2", many)
    assert type(found) is DatabaseFull
    assert SECRET not in found.detail


def test_something_else_in_its_place(engine: Engine, file: Path) -> None:
    file.write_bytes(SECRET.encode() * 1000)
    found = fault(engine, "SELECT 1 FROM sqlite_master")
    assert type(found) is DatabaseUnavailable
    assert found.detail == "SQLITE_NOTADB"


def test_an_error_quotes_no_value(engine: Engine) -> None:
    found = fault(engine, f"SELECT '{SECRET}' FROM nothing")  # noqa: S608 -- a constant
    assert SECRET not in str(found)


def test_an_address_of_another_form_is_not_shown() -> None:
    with pytest.raises(DatabaseAddressWrong) as caught:
        open_engine(f"postgresql//user:{SECRET}@server")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
