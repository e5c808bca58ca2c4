# SPDX-License-Identifier: EUPL-1.2
"""The questions of the catalogue, read from ``questions.json``.

A definition fixes measure, unit, selection, quanta, clamps (from public tariffs), thresholds,
levels with their smallest admissible area, and how the price is divided over its blocks. A query
may choose the round, the price and the purpose, and nothing else.
"""

import json
from functools import cache
from importlib import resources
from typing import Annotated, Self

from pydantic import Field, model_validator

from ontschot.protocol.documents.base import Document, Identifier
from ontschot.protocol.documents.queries import Code, Statistic, Threshold, Unit, variables_of
from ontschot.protocol.documents.rounds import Level, VariableDocument
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text


class UnknownQuestion(Refusal):
    """The catalogue has no question with this number."""

    code = "unknown-question"
    title = Text("Deze vraag staat niet in de catalogus", "The catalogue has no such question")
    remedy = Text("Kies een vraag uit de lijst.", "Choose a question from the list.")
    http_status = 404


class Words(Document):
    """A text in both languages."""

    nl: str
    en: str

    @property
    def text(self) -> Text:
        """The same as a ``Text``."""
        return Text(self.nl, self.en)


class BlockDefinition(Document):
    """One table of a question; ``share`` is its part of the price, the shares add up to 100."""

    id: Identifier
    variable: Identifier
    level: Level
    minimum: Annotated[int, Field(ge=1)]
    statistic: Statistic
    thresholds: list[Threshold] = Field(default_factory=list)
    cap: Annotated[int, Field(ge=1)] | None = None
    share: Annotated[int, Field(ge=1, le=100)]


class Definition(Document):
    """One question of the catalogue; ``remarks`` stand beside every answer to it."""

    id: Annotated[str, Field(pattern=r"^Q[0-9]{2}$")]
    title: Words
    question: Words
    remarks: list[Words] = Field(default_factory=list)
    unit: Unit
    variables: Annotated[list[VariableDocument], Field(min_length=1)]
    codes: list[Code] = Field(default_factory=list)
    blocks: Annotated[list[BlockDefinition], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum(block.share for block in self.blocks) != 100:
            msg = "the shares of the price must add up to 100"
            raise ValueError(msg)
        caps = {variable.id: variable.node_cap for variable in self.variables}
        if set(variables_of(self.blocks, self.codes)) != set(caps):
            msg = "every variable is used, and no other"
            raise ValueError(msg)
        # A provider's own cap must not cut what a cap over all providers would keep.
        if any(block.cap and block.cap > caps[block.variable] for block in self.blocks):
            msg = "a cap above the cap of one provider"
            raise ValueError(msg)
        if not all(self._fits_cells(block) for block in self.blocks):
            msg = "cells are summed as they are: over their own areas, with their own cap"
            raise ValueError(msg)
        if not all(self._fits_buckets(block) for block in self.blocks):
            msg = "persons are counted in their own buckets: over their own areas, at least one"
            raise ValueError(msg)
        if not all(self._is_of_households(code) for code in self.codes):
            msg = "a code is of the totals of one household"
            raise ValueError(msg)
        return self

    def variable(self, name: str) -> VariableDocument:
        """Return one of the variables."""
        return next(variable for variable in self.variables if variable.id == name)

    def source(self, name: str) -> VariableDocument | None:
        """Return the variable that a block names; None if it names a code."""
        return next((variable for variable in self.variables if variable.id == name), None)

    def _fits_cells(self, block: BlockDefinition) -> bool:
        variable = self.source(block.variable)
        grid = variable.cells if variable else None
        if variable is None or grid is None or block.statistic != "sum":
            return grid is None and block.statistic != "sum"
        own = (grid.level, grid.minimum, variable.node_cap)
        return (block.level, block.minimum, block.cap) == own

    def _fits_buckets(self, block: BlockDefinition) -> bool:
        variable = self.source(block.variable)
        grid = variable.persons if variable else None
        if grid is None or self.unit != "person":
            return grid is None and self.unit != "person"
        own = (grid.level, grid.minimum, "at-least", [1])
        return (block.level, block.minimum, block.statistic, block.thresholds) == own

    def _is_of_households(self, code: Code) -> bool:
        return all(self.variable(bit.variable).grid is None for bit in code.components)


@cache
def definitions() -> dict[str, Definition]:
    """Return the catalogue, by question number."""
    text = resources.files(__package__).joinpath("questions.json").read_text("utf-8")
    return {
        name: Definition.model_validate_json(json.dumps({"id": name} | body))
        for name, body in json.loads(text).items()
    }


def definition(question: str) -> Definition:
    """Return one definition.

    Raises:
        UnknownQuestion: the catalogue does not have it.
    """
    try:
        return definitions()[question]
    except KeyError as error:
        raise UnknownQuestion(question) from error
