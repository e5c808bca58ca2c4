# SPDX-License-Identifier: EUPL-1.2
"""The utility benchmark: errors, verdicts, and its page."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.utility import command
from benchmarks.utility.beside import beside
from benchmarks.utility.exact import QUESTIONS, exact
from benchmarks.utility.gathering import (
    ALL,
    BUURT_250,
    COST,
    WITH_CARE,
    Errors,
    Key,
    measures,
    merged,
    pooled,
)
from benchmarks.utility.page import NOTICE, Measured, page, with_all
from benchmarks.utility.releasing import answers, plan
from benchmarks.utility.running import Task, work
from benchmarks.utility.towns import Place, made_up_place
from benchmarks.utility.verdicts import verdicts
from benchmarks.utility.worlds import COSTS, world
from docs.test_links import _MACHINE
from ontschot.node.noise import Noise
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.privacy.conversion import DEFAULT_CAP

NAME = "lognormal, sigma 1.2"


class NoNoise:
    def draw(self, scale: Fraction, size: int) -> Noise:
        assert scale > 0
        return np.zeros(size, dtype=np.int64)


@pytest.fixture(scope="module")
def place() -> Place:
    return made_up_place(1_500, 14, 3)


@pytest.fixture(scope="module")
def found(place: Place) -> dict[Key, Errors]:
    return work(Task(None, NAME, 1, draws=2), NoNoise(), place=place)


def key(place: Place, question: str, level: str, measure: str, estimator: str) -> Key:
    return Key(place.name, NAME, question, level, measure, ALL, estimator)


def test_a_round_spends_its_budget_and_no_more(place: Place) -> None:
    planned = plan(place)
    assert set(planned.prices) == set(QUESTIONS)
    charged = sum(int(block.rho) for blocks in planned.blocks.values() for block in blocks)
    assert 0.99 * DEFAULT_CAP < sum(planned.prices.values()) <= DEFAULT_CAP
    assert 0.98 * DEFAULT_CAP < charged <= DEFAULT_CAP


def test_without_noise_counts_are_exact(place: Place, found: dict[Key, Errors]) -> None:
    for estimator in ("direct", "curator"):
        one = found[key(place, "Q06", "wijk", WITH_CARE, estimator)]
        assert one.quantile(1.0) == 0
        assert one.coverage == 1
    ours = found[key(place, "Q06", "wijk", WITH_CARE, "composite")]
    assert 0 < ours.quantile(0.5) < 0.3


def test_without_noise_a_clamp_only_leaves_out(place: Place, found: dict[Key, Errors]) -> None:
    for estimator in ("direct", "curator", "noise at each provider"):
        off = np.concatenate(found[key(place, "Q01", "wijk", COST, estimator)].off)
        # But for rounding to quanta, where nobody is above the clamp.
        assert (off < 0.01).all()
        assert off.min() < -0.01


def test_every_question_is_judged_at_every_level(place: Place, found: dict[Key, Errors]) -> None:
    assert {one.question for one in found} == set(QUESTIONS)
    for question in QUESTIONS:
        levels = {one.level for one in found if one.question == question}
        assert levels == {block.level for block in definition(question).blocks}
    assert found[key(place, "Q10", "gemeente", "share of the dearest 3 %", "composite")].number == 2


def test_providers_draw_their_own_noise(place: Place) -> None:
    sizes: list[int] = []

    class Counting(NoNoise):
        def draw(self, scale: Fraction, size: int) -> Noise:
            sizes.append(size)
            return super().draw(scale, size)

    rng = np.random.default_rng(1)
    made = exact(rng, place, world(rng, place, COSTS[NAME]))
    for one in beside(made, plan(place), Counting()):
        times = place.providers if one.name == "noise at each provider" else 1
        size = made.opened[one.question, one.block.id].size
        if one.kind == "shares":
            # What the dearest cost together, and what all cost.
            assert (sizes.pop(), sizes.pop()) == (1, 1)
        else:
            assert sizes.pop() == times * size
        assert (one.half > 0).all()
    assert not sizes


def test_a_curator_knows_the_dearest_but_for_the_clamp(
    place: Place, found: dict[Key, Errors]
) -> None:
    of = key(place, "Q10", "gemeente", "share of the dearest 3 %", "curator")
    (off,) = set(np.concatenate(found[of].off))
    # Clamped, those households have a little less of the money than they really have.
    assert -0.15 < off < 1e-5
    assert not [one for one in found if one.measure == of.measure and "provider" in one.estimator]


def test_without_noise_clamps_of_groups_leave_out_what_ours_do(
    place: Place, found: dict[Key, Errors]
) -> None:
    for group in range(1, 9):
        of = key(place, "Q02", "gemeente", f"cost, group {group}", "direct")
        ours, theirs = (
            np.concatenate(found[of._replace(estimator=name)].off) for name in ("direct", "curator")
        )
        # Ours is rounded to quanta: of a small group that is a few per cent of its cost.
        assert theirs == pytest.approx(ours, abs=0.05)
        alone = found[of._replace(estimator="noise at each provider")].off
        # A household that is at two providers may count twice for the clamp.
        assert (np.concatenate(alone) >= theirs - 0.01).all()


def test_intervals_are_judged_where_there_is_nothing_too() -> None:
    one = errors(0.5)
    one.add(np.array([]), np.array([True, True, False]))
    assert one.number == 1
    assert one.coverage == 0.75


def test_two_helpers_add_noise_to_every_figure(place: Place) -> None:
    class One(NoNoise):
        def draw(self, scale: Fraction, size: int) -> Noise:
            return super().draw(scale, size) + 1

    rng = np.random.default_rng(1)
    made = exact(rng, place, world(rng, place, COSTS[NAME]))
    (result,) = [one for one in answers(made, plan(place), One()) if one.question == "Q13"]
    table = next(one for one in result.tables if one.id == "providers-wijk")
    value = [area.figures[0].value for area in table.areas]
    assert value == (made.opened["Q13", "providers-wijk"][:, 0] + 2).tolist()


def test_names_tell_bins_from_tails() -> None:
    known = definition("Q13")
    names = measures(known, known.blocks[0], "plain", 9)
    assert len(set(names)) == 9
    assert names[0] == "households, all care: providers 1"
    assert names[4] == "households, all care: providers 5 or more"
    assert names[5] == "households, all care: providers 1 or more"


def errors(*off: float, inside: bool = True) -> Errors:
    found = Errors()
    found.add(np.array(off), np.full(len(off), inside))
    return found


def measured(ours: float, curator: float) -> dict[Key, Errors]:
    at = Key("Town", NAME, "Q01", "buurt", COST, BUURT_250, "")
    return {
        at._replace(estimator="composite"): errors(ours, -ours, inside=False),
        at._replace(estimator="curator"): errors(curator, curator),
    }


@pytest.mark.parametrize(
    ("ours", "curator", "reached"),
    [(0.1, 0.2, [True, True]), (0.25, 0.3, [False, True]), (0.2, 0.1, [True, False])],
)
def test_targets_are_judged(ours: float, curator: float, reached: list[bool]) -> None:
    near, nearer, held = verdicts(measured(ours, curator), "Town", NAME)
    assert [near.reached, nearer.reached] == reached
    assert nearer.value == pytest.approx(ours / curator)
    assert (held.value, held.reached) == (0.0, False)


def test_errors_of_several_rounds_are_pooled() -> None:
    one = measured(0.1, 0.2)
    both = pooled(merged([one, measured(0.3, 0.2)]), costs="all")
    (composite,) = [value for at, value in both.items() if at.estimator == "composite"]
    assert composite.number == 4
    assert composite.quantile(0.5) == pytest.approx(0.2)
    assert set(with_all(one)) > set(one)


def test_the_page_tells_what_was_measured(place: Place, found: dict[Key, Errors]) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    text = page(Measured(found, plan(place).prices, 2), [("commit", "abc")], moment, 61.7)
    assert text.startswith(NOTICE)
    assert "| commit | abc |" in text
    assert "| draws of noise for each place and distribution | 2 |" in text
    assert "ε 3.00" in text
    for question in QUESTIONS:
        assert f"### {question} (Voorbeeldstad)" in text
    assert "✗" in text or "✓" in text
    assert not _MACHINE.search(text)


def test_a_quick_run_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def quickly(todo: object, progress: object) -> dict[Key, Errors]:
        del todo, progress
        return measured(0.1, 0.2)

    monkeypatch.setattr(command, "run", quickly)
    monkeypatch.setattr(command, "PAGE", tmp_path / "utility.md")
    assert command.main(["--quick"]) == 0
    assert not (tmp_path / "utility.md").exists()
    shown = " ".join(capsys.readouterr().out.split())
    assert "median relative error | 10.0% (at most 20%) | reached" in shown
