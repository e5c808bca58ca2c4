# SPDX-License-Identifier: EUPL-1.2
"""From two halves to a published answer (protocol section 4, step 8).

The coordinator opens each helper's sealed half, checks it against the helper's signed commit,
combines both, checks that the figures are possible, and publishes. It keeps the halves: anyone can
check that what is published is what was committed.
"""

import math
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.service import Asked
from ontschot.coordinator.releases import admitting, person_words, words
from ontschot.coordinator.releases.estimating import Figures, figures_of, most_of, variable_of
from ontschot.coordinator.releases.schema import releases, results
from ontschot.coordinator.releases.slots import next_slot
from ontschot.coordinator.releases.wording import (
    clamp,
    coverage,
    cumulative_labels,
    labels,
    loss_remarks,
    protected_rho,
    protected_unit,
    stated_rho,
    table_title,
)
from ontschot.coordinator.results.build import build_result
from ontschot.coordinator.results.document import encode_result
from ontschot.coordinator.results.release import Area, Block, HelperSignature, Metadata
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.canonical import sha256
from ontschot.protocol.catalogue.definitions import Definition, definition
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block as AskedBlock
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import AGREE, COMMIT, Commit, Manifest
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.conversion import DELTA, epsilon_of
from ontschot.protocol.privacy.units import RHO_UNITS, parse_sigma
from ontschot.protocol.release.admission import is_admitted
from ontschot.protocol.release.halves import combine
from ontschot.protocol.release.node_noise import sigmas_of, variance
from ontschot.protocol.release.tables import tables
from ontschot.protocol.signed import SignedDocument
from ontschot.protocol.universe.areas import AreaMap

_IMPLAUSIBLE_DEVIATIONS = 40


def finish(desk: Desk, manifest: Manifest) -> None:
    """Combine both halves if they are there, and act on what they say."""
    halves = words.of_kind(desk.connection, manifest.digest, words.OUTPUT)
    helper_a, helper_b = (helper.id for helper in desk.roster.helpers())
    agreed = words.of_kind(desk.connection, manifest.digest, AGREE)
    if not {helper_a, helper_b} <= set(halves) & set(agreed):
        return
    maps = {b.area_map: rounds.area_map(desk.connection, b.area_map) for b in manifest.blocks}
    shapes = tables(manifest, maps)
    half_a, half_b = halves[helper_a], halves[helper_b]
    sums = dict(zip([b.id for b in manifest.blocks], combine(shapes, half_a, half_b), strict=True))
    if manifest.kind == "admit":
        _admit(desk, manifest, sums["admission"], half_a + half_b)
    elif all(_plausible(desk, manifest, b, sums[b.id], maps[b.area_map]) for b in manifest.blocks):
        _publish(desk, manifest, sums, maps)
    else:
        _close(desk, manifest, "implausible")
        queries.set_state(desk, manifest.query or "", "failed", "implausible-result")


def fits_commit(desk: Desk, manifest: str, sender: str, half: bytes) -> bool:
    """Return whether a half is the one that its helper committed to."""
    document = words.of_kind(desk.connection, manifest, COMMIT).get(sender)
    if document is None:
        return False
    return Commit.parse(SignedDocument.from_bytes(document).payload).output == sha256(half)


def _admit(desk: Desk, manifest: Manifest, counts: NDArray[np.int64], halves: bytes) -> None:
    sigma = parse_sigma(manifest.blocks[0].sigma)
    passed = is_admitted(int(counts.sum()), sigma, counts.shape[1])
    upload = manifest.parts[0].uploads[0]
    admitting.set_state(desk, upload, "admitted" if passed else "rejected")
    for helper in desk.roster.helpers():
        desk.send(helper.id, "admitted", manifest.digest, halves)
    _close(desk, manifest, "done")


def _plausible(
    desk: Desk,
    manifest: Manifest,
    block: AskedBlock,
    sums: NDArray[np.int64],
    area_map: AreaMap,
) -> bool:
    """Return whether noise can explain the figures: uniform words cannot be an answer."""
    sigmas = parse_sigma(block.sigma), *sigmas_of(manifest, block.variable)
    slack = _IMPLAUSIBLE_DEVIATIONS * math.sqrt(variance(sigmas))
    variable = variable_of(block, manifest, rounds.require(desk.connection, manifest.round))
    most = most_of(block, variable, area_map, len(manifest.nodes))
    return bool(np.all(sums >= -slack) and np.all(sums <= most[np.newaxis, :] + slack))


