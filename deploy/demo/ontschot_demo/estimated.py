# SPDX-License-Identifier: EUPL-1.2
"""The truth beside estimates: cost without a cap, households with care, tiers, and top shares."""

from collections.abc import Mapping
from typing import Any

from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition
from ontschot.protocol.variables import Selection
from ontschot_demo.truth import Care, Truth, join_areas

_NO_CAP = 10**15


def true_of_estimate(
    known: Definition, table: Mapping[str, Any], position: int, truth: Truth
) -> Mapping[str, int]:
    """Return the truth of one outcome of a table of estimates, by the code of each of its areas.

    ``table`` is one of the published document with estimator ``composite``.
    """
    block = next(block for block in known.blocks if is_about(table, block.id))
    if table["statistic"] == "share":
        percent = int(table["outputs"][position]["key"].removeprefix("top"))
        return {
            area["code"]: truth.top_cost(block.level, holds(area), area["slots"], percent)
            for area in table["areas"]
        }
    return joined(table, _of_codes(known, block, table, position, truth))


def is_about(table: Mapping[str, Any], block: str) -> bool:
    """Return whether a table of estimates is about the same as the direct table of a block."""
    return str(table["id"]).endswith(f"-{block}")


def holds(area: Mapping[str, Any]) -> list[str]:
    """Return the codes that a published area joins; its own where it joins none."""
    return list(area["members"]) or [area["code"]]


def joined(table: Mapping[str, Any], values: Mapping[str, int]) -> dict[str, int]:
    """Return the sums for the areas of a published table, of ``values`` per code that they join."""
    return {area["code"]: join_areas(values, holds(area)) for area in table["areas"]}


def _of_codes(
    known: Definition,
    block: BlockDefinition,
    table: Mapping[str, Any],
    position: int,
    truth: Truth,
) -> Mapping[str, int]:
    variable = known.variable(block.variable)
    selection = Selection(tuple(variable.wetten), tuple(variable.groups))
    care = Care(selection.wetten, selection.categories or ())
    if table["statistic"] == "total":
        return truth.capped_sum(block.level, _NO_CAP, care)
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
