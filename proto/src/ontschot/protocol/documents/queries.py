# SPDX-License-Identifier: EUPL-1.2
"""The signed question: everything that decides what is computed and what it costs in privacy.

Approvers sign these bytes (kind ``query``); nodes and helpers verify the signatures themselves and
recompute every number in here.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ontschot.protocol.documents.base import Decimal, Document, Hash, Identifier, Line, Moment
from ontschot.protocol.documents.rounds import Level

QUERY = "query"
"""Kind of signature over a query."""

Unit = Literal["household", "person"]
"""Whose records a price is about: those of an address slot, or of one client."""

Statistic = Literal["bins", "at-least", "capped", "sum"]
Threshold = Annotated[int, Field(ge=1, le=2**31)]


class Cells(Document):
    """What a sum over CELL vectors adds to a block.

    ``classes`` is the number of figures per area; ``providers`` is M: at how many providers a
    household may be and still be protected as the price says (privacy, section 0.1).
    """

    classes: Annotated[int, Field(ge=2, le=64)]
    providers: Annotated[int, Field(ge=1, le=100)]


class Block(Document):
    """One released table: a statistic of one variable over the areas of one map.

    ``thresholds`` are in quanta, strictly increasing: ``bins`` counts households with
    t_j <= x < t_{j+1} (the last bin is open), ``at-least`` those with x >= t_j; ``capped`` sums
    min(x, cap), cap in quanta. ``sum`` adds up the cells of CELL vectors, in which each provider
    let a household count for ``cap`` at most over all cells. Of a person variable ``at-least``
    counts buckets; ``unit`` is then ``person``, whose sensitivity and price are stated. ``sigma``
    is the standard deviation at one helper, a dyadic rational; ``l2_squared`` the squared
    sensitivity; ``rho`` in units of 1e-12.
    """

    id: Identifier
    unit: Unit = "household"
    variable: Identifier
    level: Level
    area_map: Hash
    statistic: Statistic
    thresholds: list[Threshold]
    cap: Annotated[int, Field(ge=1, le=2**31)] | None
    cells: Cells | None = None
    l2_squared: Decimal
    sigma: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,30}/[1-9][0-9]{0,20}$")]
    rho: Decimal

    @model_validator(mode="after")
    def _statistic_has_its_parameters(self) -> Self:
        is_sum = self.statistic in ("capped", "sum")
        if is_sum != (self.cap is not None):
            msg = "only a sum has a cap"
            raise ValueError(msg)
        if is_sum == bool(self.thresholds):
            msg = "only counts have thresholds"
            raise ValueError(msg)
        if (self.statistic == "sum") != (self.cells is not None):
            msg = "only a sum over cells has cells"
            raise ValueError(msg)
        if any(a >= b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False)):
            msg = "thresholds must rise"
            raise ValueError(msg)
        return self

    @property
    def outputs(self) -> int:
        """The number of figures per area."""
        return self.cells.classes if self.cells else len(self.thresholds) or 1


class Query(Document):
    """One question of the catalogue with all its parameters, purpose, validity and price."""

    v: Literal[1] = 1
    type: Literal["query"] = "query"
    federation: Identifier
    question: Annotated[str, Field(pattern=r"^Q[0-9]{2}$")]
    definition: Hash
    round: Hash
    requester: Identifier
    purpose: Line
    legal_basis: Line
    not_before: Moment
    not_after: Moment
    blocks: Annotated[list[Block], Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.not_before >= self.not_after:
            msg = "valid until before valid from"
            raise ValueError(msg)
        if len({block.id for block in self.blocks}) != len(self.blocks):
            msg = "two blocks with one id"
            raise ValueError(msg)
        if len({block.statistic == "sum" for block in self.blocks}) != 1:
            msg = "a question goes by gates or by sums, not by both"
            raise ValueError(msg)
        if len({block.unit for block in self.blocks}) != 1:
            msg = "a question is about households or about persons, not about both"
            raise ValueError(msg)
        return self

    @property
    def kind(self) -> Literal["gate", "sum"]:
        """How it is answered: thresholds and caps through gates, cells by plain sums."""
        return "sum" if self.blocks[0].statistic == "sum" else "gate"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that the blocks use, each once, sorted."""
        return tuple(sorted({block.variable for block in self.blocks}))

    def blocks_of(self, variable: str) -> tuple[Block, ...]:
        """Return the blocks over one variable, in their order."""
        return tuple(block for block in self.blocks if block.variable == variable)
