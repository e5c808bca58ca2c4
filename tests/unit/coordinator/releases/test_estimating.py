# SPDX-License-Identifier: EUPL-1.2
"""From opened counts of buckets to published persons, and the words beside them."""

from dataclasses import replace
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from math import log

import numpy as np
import pytest

from ontschot.coordinator.releases import person_words
from ontschot.coordinator.releases.estimating import figures_of, most_of
from ontschot.coordinator.results import build_result
from ontschot.coordinator.results.errors import InconsistentRelease
from ontschot.coordinator.results.release import Area, Block
from ontschot.protocol.documents.queries import Block as AskedBlock
from ontschot.protocol.documents.rounds import PersonGrid, VariableDocument
from ontschot.protocol.language import Text
from ontschot.protocol.persons import buckets_of
from ontschot.protocol.privacy.conversion import epsilon_of
from ontschot.protocol.universe import area_map
from unit.coordinator.results.samples import METADATA
from unit.protocol.universe.samples import synthetic_universe

AREAS = area_map(synthetic_universe({"BU05310101": 150, "BU05310102": 300}), "buurt", 100)
GRID = PersonGrid(level="buurt", minimum=100, per_mille=200)
PERSONS = VariableDocument(
    id="persons",
    measure="persons",
    wetten=["JW"],
    groups=[],
    quantum_cents=1,
    node_cap=1,
    persons=GRID,
)
SERVED = PERSONS.model_copy(update={"measure": "served", "persons": None})
ASKED = AskedBlock(
    id="jw-buurt",
    unit="person",
    variable="persons",
    level="buurt",
    area_map=AREAS.digest,
    statistic="at-least",
    thresholds=[1],
    cap=None,
    l2_squared="1",
    sigma="5/1",
    rho="20000000000",
)
SIZES = buckets_of(GRID, AREAS).sizes.tolist()


def test_figures_of_households_stay_as_they_are() -> None:
    found = figures_of(ASKED, SERVED, AREAS, np.array([[3, -4]]))
    assert (found.values.tolist(), found.variances, found.full) == ([[3], [-4]], None, 0)


def test_persons_are_estimated_with_noise_and_collisions() -> None:
    found = figures_of(ASKED, PERSONS, AREAS, np.array([[40, 90]]))
    assert found.variances is not None
    for row, (count, size) in enumerate(zip((40, 90), SIZES, strict=True)):
        empty = 1 - count / size
        assert found.values[row, 0] == round(-size * log(empty))
        collisions = size * (1 / empty - 1 + log(empty))
        assert found.variances[row, 0] == pytest.approx(50 / empty**2 + collisions)
    assert found.full == 0


def block(figures: np.ndarray[tuple[int, ...], np.dtype[np.int64]], **changes: object) -> Block:
    made = Block(
        id="jw-buurt",
        title=Text("Mensen", "People"),
        level="buurt",
        statistic="at-least",
        labels=(person_words.LABEL,),
        quantum_cents=1,
        sigma=Fraction(5),
        noise="full",
        cap=None,
        areas=tuple(Area(code, code, 150) for code in AREAS.codes),
        sums=figures,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_where_too_few_buckets_are_empty_no_number_is_shown() -> None:
    found = figures_of(ASKED, PERSONS, AREAS, np.array([[40, SIZES[1]]]))
    assert found.full == 1
    result = build_result(
        replace(METADATA, counted="persons"), [block(found.values, variances=found.variances)]
    )
    first, second = (area.figures[0] for area in result.tables[0].areas)
    assert result.tables[0].unit == "persons"
    assert (first.shown.kind, second.shown.kind) == ("value", "uncertain")
    assert second.shown.value is None
    assert first.standard_error == pytest.approx(7.4, abs=0.1)


def test_no_answer_fills_more_than_can_be_estimated() -> None:
    assert most_of(ASKED, PERSONS, AREAS, 5).tolist() == [int(size * 0.9) for size in SIZES]
    assert most_of(ASKED, None, AREAS, 5).tolist() == AREAS.slots_per_area.tolist()


@pytest.mark.parametrize("changes", [{"statistic": "bins"}, {"variances": np.ones((1, 1))}])
def test_variances_belong_to_estimates_of_the_same_shape(changes: dict[str, object]) -> None:
    figures = np.ones((2, 1), dtype=np.int64)
    fields: dict[str, object] = {"variances": np.ones((2, 1))} | changes
    with pytest.raises(InconsistentRelease, match="variances"):
        block(figures, **fields)


def test_the_remarks_say_what_a_household_loses_and_where_no_number_stands() -> None:
    loss, key, collisions = person_words.remarks(10**9, 0)
    one, double, fourfold = (
        str(epsilon_of(10**9 * squares).quantize(Decimal("0.01"), ROUND_UP)).replace(".", ",")
        for squares in (1, 4, 16)
    )
    assert f"hoogstens {double} bij 1 aanbieder, hoogstens {fourfold} bij 3 aanbieders" in loss.nl
    assert f"{one} met 1 persoon, {fourfold} met 4 personen in één gebied" in loss.nl
    assert "BSN" in key.nl
    assert "marge" in collisions.nl
    *_, full = person_words.remarks(10**9, 3)
    assert full.nl.startswith("Op 3 plaats(en)")
    assert person_words.title(PERSONS).nl == "Mensen met hulp uit de Jeugdwet"
