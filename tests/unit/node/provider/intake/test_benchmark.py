# SPDX-License-Identifier: EUPL-1.2
"""The benchmark of the intake runs, and its memory and cost stay within bounds."""

import pytest

from benchmarks.intake import run

MEGABYTES = 300


@pytest.mark.slow
def test_twenty_thousand_lines_within_bounds() -> None:
    found = {(name, unit): value for name, value, unit in run([20_000])}
    assert found["intake, 20000 lines: largest memory", "MB"] < MEGABYTES
    # About 12 when measured; more than this is a rule or a statement that went wrong.
    assert found["intake, 20000 lines: csv.reader and executemany", "x plain"] < 60
