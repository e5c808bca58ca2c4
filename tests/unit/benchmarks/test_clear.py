# SPDX-License-Identifier: EUPL-1.2
"""What stands beside a release computes the same figures as the release."""

import numpy as np
import pytest

from benchmarks.clear import computation, figures
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.documents.releases import Gate, Manifest, Part
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.release.gates import ring_bits
from ontschot.protocol.release.halves import combine
from ontschot.protocol.release.tables import tables
from ontschot.protocol.universe.areas import Area, AreaMap

HASH = "0" * 64
SLOTS = 300
NO_NOISE = "1/1024"
"""Standard deviation of noise that is always 0."""


def area_map(level: Level) -> AreaMap:
    code = {"gemeente": "GM0001", "wijk": "WK000101", "buurt": "BU00010101"}[level]
    other = {"gemeente": "GM0002", "wijk": "WK000102", "buurt": "BU00010102"}[level]
    areas = tuple(Area(one, one, (one,)) for one in (code, other))
    return AreaMap(
        HASH, level, 100, areas, np.array([0, -1, 1], np.int32), np.array([100, 50, 150])
    )


def manifest(question: str, maps: dict[Level, AreaMap]) -> Manifest:
    known = definition(question)
    digests = {(block.level, block.minimum): maps[block.level].digest for block in known.blocks}
    blocks = plan_blocks(known, digests, 10**10, household_providers=3)
    (variable,) = known.variables
    part = Part(
        variable=variable.id,
        gate=Gate(ring_bits=ring_bits(15, variable.node_cap), batch=HASH),
        uploads=[HASH],
    )
    return Manifest(
        kind="gate",
        release_id="test",
        attempt=1,
        query=HASH,
        round=HASH,
        universe=HASH,
        roster_serial=1,
        roster_hash=HASH,
        nodes=["provider"],
        parts=[part],
        blocks=[block.model_copy(update={"sigma": NO_NOISE}) for block in blocks],
        expiry="2026-01-01T00:00:00Z",
    )


@pytest.mark.parametrize("question", ["Q01", "Q13"])
def test_both_helpers_and_plain_numpy_find_the_same(question: str) -> None:
    levels: tuple[Level, ...] = ("gemeente", "wijk", "buurt")
    by_level = {level: area_map(level) for level in levels}
    asked = manifest(question, by_level)
    maps = {one.digest: one for one in by_level.values()}
    shapes = tables(asked, maps)
    halves = (computation(asked, maps, party)() for party in ("A", "B"))
    together = combine(shapes, *halves)
    plain = figures(asked, maps)
    assert len(plain) == len(together) == len(asked.blocks)
    for found, expected in zip(together, plain, strict=True):
        assert np.array_equal(found, expected)
        assert expected.any()
