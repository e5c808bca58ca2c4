# SPDX-License-Identifier: EUPL-1.2
"""Readers that keep their answers in memory."""

from collections.abc import Sequence
from typing import Any

from ontschot.coordinator.rest import Contact, ResultSummary
from ontschot.coordinator.results import Result, encode_result
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.errors import Unavailable
from ontschot.protocol.language import Text

CONTACT = Contact("Regio Voorbeeld", "ontschot@example.org", "https://example.org/ontschot")
PUBLIC_URL = "https://cijfers.example.org"


class MemoryReader:
    """Answers and boundaries given beforehand."""

    def __init__(
        self, results: Sequence[Result], boundaries: dict[Level, dict[str, Any]] | None = None
    ) -> None:
        self.results = {result.id: result for result in results}
        self.maps = boundaries or {}

    def list_results(self) -> Sequence[ResultSummary]:
        return [
            ResultSummary(
                id=result.id,
                question=result.question,
                title=Text(result.title.nl, result.title.en),
                round_id=result.round,
                published_at=result.published_at,
            )
            for result in self.results.values()
        ]

    def get_result(self, result_id: str) -> bytes | None:
        result = self.results.get(result_id)
        return None if result is None else encode_result(result)

    def get_evidence(self, result_id: str) -> bytes | None:
        return b'{"type":"evidence"}' if result_id in self.results else None

    def boundaries(self, round_id: str, level: Level) -> dict[str, Any] | None:
        del round_id
        return self.maps.get(level)


class BrokenReader(MemoryReader):
    """A store that is away, or that has a fault."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__([])
        self.error = error or Unavailable("database")

    def list_results(self) -> Sequence[ResultSummary]:
        raise self.error

    def get_result(self, result_id: str) -> bytes | None:
        del result_id
        raise self.error


class DamagedReader(MemoryReader):
    """A store whose row is no result document."""

    def get_result(self, result_id: str) -> bytes | None:
        return b"{}" if result_id in self.results else None
