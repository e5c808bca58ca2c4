# SPDX-License-Identifier: EUPL-1.2
"""Vectors straight from the record store: selection, period, address, who is left out."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from ontschot.node.provider.vectors import Group, build
from ontschot.protocol.universe import How
from ontschot.protocol.variables import Selection
from unit.node.provider.records.conftest import Filler
from unit.node.provider.vectors.samples import EUROS, KEY, ROUND, SERVED
from unit.protocol.universe.samples import small_universe


@pytest.fixture
def filler(engine: Engine) -> Filler:
    filler = Filler(engine)
    home, sibling, neighbour, new = (filler.client() for _ in range(4))
    for client in (home, sibling):
        filler.address(client, "3342AB", huisnummer=3, huisletter="a", gemeente="0531")
    filler.address(neighbour, "3331AB", huisnummer=1)
    filler.address(new, "3342AB", huisnummer=77, gemeente="0531")
    filler.help(home, 150_000)
    filler.help(home, 50_000, "C", periode_van=date(2025, 12, 1), periode_tot=date(2025, 12, 31))
    filler.help(sibling, 40_000, wet="WMO", categorie="02")
    filler.help(neighbour, 70_000, periode_van=date(2024, 12, 1), periode_tot=date(2024, 12, 31))
    filler.help(neighbour, 10_000, categorie="51")
    filler.help(new, 20_000)
    return filler


def test_adds_up_the_period_per_household(engine: Engine, filler: Filler) -> None:
    found = build(engine, small_universe(), EUROS, KEY, ROUND)
    assert {i: v for i, v in enumerate(found.vector.tolist()) if v and i not in range(5, 9)} == {
        2: 14, 9: 1
    }  # fmt: skip
    assert found.vector[5:9].sum() == 2
    assert found.report.clients[How.OVERFLOW] == Group(1, 20_000)
    assert found.report.placed == Group(4, 170_000)
    assert len(filler.clients) == 4


@pytest.mark.parametrize(
    ("selection", "quanta"),
    [
        (Selection(("JW",)), {2: 10, 9: 1}),
        (Selection(("WMO",)), {2: 4}),
        (Selection(("JW", "WMO"), (1, 5)), {2: 4, 9: 1}),
        (Selection(("JW",), (8,)), {}),
    ],
)
@pytest.mark.usefixtures("filler")
def test_counts_what_the_variable_selects(
    engine: Engine, selection: Selection, quanta: dict[int, int]
) -> None:
    vector = build(engine, small_universe(), replace(EUROS, selection=selection), KEY, ROUND).vector
    assert {i: v for i, v in enumerate(vector.tolist()) if v and i not in range(5, 9)} == quanta


@pytest.mark.usefixtures("filler")
def test_flags_say_who_is_served(engine: Engine) -> None:
    vector = build(engine, small_universe(), SERVED, KEY, ROUND).vector
    assert vector[[2, 9]].tolist() == [1, 1]
    assert vector.sum() == 3


def test_an_institution_is_left_out_and_reported(engine: Engine, filler: Filler) -> None:
    for _ in range(9):
        client = filler.client()
        filler.address(client, "3331XZ", huisnummer=12, huisletter="B")
        filler.help(client, 10_000)
    found = build(engine, small_universe(), EUROS, KEY, ROUND)
    assert found.vector[11] == 0
    assert found.report.institutions == Group(9, 90_000)


def test_an_objection_works_at_once(engine: Engine, filler: Filler) -> None:
    before = build(engine, small_universe(), SERVED, KEY, ROUND)
    other = filler.client(bezwaar_statistiek=True)
    filler.address(other, "3331XZ", huisnummer=12, huisletter="B")
    filler.help(other, 10_000)
    after = build(engine, small_universe(), SERVED, KEY, ROUND)
    assert after.vector.tolist() == before.vector.tolist()
    assert after.report == before.report
