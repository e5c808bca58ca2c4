# SPDX-License-Identifier: EUPL-1.2
"""Intervals of tables that add up hold the truth, however many have no address in a wijk."""

import numpy as np
import pytest

from ontschot.coordinator.estimates.consistency import Level, Slots, add_up
from ontschot.protocol.privacy.accuracy import Z_95

WIJKEN, ADDRESSES, OVERFLOW = 6, 9_886, 154
GEMEENTE_NOISE, WIJK_NOISE = 27.0, 15.6
DRAWS = 400


@pytest.mark.parametrize("outside", [0.0, 0.01, 0.05, 0.1])
@pytest.mark.parametrize("total", [1_000, 300, 40])
def test_intervals_of_areas_and_of_the_rest_hold_the_truth(total: int, outside: float) -> None:
    rng = np.random.default_rng([total, int(outside * 100)])
    sizes = rng.dirichlet(np.full(WIJKEN, 5.0))
    rest = round(total * outside)
    wijken = rng.multinomial(total - rest, sizes).astype(np.float64)
    atoms = np.eye(WIJKEN + 1)
    slots = Slots(np.append(sizes * ADDRESSES, OVERFLOW), 1.0)
    held = np.zeros(3)
    for _ in range(DRAWS):
        gemeente = Level(
            np.ones((1, WIJKEN + 1)),
            total + rng.normal(0, GEMEENTE_NOISE, 1),
            np.array([GEMEENTE_NOISE**2]),
        )
        parts = Level(
            atoms[:WIJKEN],
            wijken + rng.normal(0, WIJK_NOISE, WIJKEN),
            np.full(WIJKEN, WIJK_NOISE**2),
        )
        whole, areas = add_up([gemeente, parts], slots)
        held += [
            (np.abs(whole.values - total) <= Z_95 * whole.errors).mean(),
            (np.abs(areas.values - wijken) <= Z_95 * areas.errors).mean(),
            (np.abs(areas.rest - rest) <= Z_95 * areas.rest_errors).mean(),
        ]
    # Four deviations of a share of 400 draws below 95 %.
    assert (held / DRAWS > 0.95 - 4 * (0.95 * 0.05 / DRAWS) ** 0.5).all()
