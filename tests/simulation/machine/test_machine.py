# SPDX-License-Identifier: EUPL-1.2
"""Twenty thousand drawn steps break no rule; a million do not either (``make test-slow``).

A failure prints the world's seed and the shortest list of steps that was found: paste it into
``test_found.py``.

``ONTSCHOT_SIMULATION_STEPS`` is how many steps the slow tests take together (a million unless
given), and ``ONTSCHOT_SIMULATION_SEED`` the seed of the first world. Every case has worlds of its
own, by seed, so cases run in any order and on any number of cores; a run that was stopped goes on
with the cases that are left (``-k``).

``ONTSCHOT_SIMULATION_REPORT`` names a file in which the slow tests leave what they did
(``report``); its sums are shown at the end of the run.
"""

import os
from pathlib import Path
from time import monotonic

import pytest

from simulation.machine import report
from simulation.machine.report import Tally
from simulation.machine.running import LENGTH, Bases, explore
from simulation.machine.shrinking import shrink

STEPS = 20_000
WORLDS = STEPS // LENGTH
TOGETHER = 5
"""Worlds of one test."""

SLOW_STEPS = int(os.environ.get("ONTSCHOT_SIMULATION_STEPS", "1000000"))
SLOW_SEED = int(os.environ.get("ONTSCHOT_SIMULATION_SEED", "100000"))
CASES = 10
"""Slow tests of one class; a worker of ``pytest -n`` takes a class at a time."""

SHARES = 4
"""Classes of slow tests: more than most machines have cores to spare, so that none is idle long."""


def expect_nothing_broken(bases: Bases, seed: int, tally: Tally | None = None) -> None:
    found = explore(bases, seed, tally=tally)
    if found is not None:
        pytest.fail(f"seed {seed}: {shrink(bases, found)}", pytrace=False)


@pytest.mark.parametrize("first", range(0, WORLDS, TOGETHER))
def test_no_rule_is_broken(bases: Bases, first: int) -> None:
    for seed in range(first, first + TOGETHER):
        expect_nothing_broken(bases, seed)


def seeds(share: int, case: int) -> range:
    """Return the seeds of one slow case: all cases together have each seed once."""
    worlds = -(-SLOW_STEPS // LENGTH)
    number, of = share * CASES + case, SHARES * CASES
    return range(SLOW_SEED + worlds * number // of, SLOW_SEED + worlds * (number + 1) // of)


def test_the_cases_share_all_worlds() -> None:
    shared = [
        seed for share in range(SHARES) for case in range(CASES) for seed in seeds(share, case)
    ]
    assert len(shared) * LENGTH >= SLOW_STEPS
    assert shared == list(range(SLOW_SEED, SLOW_SEED + len(shared)))


def run_case(bases: Bases, of: range) -> None:
    """Run the worlds of a slow case, and leave a report of it, also when a rule broke."""
    tally, began, broken = Tally(), monotonic(), "stopped"
    try:
        for seed in of:
            broken = f"seed {seed}"
            expect_nothing_broken(bases, seed, tally)
        broken = ""
    finally:
        report.add(report.case_of(tally, of, monotonic() - began, broken or None))


def test_a_case_leaves_a_report(
    bases: Bases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(report.VARIABLE, str(tmp_path / "report.json"))
    run_case(bases, range(3, 4))
    assert f"{LENGTH} steps in 1 worlds, seeds 3 to 3" in report.last_words()
    assert report.last_words().endswith("broken: nothing")


class Share:
    """A share of a million steps. Each is a class of its own: then cores divide them."""

    number: int

    @pytest.mark.slow
    @pytest.mark.parametrize("case", range(CASES))
    def test_no_rule_is_broken_in_a_million_steps(self, bases: Bases, case: int) -> None:
        run_case(bases, seeds(self.number, case))


class TestFirstShare(Share):
    number = 0


class TestSecondShare(Share):
    number = 1


class TestThirdShare(Share):
    number = 2


class TestFourthShare(Share):
    number = 3