def _publish(
    desk: Desk, manifest: Manifest, sums: dict[str, NDArray[np.int64]], maps: dict[str, AreaMap]
) -> None:
    asked = queries.find(desk.connection, manifest.query or "")
    if asked is None:
        return
    round_ = rounds.require(desk.connection, manifest.round)
    known = definition(asked.query.question)
    figures = {
        b.id: figures_of(b, variable_of(b, manifest, round_), maps[b.area_map], sums[b.id])
        for b in manifest.blocks
    }
    blocks = [
        _block(desk, manifest, block, asked.query, figures[block.id], maps[block.area_map])
        for block in manifest.blocks
    ]
    full = sum(found.full for found in figures.values())
    metadata = _metadata(desk, manifest, asked, round_, known, full)
    document = encode_result(build_result(metadata, blocks))
    desk.connection.execute(
        results.insert().values(
            id=metadata.result_id,
            query=asked.digest,
            round=round_.digest,
            question=asked.query.question,
            published_at=to_text(metadata.published_at),
            document=document,
        )
    )
    queries.set_state(desk, asked.digest, "published")
    _close(desk, manifest, "done")


def _close(desk: Desk, manifest: Manifest, state: str) -> None:
    desk.connection.execute(
        update(releases)
        .where(releases.c.manifest == manifest.digest)
        .values(state=state, published_at=desk.now.isoformat())
    )


def _block(
    desk: Desk,
    manifest: Manifest,
    block: AskedBlock,
    query: Query,
    figures: Figures,
    area_map: AreaMap,
) -> Block:
    code = query.code_of(block)
    round_ = rounds.require(desk.connection, manifest.round)
    variable = None if code else round_.variable(block.variable)
    slots = area_map.slots_per_area
    return Block(
        id=block.id,
        title=table_title(block, variable),
        level=block.level,
        statistic=block.statistic,
        labels=labels(block, variable),
        quantum_cents=variable.quantum_cents if variable and block.statistic == "capped" else 1,
        sigma=parse_sigma(block.sigma),
        noise="nodes" if manifest.noise == "nodes" else desk.roster.parameters.noise,
        cap=block.cap,
        areas=tuple(
            Area(area.code, area.name, int(size), tuple(area.holds))
            for area, size in zip(area_map.areas, slots, strict=True)
        ),
        sums=figures.values,
        variances=figures.variances,
        counts="trajects" if variable and variable.measure == "trajects" else "allocations",
        is_ordered=code is None or code.is_number,
        cumulative_labels=cumulative_labels(block, variable) if variable else (),
        node_sigmas=() if code else tuple(sigmas_of(manifest, block.variable)),
    )


def _metadata(
    desk: Desk, manifest: Manifest, asked: Asked, round_: Round, known: Definition, full: int
) -> Metadata:
    rho = protected_rho(manifest)
    persons = person_words.remarks(stated_rho(manifest), full) if known.unit == "person" else ()
    return Metadata(
        result_id=manifest.release_id,
        question=known.id,
        title=known.title.text,
        wording=known.question.text,
        round_id=round_.id,
        first_day=date.fromisoformat(round_.period_from),
        last_day=date.fromisoformat(round_.period_to),
        purpose=Text(asked.query.purpose, asked.query.purpose),
        protected_unit=protected_unit(manifest),
        counted="persons" if known.unit == "person" else "households",
        rho=Fraction(rho, RHO_UNITS),
        epsilon=Fraction(epsilon_of(rho, DELTA)),
        delta=DELTA,
        clamp=clamp(manifest, round_),
        participants=len(manifest.nodes),
        coverage=coverage(len(manifest.nodes), len(desk.roster.providers())),
        manifest_hash=manifest.digest,
        signatures=_signatures(desk, manifest),
        published_at=next_slot(desk.now, desk.roster.parameters.slot_minutes),
        pilot=desk.roster.pilot,
        remarks=(*(remark.text for remark in known.remarks), *loss_remarks(manifest), *persons),
    )


def _signatures(desk: Desk, manifest: Manifest) -> tuple[HelperSignature, ...]:
    agreed = words.of_kind(desk.connection, manifest.digest, AGREE)
    found = []
    for name, helper in zip(("A", "B"), desk.roster.helpers(), strict=True):
        signed = SignedDocument.from_bytes(agreed[helper.id])
        signature = signed.signatures[0].value.hex()
        found.append(HelperSignature(name, helper.organisation, signature))  # type: ignore[arg-type]
    return tuple(found)
