# SPDX-License-Identifier: EUPL-1.2
"""Releases of nothing: figures of zero through the helpers' code, so that noise alone comes out."""

import secrets
from fractions import Fraction
from functools import cache
from typing import Final

import numpy as np

from audits.kinds import NOTHING, SIZES
from audits.laws import Ints
from audits.releasing import AS_BUILT, VIEWS, Areas, Mechanism, Vectors, views
from ontschot.node.helper.gates import Shares
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Gate, Manifest, Part
from ontschot.protocol.privacy.units import format_sigma
from ontschot.protocol.release.tables import tables
from ontschot.protocol.universe import AreaMap
from simulation.making import START, make_maps, make_universe

AREAS: Final = 3


def released(
    scale: Fraction,
    releases: int,
    *,
    blocks: int = 1,
    outputs: int = 60,
    mechanism: Mechanism = AS_BUILT,
) -> Ints:
    """Return the noise of so many releases, int64[views, releases, blocks * outputs * AREAS].

    The first view is the answer: both helpers' noise. That of a helper is what it does not know:
    the other's. Words are of 32 bits in the first half of the releases, and of 64 in the rest.
    """
    seen = []
    known = _areas()
    silent = Mechanism(mechanism.name, mechanism.noise, nothing)
    for number in range(releases):
        wide = 2 * number >= releases
        manifest = _manifest(scale, blocks, outputs, next(iter(known)), wide=wide)
        assert {one.bits for one in tables(manifest, known)} == {64 if wide else 32}
        seen.append(views(manifest, known, {}, silent)[:, : blocks * outputs * AREAS])
    return np.array(seen).transpose(1, 0, 2).astype(np.int64)


def of_helpers(noise: Ints) -> Ints:
    """Return the draws of both helpers side by side, int64[releases, 2 * figures]."""
    return np.concatenate([noise[VIEWS.index(f"helper {name}")] for name in "BA"], axis=1)


def nothing(manifest: Manifest, areas: Areas, _vectors: Vectors) -> tuple[Shares, Shares]:
    """Return uniform shares of zero."""
    mine, theirs = {}, {}
    for block in manifest.blocks:
        shape = block.outputs, len(areas[block.area_map].codes)
        words = np.frombuffer(secrets.token_bytes(8 * shape[0] * shape[1]), np.uint64)
        mine[block.id] = words.reshape(shape)
        theirs[block.id] = np.uint64(0) - mine[block.id]
    return mine, theirs


@cache
def _areas() -> dict[str, AreaMap]:
    known = make_maps(make_universe(SIZES))["buurt", 100]
    assert len(known.codes) == AREAS
    return {known.digest: known}


@cache
def _manifest(scale: Fraction, blocks: int, outputs: int, area_map: str, *, wide: bool) -> Manifest:
    counts = [_block(f"block-{n}", scale, area_map, thresholds=outputs) for n in range(blocks)]
    # One sum that does not fit in 32 bits makes all words of its variable wide.
    sums = [_block("wide", scale, area_map, cap=2**30)] if wide else []
    return Manifest(
        kind="gate",
        release_id="noise",
        attempt=1,
        query=NOTHING,
        round=NOTHING,
        universe=NOTHING,
        roster_serial=1,
        roster_hash=NOTHING,
        nodes=["provider-1"],
        parts=[Part(variable="served", gate=Gate(ring_bits=31, batch=NOTHING), uploads=[NOTHING])],
        blocks=[*counts, *sums],
        expiry=to_text(START),
    )


def _block(
    name: str, scale: Fraction, area_map: str, *, thresholds: int = 0, cap: int | None = None
) -> Block:
    return Block(
        id=name,
        variable="served",
        level="buurt",
        area_map=area_map,
        statistic="capped" if cap else "at-least",
        thresholds=list(range(1, thresholds + 1)),
        cap=cap,
        l2_squared="1",
        sigma=format_sigma(scale),
        rho="1",
    )
