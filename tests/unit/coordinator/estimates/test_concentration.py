# SPDX-License-Identifier: EUPL-1.2
"""Top shares against the true ones of made-up regions."""

import numpy as np
import pytest

from ontschot.coordinator.estimates.concentration import top_shares
from ontschot.coordinator.estimates.households import cost_types
from ontschot.coordinator.estimates.mixed import fit
from unit.coordinator.estimates.worlds import BUURTEN, SLOTS, region, released, slots


@pytest.mark.parametrize("seed", range(6))
def test_top_shares_are_near_the_truth_and_say_how_near(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = region(rng)
    model = fit(cost_types(), released(rng, world), slots(), np.zeros((BUURTEN, 0)))
    found = top_shares(model, np.ones(BUURTEN), slots(), [0.03, 0.1])
    dearest = np.sort(world.euros)[::-1]
    for share in found:
        most = round(share.part * BUURTEN * SLOTS)
        truth = dearest[:most].sum() / dearest.sum()
        assert abs(share.share - truth) < 4 * share.standard_error
        assert share.standard_error < 0.05
        assert share.least_euros == pytest.approx(dearest[most], rel=0.35)
    assert found[0].share < found[1].share < 1


def test_all_addresses_have_all_cost() -> None:
    rng = np.random.default_rng(9)
    model = fit(cost_types(), released(rng, region(rng)), slots(), np.zeros((BUURTEN, 0)))
    (everyone,) = top_shares(model, np.ones(BUURTEN), slots(), [1.0])
    assert everyone.share == pytest.approx(1.0)
