# SPDX-License-Identifier: EUPL-1.2
"""Properties of consistency: sums, signs, and what exact figures become."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ontschot.coordinator.estimates.consistency import Level, Slots, add_up, not_negative
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
    values = [cover @ truth for cover in LEVELS]
    levels = [
        Level(cover, own, np.full(len(own), variance))
        for cover, own in zip(LEVELS, values, strict=True)
    ]
    found = add_up(levels, Slots(np.full(4, 100.0), 1.0))
    for level, value in zip(found, values, strict=True):
        assert np.allclose(level.values, value, rtol=1e-6, atol=1e-6)
        assert not level.rest.any()


@given(
    st.lists(NUMBERS, min_size=7, max_size=7),
    st.lists(st.floats(0.1, 90), min_size=7, max_size=7),
    st.integers(0, 90),
    st.sampled_from((1.0, 40.0)),
)
def test_what_is_shown_adds_up_to_the_level_above(
    values: list[float], spread: list[float], outside: int, most: float
) -> None:
    # Beside the atoms of LEVELS there may be one that is in the coarsest area only.
    extra = [np.array([[1.0]]), np.zeros((2, 1)), np.zeros((4, 1))] if outside else []
    covers = [np.hstack(pair) for pair in zip(LEVELS, extra, strict=True)] if outside else LEVELS
    ends = [1, 3]
    split = zip(
        covers, np.split(np.array(values), ends), np.split(np.array(spread), ends), strict=True
    )
    numbers = np.array([100.0] * 4 + [float(outside)] * bool(outside))
    whole, halves, quarters = add_up([Level(*level) for level in split], Slots(numbers, most))
    for level in (halves, quarters):
        assert np.isclose(level.values.sum() + level.rest.sum(), whole.values[0], atol=1e-5)
        assert (level.values >= 0).all()
        assert -1e-6 <= level.rest[0] <= outside * most + 1e-5
    assert np.allclose(quarters.values.reshape(2, 2).sum(axis=1), halves.values, atol=1e-5)
    # No estimate is less certain than the figure that was released for it.
    assert (quarters.errors**2 <= np.array(spread[3:]) * (1 + 1e-9)).all()
