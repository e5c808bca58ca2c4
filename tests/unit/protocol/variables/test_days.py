# SPDX-License-Identifier: EUPL-1.2
"""Classes of days say themselves which days they hold."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.variables.days import first_days
from ontschot.protocol.variables.errors import MalformedVariable


@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=20, unique=True))
def test_ranges_one_after_the_other_are_read_back(edges: list[int]) -> None:
    firsts = [0, *sorted(edges)]
    codes = [f"{a}-{b - 1}" for a, b in itertools.pairwise(firsts)]
    assert first_days([*codes, f"{firsts[-1]}-plus"]) == tuple(firsts)


@pytest.mark.parametrize(
    "classes",
    [
        [],
        ["0-91"],
        ["1-91", "92-plus"],
        ["0-91", "91-plus"],
        ["0-91", "93-plus"],
        ["0-plus", "92-plus"],
        ["0-91", "92-90", "91-plus"],
        ["00-91", "92-plus"],
        ["0-91", "92-"],
        ["0-91", "92-plus\n"],
        ["0-\u0669", "10-plus"],
        ["0-100000", "100001-plus"],
    ],
)
def test_other_classes_are_refused(classes: list[str]) -> None:
    with pytest.raises(MalformedVariable):
        first_days(classes)
