# SPDX-License-Identifier: EUPL-1.2
"""What the gates give of a world before noise, and what is true of it without caps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.utility.towns import Floats, Place, Slots, area_sums
from benchmarks.utility.worlds import World
from ontschot.coordinator.estimates.tables import PERCENTS
from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition, definition
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.universe.areas import AreaMap

QUESTIONS: Final = ("Q01", "Q02", "Q06", "Q09", "Q10", "Q12", "Q13")
"""The round that is measured."""

CENTS: Final = 100


@dataclass(frozen=True, eq=False)
class Exact:
    """A world in its place: ``opened`` are the sums that noise is added to, int64[areas, outputs].

    ``opened`` is in quanta, by question and block.
    """

    place: Place
    world: World
    opened: Mapping[tuple[str, str], Slots]

    @cached_property
    def _truths(self) -> dict[tuple[str, str, str], Floats]:
        return {}

    def area_map(self, block: BlockDefinition) -> AreaMap:
        """Return the map of a block."""
        return self.place.maps[block.level, block.minimum]

    def released(self, question: str, block: BlockDefinition) -> Floats:
        """Return the figures that a direct table would have without noise, float64[areas, m]."""
        variable = definition(question).source(block.variable)
        capped = variable is not None and block.statistic == "capped"
        scale = variable.quantum_cents if variable is not None and capped else 1
        figures = self.opened[question, block.id].astype(np.float64) * scale
        return with_tails(definition(question), block, figures)

    def truth(self, question: str, block: BlockDefinition, kind: str) -> Floats:
        """Return the uncapped truth of a table, float64[areas, m].

        ``kind`` is ``plain`` (cost in cents, or households), ``amounts`` (cents per tier) or
        ``shares`` (permille).
        """
        key = (question, block.id, kind)
        if key not in self._truths:
            self._truths[key] = self._truth(definition(question), block, kind)
        return self._truths[key]

    def _truth(self, known: Definition, block: BlockDefinition, kind: str) -> Floats:
        if kind == "shares":
            return self._shares(block)
        values = true_values(known, block, self.world)
        variable = known.source(block.variable)
        if block.statistic == "capped" and variable is not None:
            columns = [values * variable.quantum_cents]
        else:
            ones = np.ones_like(self.world.euros)
            weight = self.world.euros * CENTS if kind == "amounts" else ones
            columns = [column * weight for column in counted(block, values)]
        figures = [area_sums(self.area_map(block), self.world.slot, one) for one in columns]
        return with_tails(known, block, np.stack(figures, axis=1))

    def _shares(self, block: BlockDefinition) -> Floats:
        area_map = self.area_map(block)
        areas = area_map.index[self.world.slot]
        found = []
        for area, size in enumerate(area_map.slots_per_area):
            euros = np.sort(self.world.euros[areas == area])[::-1]
            most = [round(size * percent / 100) for percent in PERCENTS]
            # The quotient first: of everything it is 1, and 1000 times that is not more than 1000.
            found.append([1000 * (euros[:one].sum() / max(euros.sum(), 1.0)) for one in most])
        return np.array(found)


def exact(rng: np.random.Generator, place: Place, world: World) -> Exact:
    """Return what the gates give of every block of the round; each provider rounds once."""
    opened = {}
    for question in QUESTIONS:
        known = definition(question)
        totals = {one.id: world.reported(one, rng) for one in known.variables}
        for block in known.blocks:
            values = _values(known, block, totals)
            columns = _gate(block, values)
            area_map = place.maps[block.level, block.minimum]
            sums = [area_sums(area_map, world.slot, one) for one in columns]
            opened[question, block.id] = np.stack(sums, axis=1).round().astype(np.int64)
    return Exact(place, world, opened)


def true_values(known: Definition, block: BlockDefinition, world: World) -> Floats:
    """Return what a block looks at for each household, without caps or rounding, in quanta."""
    return _values(known, block, _in_quanta(known, world.true))


def values_at_providers(known: Definition, block: BlockDefinition, world: World) -> Floats:
    """Return the same for each pair of household and provider, as that provider knows it."""
    return _values(known, block, _in_quanta(known, world.at_provider))


def _in_quanta(
    known: Definition, values: Callable[[VariableDocument], Floats]
) -> dict[str, Floats]:
    return {
        one.id: values(one) / (one.quantum_cents / CENTS if one.measure == "euros" else 1)
        for one in known.variables
    }


def counted(block: BlockDefinition, values: NDArray[Any]) -> Sequence[NDArray[np.bool_]]:
    """Return for each output of a counting block which households it counts."""
    if block.statistic == "at-least":
        return [values >= low for low in block.thresholds]
    upper = [*block.thresholds[1:], np.inf]
    return [(values >= a) & (values < b) for a, b in zip(block.thresholds, upper, strict=True)]


def with_tails(known: Definition, block: BlockDefinition, figures: Floats) -> Floats:
    """Return figures [areas, m] with, behind ordered bins, those from each bin on."""
    code = next((code for code in known.codes if code.id == block.variable), None)
    if block.statistic != "bins" or not (code is None or code.is_number):
        return figures
    return np.hstack([figures, np.cumsum(figures[:, ::-1], axis=1)[:, ::-1][:, :-1]])


def _values(
    known: Definition, block: BlockDefinition, totals: Mapping[str, NDArray[Any]]
) -> NDArray[Any]:
    code = next((code for code in known.codes if code.id == block.variable), None)
    if code is None:
        return totals[block.variable]
    found = np.zeros_like(totals[code.components[0].variable])
    for one in code.components:
        found += (totals[one.variable] >= one.threshold) * one.weight
    return found


def _gate(block: BlockDefinition, values: NDArray[Any]) -> Sequence[NDArray[Any]]:
    if block.statistic == "capped":
        return [np.minimum(values, block.cap or 0)]
    return counted(block, values)
