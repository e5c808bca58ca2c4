# SPDX-License-Identifier: EUPL-1.2
"""Releases by the code that a helper runs, without letters, ledgers and disks: thousands a minute.

What is real: shares of each upload, gate keys dealt anew for each release, masked halves in their
wire form, the opened values, the gates' outputs (``gate_shares``, ``cell_shares``), second gates
over codes (``code_shares``), the draws of both helpers, and the two padded halves
(``noised_half``) that the coordinator adds up (``combine``). What is not: manifests are proposed
by nobody and checked by nobody; that a whole federation publishes the same, exactly plus these
draws, is ``tests/simulation/test_noise.py``.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from audits.sources import Remembering
from ontschot.node.helper.gates import (
    Opened,
    Shares,
    cell_shares,
    code_shares,
    gate_shares,
    noised_half,
    total_share,
)
from ontschot.node.noise import DiscreteGaussian, NoiseSource
from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.documents.releases import Gate, Manifest
from ontschot.protocol.gate import (
    GatePart,
    Party,
    decode_masked,
    derive,
    encode_masked,
    opened,
)
from ontschot.protocol.persons import vector_index
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.gates import gate_spec
from ontschot.protocol.release.halves import BLIND_BYTES, combine, common_pad, half_size
from ontschot.protocol.release.tables import tables
from ontschot.protocol.sharing import expand, split
from ontschot.protocol.universe import AreaMap

Vectors: TypeAlias = Mapping[str, NDArray[np.uint32]]
"""What the providers upload: by variable, uint32[providers, slots or cells]."""

Half: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
Areas: TypeAlias = Mapping[str, AreaMap]
Computing: TypeAlias = Callable[[Manifest, Areas, Vectors], tuple[Shares, Shares]]

HELPERS: tuple[Party, Party] = ("A", "B")
VIEWS = ("opened", "helper A", "helper B")
"""Who looks: whoever reads the answer; and a helper, who takes its own noise off it."""


NO_SHIFTS: Final[Vectors] = {}


def as_built(
    manifest: Manifest, areas: Areas, vectors: Vectors, shifts: Vectors = NO_SHIFTS
) -> tuple[Shares, Shares]:
    """Return both helpers' shares of the figures, computed as the product does.

    ``shifts`` is what helper A adds to its masked values before it sends them, by variable
    (uint32[places]): nobody can see it, and everything after it is as built.
    """
    halves = {name: _uploaded(vectors[name]) for name in vectors}
    if manifest.kind == "sum":
        mine, theirs = (
            cell_shares(manifest, {name: halves[name][side] for name in halves}, areas)
            for side in (0, 1)
        )
        return mine, theirs
    first = [
        _opened(
            manifest,
            part.variable,
            part.require_gate(),
            halves[part.variable],
            shifts.get(part.variable),
        )
        for part in manifest.parts
    ]
    slots = next(iter(halves.values()))[0].size
    codes = [code_shares(manifest, [pair[side] for pair in first], slots) for side in (0, 1)]
    second = [
        _opened(manifest, chain.code.id, chain.gate, (codes[0][number], codes[1][number]))
        for number, chain in enumerate(manifest.chains)
    ]
    both = [*first, *second]
    index = places(manifest, areas)
    mine, theirs = (
        gate_shares(manifest, [pair[side] for pair in both], areas, index) for side in (0, 1)
    )
    return mine, theirs


def places(manifest: Manifest, areas: Areas) -> dict[str, NDArray[np.int32]]:
    """Return the area of each place of each block's vector, a slot or a bucket: int32[places]."""
    known = {one.id: one for asked in definitions().values() for one in asked.variables}
    return {
        block.id: vector_index(known.get(block.variable), areas[block.area_map])
        for block in manifest.blocks
    }


def _uploaded(vectors: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    # Which helper gets the seed alternates over the providers.
    sides: tuple[list[NDArray[np.uint32]], list[NDArray[np.uint32]]] = ([], [])
    for number, vector in enumerate(vectors):
        seed, share = split(vector)
        sides[number % 2].append(expand(seed, vector.size))
        sides[1 - number % 2].append(share)
    return total_share(sides[0]), total_share(sides[1])


def _opened(
    manifest: Manifest,
    name: str,
    gate: Gate,
    halves: tuple[Half, Half],
    shift: NDArray[np.uint32] | None = None,
) -> tuple[Opened, Opened]:
    bits = gate.ring_bits
    spec = gate_spec(manifest.functions_of(name), halves[0].size, bits)
    batch = secrets.token_bytes(32)
    made = derive(spec, batch, secrets.token_bytes(32))
    keys = [
        GatePart.load(spec, party, batch, data)
        for party, data in zip(HELPERS, (made.part_a, made.part_b), strict=True)
    ]
    values = [key.masked(half) for key, half in zip(keys, halves, strict=True)]
    if shift is not None:
        values[0] = np.bitwise_and(values[0] + shift, np.uint32((1 << bits) - 1))
    sent = [encode_masked(value, bits) for value in values]
    masked = [decode_masked(data, spec.slots, bits) for data in sent]
    total = opened(masked[0], masked[1], bits)
    return Opened(name, keys[0], total), Opened(name, keys[1], total)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """How releases are made: as built, or broken in one way.

    ``noise`` gives a helper its source for one release; ``repeats`` is how often the same release
    is made with fresh noise for one price.
    """

    name: str
    noise: Callable[[Party], NoiseSource] = field(default=lambda _party: DiscreteGaussian())
    compute: Computing = as_built
    repeats: int = 1


AS_BUILT = Mechanism("as built")


def views(
    manifest: Manifest, areas: Areas, vectors: Vectors, mechanism: Mechanism
) -> NDArray[np.float64]:
    """Return what one release shows to each of ``VIEWS``, float64[views, figures]."""
    shares = mechanism.compute(manifest, areas, vectors)
    seen = [_seen(manifest, areas, shares, mechanism) for _ in range(mechanism.repeats)]
    return np.asarray(np.mean(seen, axis=0))


def released(
    manifest: Manifest, areas: Areas, shares: tuple[Shares, Shares], sources: Sequence[NoiseSource]
) -> NDArray[np.int64]:
    """Return one answer (int64[figures]): shares, what each helper's source draws, and pads."""
    shapes = tables(manifest, areas)
    pad = common_pad(
        secrets.token_bytes(32),
        secrets.token_bytes(32),
        manifest.digest,
        half_size(shapes) - BLIND_BYTES,
    )
    halves = [
        noised_half(manifest, share, areas, source, pad, party, secrets.token_bytes(BLIND_BYTES))
        for party, share, source in zip(HELPERS, shares, sources, strict=True)
    ]
    return np.concatenate([part.reshape(-1) for part in combine(shapes, halves[0], halves[1])])


def sigmas(manifest: Manifest, areas: Areas) -> NDArray[np.float64]:
    """Return the standard deviation that the manifest promises of one helper, per figure."""
    return np.concatenate(
        [
            np.full(block.outputs * len(areas[block.area_map].codes), float(sigma))
            for block, sigma in ((block, parse_sigma(block.sigma)) for block in manifest.blocks)
        ]
    )


def _seen(
    manifest: Manifest, areas: Areas, shares: tuple[Shares, Shares], mechanism: Mechanism
) -> NDArray[np.float64]:
    sources = [Remembering(mechanism.noise(party)) for party in HELPERS]
    answer = released(manifest, areas, shares, sources)
    known = [np.concatenate([drawn for _, drawn in source.take()]) for source in sources]
    return np.stack([answer, answer - known[0], answer - known[1]]).astype(np.float64)
