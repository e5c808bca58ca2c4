# SPDX-License-Identifier: EUPL-1.2
"""A run leaves a report of what it really did; several processes leave one together."""

import json
from pathlib import Path

import pytest

from simulation.machine import report
from simulation.machine.report import Tally
from simulation.machine.rules import RULES
from simulation.machine.running import Bases, explore

LENGTH = 60


@pytest.fixture
def cases(bases: Bases) -> list[dict[str, object]]:
    """Two cases of one and of two short worlds."""
    made = []
    for seeds in (range(7, 8), range(8, 10)):
        tally = Tally()
        for seed in seeds:
            assert explore(bases, seed, LENGTH, tally=tally) is None
        made.append(report.case_of(tally, seeds, 1.5, None))
    return made


def test_cases_are_added_up(cases: list[dict[str, object]], tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report.add(cases[1], path)
    report.add(cases[0], path)
    # A case that is run again counts once.
    words = report.add(cases[1], path)
    known = json.loads(path.read_text())
    assert [one["seeds"] for one in known["cases"]] == [[7, 7], [8, 9]]
    sums = known["together"]
    assert (sums["episodes"], sums["steps"], sums["seconds"]) == (3, 3 * LENGTH, 3.0)
    assert sum(sums["acts"].values()) == 3 * LENGTH
    assert sums["acts"]["deliver"] > 0
    assert set(sums["rules"]) <= set(RULES)
    assert sums["rules"]["roster"] > 0
    assert sums["commits"] == [report.commit()]
    assert "180 steps in 3 worlds, seeds 7 to 9" in words
    assert words.endswith("broken: nothing")


def test_what_broke_is_told(
    cases: list[dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(report.VARIABLE, str(tmp_path / "report.json"))
    assert report.last_words() == ""
    words = report.add(cases[0] | {"broken": "seed 7: one-half"})
    assert words.endswith("broken: seed 7: one-half")
    assert report.last_words() == words


def test_without_a_name_nothing_is_written(
    cases: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(report.VARIABLE, raising=False)
    assert report.add(cases[0]) == ""
    assert report.last_words() == ""
