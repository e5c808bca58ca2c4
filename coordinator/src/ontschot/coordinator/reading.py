# SPDX-License-Identifier: EUPL-1.2
"""Published answers out of the database, for the REST interface."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, select

from ontschot.coordinator.releases import words
from ontschot.coordinator.releases.schema import releases, results
from ontschot.coordinator.rest.reader import ResultSummary
from ontschot.coordinator.rounds.schema import rounds
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.clock import Clock, from_text, to_text
from ontschot.protocol.documents.releases import AGREE, COMMIT, Agree
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.release.evidence import evidence_of
from ontschot.protocol.results import FeatureCollection
from ontschot.protocol.signed import SignedDocument


class DatabaseReader:
    """The ``ResultReader`` of the REST interface: answers whose slot has come.

    Args:
        engine: the coordinator's database.
        clock: the present moment.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def list_results(self) -> Sequence[ResultSummary]:
        """Return all published answers, newest first."""
        query = (
            select(results, rounds.c.id.label("round_name"))
            .join(rounds, rounds.c.hash == results.c.round)
            .where(self._visible())
            .order_by(results.c.published_at.desc(), results.c.id)
        )
        with self._engine.begin() as connection:
            rows = connection.execute(query).all()
        return [
            ResultSummary(
                row.id,
                row.question,
                definition(row.question).title.text,
                row.round_name,
                from_text(row.published_at),
            )
            for row in rows
        ]

    def get_result(self, result_id: str) -> bytes | None:
        """Return the bytes of one published answer."""
        with self._engine.begin() as connection:
            document: bytes | None = connection.execute(
                select(results.c.document).where(results.c.id == result_id, self._visible())
            ).scalar()
        return document

    def get_evidence(self, result_id: str) -> bytes | None:
        """Return what both helpers signed about one published answer."""
        query = (
            select(releases)
            .join(results, results.c.id == releases.c.release_id)
            .where(results.c.id == result_id, releases.c.state == "done", self._visible())
        )
        with self._engine.begin() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            said = {
                kind: words.of_kind(connection, row.manifest, kind)
                for kind in (AGREE, COMMIT, words.OUTPUT)
            }
        # Helper A and B by their ids, as in the roster of that release; A agreed as "A".
        order = sorted(said[AGREE], key=lambda name: _helper_of(said[AGREE][name]))
        pairs = [[said[kind][name] for name in order] for kind in (AGREE, COMMIT, words.OUTPUT)]
        return evidence_of(row.document, *pairs).to_bytes()

    def _visible(self) -> ColumnElement[bool]:
        return results.c.published_at <= to_text(self._clock())

    def boundaries(self, round_id: str, level: Level) -> FeatureCollection | None:
        """Return the buurten of a round; wijken and gemeenten are made up of them.

        There is none of PC6 clusters: public addresses have no place on the map.
        """
        if level == "pc6-cluster":
            return None
        with self._engine.begin() as connection:
            content = connection.execute(
                select(rounds.c.boundaries).where(rounds.c.id == round_id)
            ).scalar()
        if content is None:
            return None
        found: dict[str, Any] = json.loads(content)
        return found


def _helper_of(agreed: bytes) -> str:
    return Agree.parse(SignedDocument.from_bytes(agreed).payload).helper
