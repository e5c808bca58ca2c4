# SPDX-License-Identifier: EUPL-1.2
"""How large a figure will be, from public addresses and national rates, never from records.

A prediction decides nothing but what a requester is told beforehand, and whether a plan is refused
that no area could use. Rates marked *assumption* are ours, for want of a public figure.
"""

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


def predicted(
    block: Block, variable: VariableDocument | None, slots: NDArray[np.int64], years: int
) -> NDArray[np.float64] | None:
    """Return the expected first figure of each area, float64[areas]; None if nothing predicts it.

    Args:
        block: which statistic; sums are in euro cents, counts in households or persons.
        variable: of which care; None for a code of several.
        slots: public addresses per area.
        years: calendar years of the period.
    """
    households = slots.astype(np.float64)
    if variable is None:
        return None
    if variable.persons is not None:
        return households * (variable.persons.per_mille / 1000)
    if block.statistic == "capped":
        return households * (EUROS_PER_HOUSEHOLD * 100 * years * _part_of_money(variable))
    if variable.measure != "served" or variable.groups or block.thresholds[:1] != [1]:
        return None
    served = households * _part_served(variable)
    return served * ONE_PROVIDER if block.statistic == "bins" else served


def _part_of_money(variable: VariableDocument) -> float:
    return sum(
        GROUP_SHARE[group.number]
        for group in publication_groups()
        if group.wet in variable.wetten and group.number in (variable.groups or GROUP_SHARE)
    )


def _part_served(variable: VariableDocument) -> float:
    both = SERVED_BY_BOTH if len(variable.wetten) > 1 else 0.0
    return sum(SERVED_SHARE[wet] for wet in variable.wetten) - both
