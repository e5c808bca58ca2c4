# SPDX-License-Identifier: EUPL-1.2
"""Which tables of an answer are made to add up over levels, and that they do."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from ontschot.coordinator.estimates.improving import improve
from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.results import Area, Result, build_result
from ontschot.coordinator.results.document import AreaRow, Table
from ontschot.coordinator.results.release import Block, Counted
from ontschot.protocol.catalogue.definitions import BlockDefinition, definition
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.language import Text
from ontschot.protocol.universe.areas import AreaMap
from simulation.making import make_maps, make_universe
from unit.coordinator.results.samples import METADATA

SIZES = {f"BU9901{wijk:02}{buurt:02}": 260 for wijk in (1, 2, 3) for buurt in (1, 2)}
PROVIDERS = 5
SIGMA = Fraction(6)


@pytest.fixture(scope="module")
def maps() -> Mapping[tuple[Level, int], AreaMap]:
    return make_maps(make_universe(SIZES))


def sums_of(areas: AreaMap, classes: int) -> NDArray[np.int64]:
    """Return noised sums: the same people at every level, and a few outside every wijk."""
    rng = np.random.default_rng([len(areas.areas), classes])
    slots = np.array([area.startswith("GM") for area in areas.codes])
    expected = np.where(slots, 160 * 3 + 12, 160 * 6 / len(areas.codes))
    noise = rng.normal(0, float(SIGMA) * 2**0.5, (len(areas.codes), classes))
    return np.rint(expected[:, None] / (1 + np.arange(classes)) + noise).astype(np.int64)


def opened(block: BlockDefinition, areas: AreaMap, classes: int) -> Block:
    is_sum = block.statistic == "sum"
    return Block(
        id=block.id,
        title=Text("Tabel", "Table"),
        level=block.level,
        statistic=block.statistic,
        labels=tuple(Text(f"klasse {k}", f"class {k}") for k in range(classes)),
        quantum_cents=1,
        sigma=SIGMA,
        noise="full",
        cap=block.cap,
        areas=tuple(
            Area(area.code, area.name, int(size), area.holds)
            for area, size in zip(areas.areas, areas.slots_per_area, strict=True)
        ),
        sums=sums_of(areas, classes),
        counts="trajects" if is_sum and "jw" in block.id else "allocations",
    )


def improved(question: str, maps: Mapping[tuple[Level, int], AreaMap]) -> Result:
    """Return a made-up answer with its estimates."""
    known = definition(question)
    blocks = []
    for block in known.blocks:
        grid = known.variable(block.variable).cells
        classes = len(grid.classes) if grid else 1
        blocks.append(opened(block, maps[block.level, block.minimum], classes))
    counted: Counted = "persons" if known.unit == "person" else "households"
    about = replace(METADATA, question=question, participants=PROVIDERS, counted=counted)
    models = RoundModels([(known, build_result(about, blocks))], maps.__getitem__)
    return improve(models)[0]


def consistent(result: Result) -> dict[str, Table]:
    return {table.id: table for table in result.tables if table.estimator == "consistent"}


def total(rows: tuple[AreaRow, ...], column: int) -> int:
    return sum(row.figures[column].value for row in rows)


@pytest.mark.parametrize(
    ("question", "gemeente", "wijk", "unit", "classes", "cap"),
    [
        ("Q17", "consistent-jw-gemeente", "consistent-jw-wijk", "trajects", 7, 3),
        ("Q22", "consistent-referrers-gemeente", "consistent-referrers-wijk", "allocations", 8, 2),
    ],
)
def test_cells_at_two_levels_add_up_with_their_rest(
    maps: Mapping[tuple[Level, int], AreaMap],
    question: str,
    gemeente: str,
    wijk: str,
    unit: str,
    classes: int,
    cap: int,
) -> None:
    tables = consistent(improved(question, maps))
    assert set(tables) == {gemeente, wijk}
    whole, parts = tables[gemeente], tables[wijk]
    assert (whole.unit, parts.unit) == (unit, unit)
    # The words of the direct table: a household counts so often at each provider.
    assert parts.clamp is not None
    assert f"bij elke aanbieder hoogstens {cap} keer" in parts.clamp.nl
    (rest,) = parts.rest
    for column in range(classes):
        together = total(parts.areas, column) + total(parts.rest, column)
        assert abs(together - total(whole.areas, column)) <= len(parts.areas) + 1
        # Every provider adds the cap for each of these slots at most.
        assert rest.figures[column].high <= rest.slots * cap * PROVIDERS
    direct = {table.id: table for table in improved(question, maps).tables}
    spread = direct[wijk.removeprefix("consistent-")].areas[0].figures[0].standard_error
    assert parts.areas[0].figures[0].standard_error < spread


@pytest.mark.parametrize("question", ["Q18", "Q20"])
def test_what_is_at_one_level_has_nothing_to_add_up(
    maps: Mapping[tuple[Level, int], AreaMap], question: str
) -> None:
    assert consistent(improved(question, maps)) == {}


def test_persons_are_not_made_to_add_up(maps: Mapping[tuple[Level, int], AreaMap]) -> None:
    # Their buckets are laid out per level, so what the same people give is not the same.
    assert consistent(improved("Q05", maps)) == {}
