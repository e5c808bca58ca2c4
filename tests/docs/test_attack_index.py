# SPDX-License-Identifier: EUPL-1.2
"""Each attack of the threat model has a test, and that test exists and is collected."""

import re
import subprocess
import sys
from pathlib import Path

from docs.sources import DOCS, ROOT

_TEST = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")
_HEADING = "## Attacks, one by one"
LEAST = 25
"""Attacks that were known when the table was made: none gets lost."""


def rows() -> list[list[str]]:
    """Return the rows of the table: attack, what stops it, tests."""
    text = (DOCS / "threat-model.md").read_text("utf-8")
    section = text.partition(_HEADING)[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def collected(files: set[str]) -> set[str]:
    """Return the tests that pytest collects in these files, without their parameters."""
    words = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", *sorted(files)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.partition("[")[0] for line in done.stdout.splitlines() if "::" in line}


def test_every_attack_names_a_test_that_is_collected() -> None:
    named = [(attack, _TEST.findall(tests)) for attack, _, tests in rows()]
    assert len(named) >= LEAST
    assert [attack for attack, tests in named if not tests] == []
    wanted = {test for _, tests in named for test in tests}
    found = collected({test.partition("::")[0] for test in wanted})
    assert wanted - found == set()


def test_every_file_of_attacks_is_in_the_table() -> None:
    written = {test.partition("::")[0] for _, _, tests in rows() for test in _TEST.findall(tests)}
    here = Path(ROOT, "tests", "simulation", "attacks").glob("test_*.py")
    assert {path.relative_to(ROOT).as_posix() for path in here} <= written
