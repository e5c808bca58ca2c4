# SPDX-License-Identifier: EUPL-1.2
"""Weighted least squares over levels, and non-negativity that keeps totals."""

import numpy as np
import pytest

from ontschot.coordinator.estimates.consistency import add_up, least_squares, not_negative
from ontschot.coordinator.estimates.observations import Observation, Target

PARTS, WHOLE = np.eye(3), np.ones((1, 3))


def test_two_levels_meet_in_the_weighted_middle() -> None:
    # Parts add up to 60 with variance 3, the whole says 90 with variance 1: three quarters of 30.
    (whole, whole_error), (parts, _) = add_up(
        [WHOLE, PARTS], [np.array([90.0]), np.array([10.0, 20.0, 30.0])], [np.ones(1), np.ones(3)]
    )
    assert whole == pytest.approx([82.5])
    assert parts == pytest.approx([17.5, 27.5, 37.5])
    assert whole_error == pytest.approx([0.75**0.5])


def test_negative_parts_are_raised_and_the_total_stays() -> None:
    (whole, _), (parts, _) = add_up(
        [WHOLE, PARTS], [np.array([20.0]), np.array([-9.0, 12.0, 17.0])], [np.ones(1), np.ones(3)]
    )
    assert (parts >= 0).all()
    assert parts.sum() == pytest.approx(whole[0])


def test_slots_that_no_part_holds_keep_their_share_of_the_total() -> None:
    # The third atom is in the whole only: overflow slots of a gemeente.
    (whole, _), (parts, _) = add_up(
        [WHOLE, PARTS[:2]], [np.array([50.0]), np.array([10.0, 20.0])], [np.ones(1), np.ones(2)]
    )
    assert whole == pytest.approx([50.0])
    assert parts == pytest.approx([10.0, 20.0])


def test_a_negative_total_leaves_nothing_below_it() -> None:
    (whole, _), (parts, _) = add_up(
        [WHOLE, PARTS], [np.array([-9.0]), np.array([-4.0, 1.0, -3.0])], [np.ones(1), np.ones(3)]
    )
    assert whole == pytest.approx([0.0])
    assert parts == pytest.approx([0.0, 0.0, 0.0])


def test_kinds_and_their_total_meet_as_levels_do() -> None:
    only_a, only_b, total = np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.ones(2)
    area, one = np.ones((1, 1)), np.ones(1)
    released = [
        Observation(per_type, area, np.array([value]), one)
        for per_type, value in ((only_a, 10.0), (only_b, 20.0), (total, 36.0))
    ]
    found = least_squares(released, [Target(kind, area) for kind in (only_a, only_b, total)])
    assert found.values == pytest.approx([12.0, 22.0, 34.0])
    assert np.diag(found.covariance) == pytest.approx([2 / 3] * 3)


def test_a_target_that_nothing_determines_is_refused() -> None:
    released = [Observation(np.ones(1), PARTS[:2], np.ones(2), np.ones(2))]
    with pytest.raises(ValueError, match="do not determine"):
        least_squares(released, [Target(np.ones(1), PARTS)])
    with pytest.raises(ValueError, match="nothing was released"):
        least_squares([], [Target(np.ones(1), PARTS)])


def test_uncertain_parts_give_way_first() -> None:
    parts = not_negative(np.array([10.0, 10.0]), 14.0, np.array([1.0, 3.0]))
    assert parts == pytest.approx([8.5, 5.5])
