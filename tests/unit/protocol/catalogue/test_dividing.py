# SPDX-License-Identifier: EUPL-1.2
"""A budget divided over questions: by weight, rounded down, after what was fixed."""

import pytest

from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.catalogue.dividing import SharesTooLarge, default_weight, divide


def test_parts_are_proportional_and_rounded_down() -> None:
    assert divide(100, {"Q01": 1, "Q02": 2}) == {"Q01": 33, "Q02": 66}


def test_fixed_prices_come_first() -> None:
    assert divide(100, {"Q01": 1, "Q02": 1}, {"Q13": 11}) == {"Q13": 11, "Q01": 44, "Q02": 44}
    assert divide(100, {}, {"Q13": 100}) == {"Q13": 100}


@pytest.mark.parametrize(
    ("weights", "fixed"),
    [({"Q01": 1}, {"Q13": 100}), ({}, {"Q13": 101}), ({"Q01": 1}, {"Q13": 102})],
)
def test_nothing_left_is_refused(weights: dict[str, int], fixed: dict[str, int]) -> None:
    with pytest.raises(SharesTooLarge):
        divide(100, weights, fixed)


@pytest.mark.parametrize(
    ("weights", "fixed"), [({"Q01": 0}, {}), ({"Q01": 1}, {"Q02": 0}), ({"Q01": 1}, {"Q01": 1})]
)
def test_what_is_no_division_is_refused(weights: dict[str, int], fixed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"positive|not both"):
        divide(100, weights, fixed)


def test_every_question_has_a_weight() -> None:
    assert all(default_weight(name) >= 1 for name in definitions())
    assert default_weight("Q01") > default_weight("Q22") == default_weight("Q99")
