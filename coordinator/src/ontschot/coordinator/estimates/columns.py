# SPDX-License-Identifier: EUPL-1.2
"""What a released column tells about types of household: from tables to observations.

Two sets of types are used, each with the questions that inform it: what the care of a household
costs (Q01, Q09, Q10, and every count of households with care), and under which laws it has care
(Q06, Q12). A column that fits neither tells nothing here.

What a tier counts is not quite who is in it. A provider rounds an amount up or down to whole quanta
by chance, so that sums are right on average; a household a little below a threshold is then counted
as if it had reached it, and one above never the other way. On average a tier counts from half a
quantum below its threshold, which for EUR 1,000 and quanta of EUR 100 is a twentieth. ``of_cost``
says what is counted, ``cost_tiers`` who is in a tier: what is estimated is the latter.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from ontschot.coordinator.estimates.households import cost_amounts, cost_edges
from ontschot.coordinator.estimates.observations import Floats, Observation
from ontschot.coordinator.results.document import Result, Table
from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition
from ontschot.protocol.documents.rounds import Level, VariableDocument

BOTH_LAWS = ("JW", "WMO")
CENTS = 100

MapKey: TypeAlias = tuple[Level, int]
"""Level and minimum of an area map."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One released column: which function of a household it adds up, and its table."""

    per_type: Floats
    table: Table
    outputs: tuple[int, ...]
    map: MapKey

    def observation(self, atoms: Mapping[MapKey, Floats]) -> Observation:
        """Return the column in euros or households, with the variance of its noise."""
        scale = CENTS if self.table.unit == "euroCents" else 1
        figures = [[area.figures[k] for k in self.outputs] for area in self.table.areas]
        values = np.array([sum(one.value for one in row) for row in figures], dtype=np.float64)
        errors = np.array([[one.standard_error for one in row] for row in figures])
        return Observation(
            self.per_type,
            atoms[self.map],
            values / scale,
            (errors**2).sum(axis=1) / scale**2,
        )


Part: TypeAlias = tuple[Floats, tuple[int, ...]]
"""A function of type that some columns of a table add up together, and the places of those."""

Reader: TypeAlias = Callable[[Definition, BlockDefinition], Iterator[Part]]
"""From a block of a question to what its columns tell."""


def read(published: Sequence[tuple[Definition, Result]], reader: Reader) -> list[Column]:
    """Return every direct column of the answers of a round that ``reader`` understands."""
    columns = []
    for known, result in published:
        tables = {table.id: table for table in result.tables if table.estimator == "direct"}
        for block in known.blocks:
            table = tables.get(block.id)
            if table is None or not table.areas:
                continue
            columns += [
                Column(per_type, table, outputs, (block.level, block.minimum))
                for per_type, outputs in reader(known, block)
            ]
    return columns


def of_cost(known: Definition, block: BlockDefinition) -> Iterator[Part]:
    """Yield what columns say about the cost of a household, over both laws and all groups."""
    variable = known.source(block.variable)
    if variable is None or tuple(sorted(variable.wetten)) != BOTH_LAWS or variable.groups:
        return
    if variable.measure == "served":
        yield from _with_care(block, np.ones_like(cost_amounts()))
    elif variable.measure == "euros":
        yield from _of_amounts(block, variable.quantum_cents / CENTS)


def of_laws(known: Definition, block: BlockDefinition) -> Iterator[Part]:
    """Yield what columns say about the laws of a household: Jeugdwet only, Wmo only, both."""
    variable = known.source(block.variable)
    if variable is None:
        yield from _of_codes(known, block)
    elif variable.measure == "served" and not variable.groups:
        yield from _with_care(block, _by_law(variable))


def _of_codes(known: Definition, block: BlockDefinition) -> Iterator[Part]:
    code = next(code for code in known.codes if code.id == block.variable)
    bits = [known.variable(component.variable) for component in code.components]
    if block.statistic != "bins" or any(
        bit.measure != "served" or bit.groups or component.threshold != 1
        for bit, component in zip(bits, code.components, strict=True)
    ):
        return
    # The code of each type of household, from the laws under which it has care.
    weights = np.array([component.weight for component in code.components], dtype=np.float64)
    codes = weights @ np.stack([_by_law(bit) for bit in bits])
    upper = [*block.thresholds[1:], np.inf]
    for place, (low, high) in enumerate(zip(block.thresholds, upper, strict=True)):
        yield ((codes >= low) & (codes < high)).astype(np.float64), (place,)


def _by_law(variable: VariableDocument) -> Floats:
    laws = set(variable.wetten)
    return np.array([float("JW" in laws), float("WMO" in laws), 1.0])


def _with_care(block: BlockDefinition, counted: Floats) -> Iterator[Part]:
    if block.statistic == "at-least" and block.thresholds[0] == 1:
        yield counted, (0,)
    if block.statistic == "bins" and block.thresholds[0] == 1:
        # Bins by number of providers: together they are the households with care.
        yield counted, tuple(range(len(block.thresholds)))


def _of_amounts(block: BlockDefinition, quantum: float) -> Iterator[Part]:
    amounts = cost_amounts()
    if block.statistic == "capped":
        yield np.minimum(amounts, (block.cap or 0) * quantum), (0,)
        return
    reached = [_counted_from(threshold, quantum) for threshold in block.thresholds]
    for place, counted in enumerate(_between(block, reached)):
        yield counted, (place,)


def cost_tiers(known: Definition, block: BlockDefinition) -> list[Floats]:
    """Return which types of household are in each tier of a block of amounts, float64[types]."""
    quantum = known.variable(block.variable).quantum_cents / CENTS
    reached = [(cost_amounts() >= end * quantum).astype(np.float64) for end in block.thresholds]
    return _between(block, reached)


def _between(block: BlockDefinition, reached: Sequence[Floats]) -> list[Floats]:
    if block.statistic != "bins":
        return list(reached)
    return [one - more for one, more in pairwise([*reached, np.zeros_like(reached[0])])]


_POINTS = (np.arange(32) + 0.5) / 32
"""Where in a cell of amounts it is looked, as parts of its logarithm."""


def _counted_from(threshold: int, quantum: float) -> Floats:
    """Return the chance that each type is counted as ``threshold`` quanta or more, float64[types].

    As of a household with one provider: of an amount of q quanta and a rest r the chance of q + 1
    is r. With more providers it is spread wider around the same middle.
    """
    low, high = np.log(cost_edges()[:-1, None]), np.log(cost_edges()[1:, None])
    quanta = np.exp(low + (high - low) * _POINTS) / quantum
    chance: Floats = np.clip(quanta - (threshold - 1), 0.0, 1.0).mean(axis=1)
    return chance
