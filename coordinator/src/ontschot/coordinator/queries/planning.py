# SPDX-License-Identifier: EUPL-1.2
"""What an answer will be worth, from public numbers alone, before anything is spent.

The noise is known exactly, so the 95 % half width is known before the data are. How many areas
will be usable depends on how large their figures are; that is predicted from the number of public
addresses and national rates, never from records.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.accuracy import Accuracy, of_count, of_euros, share_usable
from ontschot.protocol.privacy.units import parse_sigma

EUROS_PER_HOUSEHOLD = 1_500
"""Municipal spending on Jeugdwet and Wmo per household and year: about 12 billion euros over 8.3
million households (domain, section 7)."""

SERVED_SHARE = {"JW": 0.05, "WMO": 0.08}
"""Share of households with care under each law: 12.2 % of youths have care (StatLine 82972NED) and
roughly 4 in 10 households have children in that age; Wmo: 6,820 households of 53,000 in Alkmaar
(StatLine 83264NED), rounded down for regions with fewer elderly."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What one table of a question will be worth.

    Attributes:
        block: the block's id.
        level: its geography.
        areas: how many areas.
        half_width: of the 95 % interval, for people.
        usable: expected share of areas whose figure can be shown; nothing where no public number
            predicts it.
    """

    block: str
    level: str
    areas: int
    half_width: Text
    usable: float | None


def expectations(connection: Connection, query: Query, round_: Round) -> list[Expected]:
    """Return what each table of a question will be worth."""
    found = []
    for block in query.blocks:
        slots = rounds.area_map(connection, block.area_map).slots_per_area
        variable = round_.variable(block.variable)
        accuracy = _accuracy(block, variable)
        predicted = _predicted(block, variable, slots, len(round_.years))
        found.append(
            Expected(
                block.id,
                block.level,
                len(slots),
                _words(block, variable, accuracy),
                None if predicted is None else share_usable(predicted, accuracy),
            )
        )
    return found


def _accuracy(block: Block, variable: VariableDocument) -> Accuracy:
    sigma = parse_sigma(block.sigma)
    if block.statistic == "capped":
        return of_euros(sigma, variable.quantum_cents)
    return of_count(sigma)


def _predicted(
    block: Block, variable: VariableDocument, slots: NDArray[np.int64], years: int
) -> NDArray[np.float64] | None:
    if block.statistic == "capped":
        return slots.astype(np.float64) * (EUROS_PER_HOUSEHOLD * 100 * years)
    if variable.measure == "served" and len(variable.wetten) == 1 and block.thresholds == [1]:
        return slots.astype(np.float64) * SERVED_SHARE[variable.wetten[0]]
    return None


def _words(block: Block, variable: VariableDocument, accuracy: Accuracy) -> Text:
    if block.statistic == "capped":
        euros = round(accuracy.half_width / 100)
        return Text(f"€ {euros:,}".replace(",", "."), f"€ {euros:,}")
    number = max(1, round(accuracy.half_width))
    if variable.measure == "trajects":
        return Text(f"{number} trajecten", f"{number} periods of care")
    if block.statistic == "sum":
        return Text(f"{number} toewijzingen", f"{number} allocations")
    return Text(f"{number} huishoudens", f"{number} households")
