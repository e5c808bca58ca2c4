# SPDX-License-Identifier: EUPL-1.2
"""Tables of capped sums that add up: their maximum, and what their notes say of a rest."""

import csv
import io
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from ontschot.coordinator.estimates import wording
from ontschot.coordinator.estimates.improving import improve
from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.results import Area, Result, build_result
from ontschot.coordinator.results.release import Block
from ontschot.protocol.catalogue.definitions import BlockDefinition, definition
from ontschot.protocol.language import Text
from ontschot.protocol.results import to_csv
from ontschot.protocol.universe.areas import AreaMap
from simulation.making import make_maps, make_universe
from unit.coordinator.results.samples import METADATA

SIZES = {f"BU9901{wijk:02}01": 500 for wijk in (1, 2, 3)}


def opened(block: BlockDefinition, areas: AreaMap) -> Block:
    """Return a block in which every wijk has as much, and what is in none has a little."""
    whole = areas.codes[0].startswith("GM")
    sums = np.array([6_200]) if whole else np.full(len(areas.codes), 2_000)
    return Block(
        id=block.id,
        title=Text("Tabel", "Table"),
        level=block.level,
        statistic=block.statistic,
        labels=(Text("Kosten", "Cost"),),
        quantum_cents=10_000 if block.statistic == "capped" else 1,
        sigma=Fraction(20),
        noise="full",
        cap=block.cap,
        areas=tuple(
            Area(area.code, area.name, int(size), area.holds)
            for area, size in zip(areas.areas, areas.slots_per_area, strict=True)
        ),
        sums=sums[:, None].astype(np.int64),
    )


@pytest.fixture(scope="module")
def result() -> Result:
    """Return an answer to Q03 with its estimates."""
    maps, known = make_maps(make_universe(SIZES)), definition("Q03")
    blocks = [opened(block, maps[block.level, block.minimum]) for block in known.blocks]
    answer = build_result(replace(METADATA, question="Q03"), blocks)
    return improve(RoundModels([(known, answer)], maps.__getitem__))[0]


def test_capped_sums_that_add_up_keep_their_maximum_in_euros(result: Result) -> None:
    tables = [table for table in result.tables if table.estimator == "consistent"]
    assert {table.id for table in tables} == {
        f"consistent-{law}-{level}" for law in ("jw", "wmo") for level in ("gemeente", "wijk")
    }
    assert {(table.unit, table.cap_cents) for table in tables} == {("euroCents", 500_000)}
    rows = csv.DictReader(io.StringIO(to_csv(result)), delimiter=";")
    found = {(row["maximum_euro"], row["maximum"]) for row in rows if row["soort"] == "optellend"}
    assert found == {("5000", "Een huishouden telt hoogstens voor € 5.000 mee.")}


def test_a_whole_says_that_what_is_in_no_part_was_estimated(result: Result) -> None:
    notes = {table.id: table.note for table in result.tables}
    parts, whole = notes["consistent-jw-wijk"], notes["consistent-jw-gemeente"]
    assert parts is not None
    assert parts.nl == wording.CONSISTENT_WITH_REST.nl
    assert whole is not None
    assert whole.nl == wording.CONSISTENT_WITH_REST_BELOW.nl
