# SPDX-License-Identifier: EUPL-1.2
"""What a helper verifies before it agrees to a manifest (protocol section 6).

Each check is one function that returns nothing or raises a coded refusal. All are run by
``check_manifest``; none trusts a figure of the coordinator that can be computed here. They are run
again before each later step: what was true at the agreement may be so no longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ontschot.node.helper import schema
from ontschot.node.helper.answers import require_unanswered
from ontschot.node.helper.batches import require_ready
from ontschot.node.helper.errors import AreaTooSmall, ManifestRefused, NoiseInGate
from ontschot.node.helper.listed import require_consents, require_lists, require_uploads
from ontschot.node.helper.uploads import HeldUpload
from ontschot.node.mailroom.desk import Desk
from ontschot.node.noise import require_scale
from ontschot.node.public_inputs.duties import require_duties_apart
from ontschot.node.public_inputs.store import (
    require_area_map,
    require_listed,
    require_round,
    vector_length,
)
from ontschot.node.questions.store import require_question
from ontschot.protocol.catalogue.planning import require_price
from ontschot.protocol.documents.queries import Block, Function, Query
from ontschot.protocol.documents.releases import Gate, Manifest, NoiseMode, Part
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.privacy.units import format_sigma, parse_sigma, rho_of, sigma_for
from ontschot.protocol.release.cells import fits_word
from ontschot.protocol.release.gates import (
    TABLE_BITS,
    admission_block,
    fits_32_bits,
    gate_spec,
    ring_bits,
)
from ontschot.protocol.release.lifetime import is_alive
from ontschot.protocol.release.node_noise import mode_of, noised_uploads, sigmas_of
from ontschot.protocol.universe import COUNTS_MINIMUM, EUROS_MINIMUM, AreaMap


@dataclass(frozen=True, slots=True)
class Checked:
    """A manifest that passed, with everything that was looked up on the way."""

    manifest: Manifest
    round: Round
    query: Query | None
    uploads: Mapping[str, tuple[HeldUpload, ...]]
    maps: Mapping[str, AreaMap]


def check_manifest(desk: Desk, manifest: Manifest, consents: Mapping[str, bytes]) -> Checked:
    """Run every check of section 6 but the budget, which the ledger checks when it reserves.

    ``consents`` maps a node to the signed document that it sent; an admission needs none, since
    the node's signature under the envelope asks for it.

    Raises:
        Refusal: the first check that fails, coded.
    """
    _require_current(desk, manifest)
    require_unanswered(desk.connection, manifest)
    round_ = _require_round(desk, manifest)
    query = require_question(desk, manifest.query) if manifest.query else None
    if query is None:
        _require_admission(desk, manifest, round_)
    else:
        _require_same_blocks(manifest, query)
        require_lists(desk, manifest)
        require_consents(desk, manifest, consents)
    held = {part.variable: require_uploads(desk, manifest, part) for part in manifest.parts}
    maps = {block.area_map: _require_areas(desk, block, round_) for block in manifest.blocks}
    for block in manifest.blocks:
        _require_noise(block)
        _require_unit(block, manifest, round_)
    _require_node_noise(manifest, held)
    for part in manifest.parts:
        if part.gate is None:
            _require_cells(desk, manifest, part, maps)
        else:
            _require_ring(desk, manifest, part, round_)
    for chain in manifest.chains:
        functions = manifest.functions_of(chain.code.id)
        _require_gate(desk, chain.gate, functions, round_.slots)
    return Checked(manifest, round_, query, held, maps)


def _require_current(desk: Desk, manifest: Manifest) -> None:
    if (manifest.roster_serial, manifest.roster_hash) != (desk.roster.serial, desk.roster.digest):
        raise ManifestRefused("another roster")
    if not is_alive(manifest, desk.now):
        raise ManifestRefused("expired, or of too long a life")
    table = schema.releases.c
    earlier = desk.connection.execute(
        select(table.attempt, table.state).where(
            table.release_id == manifest.release_id, table.manifest != manifest.digest
        )
    ).all()
    # A new attempt is safe only when no earlier one can still come out.
    if any(state != "aborted" or attempt >= manifest.attempt for attempt, state in earlier):
        raise ManifestRefused("an earlier attempt has not been aborted")


def _require_round(desk: Desk, manifest: Manifest) -> Round:
    round_ = require_round(desk, manifest.round)
    closed = select(schema.closed_rounds).where(schema.closed_rounds.c.round == manifest.round)
    if desk.connection.execute(closed).first() is not None:
        raise ManifestRefused("the round is closed")
    if manifest.universe != round_.universe:
        raise ManifestRefused("another universe than the round's")
    if not {part.variable for part in manifest.parts} <= {v.id for v in round_.variables}:
        raise ManifestRefused("not a variable of the round")
    require_listed(desk, round_)
    require_duties_apart(desk, manifest.round)
    return round_


def _require_admission(desk: Desk, manifest: Manifest, round_: Round) -> None:
    if len(manifest.parts) != 1 or len(manifest.parts[0].uploads) != 1:
        raise ManifestRefused("an admission is of one upload")
    variable = round_.variable(manifest.parts[0].variable)
    # Its noise too is the roster's: with more of it, garbage would pass as no deviation.
    sigma = sigma_for(int(desk.roster.parameters.admission_rho), 1)
    figures = format_sigma(sigma), str(rho_of(sigma, 1))
    if manifest.blocks != [admission_block(variable, manifest.blocks[0].area_map, *figures)]:
        raise ManifestRefused("not the admission of this variable, at the roster's price")


def _require_same_blocks(manifest: Manifest, query: Query) -> None:
    asked = query.blocks, query.codes, query.round
    if (manifest.blocks, manifest.codes, manifest.round) != asked:
        raise ManifestRefused("not the blocks that were approved")


def _require_noise(block: Block) -> None:
    require_price(block)
    try:
        require_scale(parse_sigma(block.sigma))
    except ValueError as error:
        raise ManifestRefused(f"{block.id}: noise that cannot be drawn") from error


def _require_node_noise(manifest: Manifest, held: Mapping[str, tuple[HeldUpload, ...]]) -> None:
    # What the manifest says of each upload's noise is what its signed envelope says, and who adds
    # the noise of the answer follows from that: nobody chooses it.
    listed = [upload for found in held.values() for upload in found]
    if manifest.kind != "sum" and any(upload.envelope.noise for upload in listed):
        raise NoiseInGate(manifest.kind)
    signed = noised_uploads({upload.envelope_hash: upload.envelope.noise for upload in listed})
    if manifest.noised != signed:
        raise ManifestRefused("other noise than the envelopes of its uploads say")
    if manifest.noise != _mode(manifest):
        raise ManifestRefused("noise by others than its uploads ask for")


def _mode(manifest: Manifest) -> NoiseMode:
    if manifest.kind != "sum":
        return "helpers"
    return mode_of(manifest.blocks, manifest.parts, manifest.noised)


def _require_unit(block: Block, manifest: Manifest, round_: Round) -> None:
    over_code = any(code.id == block.variable for code in manifest.codes)
    grid = None if over_code else round_.variable(block.variable).persons
    if manifest.query is not None and (block.unit == "person") != (grid is not None):
        raise ManifestRefused(f"{block.id}: a price that is not of who is counted")
    # Buckets lie in the areas of one map: over another one they would be added up wrongly.
    if grid is not None and block.area_map != round_.area_map(grid.level, grid.minimum):
        raise ManifestRefused(f"{block.id}: another map than that of its buckets")


def _require_cells(desk: Desk, manifest: Manifest, part: Part, maps: Mapping[str, AreaMap]) -> None:
    nodes = desk.roster.parameters.max_nodes
    if len(part.uploads) > nodes:
        raise ManifestRefused("more uploads than the roster allows")
    for block in manifest.blocks_of(part.variable):
        sigma, uploads = parse_sigma(block.sigma), sigmas_of(manifest, part.variable)
        if not fits_word(block, maps[block.area_map], nodes, sigma, uploads):
            raise ManifestRefused("a sum that may not fit its word")


def _require_ring(desk: Desk, manifest: Manifest, part: Part, round_: Round) -> None:
    gate = part.require_gate()
    variable = round_.variable(part.variable)
    bits = ring_bits(desk.roster.parameters.max_nodes, variable.node_cap)
    # K * node_cap < N: the ring holds every possible total, so nothing wraps around.
    if gate.ring_bits != bits or len(part.uploads) > desk.roster.parameters.max_nodes:
        raise ManifestRefused("another ring than the variable needs")
    length = vector_length(desk, round_, variable)
    _require_gate(desk, gate, manifest.functions_of(part.variable), length)


def _require_gate(desk: Desk, gate: Gate, functions: Sequence[Function], length: int) -> None:
    bits = gate.ring_bits
    largest = max(max((*item.thresholds, item.cap or 0)) for item in functions)
    if largest >= 1 << bits:
        raise ManifestRefused("a threshold outside the ring")
    if bits <= TABLE_BITS and not fits_32_bits(functions, length):
        raise ManifestRefused("a sum that may not fit its word")
    require_ready(desk, gate.batch, gate_spec(functions, length, bits))


def _require_areas(desk: Desk, block: Block, round_: Round) -> AreaMap:
    if block.area_map not in {area_map.hash for area_map in round_.area_maps}:
        raise ManifestRefused("a map that is not the round's")
    area_map = require_area_map(desk, block.area_map)
    if area_map.level != block.level:
        raise ManifestRefused("a map of another level")
    minimum = EUROS_MINIMUM if block.statistic == "capped" else COUNTS_MINIMUM
    if min(area_map.slots_per_area, default=0) < minimum:
        raise AreaTooSmall(f"{block.id}: fewer than {minimum} addresses")
    return area_map
