# SPDX-License-Identifier: EUPL-1.2
"""The table of what is audited: kinds of release, and for each two worlds next to one another.

A row names a question of the catalogue, which of its blocks are released, and whose price is
audited. A new kind of release is a new row; where its records lie otherwise than in a slot or in
cells, ``_changed`` says how a household is put into them. A question at a usual price would show
nothing in thousands of releases: an audit asks at ``PRICE``, at which one helper's noise barely
hides a household. The code is the same, and so is the sampler, whose law is tested at all scales.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from audits.releasing import Areas, Vectors
from ontschot.protocol.catalogue.definitions import definition, definitions
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block, Code
from ontschot.protocol.documents.releases import Chain, Gate, Manifest, NoiseMode, Part
from ontschot.protocol.documents.rounds import Level, VariableDocument
from ontschot.protocol.persons import buckets_of
from ontschot.protocol.privacy.charge import (
    HOUSEHOLD_PERSONS,
    PERSON_PROVIDERS,
    Unit,
    charges_of,
)
from ontschot.protocol.privacy.units import RHO_UNITS
from ontschot.protocol.release.cells import cell_count
from ontschot.protocol.release.gates import ring_bits
from ontschot.protocol.release.node_noise import loss_at, noise_for, noised_uploads
from ontschot.protocol.universe import AreaMap
from ontschot.protocol.universe.areas import NO_AREA
from simulation.making import START, make_maps, make_universe

PRICE: Final = RHO_UNITS // 2
"""What an audited release is charged, in units of 1e-12 rho: mu 1 towards one helper."""

PROVIDERS: Final = 5
"""How many providers the household has, where any number is protected."""

HOUSEHOLD_PROVIDERS: Final = 3
"""M of the roster: how many it has at most where cells are added up."""

MAX_NODES: Final = 15
SIZES: Final = {"BU99010101": 300, "BU99010102": 140, "BU99010201": 280}
NOTHING: Final = "0" * 64
YEAR: Final = (2024,)

Records: TypeAlias = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: ``blocks`` of a question (all when empty), priced for ``unit``.

    ``claims`` are what a provider reports of the household that never had care there (quanta, by
    variable), in both worlds: of bins it makes the honest records move two figures instead of one,
    and that is what is charged. ``is_tight`` is false where no claim moves every table at once as
    far as it is charged for. ``cell_providers`` is at how many providers the household is where
    cells are added up. Beyond M of the roster it is outside what is charged, and the answer says
    that its loss is (k/M)^2 times as large; that is what such a row audits. ``noise`` is who adds
    it: the helpers, or each node to its own upload, which then is what its household relies on.
    """

    name: str
    question: str
    blocks: tuple[str, ...] = ()
    unit: Unit = "household"
    cell_providers: int = HOUSEHOLD_PROVIDERS
    claims: tuple[tuple[str, int], ...] = ()
    is_tight: bool = True
    noise: NoiseMode = "helpers"


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """Two worlds that differ in one household (or one person), and what their release costs.

    ``charged`` is what the ledger takes from the account of the row's unit, units of 1e-12 rho; of
    a household at more providers than M, what the answer says. ``shifts`` is what helper A adds to
    its masked values in both, by variable (uint32[places]); only of a person in buckets.
    """

    kind: Kind
    manifest: Manifest
    areas: Areas
    without: Vectors
    with_it: Vectors
    charged: int
    shifts: Vectors


KINDS: Final = (
    Kind("table gate: bins", "Q13", claims=(("served", 1),)),
    Kind("table gate: counts of two variables", "Q06"),
    Kind("comparison gate: counts", "Q01", ("above-cap",), claims=(("euros", 200),)),
    Kind("comparison gate: capped sums", "Q01", ("sum-gemeente", "sum-wijk", "sum-buurt")),
    Kind("comparison gate: counts and capped sums", "Q01", is_tight=False),
    Kind("comparison gate: capped sums of two variables", "Q03"),
    Kind("comparison and table gate: pieces of buurten", "Q04"),
    Kind("comparison gate: counts and capped sums of eight variables", "Q02"),
    Kind("two gates in a chain: kinds of care", "Q11", claims=(("served-group-1", 1),)),
    Kind("two gates in a chain: laws", "Q12", claims=(("served-jw", 1),)),
    Kind("two gates in a chain: joint conditions", "Q26"),
    Kind("sum over cells, at three providers", "Q22"),
    Kind("sum over cells, at five providers", "Q22", cell_providers=PROVIDERS),
    Kind("sum over cells of three variables", "Q17"),
    Kind("sum over cells: waiting times", "Q18"),
    Kind("sum over cells: reasons of ending", "Q20"),
    Kind("table gate: bins, one member moves the household", "Q13", unit="person"),
    Kind("sum over cells, one member changes its cells", "Q22", unit="person"),
    Kind("comparison gate: nine bins", "Q09", claims=(("euros", 1),)),
    Kind("comparison gate: bins and a capped sum", "Q10", claims=(("euros", 50),), is_tight=False),
    Kind(
        "table gate over buckets: a client comes in, a helper shifts its bucket",
        "Q05",
        unit="person",
    ),
    Kind("table gate over buckets: a household with four clients", "Q05"),
    Kind("sum over cells with noise of the nodes", "Q22", noise="nodes"),
)


