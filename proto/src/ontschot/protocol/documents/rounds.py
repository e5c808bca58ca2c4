# SPDX-License-Identifier: EUPL-1.2
"""A measurement round (meetronde): the public inputs that all parties compute over."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ontschot.protocol.documents.base import Day, Document, Hash, Identifier

Level = Literal["gemeente", "wijk", "buurt", "pc6-cluster"]

ClassedBy = Literal["verwijzer", "duur", "wachttijd", "reden"]
"""What is classed in cells: allocations by their referrer; trajecten by how long they lasted, how
long they were waited for, and why they ended."""


class AreaMapReference(Document):
    """One map from slots to areas, by hash; ``minimum`` is its least number of slots per area."""

    level: Level
    minimum: Annotated[int, Field(ge=1)]
    hash: Hash


class CellGrid(Document):
    """The cells of a CELL vector: every class in every area of one map, class after class.

    ``by`` is what is classed; ``classes`` are its public codes in their order, so no code of a
    record becomes a key. By ``verwijzer`` the last class takes whatever has another code. By
    ``duur`` and ``wachttijd`` a code says which days it holds: ``0-91``, and ``1461-plus`` for what
    is longer. What has no class (no date, or a reason that is no end of care) is not counted.
    """

    by: ClassedBy
    classes: Annotated[list[Identifier], Field(min_length=2, max_length=64)]
    level: Level
    minimum: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _classes_are_distinct(self) -> Self:
        if len(set(self.classes)) != len(self.classes):
            msg = "one class twice"
            raise ValueError(msg)
        return self


class PersonGrid(Document):
    """The buckets of a PERSON vector: a block for each area of one map (``persons.buckets``).

    ``per_mille`` is how many clients a thousand addresses are expected to have, a public rate; it
    decides how many buckets an area has.
    """

    level: Level
    minimum: Annotated[int, Field(ge=1)]
    per_mille: Annotated[int, Field(ge=1, le=2000)]


class VariableDocument(Document):
    """What a node computes per household: see ``ontschot.protocol.variables``.

    ``quantum_cents`` is the size of one unit (1 for a flag or a count); ``node_cap`` is the most
    that one provider reports for one household, in quanta. Without ``cells`` it is a HOUSEHOLD
    vector, one integer for each slot; with ``cells`` a CELL vector of ``measure`` allocations (by
    referrer) or trajects, in which ``node_cap`` bounds what a household adds to all cells together.
    With ``persons`` it is a PERSON vector: 1 in each bucket of a client whom this provider serves.
    """

    id: Identifier
    measure: Literal["euros", "served", "allocations", "trajects", "persons"]
    wetten: list[Literal["JW", "WMO"]]
    groups: list[Annotated[int, Field(ge=1, le=8)]]
    quantum_cents: Annotated[int, Field(ge=1, le=10_000_000)]
    node_cap: Annotated[int, Field(ge=1, le=2**26)]
    cells: CellGrid | None = None
    persons: PersonGrid | None = None

    @model_validator(mode="after")
    def _cells_count_what_is_classed(self) -> Self:
        counted = self.cells and ("allocations" if self.cells.by == "verwijzer" else "trajects")
        if (self.measure if self.measure in ("allocations", "trajects") else None) != counted:
            msg = "allocations are counted in cells by referrer, trajects in other cells"
            raise ValueError(msg)
        if self.cells is not None and (self.quantum_cents != 1 or self.groups):
            msg = "cells are counted by law, in units of one"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _buckets_hold_persons(self) -> Self:
        if (self.measure == "persons") != (self.persons is not None):
            msg = "persons are counted in buckets, and only they"
            raise ValueError(msg)
        if self.persons is not None and (self.quantum_cents, self.node_cap, self.groups) != (
            1,
            1,
            [],
        ):
            msg = "persons are counted by law, once"
            raise ValueError(msg)
        return self

    @property
    def grid(self) -> CellGrid | PersonGrid | None:
        """What decides the map of a vector that is not one of slots."""
        return self.cells or self.persons


class Round(Document):
    """A measurement round over one universe and one period.

    A query names its round by hash, so approvals cover the period, the universe and the variables.
    """

    v: Literal[1] = 1
    type: Literal["round"] = "round"
    id: Identifier
    federation: Identifier
    period_from: Day
    period_to: Day
    reference_date: Day
    universe: Hash
    slots: Annotated[int, Field(ge=1, le=2**26)]
    area_maps: list[AreaMapReference]
    variables: list[VariableDocument]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.period_from > self.period_to:
            msg = "the period ends before it begins"
            raise ValueError(msg)
        if len({variable.id for variable in self.variables}) != len(self.variables):
            msg = "two variables with one id"
            raise ValueError(msg)
        if len({area_map.hash for area_map in self.area_maps}) != len(self.area_maps):
            msg = "one area map twice"
            raise ValueError(msg)
        return self

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years that the period touches: whose budgets a release charges."""
        return tuple(range(int(self.period_from[:4]), int(self.period_to[:4]) + 1))

    def area_map(self, level: Level, minimum: int) -> str | None:
        """Return the hash of the map of a level with areas of at least ``minimum`` slots."""
        for item in self.area_maps:
            if (item.level, item.minimum) == (level, minimum):
                return item.hash
        return None

    def variable(self, name: str) -> VariableDocument:
        """Return the variable called ``name``.

        Raises:
            KeyError: the round has no such variable.
        """
        return next((v for v in self.variables if v.id == name), None) or _missing(name)


class RoundClosed(Document):
    """The coordinator ends a round: helpers erase every half, and say so (section 3).

    Providers erase its key for persons.
    """

    v: Literal[1] = 1
    type: Literal["round-closed"] = "round-closed"
    round: Hash


def _missing(name: str) -> VariableDocument:
    raise KeyError(name)
