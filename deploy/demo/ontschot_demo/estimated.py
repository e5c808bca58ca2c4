# SPDX-License-Identifier: EUPL-1.2
"""The truth beside estimates: cost without a cap, households with care, tiers, and top shares."""

from collections.abc import Mapping
from typing import Any

from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition
from ontschot.protocol.variables import Selection
from ontschot_demo.truth import Care, Truth

_NO_CAP = 10**15


def true_of_estimate(
    known: Definition, table: Mapping[str, Any], position: int, truth: Truth
) -> Mapping[str, int]:
    """Return the truth of one outcome of a table of estimates, by area code.

    ``table`` is one of the published document with estimator ``composite``.
    """
    block = next(block for block in known.blocks if table["id"].endswith(block.id))
    variable = known.variable(block.variable)
    selection = Selection(tuple(variable.wetten), tuple(variable.groups))
    care = Care(selection.wetten, selection.categories or ())
    if table["statistic"] == "total":
        return truth.capped_sum(block.level, _NO_CAP, care)
    if table["statistic"] == "share":
        percent = int(table["outputs"][position]["key"].removeprefix("top"))
        addresses = {area["code"]: area["slots"] for area in table["areas"]}
        return truth.top_cost(block.level, addresses, percent)
    if table["statistic"] == "at-least":
        return truth.households(block.level, care)
    low, high = tier(block, position, variable.quantum_cents)
    if table["unit"] == "euroCents":
        return truth.cost_between(block.level, low, high, care)
    return truth.between(block.level, low, high, care)


def tier(block: BlockDefinition, position: int, quantum_cents: int) -> tuple[int, int | None]:
    """Return from where to where, in cents, an outcome of a table of amounts counts.

    Behind the bins stand the counts from each threshold on.
    """
    cents = [threshold * quantum_cents for threshold in block.thresholds]
    if block.statistic != "bins":
        return cents[position], None
    if position < len(cents):
        return cents[position], next(iter(cents[position + 1 :]), None)
    return cents[position - len(cents)], None
