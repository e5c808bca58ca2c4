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

Statistic = Literal["bins", "at-least", "capped"]
Threshold = Annotated[int, Field(ge=1, le=2**31)]


class Block(Document):
    """One released table: a statistic of one variable over the areas of one map.

    ``thresholds`` are in quanta, strictly increasing: ``bins`` counts households with
    t_j <= x < t_{j+1} (the last bin is open), ``at-least`` those with x >= t_j; ``capped`` sums
    min(x, cap), cap in quanta. ``sigma`` is the standard deviation at one helper, a dyadic
    rational; ``l2_squared`` the squared sensitivity; ``rho`` in units of 1e-12.
    """

    id: Identifier
    variable: Identifier
    level: Level
    area_map: Hash
    statistic: Statistic
    thresholds: list[Threshold]
    cap: Annotated[int, Field(ge=1, le=2**31)] | None
    l2_squared: Decimal
    sigma: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,30}/[1-9][0-9]{0,20}$")]
    rho: Decimal

    @model_validator(mode="after")
    def _statistic_has_its_parameters(self) -> Self:
        if (self.statistic == "capped") != (self.cap is not None):
            msg = "only a capped sum has a cap"
            raise ValueError(msg)
        if (self.statistic == "capped") == bool(self.thresholds):
            msg = "only counts have thresholds"
            raise ValueError(msg)
        if any(a >= b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False)):
            msg = "thresholds must rise"
            raise ValueError(msg)
        return self

    @property
    def outputs(self) -> int:
        """The number of figures per area."""
        return len(self.thresholds) or 1


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
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that the blocks use, each once, sorted."""
        return tuple(sorted({block.variable for block in self.blocks}))

    def blocks_of(self, variable: str) -> tuple[Block, ...]:
        """Return the blocks over one variable, in their order."""
        return tuple(block for block in self.blocks if block.variable == variable)
