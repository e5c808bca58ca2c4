# SPDX-License-Identifier: EUPL-1.2
"""The models of a round: fitted on every answer of the round over the same providers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ontschot.coordinator.estimates.columns import Column, MapKey, Reader, of_cost, of_laws, read
from ontschot.coordinator.estimates.covariates import covariates
from ontschot.coordinator.estimates.households import HouseholdTypes, cost_types, law_types
from ontschot.coordinator.estimates.mixed import MixedModel, fit
from ontschot.coordinator.estimates.observations import Atoms, Floats, atoms_of
from ontschot.coordinator.results.document import Result
from ontschot.protocol.catalogue.definitions import Definition
from ontschot.protocol.universe.areas import AreaMap

MapOf = Callable[[MapKey], AreaMap]


@dataclass(frozen=True, eq=False)
class RoundModels:
    """What a round's answers say together.

    Attributes:
        published: the answers over one list of providers, with their definitions.
        map_of: gives the area map for (level, minimum).
        boundaries: public GeoJSON with covariates, or nothing.
    """

    published: Sequence[tuple[Definition, Result]]
    map_of: MapOf
    boundaries: Mapping[str, Any] | None = field(repr=False, default=None)

    @cached_property
    def maps(self) -> tuple[MapKey, ...]:
        """Every map that a block of the answers has, sorted."""
        blocks = [block for known, _ in self.published for block in known.blocks]
        return tuple(sorted({(block.level, block.minimum) for block in blocks}))

    @cached_property
    def atoms(self) -> Atoms:
        """The common refinement of those maps."""
        return atoms_of([self.map_of(key) for key in self.maps])

    def cover(self, key: MapKey) -> Floats:
        """Return which atoms each area of a map holds, float64[areas, atoms]."""
        return self.atoms.cover[self.maps.index(key)]

    @cached_property
    def cost(self) -> MixedModel | None:
        """The model of what the care of households costs; nothing where nobody asked about it."""
        columns = read(self.published, of_cost)
        told = any(column.table.unit == "euroCents" for column in columns)
        return self._fit(cost_types(), columns) if told else None

    @cached_property
    def laws(self) -> MixedModel | None:
        """The model of the laws under which households have care; nothing if nobody asked."""
        columns = read(self.published, of_laws)
        told = {tuple(column.per_type) for column in columns}
        return self._fit(law_types(), columns) if len(told) > 1 else None

    def basis(self, reader: Reader) -> tuple[str, ...]:
        """Return the ids of the answers that ``reader`` found something in, sorted."""
        return tuple(
            sorted(result.id for known, result in self.published if read([(known, result)], reader))
        )

    def _fit(self, types: HouseholdTypes, columns: Sequence[Column]) -> MixedModel:
        cover = dict(zip(self.maps, self.atoms.cover, strict=True))
        return fit(
            types,
            [column.observation(cover) for column in columns],
            self.atoms.slots,
            self._covariates,
        )

    @cached_property
    def _covariates(self) -> Floats:
        return covariates(self.boundaries, self._buurten(), self.atoms.slots)

    def _buurten(self) -> list[list[str]]:
        """Return the buurten of each atom, from the finest map of buurten there is."""
        finest = min((key for key in self.maps if key[0] == "buurt"), default=None)
        if finest is None:
            return [[] for _ in self.atoms.slots]
        areas, cover = self.map_of(finest).areas, self.cover(finest)
        return [
            [code for area, held in zip(areas, column, strict=True) if held for code in area.holds]
            for column in cover.T
        ]
