# SPDX-License-Identifier: EUPL-1.2
"""What the REST interface needs from storage: published answers and public boundaries.

Methods are plain functions and may block: requests run in a pool of threads. Each may raise
``ontschot.protocol.errors.Unavailable``, which becomes status 503.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.language import Text
from ontschot.protocol.results import FeatureCollection


@dataclass(frozen=True, slots=True)
class ResultSummary:
    """One line of the list of published answers.

    Attributes:
        id: name of the result.
        question: catalogue id.
        title: short title.
        round_id: measurement round.
        published_at: moment of publication, with time zone.
    """

    id: str
    question: str
    title: Text
    round_id: str
    published_at: datetime


class ResultReader(Protocol):
    """Published answers; nothing that is not published is reachable through it."""

    def list_results(self) -> Sequence[ResultSummary]:
        """Return all published answers, in any order."""

    def get_result(self, result_id: str) -> bytes | None:
        """Return the stored bytes of a result document (``encode_result``), or None."""

    def get_evidence(self, result_id: str) -> bytes | None:
        """Return what both helpers signed about a result (``Evidence``), or None."""

    def boundaries(self, round_id: str, level: Level) -> FeatureCollection | None:
        """Return the boundaries of a round's areas in WGS84 (CRS84), or None.

        Every feature's ``id`` is its CBS code. For a wijk or gemeente these may be the buurten it
        consists of. PC6 clusters have none.
        """
