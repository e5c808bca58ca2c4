# SPDX-License-Identifier: EUPL-1.2
"""Keep the estimates of published answers up to date, outside the work of the releases.

A round's answers over the same providers inform each other, so each new answer makes the estimates
of the others a little better. Reading, computing and writing are three steps: the computing holds
no lock on the database. What was computed is written only if the answers are still the same ones;
otherwise the next look does it again. Direct figures never change.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import structlog
from sqlalchemy import Connection, Engine, select, update

from ontschot.coordinator.estimates.columns import MapKey
from ontschot.coordinator.estimates.improving import VERSION, improve
from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.releases.schema import releases, results
from ontschot.coordinator.results.document import decode_result, encode_result
from ontschot.coordinator.rounds import service as rounds
from ontschot.coordinator.rounds.schema import rounds as round_table
from ontschot.protocol.canonical import sha256
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.clock import Clock, to_text
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.universe.areas import AreaMap

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The answers of one round over one list of providers.

    ``basis`` names them all and the version of the estimators; ``documents`` by id.
    """

    round: str
    basis: str
    documents: Mapping[str, bytes] = field(repr=False)
    maps: Mapping[MapKey, AreaMap] = field(repr=False)
    boundaries: Mapping[str, Any] | None = field(repr=False)


def refresh(engine: Engine, clock: Clock) -> int:
    """Make the estimates that are missing or older than their answers; return how many answers.

    Only answers whose slot has come are used.
    """
    with engine.begin() as connection:
        groups = due(connection, to_text(clock()))
    return sum(_refresh(engine, group) for group in groups)


def due(connection: Connection, now: str) -> list[Group]:
    """Return the groups of answers of which one lacks its newest estimates."""
    query = (
        select(results, releases.c.document.label("manifest_document"))
        .join(releases, releases.c.release_id == results.c.id)
        .where(releases.c.state == "done", results.c.published_at <= now)
        .order_by(results.c.id)
    )
    found = defaultdict(list)
    for row in connection.execute(query):
        nodes = Manifest.parse(row.manifest_document).nodes
        found[row.round, tuple(nodes)].append(row)
    groups = []
    for (round_hash, _), rows in found.items():
        basis = sha256("\n".join([str(VERSION), *(row.id for row in rows)]).encode())
        if any(row.estimated_from != basis for row in rows):
            documents = {row.id: row.document for row in rows}
            groups.append(_group(connection, round_hash, basis, documents))
    return groups


def _group(
    connection: Connection, round_hash: str, basis: str, documents: Mapping[str, bytes]
) -> Group:
    round_ = rounds.require(connection, round_hash)
    content = connection.execute(
        select(round_table.c.boundaries).where(round_table.c.hash == round_hash)
    ).scalar()
    maps = {
        (item.level, item.minimum): rounds.area_map(connection, item.hash)
        for item in round_.area_maps
    }
    return Group(round_hash, basis, documents, maps, json.loads(content) if content else None)


def _refresh(engine: Engine, group: Group) -> int:
    published = [decode_result(document) for document in group.documents.values()]
    models = RoundModels(
        [(definition(result.question), result) for result in published],
        group.maps.__getitem__,
        group.boundaries,
    )
    try:
        improved = {result.id: encode_result(result) for result in improve(models)}
    except np.linalg.LinAlgError:
        # Figures that no model fits: the direct ones stand, and are not tried again.
        _LOG.warning("estimates failed", round=group.round[:12])
        improved = dict(group.documents)
    with engine.begin() as connection:
        return sum(_write(connection, group, name, data) for name, data in improved.items())


def _write(connection: Connection, group: Group, name: str, document: bytes) -> int:
    written = connection.execute(
        update(results)
        .where(results.c.id == name, results.c.document == group.documents[name])
        .values(document=document, estimated_from=group.basis)
    )
    return written.rowcount
