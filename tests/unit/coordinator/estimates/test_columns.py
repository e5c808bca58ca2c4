# SPDX-License-Identifier: EUPL-1.2
"""What released columns tell about types of household."""

from itertools import pairwise

import numpy as np
import pytest

from ontschot.coordinator.estimates.columns import cost_tiers, of_cost, of_laws
from ontschot.coordinator.estimates.households import cost_amounts, cost_edges
from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition, definition


def block_of(question: str, name: str) -> tuple[Definition, BlockDefinition]:
    known = definition(question)
    return known, next(block for block in known.blocks if block.id == name)


def test_a_capped_sum_adds_up_amounts_in_euros_to_its_cap() -> None:
    ((per_type, outputs),) = of_cost(*block_of("Q01", "sum-buurt"))
    assert per_type.max() == 20_000
    assert (per_type == np.minimum(cost_amounts(), 20_000)).all()
    assert outputs == (0,)


def test_tiers_are_disjoint_and_hold_all_from_the_first_on() -> None:
    tiers = cost_tiers(*block_of("Q09", "tiers-gemeente"))
    assert len(tiers) == 9
    assert set(np.concatenate(tiers)) == {0.0, 1.0}
    assert (np.sum(tiers, axis=0) == (cost_amounts() >= 100)).all()
    assert (tiers[1] == ((cost_amounts() >= 1_000) & (cost_amounts() < 5_000))).all()


def test_tiers_count_what_was_rounded_up_to_them() -> None:
    columns = list(of_cost(*block_of("Q09", "tiers-gemeente")))
    assert [outputs for _, outputs in columns] == [(k,) for k in range(9)]
    counted = np.array([per_type for per_type, _ in columns])
    # The rounding of a provider, many times over, of amounts that are spread over each cell.
    rng, edges = np.random.default_rng(4), np.log(cost_edges())
    spread = edges[:-1, None] + np.diff(edges)[:, None] * rng.random((len(edges) - 1, 4_000))
    quanta = np.floor(np.exp(spread) / 100 + rng.random(spread.shape))
    starts = [1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, np.inf]
    for tier, (low, high) in zip(counted, pairwise(starts), strict=True):
        found = ((quanta >= low) & (quanta < high)).mean(axis=1)
        assert tier == pytest.approx(found, abs=5 * 0.5 / 4_000**0.5)
    # Half of those who are one quantum below a threshold at most are counted as above it.
    just_below = np.flatnonzero(cost_amounts() < 1_000)[-1]
    assert 0.3 < counted[1, just_below] < 0.7


def test_counts_from_a_threshold_on_are_nested() -> None:
    (above,) = cost_tiers(*block_of("Q04", "above-cap"))
    assert (above == (cost_amounts() >= 25_000)).all()


@pytest.mark.parametrize(
    ("question", "name", "expected"),
    [
        ("Q06", "all-buurt", [1, 1, 1]),
        ("Q06", "jw-wijk", [1, 0, 1]),
        ("Q06", "wmo-gemeente", [0, 1, 1]),
    ],
)
def test_counts_say_under_which_laws(question: str, name: str, expected: list[int]) -> None:
    ((per_type, outputs),) = of_laws(*block_of(question, name))
    assert per_type.tolist() == expected
    assert outputs == (0,)


def test_codes_of_laws_are_the_types_themselves() -> None:
    columns = list(of_laws(*block_of("Q12", "laws-wijk")))
    assert [per_type.tolist() for per_type, _ in columns] == np.eye(3).tolist()


def test_bins_by_providers_tell_only_together() -> None:
    ((per_type, outputs),) = of_laws(*block_of("Q13", "providers-wijk"))
    assert per_type.tolist() == [1, 1, 1]
    assert outputs == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("question", "name"),
    [("Q02", "group-1-gemeente"), ("Q26", None), ("Q11", None), ("Q22", "referrers-wijk")],
)
def test_what_fits_neither_model_tells_nothing(question: str, name: str | None) -> None:
    known, block = block_of(question, name or definition(question).blocks[0].id)
    assert list(of_cost(known, block)) == []
    assert list(of_laws(known, block)) == []
