# SPDX-License-Identifier: EUPL-1.2
"""Whole releases over all parties, without sockets: exact when the noise is zero."""

from simulation.conftest import LATE, NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import (
    PRICE,
    added,
    budgets,
    manifests,
    published_bins,
    question_state,
    states,
    true_bins,
)


def test_the_number_of_providers_per_household_is_exact_without_noise(
    admitted: Federation,
) -> None:
    before = budgets(admitted)
    admitted.clock.advance(hours=1)
    admitted.tick()
    (answer,) = admitted.answers().values()
    listed = tuple(node for node in NODES if node != LATE)
    assert published_bins(answer) == true_bins(admitted, listed)
    (manifest,) = manifests(admitted)
    assert manifest.nodes == sorted(listed)
    assert question_state(admitted) == ("published", None)
    ends = {"coordinator": "done"} | dict.fromkeys(HELPERS, "sent")
    assert states(admitted, manifest) == ends | dict.fromkeys(listed, "released")
    price = sum(int(block.rho) for block in manifest.blocks)
    assert PRICE * 0.99 < price <= PRICE
    moved = added(before, budgets(admitted))
    assert moved == dict.fromkeys((*HELPERS, *listed), (0, price))