def left_out() -> list[str]:
    """Return the questions of the catalogue that no row audits."""
    return sorted(set(definitions()) - {kind.question for kind in KINDS})


@cache
def worlds_of(kind: Kind) -> Worlds:
    """Return the two worlds of a row, and the manifest that is released in both."""
    universe = make_universe(SIZES)
    maps = make_maps(universe)
    digests = {key: known.digest for key, known in maps.items()}
    blocks = _at_price(kind, digests)
    used = {block.variable for block in blocks}
    asked = definition(kind.question)
    used |= {bit.variable for code in asked.codes for bit in code.components}
    variables = [one for one in asked.variables if one.id in used]
    slot = _inside(list(maps.values()))
    without, with_it, shifts = {}, {}, {}
    for variable in variables:
        grid = variable.grid
        known = maps[grid.level, grid.minimum] if grid else None
        size = _size(variable, known) if known else universe.slots
        if variable.persons is not None and known is not None:
            pair = _served(variable, kind, size, known)
            if kind.unit == "person":
                shifts[variable.id] = _shift(variable, *pair, known)
        else:
            others = _others(variable, size, slot)
            before, after = _changed(variable, kind, size, slot, known)
            pair = others + before, others + after
        without[variable.id], with_it[variable.id] = pair
    areas = {known.digest: known for known in maps.values()}
    manifest = _manifest(variables, blocks, asked.codes)
    if kind.noise == "nodes":
        manifest = _noised(manifest, variables)
    return Worlds(kind, manifest, areas, without, with_it, _price(manifest, kind), shifts)


