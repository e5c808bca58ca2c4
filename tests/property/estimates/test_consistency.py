# SPDX-License-Identifier: EUPL-1.2
"""Properties of consistency: sums, signs, and what exact figures become."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ontschot.coordinator.estimates.consistency import add_up, not_negative
from ontschot.coordinator.estimates.observations import Floats

NUMBERS = st.floats(-1e4, 1e4)
LEVELS: list[Floats] = [np.ones((1, 4)), np.repeat(np.eye(2), 2, axis=1), np.eye(4)]


@given(st.lists(st.tuples(NUMBERS, st.floats(0.1, 50)), min_size=1, max_size=12), NUMBERS)
def test_parts_are_not_negative_and_add_up(parts: list[tuple[float, float]], total: float) -> None:
    values, variances = np.array(parts).T
    found = not_negative(values, total, variances)
    assert (found >= 0).all()
    assert np.isclose(found.sum(), max(total, 0), rtol=1e-9, atol=1e-6)


@given(st.lists(st.floats(0, 1e4), min_size=4, max_size=4), st.floats(0.1, 100))
def test_figures_that_add_up_stay_as_they_are(atoms: list[float], variance: float) -> None:
    truth = np.array(atoms)
    covers = LEVELS
    values = [cover @ truth for cover in covers]
    found = add_up(covers, values, [np.full(len(v), variance) for v in values])
    for (estimate, _), value in zip(found, values, strict=True):
        assert np.allclose(estimate, value, rtol=1e-6, atol=1e-6)


@given(
    st.lists(NUMBERS, min_size=7, max_size=7), st.lists(st.floats(0.1, 90), min_size=7, max_size=7)
)
def test_every_level_adds_up_to_the_level_above(values: list[float], spread: list[float]) -> None:
    covers = LEVELS
    ends = [1, 3]
    found = add_up(covers, np.split(np.array(values), ends), np.split(np.array(spread), ends))
    (whole, _), (halves, _), (quarters, errors) = found
    assert np.isclose(halves.sum(), whole[0], atol=1e-6)
    assert np.allclose(quarters.reshape(2, 2).sum(axis=1), halves, atol=1e-6)
    assert (quarters >= 0).all()
    # No estimate is less certain than the figure that was released for it.
    assert (errors**2 <= np.array(spread[3:]) * (1 + 1e-9)).all()
