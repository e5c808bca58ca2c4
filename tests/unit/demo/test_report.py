# SPDX-License-Identifier: EUPL-1.2
from ontschot.protocol.language import Text
from ontschot_demo.report import Answers, Group, Row, coverage, grouped

NO_TEXT = Text("", "")


def test_ends_of_an_interval_belong_to_it() -> None:
    assert Row("x", 5, 4, 6, 4).holds
    assert Row("x", 5, 4, 6, 6).holds
    assert Row("x", 5, 4, 6, 7).holds is False
    assert Row("x", 5, 4, 6, None).holds is None


def test_coverage_counts_rows_with_a_truth() -> None:
    rows = [Row("a", 5, 4, 6, 4), Row("b", 5, 4, 6, 9), Row("c", 5, 4, 6, None)]
    assert coverage(rows) == (1, 2)
    assert coverage([]) == (0, 0)


def test_large_numbers_are_grouped() -> None:
    assert grouped(1_234_567) == Text("1.234.567", "1,234,567")
    assert grouped(12) == Text("12", "12")


def test_the_median_error_is_of_published_values_and_needs_some_areas() -> None:
    rows = [Row(str(k), 0, 0, 1, 100, 100 + k) for k in (-30, -10, 0, 20, 90)]
    rows.append(Row("no truth", 0, 0, 1, None, 5))
    table = Answers(NO_TEXT, NO_TEXT, NO_TEXT, "households", (Group(NO_TEXT, tuple(rows)),))
    assert table.error == 0.2
    few = Answers(NO_TEXT, NO_TEXT, NO_TEXT, "households", (Group(NO_TEXT, tuple(rows[:3])),))
    assert few.error is None
