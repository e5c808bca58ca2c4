# SPDX-License-Identifier: EUPL-1.2
"""What CELL vectors read by referrer: counts per class, addresses, and who is left out."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sqlalchemy import Engine, text

from ontschot.node.provider.intake.codes import Law
from ontschot.node.provider.records.cells import cell_inputs
from ontschot.node.provider.records.errors import RecordsUnavailable
from ontschot.node.provider.records.period import Period
from ontschot.protocol.documents.rounds import CellGrid

if TYPE_CHECKING:
    from unit.node.provider.records.conftest import Filler
else:
    Filler = Any

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
DAY = date(2025, 7, 1)
GRID = CellGrid(by="verwijzer", classes=["01", "02", "overig"], level="buurt", minimum=100)
YOUTH: frozenset[Law] = frozenset({"JW"})


def counts(engine: Engine, **options: Any) -> list[list[int]]:
    laws = options.pop("laws", YOUTH)
    found = cell_inputs(engine, YEAR, laws, GRID, DAY, **options)
    return [row for chunk in found for row in chunk.counts.tolist()]


def test_counts_per_client_and_class(engine: Engine, filler: Filler) -> None:
    one, two = filler.client(), filler.client()
    for number, code in enumerate(["02", "02", "01"], start=1):
        filler.grant(one, number, code)
    filler.grant(two, 4, "01")
    assert counts(engine) == [[1, 2, 0], [1, 0, 0]]


def test_other_codes_and_none_go_to_the_last_class(engine: Engine, filler: Filler) -> None:
    client = filler.client()
    for number, code in enumerate(["99", None, "08"], start=1):
        filler.grant(client, number, code)
    assert counts(engine) == [[0, 0, 3]]


def test_only_what_begins_in_the_period_counts(engine: Engine, filler: Filler) -> None:
    client = filler.client()
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    for number, day in enumerate(days, start=1):
        filler.grant(client, number, "01", ingang=day)
    filler.grant(client, 5, "02", ingang=None, toewijzingsdatum=date(2025, 5, 5))
    filler.grant(client, 6, "02", ingang=None)
    assert counts(engine) == [[2, 1, 0]]


def test_only_the_laws_that_are_asked_count(engine: Engine, filler: Filler) -> None:
    client = filler.client()
    filler.grant(client, 1, "01")
    filler.grant(client, 2, "02", wet="WMO")
    assert counts(engine) == [[1, 0, 0]]
    assert counts(engine, laws=frozenset({"JW", "WMO"})) == [[1, 1, 0]]


@pytest.mark.parametrize("flag", ["bezwaar_statistiek", "afgeschermd"])
def test_who_objects_or_is_shielded_is_not_there(engine: Engine, filler: Filler, flag: str) -> None:
    filler.grant(filler.client(**{flag: True}), 1, "01")
    filler.grant(filler.client(), 2, "02")
    assert counts(engine) == [[0, 1, 0]]


def test_addresses_come_with_everyone_who_lives_there(engine: Engine, filler: Filler) -> None:
    for number in range(10):
        client = filler.client()
        filler.address(client, "1234AB" if number else "4321BA", huisnummer=7)
        filler.grant(client, number + 1, "01")
    resident = filler.client()
    filler.address(resident, "1234AB", huisnummer=7)
    filler.help(resident, 1, categorie="43", periode_van=date(2025, 1, 1))
    (chunk,) = cell_inputs(engine, YEAR, YOUTH, GRID, DAY)
    assert chunk.postcode == ("4321BA", *["1234AB"] * 10)
    assert chunk.counted.tolist() == [*[True] * 10, False]
    assert chunk.stays.tolist() == [*[False] * 10, True]
    assert chunk.counts[-1].tolist() == [0, 0, 0]
    assert set(chunk.huisnummer.tolist()) == {7}
    assert chunk.gemeente[0] == "0642"
    assert "1234" not in repr(chunk)


def test_columns_have_their_types_in_every_chunk(engine: Engine, filler: Filler) -> None:
    for number in range(5):
        filler.grant(filler.client(), number + 1, "01")
    chunks = list(cell_inputs(engine, YEAR, YOUTH, GRID, DAY, chunk_rows=2))
    assert [chunk.counts.shape for chunk in chunks] == [(2, 3), (2, 3), (1, 3)]
    assert all(chunk.counts.dtype == np.int64 for chunk in chunks)


def test_nobody_gives_nothing(engine: Engine) -> None:
    assert counts(engine) == []


def test_a_broken_store_is_told_by_a_code(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE toewijzing"))
    with pytest.raises(RecordsUnavailable):
        counts(engine)
