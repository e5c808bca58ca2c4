# SPDX-License-Identifier: EUPL-1.2
"""The signed question: everything that decides what is computed and what it costs in privacy.

Approvers sign these bytes (kind ``query``); nodes and helpers verify the signatures themselves and
recompute every number in here.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Protocol, Self, TypeAlias

from pydantic import Field, model_validator

from ontschot.protocol.documents.base import Decimal, Document, Hash, Identifier, Line, Moment
from ontschot.protocol.documents.rounds import Level

QUERY = "query"
"""Kind of signature over a query."""

Unit = Literal["household", "person"]
"""Whose records a price is about: those of an address slot, or of one client."""

Statistic = Literal["bins", "at-least", "capped", "sum"]
Threshold = Annotated[int, Field(ge=1, le=2**31)]

MAX_WEIGHT = 63
"""What all weights of a code add up to at most: codes go through a table of 2^6 values."""


class Cells(Document):
    """What a sum over CELL vectors adds to a block.

    ``classes`` is the number of figures per area; ``providers`` is M: at how many providers a
    household may be and still be protected as the price says (privacy, section 0.1).
    """

    classes: Annotated[int, Field(ge=2, le=64)]
    providers: Annotated[int, Field(ge=1, le=100)]


class Component(Document):
    """One bit of a code: is the total of ``variable`` at least ``threshold`` (in quanta)?

    ``weight`` is what the bit adds to the code. To the gate of its variable it is a count like any
    other, so it has the parameters of one.
    """

    variable: Identifier
    threshold: Threshold
    weight: Annotated[int, Field(ge=1, le=MAX_WEIGHT)]

    @property
    def statistic(self) -> Statistic:
        """What the gate of its variable computes."""
        return "at-least"

    @property
    def thresholds(self) -> list[Threshold]:
        """Its only threshold."""
        return [self.threshold]

    @property
    def cap(self) -> None:
        """It has no cap."""
        return

    @property
    def outputs(self) -> int:
        """One bit."""
        return 1


class Code(Document):
    """What several variables of one household say together: the number sum of weight times bit.

    It is computed on shares by two gates in a chain (protocol section 5): the first turns the total
    of each variable into a bit, the second reads the code. A block names it as it would a variable,
    and its thresholds are codes. A household without care has code 0, and no other has it.
    """

    id: Identifier
    components: Annotated[list[Component], Field(min_length=2, max_length=16)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        bits = [(component.variable, component.threshold) for component in self.components]
        if bits != sorted(set(bits)):
            msg = "components must be sorted and distinct"
            raise ValueError(msg)
        if sum(component.weight for component in self.components) > MAX_WEIGHT:
            msg = "a code above what a table can read"
            raise ValueError(msg)
        return self

    @property
    def largest(self) -> int:
        """The code of a household for which every bit is one."""
        return sum(component.weight for component in self.components)

    @property
    def ring_bits(self) -> int:
        """The bits of the ring Z_N that holds any code: N > ``largest``."""
        return self.largest.bit_length()

    @property
    def is_number(self) -> bool:
        """Whether it counts its bits, so that larger codes mean more."""
        return all(component.weight == 1 for component in self.components)


class Block(Document):
    """One released table: a statistic of one variable or code over the areas of one map.

    ``thresholds`` are in quanta, strictly increasing: ``bins`` counts households with
    t_j <= x < t_{j+1} (the last bin is open), ``at-least`` those with x >= t_j; ``capped`` sums
    min(x, cap), cap in quanta. ``sum`` adds up the cells of CELL vectors, in which each provider
    let a household count for ``cap`` at most over all cells. Of a person variable ``at-least``
    counts buckets; ``unit`` is then ``person``, and sensitivity and price are those of one bucket.
    ``sigma`` is the standard deviation at one helper, a dyadic rational; ``l2_squared`` the squared
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


class _Asked(Protocol):
    """A block, or the definition of one."""

    @property
    def variable(self) -> str: ...
    @property
    def statistic(self) -> Statistic: ...


Function: TypeAlias = Block | Component
"""What a gate computes of one variable or code: a statistic, its thresholds or its cap."""


def functions_of(blocks: Sequence[Block], codes: Sequence[Code], name: str) -> tuple[Function, ...]:
    """Return all that is computed of the variable or code called ``name``, in its fixed order."""
    components = (component for code in codes for component in code.components)
    return (
        *(block for block in blocks if block.variable == name),
        *(component for component in components if component.variable == name),
    )


def variables_of(blocks: Sequence[_Asked], codes: Sequence[Code]) -> tuple[str, ...]:
    """Return the variables behind blocks and codes, each once, sorted.

    Raises:
        ValueError: two codes with one name, one that has the name of a variable, that no block
            uses, or of which a block asks something else than bins.
    """
    names = {code.id for code in codes}
    asked = {block.variable for block in blocks}
    components = {component.variable for code in codes for component in code.components}
    if len(names) != len(codes) or names & components or not names <= asked:
        msg = "every code has its own name and is used"
        raise ValueError(msg)
    if any(block.variable in names and block.statistic != "bins" for block in blocks):
        msg = "households are counted by their code"
        raise ValueError(msg)
    return tuple(sorted((asked - names) | components))


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
    codes: Annotated[list[Code], Field(max_length=16)] = Field(default_factory=list)
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
        if self.blocks[0].unit == "person" and self.codes:
            msg = "codes are of households"
            raise ValueError(msg)
        variables_of(self.blocks, self.codes)
        return self

    @property
    def kind(self) -> Literal["gate", "sum"]:
        """How it is answered: thresholds and caps through gates, cells by plain sums."""
        return "sum" if self.blocks[0].statistic == "sum" else "gate"

    @property
    def unit(self) -> Unit:
        """Whose sensitivity and price its blocks state."""
        return self.blocks[0].unit

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that the blocks and codes use, each once, sorted."""
        return variables_of(self.blocks, self.codes)

    def code_of(self, block: Block) -> Code | None:
        """Return the code that a block counts, or None for one over a variable."""
        return next((code for code in self.codes if code.id == block.variable), None)

    def functions_of(self, name: str) -> tuple[Function, ...]:
        """Return what is computed of one variable or code, in its fixed order."""
        return functions_of(self.blocks, self.codes, name)
