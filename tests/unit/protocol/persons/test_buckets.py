# SPDX-License-Identifier: EUPL-1.2
"""The layout of buckets follows from the public map and the public rate."""

import numpy as np
import pytest

from ontschot.protocol.documents.rounds import PersonGrid, VariableDocument
from ontschot.protocol.persons.buckets import (
    LEAST,
    LOAD,
    buckets_of,
    vector_index,
    vector_sizes,
)
from ontschot.protocol.universe import area_map
from unit.protocol.universe.samples import synthetic_universe

SIZES = {"BU05310101": 150, "BU05310102": 900, "BU05310201": 4000}
UNIVERSE = synthetic_universe(SIZES)
AREAS = area_map(UNIVERSE, "buurt", 100)


def variable(per_mille: int) -> VariableDocument:
    return VariableDocument(
        id="persons",
        measure="persons",
        wetten=["JW"],
        groups=[],
        quantum_cents=1,
        node_cap=1,
        persons=PersonGrid(level="buurt", minimum=100, per_mille=per_mille),
    )


@pytest.mark.parametrize("per_mille", [1, 60, 125, 1000])
def test_each_area_has_the_least_power_of_two_that_is_enough(per_mille: int) -> None:
    found = buckets_of(PersonGrid(level="buurt", minimum=100, per_mille=per_mille), AREAS)
    for size, slots in zip(found.sizes.tolist(), AREAS.slots_per_area.tolist(), strict=True):
        assert size & (size - 1) == 0
        enough = LOAD * slots * per_mille / 1000
        assert size >= max(LEAST, enough)
        assert size == LEAST or size < 2 * enough


def test_an_exact_power_of_two_is_not_doubled() -> None:
    assert AREAS.slots_per_area.tolist()[2] == 4000
    # 32 * 4000 * 128 / 1000 = 2^14
    grid = PersonGrid(level="buurt", minimum=100, per_mille=128)
    assert buckets_of(grid, AREAS).sizes.tolist()[2] == 2**14


def test_blocks_stand_one_after_another() -> None:
    found = buckets_of(PersonGrid(level="buurt", minimum=100, per_mille=60), AREAS)
    index = vector_index(variable(60), AREAS)
    assert len(index) == found.count == found.sizes.sum()
    for area, (start, size) in enumerate(zip(found.starts, found.sizes, strict=True)):
        assert (index[start : start + size] == area).all()
    assert np.array_equal(vector_sizes(variable(60), AREAS), found.sizes)


def test_a_vector_of_slots_has_the_index_of_its_map() -> None:
    served = variable(60).model_copy(update={"measure": "served", "persons": None})
    assert vector_index(served, AREAS) is AREAS.index
    assert vector_sizes(served, AREAS) is AREAS.slots_per_area


@pytest.mark.parametrize(
    "changes",
    [{"node_cap": 2}, {"quantum_cents": 100}, {"groups": [1]}, {"persons": None}],
)
def test_a_person_counts_once_by_law(changes: dict[str, object]) -> None:
    document = variable(60).model_dump() | changes
    with pytest.raises(ValueError, match="persons are counted"):
        VariableDocument.model_validate(document)
