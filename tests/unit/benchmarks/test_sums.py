# SPDX-License-Identifier: EUPL-1.2
"""The sum that is timed is checked, and its memory does not grow with the number of uploads."""

from benchmarks.sums import run


def test_a_sum_is_right_and_its_memory_does_not_grow_with_the_uploads() -> None:
    few, many = ({name: value for name, value, _ in run(200_000, n, 100)} for n in (2, 60))
    peak = [
        next(value for name, value in rows.items() if "most memory" in name) for rows in (few, many)
    ]
    assert peak[1] < peak[0] + 10 * 0.8
