# SPDX-License-Identifier: EUPL-1.2
"""Figures of several runs, and how figures are written."""

import pytest

from benchmarks.figures import Target, number, spread, table, written


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "s", "0 µs"),
        (0.00000052, "s", "0.52 µs"),
        (0.000312, "s", "312 µs"),
        (0.0123456, "s", "12.3 ms"),
        (0.99951, "s", "1 s"),
        (1.0, "s", "1 s"),
        (96.04, "s", "96 s"),
        (1493.41, "x", "1,493 x"),
        (3.66581, "x dict", "3.67 x dict"),
        (85_312.7, "lines", "85,313 lines"),
        (20_084.0, "", "20,084"),
        (0.000096, "MB", "0.000096 MB"),
        (-2.5, "MB", "-2.5 MB"),
    ],
)
def test_a_value_is_written_with_three_digits_and_a_fitting_unit(
    value: float, unit: str, text: str
) -> None:
    assert written(value, unit) == text


def test_a_number_keeps_all_digits_before_the_point() -> None:
    assert [number(value) for value in (0, 7, 70, 700, 7_000)] == ["0", "7", "70", "700", "7,000"]


def test_several_runs_become_their_median_and_worst() -> None:
    assert spread("answer", [0.3, 0.9, 0.4], "s") == [
        ("answer: median", 0.4, "s"),
        ("answer: worst", 0.9, "s"),
    ]
    assert spread("answer", [1.0, 2.0], "s")[0][1] == 1.5


def test_no_runs_are_no_figures() -> None:
    with pytest.raises(ValueError, match="answer"):
        spread("answer", [], "s")


def test_a_target_is_met_up_to_and_with_its_limit() -> None:
    target = Target("answer: worst", 1.0)
    assert target.met(1.0)
    assert not target.met(1.001)


def test_a_table_is_markdown_with_bars_escaped() -> None:
    rows = [("a | b", "1"), ("c", "22")]
    assert table(rows, ("what", "measured"), right=1) == (
        "| what | measured |\n|---|---:|\n| a \\| b | 1 |\n| c | 22 |\n"
    )


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2"):
        table([("one",)], ("what", "measured"))
