# SPDX-License-Identifier: EUPL-1.2
"""How large a figure will be, from public addresses and national rates, never from records.

A prediction decides nothing but what a requester is told beforehand, and whether a plan is refused
that no area could use. Rates marked *assumption* are ours, for want of a public figure.
"""

from itertools import pairwise
from math import log
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.variables import publication_groups

EUROS_PER_HOUSEHOLD = 1_500
"""Municipal spending on Jeugdwet and Wmo per household and year: about 12 billion euros over 8.3
million households (domain, section 7)."""

GROUP_SHARE = {1: 0.30, 2: 0.07, 3: 0.18, 4: 0.17, 5: 0.09, 6: 0.12, 7: 0.02, 8: 0.05}
"""Part of that money per publication group. *Assumption*, after the order of size of the task
fields in municipal accounts (Iv3 6.6, 6.71, 6.72, 6.81, 6.82)."""

SERVED_SHARE = {"JW": 0.05, "WMO": 0.08}
"""Share of households with care under each law: 12.2 % of youths have care (StatLine 82972NED) and
roughly 4 in 10 households have children in that age; Wmo: 6,820 households of 53,000 in Alkmaar
(StatLine 83264NED), rounded down for regions with fewer elderly."""

SERVED_BY_BOTH = 0.01
"""Share of households with care under both laws. *Assumption*."""

ONE_PROVIDER = 0.7
"""Part of the households with care that has one provider only. *Assumption*."""

COST_SPREAD: Final = 1.2
"""Standard deviation of the logarithm of what the care of a household costs. *Assumption*: costs
are lognormal, with the mean that follows from the figures above. The dearest 3 % of all households
then have 70 % of the money. Publicly known is half (Nulmeting Zwijndrecht), which asks for 0.7, and
that some cost over half a million, which asks for more."""

SERVED: Final = SERVED_SHARE["JW"] + SERVED_SHARE["WMO"] - SERVED_BY_BOTH

CODES: Final = {
    "laws": {
        1: SERVED_SHARE["JW"] - SERVED_BY_BOTH,
        2: SERVED_SHARE["WMO"] - SERVED_BY_BOTH,
        3: SERVED_BY_BOTH,
    },
    "kinds": {
        kinds: SERVED * part
        for kinds, part in enumerate((0.55, 0.27, 0.11, 0.045, 0.017, 0.008), start=1)
    },
    "several-and-youth": {3: SERVED_SHARE["JW"] * (1 - ONE_PROVIDER)},
}
"""Share of households with each value of a code of the catalogue. Kinds of care: as households with
Wmo provisions have 1, 2, ... 6 or more of them (StatLine 83264NED, Amersfoort), an *assumption* for
all care; so is that youths do not have more or fewer providers than others."""

PER_HOUSEHOLD: Final = {"verwijzer": 0.8, "duur": 0.6, "wachttijd": 0.6, "reden": 0.6}
"""What begins (or ends, where that is counted) in a year in a household with care under a law, by
what it is classed by. *Assumption*, after the flow of youth care in CBS Beleidsinformatie Jeugd."""

CLASSES: Final = {
    "verwijzer": (0.37, 0.36, 0.04, 0.08, 0.05, 0.04, 0.01, 0.05),
    "duur": (0.20, 0.20, 0.25, 0.20, 0.08, 0.04, 0.03),
    "wachttijd": (0.45, 0.25, 0.12, 0.18),
    "reden": (0.75, 0.08, 0.02, 0.07, 0.08),
}
"""Part of that in each class, in the order of the catalogue's classes. *Assumption*, after the
order of size in CBS Beleidsinformatie Jeugd; waiting times are in no national figure."""


def predicted(
    block: Block, variable: VariableDocument | None, slots: NDArray[np.int64], years: int
) -> NDArray[np.float64] | None:
    """Return expected figures, float64[outputs, areas]; None if nothing predicts them.

    Of bins by number of providers only the first output is predicted; of amounts, codes and cells
    all are.

    Args:
        block: which statistic; sums are in euro cents, counts in households or persons.
        variable: of which care; None for a code of several.
        slots: public addresses per area.
        years: calendar years of the period.
    """
    households = slots.astype(np.float64)
    parts = _parts_of_code(block) if variable is None else _parts(block, variable, years)
    return np.outer(parts, households) if parts else None


def _parts(block: Block, variable: VariableDocument, years: int) -> list[float]:
    """Return each figure per household, nothing where no public number says it."""
    if variable.persons is not None:
        return [variable.persons.per_mille / 1000]
    if block.statistic == "capped":
        return [EUROS_PER_HOUSEHOLD * 100 * years * _part_of_money(variable)]
    if variable.cells is not None:
        found = _part_served(variable) * PER_HOUSEHOLD[variable.cells.by] * years
        return [found * part for part in CLASSES[variable.cells.by]]
    if variable.measure == "euros" and not variable.groups:
        return _parts_by_cost(block, variable, years)
    if variable.measure != "served" or variable.groups or block.thresholds[:1] != [1]:
        return []
    served = _part_served(variable)
    return [served * ONE_PROVIDER if block.statistic == "bins" else served]


def _parts_by_cost(block: Block, variable: VariableDocument, years: int) -> list[float]:
    """Return the share of households whose care costs what each output counts."""
    served = _part_served(variable)
    mean = EUROS_PER_HOUSEHOLD * _part_of_money(variable) * years / served
    logs = NormalDist(log(mean) - COST_SPREAD**2 / 2, COST_SPREAD)
    starts = [threshold * variable.quantum_cents / 100 for threshold in block.thresholds]
    from_each = [served * (1 - logs.cdf(log(start))) for start in starts]
    if block.statistic == "at-least":
        return from_each
    return [part - rest for part, rest in pairwise([*from_each, 0.0])]


def _parts_of_code(block: Block) -> list[float]:
    """Return the share of households in each bin of a code."""
    known = CODES.get(block.variable, {})
    ends = [*block.thresholds[1:], max(known, default=0) + 1]
    return [
        sum(part for value, part in known.items() if start <= value < end)
        for start, end in zip(block.thresholds, ends, strict=True)
        if known
    ]


def _part_of_money(variable: VariableDocument) -> float:
    return sum(
        GROUP_SHARE[group.number]
        for group in publication_groups()
        if group.wet in variable.wetten and group.number in (variable.groups or GROUP_SHARE)
    )


def _part_served(variable: VariableDocument) -> float:
    both = SERVED_BY_BOTH if len(variable.wetten) > 1 else 0.0
    return sum(SERVED_SHARE[wet] for wet in variable.wetten) - both
