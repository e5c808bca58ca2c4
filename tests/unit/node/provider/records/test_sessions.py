# SPDX-License-Identifier: EUPL-1.2
"""Errors of the driver become coded ones that show no value."""

import sqlite3
import traceback

import pytest
from sqlalchemy import Engine, insert, select, text

from ontschot.node.provider.records.errors import RecordsBusy, RecordsFull, RecordsUnavailable
from ontschot.node.provider.records.models import Client
from ontschot.node.provider.records.sessions import reading, transaction, translate
from ontschot.protocol.errors import OntschotError

SECRET = b"a secret index of 32 bytes......"


def test_parameters_of_a_failed_statement_are_not_shown(engine: Engine) -> None:
    rows = [{"bsn_index": SECRET}] * 2
    with pytest.raises(RecordsUnavailable) as caught, transaction(engine) as connection:
        connection.execute(insert(Client), rows)
    shown = "".join(traceback.format_exception(caught.value))
    assert "secret" not in shown
    assert SECRET.hex() not in shown


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    def fail() -> None:
        with transaction(engine) as connection:
            connection.execute(insert(Client).values(bsn_index=SECRET))
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(RecordsUnavailable):
        fail()
    with reading(engine) as connection:
        assert connection.execute(select(Client.client_id)).all() == []


def test_a_reader_cannot_write_on_sqlite(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    with pytest.raises(RecordsUnavailable, match="READONLY"), reading(engine) as connection:
        connection.execute(insert(Client).values(bsn_index=SECRET))


class PostgresError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__("Key (bsn_index)=(secret) already exists")
        self.sqlstate = sqlstate


def sqlite_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("secret")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (sqlite_error("SQLITE_FULL"), RecordsFull),
        (sqlite_error("SQLITE_BUSY"), RecordsBusy),
        (sqlite_error("SQLITE_BUSY_SNAPSHOT"), RecordsBusy),
        (sqlite_error("SQLITE_LOCKED"), RecordsBusy),
        (sqlite_error("SQLITE_IOERR_WRITE"), RecordsUnavailable),
        (sqlite_error("SQLITE_CORRUPT"), RecordsUnavailable),
        (PostgresError("53100"), RecordsFull),
        (PostgresError("55P03"), RecordsBusy),
        (PostgresError("40P01"), RecordsBusy),
        (PostgresError("57P01"), RecordsUnavailable),
        (PostgresError("23505"), RecordsUnavailable),
        (None, RecordsUnavailable),
    ],
)
def test_each_kind_of_trouble_has_its_code(
    cause: Exception | None, kind: type[OntschotError]
) -> None:
    error = translate(cause)
    assert type(error) is kind
    assert "secret" not in error.explain("nl") + error.explain("en") + str(error)
