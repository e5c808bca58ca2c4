# SPDX-License-Identifier: EUPL-1.2
"""Twenty thousand drawn steps break no rule; a million do not either (``make test-slow``).

A failure prints the world's seed and the shortest list of steps that was found: paste it into
``test_found.py``.

``ONTSCHOT_SIMULATION_STEPS`` is how many steps the slow test takes (a million unless given), and
``ONTSCHOT_SIMULATION_SEED`` the seed it begins with: progress names the next one, so a run that was
stopped goes on there.
"""

import os
from time import perf_counter

import pytest

from simulation.machine.running import LENGTH, Bases, explore
from simulation.machine.shrinking import shrink

STEPS = 20_000
WORLDS = STEPS // LENGTH
TOGETHER = 5
"""Worlds of one test."""

SLOW_STEPS = int(os.environ.get("ONTSCHOT_SIMULATION_STEPS", "1000000"))
SLOW_SEED = int(os.environ.get("ONTSCHOT_SIMULATION_SEED", "100000"))


def expect_nothing_broken(bases: Bases, seed: int) -> None:
    found = explore(bases, seed)
    if found is not None:
        pytest.fail(f"seed {seed}: {shrink(bases, found)}", pytrace=False)


@pytest.mark.parametrize("first", range(0, WORLDS, TOGETHER))
def test_no_rule_is_broken(bases: Bases, first: int) -> None:
    for seed in range(first, first + TOGETHER):
        expect_nothing_broken(bases, seed)


@pytest.mark.slow
def test_no_rule_is_broken_in_a_million_steps(
    bases: Bases, capsys: pytest.CaptureFixture[str]
) -> None:
    began = perf_counter()
    for number in range(SLOW_STEPS // LENGTH):
        expect_nothing_broken(bases, SLOW_SEED + number)
        if number % 20 == 19:
            done, seconds = (number + 1) * LENGTH, perf_counter() - began
            with capsys.disabled():
                print(f"{done:,} steps in {seconds:.0f} s; next seed {SLOW_SEED + number + 1}")  # noqa: T201 -- progress of an hour
