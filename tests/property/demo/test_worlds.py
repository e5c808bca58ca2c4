# SPDX-License-Identifier: EUPL-1.2
"""What holds in every made-up world, whatever its seed and size."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot_demo.addresses import write_addresses
from ontschot_demo.clients import DEFAULT_PERIOD, Options, make_world, write_world
from ontschot_demo.geometry import area_km2, crosses, make_cells
from ontschot_demo.sampling import apportion
from ontschot_demo.town import Town, generate_town
from ontschot_demo.truth import Sources, Truth

SEEDS = st.integers(0, 2**63 - 1)
FEW = settings(max_examples=8, deadline=None)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    return generate_town(
        draw(SEEDS),
        households=draw(st.integers(500, 1200)),
        buurten=draw(st.integers(12, 24)),
        wijken=draw(st.integers(2, 6)),
    )


def _segments(town: Town) -> Counter[tuple[tuple[float, float], ...]]:
    rings = [feature["geometry"]["coordinates"][0] for feature in town.boundaries["features"]]
    return Counter(
        tuple(sorted((tuple(start), tuple(end)))) for ring in rings for start, end in pairwise(ring)
    )


@FEW
@given(towns())
def test_buurten_tile_the_town(town: Town) -> None:
    """No overlap and no gap: borders do not cross, and each lies between two buurten or outside.

    Rings that run one way round, whose shared segments are shared by exactly two of them in
    opposite directions, add up: the outer border encloses the sum of their areas.
    """
    segments = _segments(town)
    assert set(segments.values()) == {1, 2}
    assert not crosses([np.array(segment) for segment in segments])
    rings = [
        np.array(feature["geometry"]["coordinates"][0]) for feature in town.boundaries["features"]
    ]
    directed = Counter(
        (tuple(start), tuple(end)) for ring in rings for start, end in pairwise(ring.tolist())
    )
    assert set(directed.values()) == {1}
    outside = {start: end for start, end in directed if segments[tuple(sorted((start, end)))] == 1}
    first = next(iter(outside))
    edge = [first, outside[first]]
    while edge[-1] != first:
        edge.append(outside[edge[-1]])
    assert len(edge) == len(outside) + 1, "one border around the town, no hole"
    assert all(area_km2(ring) > 0 for ring in rings)
    assert area_km2(np.array(edge)) == pytest.approx(sum(map(area_km2, rings)), rel=1e-9)


@FEW
@given(towns())
def test_a_wijk_is_one_piece(town: Town) -> None:
    pieces: dict[str, list[set[tuple[float, ...]]]] = {}
    for feature in town.boundaries["features"]:
        ring = {tuple(point) for point in feature["geometry"]["coordinates"][0]}
        parts = pieces.setdefault(feature["properties"]["wijkcode"], [])
        touching = [part for part in parts if len(part & ring) > 1]
        parts[:] = [part for part in parts if len(part & ring) <= 1]
        parts.append(ring.union(*touching))
    assert {wijk: len(parts) for wijk, parts in pieces.items()} == dict.fromkeys(pieces, 1)


@given(SEEDS, st.integers(3, 30))
@settings(max_examples=15, deadline=None)
def test_cells_never_overlap(seed: int, count: int) -> None:
    cells = make_cells(np.random.default_rng(seed), count)
    segments = {
        tuple(sorted((tuple(start), tuple(end))))
        for ring in cells.rings
        for start, end in pairwise(ring.tolist())
    }
    assert not crosses([np.array(segment) for segment in segments])
    assert all(area_km2(ring) > 0 for ring in cells.rings)


@FEW
@given(towns())
def test_addresses_are_unique_and_sorted(town: Town) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "adressen.csv"
        write_addresses(path, town.addresses, town.buurten)
        rows = [line.split(";") for line in path.read_text("utf-8").splitlines()[1:]]
    keys = [(row[0], int(row[1]), row[2], row[3]) for row in rows]
    assert keys == sorted(set(keys))
    assert len(rows) >= town.households
    assert {row[4] for row in rows} == {
        buurt.code for buurt in town.buurten if buurt.households > 0
    }


@FEW
@given(towns(), SEEDS, st.booleans())
def test_every_line_obeys_the_rules(town: Town, seed: int, canaries: bool) -> None:
    world = make_world(town, Options(seed, bad_lines=0, canaries=canaries))
    with TemporaryDirectory() as folder:
        paths = write_world(Path(folder), world)
        truth = Truth(Sources(paths.lines, paths.left_out, paths.addresses), DEFAULT_PERIOD)
        try:
            assert truth.refused() == {}
            served = sum(truth.households("gemeente").values())
            assert served > 0.08 * town.households
            for level in ("buurt", "wijk", "gemeente"):
                counts = truth.providers(level)
                assert {area: sum(n) for area, n in counts.items()} == truth.households(level)
        finally:
            truth.close()


@FEW
@given(towns(), SEEDS)
def test_the_same_seed_gives_the_same_world(town: Town, seed: int) -> None:
    one, same = (make_world(town, Options(seed)) for _ in range(2))
    assert one.files == same.files
    other = make_world(town, Options(seed + 1))
    assert one.files != other.files


@given(st.integers(0, 10**6), st.lists(st.floats(0.001, 1e6), min_size=1, max_size=30))
def test_apportioning_is_exact_and_fair(total: int, shares: list[float]) -> None:
    counts = apportion(total, shares)
    assert counts.sum() == total
    exact = total * np.array(shares) / sum(shares)
    assert (np.abs(counts - exact) < 1 + 1e-6 * total).all()
