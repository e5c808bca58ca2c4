# SPDX-License-Identifier: EUPL-1.2
"""Composites of a round agree with each other: over levels, groups of households and totals."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from benchmarks.utility.exact import exact
from benchmarks.utility.releasing import answers, plan
from benchmarks.utility.towns import Place, made_up_place
from benchmarks.utility.worlds import COSTS, world
from ontschot.coordinator.estimates.households import MARKS, cost_amounts, cost_edges
from ontschot.coordinator.estimates.mixed import MixedModel
from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.estimates.observations import Floats, Target
from ontschot.coordinator.results.document import Result, Table
from ontschot.node.noise import Noise
from ontschot.protocol.catalogue.definitions import definition, definitions

EUROS = 100


class SeededNoise:
    def __init__(self) -> None:
        self._rng = np.random.default_rng(11)

    def draw(self, scale: Fraction, size: int) -> Noise:
        return np.rint(self._rng.normal(0, float(scale), size)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """A round of answers with their estimates, and the models behind these."""

    place: Place
    results: dict[str, Result]
    models: RoundModels

    def values(self, question: str, table: str, column: str) -> Floats:
        """Return a column of a composite table as published, float64[areas]."""
        (found,) = [one for one in self.results[question].tables if one.id == table]
        (number,) = [k for k, output in enumerate(found.outputs) if output.key == column]
        return np.array([area.figures[number].value for area in found.areas], dtype=np.float64)

    def composites(self, question: str) -> list[Table]:
        return [one for one in self.results[question].tables if one.estimator == "composite"]


@pytest.fixture(scope="module")
def answered() -> Answered:
    place = made_up_place(3_000, 16, 4)
    rng = np.random.default_rng(3)
    made = exact(rng, place, world(rng, place, COSTS["lognormal, sigma 1.2"]))
    results = answers(made, plan(place), SeededNoise())
    published = [(definition(one.question), one) for one in results]
    models = RoundModels(published, place.maps.__getitem__, place.boundaries)
    return Answered(place, {one.question: one for one in results}, models)


def fitted(answered: Answered, name: str) -> MixedModel:
    model = getattr(answered.models, name)
    assert model is not None
    return model  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "key", "finer"),
    [
        ("laws", ("wijk", 100), ("buurt", 100)),
        ("laws", ("gemeente", 100), ("wijk", 100)),
        ("cost", ("gemeente", 250), ("buurt", 250)),
    ],
)
def test_predictions_of_areas_add_up_to_that_of_the_area_that_holds_them(
    answered: Answered, name: str, key: tuple[str, int], finer: tuple[str, int]
) -> None:
    model, models = fitted(answered, name), answered.models
    whole, parts = models.cover(key), models.cover(finer)  # type: ignore[arg-type]
    weight = cost_amounts() if name == "cost" else np.array([1.0, 0.0, 1.0])
    of_parts = model.predict([Target(weight, parts)]).values
    for area, row in enumerate(whole):
        held = parts @ row == parts.sum(axis=1)
        # What is in no smaller area, and what smaller areas beside this one hold of it.
        left = row - parts[held].sum(axis=0)
        assert (left >= 0).all()
        rest = model.predict([Target(weight, left[None])]).values[0] if left.any() else 0.0
        own = model.predict([Target(weight, whole)]).values[area]
        assert own == pytest.approx(of_parts[held].sum() + rest, rel=1e-9)


def test_all_is_the_youth_act_alone_the_support_act_alone_and_both(answered: Answered) -> None:
    for level in ("gemeente", "wijk"):
        parts = [answered.values("Q12", f"estimate-laws-{level}", f"bin{k}") for k in (1, 2, 3)]
        of_both = parts[2]
        for name, together in (
            ("all", sum(parts)),
            ("jw", parts[0] + of_both),
            ("wmo", parts[1] + of_both),
        ):
            values = answered.values("Q06", f"estimate-{name}-{level}", "count1")
            # Each is rounded to a household; where one would be negative it is cut at nothing.
            clear = np.min(parts, axis=0) > 0
            assert clear.any()
            assert (np.abs(values - together)[clear] <= 2).all()


def test_tiers_add_up_to_their_tails_and_the_money_to_all_cost(answered: Answered) -> None:
    for kind, unit in (("counts", 1), ("amounts", 1)):
        table = f"estimate-{kind}-tiers-gemeente"
        bins = [answered.values("Q09", table, f"bin{k}") for k in range(1, 10)]
        tails = [answered.values("Q09", table, f"atLeast{k}") for k in range(1, 9)]
        clear = np.min(bins, axis=0) > 0
        for first, tail in enumerate(tails):
            together = np.sum(bins[first:], axis=0)
            assert (np.abs(together - tail)[clear] <= 10 * unit).all()
    total = answered.values("Q01", "estimate-sum-gemeente", "total")
    from_first = answered.values("Q09", "estimate-amounts-tiers-gemeente", "atLeast1")
    below = answered.models.cover(("gemeente", 250)) @ answered.models.atoms.slots * 100 * EUROS
    # The difference is the money of households that cost less than the first tier.
    assert (np.abs(total - from_first) < 0.01 * below).all()


def test_two_questions_about_one_thing_give_one_estimate(answered: Answered) -> None:
    total = answered.values("Q01", "estimate-sum-gemeente", "total")
    assert (answered.values("Q10", "estimate-top-sum-gemeente", "total") == total).all()
    for k in range(1, 8):
        top = answered.values("Q10", "estimate-counts-top-tiers-gemeente", f"bin{k}")
        tiers = answered.values("Q09", "estimate-counts-tiers-gemeente", f"bin{k + 2}")
        assert (top == tiers).all()


def test_every_tier_and_cap_of_all_cost_is_where_a_cell_ends() -> None:
    for known in definitions().values():
        for block in known.blocks:
            variable = known.source(block.variable)
            if variable is None or variable.measure != "euros" or variable.groups:
                continue
            if sorted(variable.wetten) != ["JW", "WMO"]:
                continue
            ends = [end for end in (*block.thresholds, block.cap) if end is not None]
            assert {end * variable.quantum_cents // 100 for end in ends} <= set(MARKS), known.id
    edges, amounts = cost_edges(), cost_amounts()
    assert set(MARKS) <= set(edges.tolist())
    assert ((edges[:-1] < amounts) & (amounts < edges[1:])).all()
    assert (np.diff(np.log(edges)) < 0.0901).all()
