# SPDX-License-Identifier: EUPL-1.2
"""Whole releases over all parties, without sockets: exact when the noise is zero."""

import pytest
from sqlalchemy import select

from ontschot.coordinator.mail.schema import QUEUE
from ontschot.coordinator.releases import words
from ontschot.coordinator.releases.schema import passings
from ontschot.protocol.documents.releases import COMMIT
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
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


def passed_on(federation: Federation) -> list[tuple[str, str]]:
    """Return the commits that were queued for providers: the provider and whose word, in order."""
    (manifest,) = manifests(federation)
    found = federation.read(
        COORDINATOR, lambda connection: words.of_kind(connection, manifest.digest, COMMIT)
    )
    said = {body: helper for helper, body in found.items()}
    queued = select(QUEUE.c.recipient, QUEUE.c.payload).where(QUEUE.c.type == COMMIT)
    rows = federation.read(
        COORDINATOR, lambda connection: connection.execute(queued.order_by(QUEUE.c.id)).all()
    )
    return [(row.recipient, said[row.payload]) for row in rows if row.recipient in NODES]


def waiting(federation: Federation) -> int:
    """Return how many words wait to be passed on."""
    return len(federation.read(COORDINATOR, lambda c: c.execute(select(passings)).all()))


@pytest.mark.parametrize("tick", [False, True])
def test_no_commit_stands_before_the_answer_and_all_are_passed_on(
    admitted: Federation, tick: bool
) -> None:
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.carrier.until(lambda: waiting(admitted) == len(HELPERS))
    assert (passed_on(admitted), admitted.answers()) == ([], {})
    admitted.carrier.absent.update(NODES)  # what is queued for them stays to be seen
    if tick:
        admitted.lead(admitted.leader.tick)
    else:
        admitted.settle()
        assert len(admitted.answers()) == 1
    assert waiting(admitted) == 0
    passed = passed_on(admitted)
    assert [node for node, _ in passed] == [node for _ in HELPERS for node in NODES if node != LATE]
    assert len({helper for _, helper in passed[: len(NODES) - 1]}) == 1
    assert {helper for _, helper in passed} == set(HELPERS)