def _at_price(kind: Kind, maps: Mapping[tuple[Level, int], str]) -> list[Block]:
    def planned(rho: int) -> list[Block]:
        question = definition(kind.question)
        blocks = plan_blocks(question, maps, rho, household_providers=HOUSEHOLD_PROVIDERS)
        return [block for block in blocks if not kind.blocks or block.id in kind.blocks]

    # Prices of some blocks, and of a person, are in proportion to that of the whole question.
    return planned(PRICE * PRICE // _charged(planned(PRICE), kind))


def _charged(blocks: Sequence[Block], kind: Kind) -> int:
    rho = next(charge.rho for charge in charges_of(blocks, YEAR) if charge.unit == kind.unit)
    return -(-rho * kind.cell_providers**2 // HOUSEHOLD_PROVIDERS**2)


def _price(manifest: Manifest, kind: Kind) -> int:
    # Nodes that add the noise charge it to a household of theirs, each on its own.
    if manifest.noise == "nodes":
        return loss_at(manifest, kind.cell_providers)
    return _charged(manifest.blocks, kind)


def _noised(manifest: Manifest, variables: Sequence[VariableDocument]) -> Manifest:
    # A household at M of them loses in all what other kinds are charged.
    caps = {variable.id: variable.node_cap for variable in variables}
    uploads = sum(len(part.uploads) for part in manifest.parts) // PROVIDERS
    found = {
        upload: noise_for(PRICE // HOUSEHOLD_PROVIDERS // uploads, caps[part.variable])
        for part in manifest.parts
        for upload in part.uploads
    }
    return manifest.model_copy(update={"noise": "nodes", "noised": noised_uploads(found)})


def _size(variable: VariableDocument, areas: AreaMap) -> int:
    if variable.cells is not None:
        return cell_count(variable.cells, areas)
    assert variable.persons is not None
    return buckets_of(variable.persons, areas).count


def _served(
    variable: VariableDocument, kind: Kind, size: int, areas: AreaMap
) -> tuple[Records, Records]:
    """Return buckets (uint32[providers, size]) without and with clients of one area.

    As many as a household inside the claim may have: each in a bucket that nobody else fills, and
    served by every provider. Of a person the worst is that it has a bucket of its own, and that at
    each provider somebody else falls out: only so many of one address are kept.
    """
    assert variable.persons is not None
    here = int(areas.index[_inside([areas])])
    start = int(buckets_of(variable.persons, areas).starts[here])
    random = np.random.default_rng(size)
    others = (random.random((PROVIDERS, size)) < 0.02).astype(np.uint32)
    moved = HOUSEHOLD_PERSONS if kind.unit == "household" else PERSON_PROVIDERS + 1
    others[:, start : start + moved] = 0
    filled = others.copy()
    if kind.unit == "household":
        filled[:, start : start + moved] = variable.node_cap
        return others, filled
    # The first of these buckets is its own at each, the others are of those who make way.
    at = range(PERSON_PROVIDERS)
    others[at, range(start + 1, start + moved)] = variable.node_cap
    filled[:PERSON_PROVIDERS, start] = variable.node_cap
    return others, filled


def _shift(
    variable: VariableDocument, without: Records, with_it: Records, areas: AreaMap
) -> NDArray[np.uint32]:
    """Return what a helper adds to the person's bucket so that its figure goes the other way.

    Minus the total with the person: with it the bucket seems empty, without it filled. So it moves
    the figure of its area the same way as the buckets of those who make way.
    """
    assert variable.persons is not None
    start = int(buckets_of(variable.persons, areas).starts[int(areas.index[_inside([areas])])])
    totals = with_it.sum(axis=0, dtype=np.uint32)
    assert without[:, start].sum() == 0 < totals[start]
    shift = np.zeros(totals.size, dtype=np.uint32)
    shift[start] = 2**32 - int(totals[start])
    return shift


def _inside(maps: Sequence[AreaMap]) -> int:
    # A slot that lies in an area of every map.
    return int(np.argmax(np.all([known.index != NO_AREA for known in maps], axis=0)))


def _others(variable: VariableDocument, size: int, slot: int) -> Records:
    random = np.random.default_rng(size)
    most = variable.node_cap + 1 if variable.cells is None else 50
    values = random.integers(0, most, (PROVIDERS, size)).astype(np.uint32)
    values *= (random.random(values.shape) < 0.3).astype(np.uint32)
    if variable.cells is None:
        values[:, slot] = 0
    return values


def _changed(
    variable: VariableDocument, kind: Kind, size: int, slot: int, cells: AreaMap | None
) -> tuple[Records, Records]:
    """Return the records of the household (uint32[providers, size]) before and after.

    A household comes in with the most that each provider may report, but for the one that claims
    something of it in both worlds. A person changes a household that stays: from one provider to
    all of them, or from one class to another.
    """
    before, after = (np.zeros((PROVIDERS, size), dtype=np.uint32) for _ in range(2))
    if cells is None:
        after[:, slot] = variable.node_cap
        before[0, slot] = variable.node_cap * (kind.unit == "person")
        if kind.claims:
            before[0, slot] = after[0, slot] = dict(kind.claims).get(variable.id, 0)
        return before, after
    here = int(cells.index[slot])
    after[: kind.cell_providers, here] = variable.node_cap
    if kind.unit == "person":
        before[: kind.cell_providers, len(cells.codes) + here] = variable.node_cap
    return before, after


def _manifest(
    variables: Sequence[VariableDocument], blocks: Sequence[Block], codes: Sequence[Code]
) -> Manifest:
    # Only parts and blocks matter here; the hashes stand for documents that nobody looks up.
    is_sum = blocks[0].statistic == "sum"
    parts = [
        Part(
            variable=variable.id,
            gate=None
            if is_sum
            else Gate(ring_bits=ring_bits(MAX_NODES, variable.node_cap), batch=NOTHING),
            uploads=[f"{number:064x}" for number in range(PROVIDERS)],
        )
        for variable in sorted(variables, key=lambda one: one.id)
    ]
    return Manifest(
        kind="sum" if is_sum else "gate",
        release_id="audit",
        attempt=1,
        query=NOTHING,
        round=NOTHING,
        universe=NOTHING,
        roster_serial=1,
        roster_hash=NOTHING,
        nodes=[f"provider-{number}" for number in range(PROVIDERS)],
        parts=parts,
        chains=[
            Chain(code=code, gate=Gate(ring_bits=code.ring_bits, batch=NOTHING)) for code in codes
        ],
        blocks=list(blocks),
        expiry=to_text(START),
    )
