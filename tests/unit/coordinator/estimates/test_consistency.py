# SPDX-License-Identifier: EUPL-1.2
"""Weighted least squares over levels, and non-negativity that keeps totals."""

import numpy as np
import pytest

from ontschot.coordinator.estimates.consistency import (
    Added,
    Level,
    Slots,
    add_up,
    least_squares,
    not_negative,
)
from ontschot.coordinator.estimates.observations import Floats, Observation, Target

PARTS, WHOLE = np.eye(3), np.ones((1, 3))
SLOTS = Slots(np.full(3, 100.0), 1.0)


def added(
    covers: list[Floats], values: list[list[float]], slots: Slots = SLOTS, variance: float = 1.0
) -> list[Added]:
    """Add up figures that all have one variance."""
    return add_up(
        [
            Level(cover, np.array(own), np.full(len(own), variance))
            for cover, own in zip(covers, values, strict=True)
        ],
        slots,
    )


def test_two_levels_meet_in_the_weighted_middle() -> None:
    # Parts add up to 60 with variance 3, the whole says 90 with variance 1: three quarters of 30.
    whole, parts = added([WHOLE, PARTS], [[90.0], [10.0, 20.0, 30.0]])
    assert whole.values == pytest.approx([82.5])
    assert parts.values == pytest.approx([17.5, 27.5, 37.5])
    assert whole.errors == pytest.approx([0.75**0.5])
    assert not parts.rest.any()
    assert not parts.rest_errors.any()


def test_negative_parts_are_raised_and_the_total_stays() -> None:
    whole, parts = added([WHOLE, PARTS], [[20.0], [-9.0, 12.0, 17.0]])
    assert (parts.values >= 0).all()
    assert parts.values.sum() == pytest.approx(whole.values[0])


def test_a_negative_total_leaves_nothing_below_it() -> None:
    whole, parts = added([WHOLE, PARTS], [[-9.0], [-4.0, 1.0, -3.0]])
    assert whole.values == pytest.approx([0.0])
    assert parts.values == pytest.approx([0.0, 0.0, 0.0])


# The third atom is in the whole only: overflow slots of a gemeente, 3 of 303.
FEW = Slots(np.array([150.0, 150.0, 3.0]), 1.0)


def test_the_sum_of_slots_that_no_part_holds_is_expected_from_their_number() -> None:
    # The parts say 48 with variance 2, the whole 50 with variance 1. Of what is beyond 3 of 303 of
    # the whole nothing is expected, with a deviation of 6 * 51 * 3 / 303 and of chance.
    whole, parts = added([WHOLE, PARTS[:2]], [[50.0], [18.0, 30.0]], FEW)
    share = 3 / 303
    variance = (6 * 51 * share) ** 2 + 51 * share
    found, noise = (1 - share) * 50 - 48, (1 - share) ** 2 + 2
    along = ((1 - share) + 2) / (noise + variance)
    assert parts.rest == pytest.approx([2 - along * found])
    assert parts.rest_errors == pytest.approx([(3 - along * ((1 - share) + 2)) ** 0.5])
    assert parts.values.sum() + parts.rest[0] == pytest.approx(whole.values[0])
    assert whole.rest == pytest.approx([0.0])


def test_what_no_part_holds_is_never_less_than_nothing_or_more_than_its_slots() -> None:
    # Without bound and expectation it would be 70 - 100 = -30, or 100.
    for parts_say, rest in ((50.0, 0.0), (-15.0, 3.0)):
        whole, parts = added([WHOLE, PARTS[:2]], [[70.0], [parts_say] * 2], FEW)
        assert parts.rest == pytest.approx([rest], abs=1e-9)
        assert parts.values.sum() + parts.rest[0] == pytest.approx(whole.values[0])
        # Under the bound: two figures of 1 and one of 1 share what is left to explain.
        off = 70 - rest - 2 * parts_say
        if parts_say > 0:
            # (What is expected of the rest says next to nothing about the whole.)
            assert whole.values == pytest.approx([70 - off / 3], abs=0.01)
            assert parts.values == pytest.approx([parts_say + off / 3] * 2, abs=0.01)


def test_each_gemeente_has_a_remainder_of_its_own() -> None:
    # Two gemeenten of one wijk each; the last two atoms are their overflow.
    gemeenten = np.array([[1.0, 0, 1, 0], [0, 1, 0, 1]])
    wijken = np.eye(4)[:2]
    slots = Slots(np.array([200.0, 200.0, 5.0, 5.0]), 1.0)
    whole, parts = added([gemeenten, wijken], [[40.0, 20.0], [80.0, 10.0]], slots)
    assert parts.rest[0] == pytest.approx(0.0, abs=1e-9)
    assert 0 < parts.rest[1] <= 5 + 1e-9
    assert parts.values + parts.rest == pytest.approx(whole.values)


def test_levels_below_a_remainder_have_it_too() -> None:
    wijken = np.array([[1.0, 1, 0, 0], [0, 0, 1, 0]])
    buurten = np.eye(4)[:3]
    slots = Slots(np.array([100.0, 100.0, 200.0, 6.0]), 1.0)
    levels = [np.ones((1, 4)), wijken, buurten]
    whole, halves, quarters = added(levels, [[70.0], [30.0, 37.0], [14.0, 17.0, 35.0]], slots)
    assert halves.rest == pytest.approx(quarters.rest)
    assert halves.rest_errors == pytest.approx(quarters.rest_errors)
    assert quarters.values.sum() + quarters.rest[0] == pytest.approx(whole.values[0])


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
