# SPDX-License-Identifier: EUPL-1.2
"""Whatever is in a file: the load ends with a report, and came in whole or not at all."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from ontschot.node.database import open_engine
from ontschot.node.provider.intake.columns import COLUMNS
from ontschot.node.provider.intake.report import LoadReport
from ontschot.node.provider.records.identity import Identity, create_keys
from ontschot.node.provider.records.schema import prepare
from unit.node.provider.intake.samples import Desk, codes, line, numbers, text

PEOPLE = numbers(4)
SOME = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ODD = st.sampled_from(
    ["", " ", "0", "-1", "C", "D", "JW", "WMO", "99999999", "100000000", "999999999", "2025-02-30",
     "2025-03-01", "9999-12-31", "0001-01-01", "１", "\u2028", "é", '"', "'", "%s", "\\.", "\t",
     "NULL", "999900006", "x" * 30]
)  # fmt: skip
FIELD = ODD | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n;"), max_size=9
)
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def template() -> Iterator[tuple[Path, Identity]]:
    """An empty record store that every example copies."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        engine = open_engine(f"sqlite:///{path}")
        prepare(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        engine.dispose()
        yield path, create_keys(Path(folder) / "keys.json")


@contextmanager
def fresh(template: tuple[Path, Identity]) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.db"
        shutil.copy(template[0], path)
        engine = open_engine(f"sqlite:///{path}")
        event.listen(engine, "connect", _hurry)
        yield Desk(engine, template[1], Path(folder))
        engine.dispose()


def _hurry(raw: Any, _: object) -> None:
    """Write without waiting for the disk: these databases live for one example."""
    raw.execute("PRAGMA synchronous=OFF").close()


@st.composite
def valid_rows(draw: st.DrawFn) -> Rows:
    """Rows that are each accepted: debits, their credits, moves, overlapping help."""
    rows: Rows = []
    for number in range(draw(st.integers(1, 12))):
        month = draw(st.integers(1, 6))
        row = line(
            referentie=f"R{number}",
            bsn=draw(st.sampled_from(PEOPLE)),
            huisnummer=str(draw(st.integers(1, 3))),
            categorie=draw(st.sampled_from(["45", "54", "41"])),
            productcode="",
            toewijzingsnummer=str(draw(st.integers(1, 5))),
            toewijzingsdatum=f"2024-12-{draw(st.integers(1, 3)):02d}",
            verwijzer=f"0{draw(st.integers(1, 6))}",
            ingang="",
            begin=f"2025-0{draw(st.integers(1, 6))}-01",
            einde=draw(st.sampled_from(["", "2025-06-15", "2025-07-01"])),
            periode_van=f"2025-{month:02d}-01",
            periode_tot=f"2025-{month:02d}-28",
            bedrag_cent=str(draw(st.integers(0, 10**6))),
        )
        rows.append(row)
        if draw(st.booleans()):
            rows.append(
                row | {"referentie": f"C{number}", "vorige_referentie": f"R{number}", "dc": "C"}
            )
    return rows


def require_whole(desk: Desk, report: LoadReport) -> None:
    """Check that the store holds exactly what the report says."""
    found = desk.rows("prestatie", "net_cent")
    assert desk.rows("inlading_regel", "regelnr") == []
    assert len(desk.rows("inlading", "inlading_id")) == (report.status == "loaded")
    assert len(found) == report.loaded
    assert sum(net for (net,) in found) == report.net_cent
    if report.status == "loaded":
        assert report.read == report.loaded + report.rejected + report.already
    else:
        assert report.stopped_by is not None
        assert desk.rows("client", "client_id") == []
    if not found:
        assert desk.rows("levering", "levering_id") == desk.rows("adres", "adres_id") == []


@SOME
@given(valid_rows(), st.data())
def test_mutated_rows_never_crash_and_never_load_in_part(
    template: tuple[Path, Identity], rows: Rows, data: st.DataObject
) -> None:
    for row in rows:
        for name in data.draw(st.lists(st.sampled_from(COLUMNS), max_size=3)):
            row[name] = data.draw(FIELD)
    with fresh(template) as desk:
        report = desk.load(*rows, confirm=data.draw(st.booleans()))
        require_whole(desk, report)
        report.text("nl"), report.json()


@SOME
@given(valid_rows(), st.integers(0, 2**32))
def test_mutated_bytes_never_crash_and_never_load_in_part(
    template: tuple[Path, Identity], rows: Rows, seed: int
) -> None:
    chance = random.Random(seed)
    data = bytearray(text(rows).encode())
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(1, 40)]
            case _:
                data[place:place] = chance.randbytes(chance.randrange(1, 5))
    with fresh(template) as desk:
        require_whole(desk, desk.load_bytes(bytes(data)))


@SOME
@given(valid_rows(), st.data())
def test_the_order_of_lines_does_not_matter(
    template: tuple[Path, Identity], rows: Rows, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    with fresh(template) as one, fresh(template) as two:
        first, second = one.load(*rows), two.load(*shuffled)
        assert codes(first) == codes(second)
        assert (first.loaded, first.net_cent) == (second.loaded, second.net_cent)
        assert one.state() == two.state()


@SOME
@given(valid_rows(), st.data())
def test_two_files_are_as_good_as_one(
    template: tuple[Path, Identity], rows: Rows, data: st.DataObject
) -> None:
    debits = [row for row in rows if row["dc"] == "D"]
    later = [row for row in rows if row["dc"] == "C"]
    cut = data.draw(st.integers(0, len(debits)))
    with fresh(template) as one, fresh(template) as two:
        one.load(*rows)
        for part in (debits[:cut], debits[cut:], later):
            if part:
                assert two.load(*part).rejected == 0
        assert one.rows("prestatie", "net_cent") or not rows
        assert money(one) == money(two)


def money(desk: Desk) -> list[tuple[object, ...]]:
    """Return what sums depend on."""
    columns = ("referentie", "gemeente", "categorie", "periode_van", "net_cent")
    return sorted(desk.rows("prestatie", *columns))


@SOME
@given(valid_rows())
def test_loading_again_changes_nothing(template: tuple[Path, Identity], rows: Rows) -> None:
    with fresh(template) as desk:
        desk.load(*rows)
        before = desk.state()
        assert desk.load(*rows).status == "unchanged"
        again = desk.load(*reversed(rows))
        assert (again.loaded, again.rejected) == (0, 0)
        assert desk.state() == before


@SOME
@given(valid_rows())
def test_without_references_the_last_file_counts(
    template: tuple[Path, Identity], rows: Rows
) -> None:
    bare = [row | {"referentie": ""} for row in rows if row["dc"] == "D"]
    with fresh(template) as one, fresh(template) as two:
        one.load(*bare)
        two.load(*[row | {"bedrag_cent": "1"} for row in bare])
        two.load(*bare)
        assert one.state() == two.state()
