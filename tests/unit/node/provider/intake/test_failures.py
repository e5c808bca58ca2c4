# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong around a load: nothing is loaded, and the error says nothing of a record."""

import os
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from ontschot.node.database import open_engine
from ontschot.node.provider.intake import service
from ontschot.node.provider.intake.errors import IntakeFileChanged, IntakeFileUnreadable
from ontschot.node.provider.records.errors import (
    IdentityKeysMixed,
    RecordsBusy,
    RecordsFull,
    RecordsUnavailable,
)
from ontschot.node.provider.records.identity import add_key, load_keys
from ontschot.protocol.errors import OntschotError
from unit.node.provider.intake.samples import TEST_BSN, Desk, desk_at, line, numbers
from unit.node.provider.intake.samples import text as csv_text

SECRETS = (TEST_BSN, "2012-05-01", "3331AB")


@contextmanager
def refused(kind: type[OntschotError]) -> Iterator[None]:
    """Expect an error that, with all that hangs on it, shows nothing of a record."""
    with pytest.raises(kind) as caught:
        yield
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not [secret for secret in SECRETS if secret in shown]


@pytest.fixture
def server(postgres_database: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk on PostgreSQL only."""
    yield from desk_at(postgres_database, tmp_path)


def many(count: int = 3000) -> list[dict[str, str]]:
    people = numbers(count)
    return [line(referentie=f"R{n}", bsn=people[n]) for n in range(count)]


def test_a_full_disk_leaves_all_as_it_was(lite: Desk) -> None:
    lite.load(line())
    before = lite.state()

    def shrink(raw: object, *_: object) -> None:
        raw.execute("PRAGMA max_page_count = 60").close()  # type: ignore[attr-defined] # sqlite3

    event.listen(lite.engine, "connect", shrink)
    lite.engine.dispose()
    with refused(RecordsFull):
        lite.load(*many())
    event.remove(lite.engine, "connect", shrink)
    lite.engine.dispose()
    assert lite.state() == before
    assert lite.load(*many(10)).loaded == 9


def test_a_locked_database_is_busy(lite: Desk) -> None:
    impatient = create_engine(
        lite.engine.url, connect_args={"timeout": 0.01, "isolation_level": None}
    )
    event.listen(impatient, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    desk = Desk(impatient, lite.identity, lite.folder)
    with lite.engine.begin(), refused(RecordsBusy):
        desk.load(line())
    assert desk.load(line()).loaded == 1
    impatient.dispose()


@pytest.mark.postgres
def test_a_second_load_waits_and_then_gives_up(server: Desk) -> None:
    def hurry(*call: Any) -> tuple[str, Any]:
        return call[2].replace("'30s'", "'50ms'"), call[3]

    event.listen(server.engine, "before_cursor_execute", hurry, retval=True)
    with server.engine.begin() as other:
        other.execute(text("LOCK TABLE inlading IN EXCLUSIVE MODE"))
        with refused(RecordsBusy):
            server.load(line())
    assert server.load(line()).loaded == 1


@pytest.mark.postgres
def test_readers_go_on_during_a_load(server: Desk) -> None:
    server.load(line())
    seen: list[int] = []

    def look(step: str, _done: int, _total: int) -> None:
        if step == "storing":
            thread = threading.Thread(
                target=lambda: seen.append(len(server.rows("prestatie", "prestatie_id")))
            )
            thread.start()
            thread.join(timeout=20)

    server.load(line(referentie="R2"), progress=look)
    assert seen == [1]
    assert len(server.rows("prestatie", "prestatie_id")) == 2


@pytest.mark.postgres
def test_a_server_that_goes_away_loads_nothing(server: Desk, postgres_database: str) -> None:
    killer = open_engine(postgres_database)
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )

    def kill(step: str, _done: int, _total: int) -> None:
        if step == "storing":
            with killer.begin() as connection:
                connection.execute(others)

    with refused(RecordsUnavailable):
        server.load(line(), progress=kill)
    assert server.rows("prestatie", "prestatie_id") == []
    killer.dispose()


def test_a_database_without_tables_is_unavailable(lite: Desk, tmp_path: Path) -> None:
    empty = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with refused(RecordsUnavailable):
        Desk(empty, lite.identity, tmp_path).load(line())
    empty.dispose()


def test_a_table_that_is_gone_half_way_rolls_back(desk: Desk) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("DROP TABLE levering"))
    with refused(RecordsUnavailable):
        desk.load(line())
    assert desk.rows("prestatie", "prestatie_id") == []
    assert desk.rows("client", "client_id") == []


def test_no_file_a_folder_and_a_pipe_are_unreadable(lite: Desk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path / "nothing.csv", tmp_path, pipe):
        with refused(IntakeFileUnreadable):
            lite.load_path(path)


Change = Callable[[Path], None]


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def add_a_line(path: Path) -> None:
    with path.open("a") as file:
        file.write("\n")


@pytest.mark.parametrize("change", [cut_off, add_a_line])
def test_a_file_that_changes_while_it_is_read_loads_nothing(
    lite: Desk, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lite.folder / "growing.csv"
    path.write_text(csv_text(many(10)))
    rewind = service._Source.rewind
    calls: list[int] = []

    def rewind_later(source: service._Source) -> None:
        calls.append(1)
        if len(calls) == 2:
            change(path)
        rewind(source)

    monkeypatch.setattr(service._Source, "rewind", rewind_later)
    with refused(IntakeFileChanged):
        lite.load_path(path)
    assert lite.rows("prestatie", "prestatie_id") == []


def test_a_disk_that_gives_up_while_reading_is_coded() -> None:
    class Broken:
        def read(self, _size: int) -> bytes:
            raise OSError(5, "Input/output error")

        def fileno(self) -> int:
            return 0

    source = service._Source(Broken(), lambda *_: None)  # type: ignore[arg-type] # a stand-in
    with refused(IntakeFileChanged):
        source.read(10)


def test_an_unfinished_key_rotation_refuses_loads(lite: Desk) -> None:
    lite.load(line())
    path = lite.folder / "keys.json"
    add_key(path)
    lite.identity = load_keys(path)
    with refused(IdentityKeysMixed):
        lite.load(line(referentie="R2"))
