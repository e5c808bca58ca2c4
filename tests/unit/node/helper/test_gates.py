# SPDX-License-Identifier: EUPL-1.2
"""Both helpers' computation of a release, together: exactly the plain function of the totals."""

import weakref
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ontschot.node.helper.gates import Opened, gate_shares, noised_half, total_share
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Gate, Manifest, Part
from ontschot.protocol.gate import GatePart, derive, opened
from ontschot.protocol.release.gates import gate_spec
from ontschot.protocol.release.halves import combine, common_pad
from ontschot.protocol.release.tables import tables
from ontschot.protocol.sharing import expand, split
from ontschot.protocol.universe import AreaMap
from simulation.making import make_maps, make_universe
from unit.protocol.documents.samples import BINS, CAPPED, MANIFEST

UNIVERSE = make_universe({"BU99010101": 150, "BU99010201": 120})
MAPS = make_maps(UNIVERSE)
AREAS: dict[str, AreaMap] = {item.digest: item for item in MAPS.values()}
BATCH = bytes(32)
PAD_SECRETS = b"a" * 32, b"b" * 32


class Constant:
    """Adds the same to each figure."""

    def __init__(self, value: int) -> None:
        self.value = value

    def draw(self, _scale: Fraction, size: int) -> NDArray[np.int64]:
        return np.full(size, self.value, np.int64)


def manifest_of(blocks: Sequence[Block], bits: int) -> Manifest:
    part = Part(variable="served", gate=Gate(ring_bits=bits, batch=BATCH.hex()), uploads=["1" * 64])
    return MANIFEST.model_copy(update={"parts": [part], "blocks": list(blocks)})


def release(
    blocks: Sequence[Block],
    bits: int,
    vectors: Sequence[NDArray[np.uint32]],
    noise: tuple[int, int] = (0, 0),
) -> list[NDArray[np.int64]]:
    """Do a whole release with two helpers over these uploads."""
    manifest = manifest_of(blocks, bits)
    spec = gate_spec(blocks, UNIVERSE.slots, bits)
    derived = derive(spec, BATCH, bytes(range(32)))
    seeds = [split(vector) for vector in vectors]
    shares_a = total_share([expand(seed, UNIVERSE.slots) for seed, _ in seeds])
    shares_b = total_share([share for _, share in seeds])
    keys = (
        GatePart.load(spec, "A", BATCH, derived.part_a),
        GatePart.load(spec, "B", BATCH, derived.part_b),
    )
    y = opened(keys[0].masked(shares_a), keys[1].masked(shares_b), bits)
    length = sum(shape.size for shape in tables(manifest, AREAS))
    pad = common_pad(*PAD_SECRETS, manifest.digest, length)
    halves = [
        noised_half(
            manifest,
            gate_shares(manifest, [Opened("served", part, y)], AREAS),
            AREAS,
            Constant(drawn),
            pad,
            name,
            bytes(32),
        )
        for part, drawn, name in zip(keys, noise, ("A", "B"), strict=True)
    ]
    return combine(tables(manifest, AREAS), *halves)


def plainly(asked: Block, totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a block's figures of these totals, straight from the definition."""
    if asked.statistic == "capped":
        rows = [np.minimum(totals, asked.cap or 0)]
    elif asked.statistic == "at-least":
        rows = [totals >= threshold for threshold in asked.thresholds]
    else:
        bounds = [*asked.thresholds, 2**40]
        rows = [(totals >= low) & (totals < high) for low, high in pairwise(bounds)]
    index = AREAS[asked.area_map].index
    areas = len(AREAS[asked.area_map].codes)
    return np.array([[row[index == area].sum() for area in range(areas)] for row in rows], np.int64)


def block(base: Block, number: int, **changes: object) -> Block:
    level = ("gemeente", "wijk", "buurt")[number % 3]
    area_map = MAPS[level, 100].digest  # type: ignore[index]
    fields = {"id": f"b{number}", "variable": "served", "level": level, "area_map": area_map}
    return base.model_copy(update=fields | changes)


def blocks_below(limit: int) -> list[Block]:
    return [
        block(BINS, 0, thresholds=[1, 2, limit - 1]),
        block(BINS, 1, thresholds=[1, 2, limit - 1]),
        block(BINS, 2, statistic="at-least", thresholds=[1, limit - 1]),
        block(CAPPED, 3, cap=limit - 1),
        block(CAPPED, 4, cap=1),
    ]


@pytest.mark.parametrize("bits", [4, 6, 7, 12, 20])
def test_a_release_is_exact(bits: int) -> None:
    random = np.random.default_rng(bits)
    vectors = [
        random.integers(0, 2**bits // 4, UNIVERSE.slots, dtype=np.uint32)
        * (random.random(UNIVERSE.slots) < 0.4).astype(np.uint32)
        for _ in range(3)
    ]
    blocks = blocks_below(2**bits)
    totals = np.sum(vectors, axis=0).astype(np.int64)
    for asked, figures in zip(blocks, release(blocks, bits, vectors), strict=True):
        assert np.array_equal(figures, plainly(asked, totals)), asked.id


@pytest.mark.parametrize("bits", [4, 12])
@pytest.mark.parametrize("noise", [(0, 0), (5, 0), (0, 7), (-400, -300)])
def test_both_helpers_noise_is_in_every_figure(bits: int, noise: tuple[int, int]) -> None:
    vectors = [np.ones(UNIVERSE.slots, np.uint32)]
    blocks = blocks_below(2**bits)
    calm = release(blocks, bits, vectors)
    for plain, noised in zip(calm, release(blocks, bits, vectors, noise), strict=True):
        assert np.array_equal(noised, plain + sum(noise))


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from([4, 8]),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6),
    st.integers(0, 2**32),
)
def test_values_out_of_range_count_modulo_the_ring(bits: int, values: list[int], seed: int) -> None:
    """Garbage in an upload pollutes its own slots and no others; admission is there to see it."""
    random = np.random.default_rng(seed)
    vector = np.zeros(UNIVERSE.slots, np.uint32)
    vector[random.choice(UNIVERSE.slots, len(values), replace=False)] = values
    blocks = blocks_below(2**bits)
    totals = (vector.astype(np.int64)) % 2**bits
    for asked, figures in zip(blocks, release(blocks, bits, [vector]), strict=True):
        assert np.array_equal(figures, plainly(asked, totals))


def test_a_total_share_is_a_new_vector() -> None:
    halves = [np.array([1, 2**32 - 1], np.uint32), np.array([2, 2], np.uint32)]
    assert total_share(halves).tolist() == [3, 1]
    assert halves[0].tolist() == [1, 2**32 - 1]


def test_halves_are_taken_one_by_one() -> None:
    """A region's vector is 33 MB; a hundred of them at a time would be more than a helper has."""
    alive: list[weakref.ref[NDArray[np.uint32]]] = []

    def halves() -> Iterator[NDArray[np.uint32]]:
        for number in range(10):
            half = np.full(5, number, np.uint32)
            alive.append(weakref.ref(half))
            yield half
            del half
            assert sum(one() is not None for one in alive) <= 1

    assert total_share(halves()).tolist() == [45] * 5
