# SPDX-License-Identifier: EUPL-1.2
"""Predictions from public numbers: parts of one whole, and none where nothing predicts."""

import numpy as np
import pytest

from ontschot.coordinator.queries.predicting import EUROS_PER_HOUSEHOLD, GROUP_SHARE, predicted
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import plan_blocks
from simulation.making import LEVELS

MAPS = dict.fromkeys(LEVELS, "0" * 64)
SLOTS = np.array([1000, 250])


def figures(question: str, table: str, years: int = 1) -> list[float]:
    """Return the expected figures of two areas; nothing where none are expected."""
    known = definition(question)
    blocks = plan_blocks(known, MAPS, 10**10, household_providers=3)
    block = next(block for block in blocks if block.id == table)
    found = predicted(block, known.variable(block.variable), SLOTS, years)
    return [] if found is None else found.tolist()


def test_groups_and_laws_are_parts_of_the_whole() -> None:
    whole = figures("Q01", "sum-gemeente")
    assert whole == pytest.approx([EUROS_PER_HOUSEHOLD * 100_000, EUROS_PER_HOUSEHOLD * 25_000])
    groups = [figures("Q02", f"group-{number}-gemeente") for number in GROUP_SHARE]
    assert np.sum(groups, axis=0) == pytest.approx(whole)
    laws = [figures("Q03", f"{law}-gemeente") for law in ("jw", "wmo")]
    assert np.sum(laws, axis=0) == pytest.approx(whole)
    assert figures("Q04", "sum-cluster", years=2) == pytest.approx([2 * one for one in whole])


def test_households_with_care_overlap_between_the_laws() -> None:
    assert figures("Q06", "jw-buurt") == pytest.approx([50, 12.5])
    assert figures("Q04", "served-cluster") == pytest.approx([120, 30])
    assert figures("Q13", "providers-wijk") == pytest.approx([84, 21])


@pytest.mark.parametrize(
    ("question", "table"),
    [("Q01", "above-cap"), ("Q02", "group-1-above"), ("Q22", "referrers-wijk")],
)
def test_where_nothing_predicts_nothing_is_said(question: str, table: str) -> None:
    assert figures(question, table) == []
