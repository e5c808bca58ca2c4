# SPDX-License-Identifier: EUPL-1.2
"""Predictions from public numbers: parts of one whole, and none where nothing predicts."""

import numpy as np
import pytest

from ontschot.coordinator.queries.predicting import (
    CLASSES,
    EUROS_PER_HOUSEHOLD,
    GROUP_SHARE,
    PER_HOUSEHOLD,
    predicted,
)
from ontschot.protocol.catalogue.definitions import definition, definitions
from ontschot.protocol.catalogue.planning import plan_blocks
from simulation.making import LEVELS

MAPS = dict.fromkeys(LEVELS, "0" * 64)
SLOTS = np.array([1000, 250])


def table_of(question: str, table: str, years: int = 1) -> list[list[float]]:
    """Return the expected figures of two areas by output; nothing where none are expected."""
    known = definition(question)
    blocks = plan_blocks(known, MAPS, 10**10, household_providers=3)
    block = next(block for block in blocks if block.id == table)
    found = predicted(block, known.source(block.variable), SLOTS, years)
    return [] if found is None else found.tolist()


def figures(question: str, table: str, years: int = 1) -> list[float]:
    """Return the expected first figures; nothing where none are expected."""
    return next(iter(table_of(question, table, years)), [])


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


@pytest.mark.parametrize("table", [f"group-{number}-above" for number in GROUP_SHARE])
def test_where_nothing_predicts_nothing_is_said(table: str) -> None:
    # How many households have care of one group, no public number says.
    assert figures("Q02", table) == []


def test_tiers_of_cost_are_parts_of_the_households_with_care() -> None:
    tiers = np.array(table_of("Q09", "tiers-gemeente"))
    (served, *_) = figures("Q06", "all-gemeente")
    assert tiers.shape == (9, len(SLOTS))
    assert (tiers > 0).all()
    # Nearly nobody with care costs less than EUR 100.
    assert 0.99 * served < tiers[:, 0].sum() < served
    # Most cost 1,000 to 25,000, and the tail thins out.
    assert tiers[1:4, 0].sum() > 0.7 * served
    assert (np.diff(tiers[3:, 0]) < 0).all()
    top = np.array(table_of("Q10", "top-tiers-gemeente"))
    assert top == pytest.approx(tiers[2:])
    assert np.array(table_of("Q01", "above-cap"))[2, 0] < tiers[6, 0] + tiers[7:, 0].sum()


def test_a_tail_of_a_law_is_within_that_of_all_care() -> None:
    (above,) = table_of("Q04", "above-cap")
    (youth,) = table_of("Q03", "jw-above")
    assert 0 < youth[0] < 50
    assert 0 < above[0] < 120
    # Of two years the same amount is passed more often.
    assert table_of("Q03", "jw-above", years=2)[0][0] > youth[0]


def test_the_assumed_tiers_hold_the_money_that_is_known() -> None:
    # The middle of each tier times its households: near the spending per household.
    tiers = np.array(table_of("Q09", "tiers-gemeente"))[:, 0] / SLOTS[0]
    starts = np.array([100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000])
    middles = np.append(np.sqrt(starts[:-1] * starts[1:]), 700_000)
    assert tiers @ middles == pytest.approx(EUROS_PER_HOUSEHOLD, rel=0.1)


def test_every_table_of_codes_and_of_cells_is_predicted_whole() -> None:
    seen = set()
    for question, known in definitions().items():
        for block in plan_blocks(known, MAPS, 10**10, household_providers=3):
            variable = known.source(block.variable)
            if variable is None or variable.cells is not None:
                seen.add(question)
                found = np.array(table_of(question, block.id))
                assert found.shape == (block.outputs, len(SLOTS)), block.id
                assert (found > 0).all()
    assert seen == {"Q11", "Q12", "Q17", "Q18", "Q20", "Q22", "Q26"}


def test_codes_are_parts_of_the_households_with_care() -> None:
    (served, *_) = figures("Q06", "all-wijk")
    laws, kinds = np.array(table_of("Q12", "laws-wijk")), np.array(table_of("Q11", "kinds-wijk"))
    assert laws[:, 0].sum() == pytest.approx(served)
    assert kinds[:, 0].sum() == pytest.approx(served)
    assert (laws[0] + laws[2]).tolist() == pytest.approx(figures("Q06", "jw-wijk"))
    (families,) = np.array(table_of("Q26", "families-wijk"))
    assert (families < laws[0] + laws[2]).all()


def test_classes_are_parts_of_a_whole() -> None:
    assert {name: pytest.approx(sum(parts)) for name, parts in CLASSES.items()} == dict.fromkeys(
        CLASSES, 1.0
    )
    assert CLASSES.keys() == PER_HOUSEHOLD.keys()
    year, two = (np.array(table_of("Q22", "referrers-wijk", years)) for years in (1, 2))
    assert two == pytest.approx(2 * year)
    assert year.sum(axis=0) == pytest.approx(
        np.array(figures("Q06", "jw-wijk")) * PER_HOUSEHOLD["verwijzer"]
    )
