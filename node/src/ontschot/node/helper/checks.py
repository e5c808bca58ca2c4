# SPDX-License-Identifier: EUPL-1.2
"""What a helper verifies before it agrees to a manifest (protocol section 6).

Each check is one function that returns nothing or raises a coded refusal. All are run by
``check_manifest``; none trusts a figure of the coordinator that can be computed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ontschot.node.helper import schema, uploads
from ontschot.node.helper.batches import require_ready
from ontschot.node.helper.errors import AreaTooSmall, ManifestRefused, TooFewProviders
from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs.store import require_area_map, require_round
from ontschot.node.questions.store import require_question
from ontschot.protocol.catalogue.planning import require_price
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.documents.releases import CONSENT, Consent, Manifest, Part
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.release.gates import admission_block, gate_spec, ring_bits
from ontschot.protocol.release.lists import require_list
from ontschot.protocol.signed import SignedDocument
from ontschot.protocol.universe import COUNTS_MINIMUM, EUROS_MINIMUM, AreaMap


@dataclass(frozen=True, slots=True)
class Checked:
    """A manifest that passed, with everything that was looked up on the way."""

    manifest: Manifest
    digest: str
    round: Round
    query: Query | None
    uploads: Mapping[str, tuple[uploads.HeldUpload, ...]]
    maps: Mapping[str, AreaMap]


def check_manifest(desk: Desk, manifest: Manifest, consents: Mapping[str, bytes]) -> Checked:
    """Run every check of section 6 but the budget, which the ledger checks when it reserves.

    ``consents`` maps a node to the signed document that it sent; an admission needs none, since
    the node's signature under the envelope asks for it.

    Raises:
        Refusal: the first check that fails, coded.
    """
    _require_current(desk, manifest)
    round_ = require_round(desk, manifest.round)
    query = require_question(desk, manifest.query) if manifest.query else None
    if query is None:
        _require_admission(desk, manifest, round_)
    else:
        _require_same_blocks(manifest, query)
        _require_lists(desk, manifest)
        _require_consents(desk, manifest, consents)
    held = {part.variable: _require_uploads(desk, manifest, part) for part in manifest.parts}
    for part in manifest.parts:
        _require_ring(desk, manifest, part, round_)
    maps = {block.area_map: _require_areas(desk, block, round_) for block in manifest.blocks}
    for block in manifest.blocks:
        require_price(block)
    return Checked(manifest, manifest.digest, round_, query, held, maps)


def _require_current(desk: Desk, manifest: Manifest) -> None:
    if (manifest.roster_serial, manifest.roster_hash) != (desk.roster.serial, desk.roster.digest):
        raise ManifestRefused("another roster")
    if manifest.expiry <= to_text(desk.now):
        raise ManifestRefused("expired")
    table = schema.releases.c
    earlier = desk.connection.execute(
        select(table.attempt, table.state).where(
            table.release_id == manifest.release_id, table.manifest != manifest.digest
        )
    ).all()
    # A new attempt is safe only when no earlier one can still come out.
    if any(state != "aborted" or attempt >= manifest.attempt for attempt, state in earlier):
        raise ManifestRefused("an earlier attempt has not been aborted")


def _require_admission(desk: Desk, manifest: Manifest, round_: Round) -> None:
    if len(manifest.parts) != 1 or len(manifest.parts[0].uploads) != 1:
        raise ManifestRefused("an admission is of one upload")
    variable = round_.variable(manifest.parts[0].variable)
    block = manifest.blocks[0]
    expected = admission_block(variable, block.area_map, block.sigma, block.rho)
    if manifest.blocks != [expected]:
        raise ManifestRefused("not the admission of this variable")
    if int(block.rho) > int(desk.roster.parameters.admission_rho):
        raise ManifestRefused("an admission at a higher price than the roster says")


def _require_same_blocks(manifest: Manifest, query: Query) -> None:
    if manifest.blocks != query.blocks or manifest.round != query.round:
        raise ManifestRefused("not the blocks that were approved")


def _require_lists(desk: Desk, manifest: Manifest) -> None:
    table = schema.releases.c
    rows = desk.connection.execute(
        select(table.document).where(
            table.kind == "gate",
            table.state.in_(("agreed", "prepared", "opened", "committed", "sent")),
        )
    ).scalars()
    earlier = [
        tuple(known.nodes)
        for known in map(Manifest.parse, rows)
        if (known.query, known.round) == (manifest.query, manifest.round)
        and known.release_id != manifest.release_id
    ]
    organisations = {node: desk.roster.participant(node).organisation for node in manifest.nodes}
    require_list(organisations, earlier, desk.roster.parameters.min_nodes, TooFewProviders)


def _require_consents(desk: Desk, manifest: Manifest, consents: Mapping[str, bytes]) -> None:
    listed = {upload for part in manifest.parts for upload in part.uploads}
    consented: set[str] = set()
    for name in manifest.nodes:
        node = desk.roster.participant(name)
        signed = SignedDocument.from_bytes(consents[name])
        consent = Consent.parse(signed.payload)
        if name not in signed.signers(CONSENT, {node.signing_key.text: name}):
            raise ManifestRefused(f"consent of {name} is not signed by it")
        if (consent.node, consent.manifest) != (name, manifest.digest):
            raise ManifestRefused(f"consent of {name} is to something else")
        if consent.roster != desk.roster.digest:
            raise ManifestRefused(f"consent of {name} under another roster")
        consented |= set(consent.envelopes)
    if consented != listed:
        raise ManifestRefused("the uploads are not those that the nodes consented to")


def _require_uploads(desk: Desk, manifest: Manifest, part: Part) -> tuple[uploads.HeldUpload, ...]:
    wanted = "held" if manifest.kind == "admit" else "admitted"
    found = []
    for envelope_hash in part.uploads:
        held = uploads.find(desk.connection, envelope_hash)
        if held is None or held.status != wanted:
            raise ManifestRefused(f"an upload is not {wanted}")
        envelope = held.envelope
        if (envelope.round, envelope.universe) != (manifest.round, manifest.universe):
            raise ManifestRefused("an upload of another round or universe")
        if envelope.variable != part.variable:
            raise ManifestRefused("an upload of another variable")
        if desk.roster.participant(envelope.node).status != "active":
            raise ManifestRefused("an upload of a revoked node")
        found.append(held)
    if sorted(held.envelope.node for held in found) != manifest.nodes:
        raise ManifestRefused("the uploads are not one of each listed node")
    return tuple(found)


def _require_ring(desk: Desk, manifest: Manifest, part: Part, round_: Round) -> None:
    variable = round_.variable(part.variable)
    bits = ring_bits(desk.roster.parameters.max_nodes, variable.node_cap)
    # K * node_cap < N: the ring holds every possible total, so nothing wraps around.
    if part.ring_bits != bits or len(part.uploads) > desk.roster.parameters.max_nodes:
        raise ManifestRefused("another ring than the variable needs")
    blocks = manifest.blocks_of(part.variable)
    largest = max(max((*block.thresholds, block.cap or 0)) for block in blocks)
    if largest >= 1 << bits:
        raise ManifestRefused("a threshold outside the ring")
    require_ready(desk, part.batch, gate_spec(blocks, round_.slots, bits))


def _require_areas(desk: Desk, block: Block, round_: Round) -> AreaMap:
    if block.area_map not in {area_map.hash for area_map in round_.area_maps}:
        raise ManifestRefused("a map that is not the round's")
    area_map = require_area_map(desk, block.area_map)
    minimum = EUROS_MINIMUM if block.statistic == "capped" else COUNTS_MINIMUM
    if min(area_map.slots_per_area, default=0) < minimum:
        raise AreaTooSmall(f"{block.id}: fewer than {minimum} addresses")
    return area_map
