# SPDX-License-Identifier: EUPL-1.2
"""Trajecten in cells: by length, waiting and reason, against plain Python over the same days."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sqlalchemy import Engine

from ontschot.node.provider.intake.codes import Law, reasons
from ontschot.node.provider.records.cells import cell_inputs, included
from ontschot.node.provider.records.notes import note_clients
from ontschot.node.provider.records.period import Period
from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.documents.rounds import CellGrid, ClassedBy
from ontschot.protocol.variables.errors import MalformedVariable

if TYPE_CHECKING:
    from unit.node.provider.records.conftest import Filler
else:
    Filler = Any

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
YEAR = Period(FIRST, LAST)
YOUTH: frozenset[Law] = frozenset({"JW"})
GRIDS = {
    variable.cells.by: variable.cells
    for definition in definitions().values()
    for variable in definition.variables
    if variable.cells is not None
}
ENDINGS = ["volgens-plan", "client", "aanbieder", "overleg", "omstandigheden"]


def counts(engine: Engine, by: ClassedBy, laws: frozenset[Law] = YOUTH) -> list[list[int]]:
    found = cell_inputs(engine, YEAR, laws, GRIDS[by], LAST)
    return [row for chunk in found for row in chunk.counts.tolist()]


def place(days: int, limits: list[int]) -> int:
    return next(number for number, limit in enumerate(limits) if days <= limit)


def test_length_is_counted_from_the_first_to_the_last_day(engine: Engine, filler: Filler) -> None:
    limits = [91, 182, 365, 730, 1095, 1460, 10**6]
    client, expected = filler.client(), [0] * 7
    for days in (0, 1, 91, 92, 182, 183, 365, 366, 730, 731, 1095, 1096, 1460, 1461, 9000):
        filler.traject(client, date(2024, 3, 1) - timedelta(days=days), date(2024, 3, 1))
        expected[place(days, limits)] += 1
    assert counts(engine, "duur") == [expected]


def test_length_counts_what_ended_in_the_period_and_nothing_else(
    engine: Engine, filler: Filler
) -> None:
    client, day = filler.client(), timedelta(days=1)
    for end in (FIRST - day, FIRST, LAST, LAST + day, None):
        filler.traject(client, date(2023, 12, 1), end)
    filler.traject(client, FIRST, LAST, wet="WMO")
    assert counts(engine, "duur") == [[1, 0, 0, 1, 0, 0, 0]]
    assert counts(engine, "duur", frozenset({"WMO"})) == [[0, 0, 1, 0, 0, 0, 0]]


def test_waiting_is_counted_from_the_allocation_to_the_start(
    engine: Engine, filler: Filler
) -> None:
    client, expected, start = filler.client(), [0] * 4, date(2024, 6, 1)
    for number, days in enumerate((0, 14, 15, 42, 43, 70, 71, 400), start=1):
        made = start - timedelta(days=days)
        filler.grant(client, number, None, toewijzingsdatum=made)
        filler.traject(client, start, None, toewijzing_nr=number)
        expected[place(days, [14, 42, 70, 10**6])] += 1
    assert counts(engine, "wachttijd") == [expected]


def test_waiting_that_no_date_tells_is_not_counted(engine: Engine, filler: Filler) -> None:
    one, other = filler.client(), filler.client()
    filler.traject(one, FIRST, None)
    filler.traject(one, FIRST, None, toewijzing_nr=404)
    filler.grant(one, 1, None, toewijzingsdatum=None)
    filler.traject(one, FIRST, None, toewijzing_nr=1)
    filler.grant(one, 2, None, toewijzingsdatum=FIRST + timedelta(days=1))
    filler.traject(one, FIRST, None, toewijzing_nr=2)
    filler.grant(other, 3, None, toewijzingsdatum=FIRST)
    filler.traject(one, FIRST, None, toewijzing_nr=3)
    filler.traject(other, FIRST - timedelta(days=1), None, toewijzing_nr=3)
    assert counts(engine, "wachttijd") == []


def test_reasons_are_those_of_their_law(engine: Engine, filler: Filler) -> None:
    client = filler.client()
    for law in ("JW", "WMO"):
        for code in (*reasons(law), None):
            filler.traject(client, FIRST, LAST, wet=law, reden_einde=code)
    # 20 (a pause) and 37 (another request) end no care; 31 is planned for JW and a move for WMO.
    assert counts(engine, "reden") == [[1, 1, 1, 1, 5]]
    assert counts(engine, "reden", frozenset({"WMO"})) == [[1, 1, 1, 1, 5]]


@pytest.mark.parametrize("flag", ["bezwaar_statistiek", "afgeschermd"])
def test_who_objects_or_is_shielded_is_not_there(engine: Engine, filler: Filler, flag: str) -> None:
    filler.traject(filler.client(**{flag: True}), FIRST, LAST, reden_einde="31")
    for by in ("duur", "wachttijd", "reden"):
        assert counts(engine, by) == []


def test_random_records_against_plain_python(engine: Engine, filler: Filler) -> None:
    random = np.random.default_rng(11)
    expected: dict[int, list[int]] = {}
    for client in [filler.client() for _ in range(40)]:
        for _ in range(int(random.integers(0, 6))):
            begin = date(2019, 1, 1) + timedelta(days=int(random.integers(0, 2200)))
            end = begin + timedelta(days=int(random.integers(0, 1800)))
            filler.traject(client, begin, end)
            if FIRST <= end <= LAST:
                row = expected.setdefault(client, [0] * 7)
                row[place((end - begin).days, [91, 182, 365, 730, 1095, 1460, 10**6])] += 1
    assert counts(engine, "duur") == [expected[client] for client in sorted(expected)]


def test_who_was_counted_gets_the_note(engine: Engine, filler: Filler) -> None:
    filler.traject(filler.client(), FIRST, LAST, reden_einde="31")
    filler.traject(filler.client(), FIRST, LAST, reden_einde="20")
    for by, noted in (("duur", 2), ("reden", 1), ("wachttijd", 0)):
        who = included(YEAR, YOUTH, GRIDS[by], LAST)  # type: ignore[index]
        assert note_clients(engine, by, who, LAST) == noted


@pytest.mark.parametrize(
    ("by", "classes"),
    [
        ("duur", ["0-91", "93-plus"]),
        ("wachttijd", ["0-14", "15-42"]),
        ("reden", [*ENDINGS, "geheim"]),
        ("reden", ENDINGS[:4]),
    ],
)
def test_classes_that_nothing_can_be_classed_in(
    engine: Engine, by: ClassedBy, classes: list[str]
) -> None:
    grid = CellGrid(by=by, classes=classes, level="gemeente", minimum=100)
    with pytest.raises(MalformedVariable):
        list(cell_inputs(engine, YEAR, YOUTH, grid, LAST))
