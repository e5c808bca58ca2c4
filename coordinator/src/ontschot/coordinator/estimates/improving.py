# SPDX-License-Identifier: EUPL-1.2
"""Put estimates beside the figures of every answer of a round."""

from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.estimates.repeated import with_notes
from ontschot.coordinator.estimates.tables import composite_tables, consistent_tables
from ontschot.coordinator.results.document import Result
from ontschot.protocol.results.table_ids import source_id

VERSION = 5
"""Of the estimators: a higher one makes every estimate anew."""


def improve(models: RoundModels) -> list[Result]:
    """Return the answers with their estimates: direct figures as they were, estimates behind them.

    The same answers always give the same estimates.
    """
    improved = []
    for known, result in models.published:
        direct = [table for table in result.tables if table.estimator == "direct"]
        composite = composite_tables(models, known, result)
        has_composite = {source_id(table.id) for table in composite}
        consistent = [
            table
            for table in consistent_tables(models, known, result)
            if source_id(table.id) not in has_composite
        ]
        tables = (*direct, *consistent, *composite)
        improved.append((known, result.model_copy(update={"tables": tables})))
    return with_notes(improved)
