# SPDX-License-Identifier: EUPL-1.2
"""What an answer will be worth, from public numbers alone, before anything is spent.

The noise is known exactly, so the 95 % half width is known before the data are. How many areas
will be usable depends on how large their figures are; that is predicted from the number of public
addresses and national rates, never from records.
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from sqlalchemy import Connection

from ontschot.coordinator.queries.predicting import predicted
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.amounts import euros
from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.language import Text
from ontschot.protocol.persons.buckets import LOAD
from ontschot.protocol.privacy.accuracy import (
    Accuracy,
    of_count,
    of_euros,
    of_nodes,
    share_usable,
)
from ontschot.protocol.privacy.units import parse_sigma

LEAST_USABLE = 0.5
"""A table is worth asking for if this part of its areas is expected to have a figure to show."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What one table of a question will be worth.

    Attributes:
        block: the block's id.
        level: its geography.
        areas: how many areas.
        half_width: of the 95 % interval, for people.
        by_nodes: the same if every provider adds its own noise, and helpers none; nothing for what
            goes through gates.
        relative: half width as part of the expected figure in the middle, over areas and outputs.
        usable: expected share of figures that can be shown, of all areas and outputs.
        shown: expected share of areas with at least one such figure.

    The last three are nothing where no public number predicts the figures.
    """

    block: str
    level: str
    areas: int
    half_width: Text
    by_nodes: Text | None
    relative: float | None
    usable: float | None
    shown: float | None

    @property
    def is_usable(self) -> bool | None:
        """Whether the table is expected to be worth its price; nothing where nobody can say."""
        return None if self.shown is None else self.shown >= LEAST_USABLE


def expectations(connection: Connection, query: Query, round_: Round, nodes: int) -> list[Expected]:
    """Return what each table of a question will be worth, with ``nodes`` providers."""
    found = []
    for block in query.blocks:
        slots = rounds.area_map(connection, block.area_map).slots_per_area
        variable = None if query.code_of(block) else round_.variable(block.variable)
        accuracy = _accuracy(block, variable)
        figures = predicted(block, variable, slots, len(round_.years))
        found.append(
            Expected(
                block.id,
                block.level,
                len(slots),
                _words(block, variable, accuracy),
                _by_nodes(block, variable, nodes),
                None if figures is None else accuracy.half_width / float(np.median(figures)),
                None if figures is None else share_usable(figures, accuracy),
                None if figures is None else share_usable(figures.max(axis=0), accuracy),
            )
        )
    return found


def _accuracy(block: Block, variable: VariableDocument | None) -> Accuracy:
    sigma = parse_sigma(block.sigma)
    if variable is not None and block.statistic == "capped":
        return of_euros(sigma, variable.quantum_cents)
    if variable is not None and variable.persons is not None:
        return Accuracy(of_count(sigma).sd * exp(1 / LOAD))
    return of_count(sigma)


def _by_nodes(block: Block, variable: VariableDocument | None, nodes: int) -> Text | None:
    if block.statistic != "sum":
        return None
    return _words(block, variable, of_nodes(parse_sigma(block.sigma), nodes))


def _words(block: Block, variable: VariableDocument | None, accuracy: Accuracy) -> Text:
    if block.statistic == "capped":
        return euros(round(accuracy.half_width))
    number = max(1, round(accuracy.half_width))
    if variable is not None and variable.measure == "trajects":
        return Text(f"{number} trajecten", f"{number} periods of care")
    if block.statistic == "sum":
        return Text(f"{number} toewijzingen", f"{number} allocations")
    if variable is not None and variable.persons is not None:
        return Text(f"{number} mensen", f"{number} people")
    return Text(f"{number} huishoudens", f"{number} households")
