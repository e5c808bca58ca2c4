# SPDX-License-Identifier: EUPL-1.2
"""The same question again, under whatever name: the stored answer, at no cost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ontschot.coordinator.releases.manifests import _propose
from ontschot.node.provider.answering import schema as provider_schema
from ontschot.node.provider.answering.settling import SETTLE_AFTER
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import Manifest
from simulation.bench import stock_up
from simulation.conftest import LATE, NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    manifests,
    price_of,
    reasons,
    said_to_the_coordinator,
    states,
)
from simulation.recording import RecordingNoise, record, stored_halves

LISTED = tuple(node for node in NODES if node != LATE)


def renamed(federation: Federation, manifest: Manifest, **fields: object) -> Manifest:
    """Return a manifest that asks the same over the same uploads, with fresh gate keys."""
    part = manifest.parts[0].model_copy(update={"batch": stock_up(federation)})
    now = federation.clock.now
    changes = {"parts": [part], "expiry": to_text(now + timedelta(hours=1))}
    return manifest.model_copy(update=changes | fields)


def propose(federation: Federation, manifest: Manifest) -> None:
    federation.lead(lambda desk: _propose(desk, manifest, manifest.nodes))
    federation.settle()


@pytest.mark.parametrize("fields", [{"release_id": "again"}, {"attempt": 2}])
def test_the_same_question_gives_the_stored_halves_for_free(
    admitted: Federation, fields: dict[str, object]
) -> None:
    listener = record(admitted)
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.settle()
    (first,) = manifests(admitted)
    answers, spent = admitted.answers(), budgets(admitted)
    stored = stored_halves(admitted, first)
    drawn = [admitted.noise[helper].draws for helper in HELPERS]  # type: ignore[attr-defined]
    listener.halves.clear()

    again = renamed(admitted, first, **fields)
    propose(admitted, again)
    assert set(reasons(admitted, again).values()) == {"already-answered"}
    assert said_to_the_coordinator(admitted, again) == "already-answered"
    assert budgets(admitted) == spent
    assert admitted.answers() == answers
    assert listener.halves == {(first.digest, name): {stored[name]} for name in HELPERS}
    assert drawn == [admitted.noise[helper].draws for helper in HELPERS]  # type: ignore[attr-defined]
    assert set(states(admitted, again).values()) == {"aborted"}


def test_a_node_pays_once_for_an_answer_that_it_never_heard_the_end_of(
    admitted: Federation,
) -> None:
    """A coordinator may propose for ever and keep the ends back: it costs one price."""
    before = budgets(admitted)
    admitted.carrier.absent.update(HELPERS)
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.settle()
    (first,) = manifests(admitted)
    price = price_of(first)
    assert added(before, budgets(admitted)) == dict.fromkeys(LISTED, (price, 0))

    side_by_side = first.model_copy(update={"release_id": "side-by-side"})
    propose(admitted, side_by_side)
    assert states(admitted, side_by_side)["provider-1"] is None
    assert added(before, budgets(admitted)) == dict.fromkeys(LISTED, (price, 0))

    for number in range(2):
        admitted.clock.now += SETTLE_AFTER + timedelta(hours=1)
        for node in LISTED:
            admitted.at(node, admitted.roles[node].expire)
        assert added(before, budgets(admitted)) == dict.fromkeys(LISTED, (0, price))
        later = to_text(admitted.clock.now + timedelta(hours=1))
        again = first.model_copy(update={"release_id": f"again-{number}", "expiry": later})
        propose(admitted, again)
        assert states(admitted, again)["provider-1"] == "consented"
    assert added(before, budgets(admitted)) == dict.fromkeys(LISTED, (0, price))
    charged = admitted.read(
        "provider-1",
        lambda c: c.execute(select(provider_schema.consents.c.charged)).scalars().all(),
    )
    assert sorted(charged) == [False, False, True]


def test_what_was_written_off_is_not_paid_for_again(admitted: Federation) -> None:
    """Both helpers were away for more than a week; what the nodes wrote off serves the retry."""
    before = budgets(admitted)
    admitted.carrier.absent.update(HELPERS)
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.settle()
    (first,) = manifests(admitted)
    admitted.clock.now += SETTLE_AFTER + timedelta(hours=1)
    admitted.lead(admitted.leader.tick)
    for node in LISTED:
        admitted.at(node, admitted.roles[node].expire)
    assert states(admitted, first)["provider-1"] == "expired"
    admitted.carrier.let_go()
    admitted.settle()
    assert states(admitted, first)["provider-1"] == "written-off"
    _, second = manifests(admitted)
    assert states(admitted, second)["provider-1"] == "released"
    price = price_of(second)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))


def test_recorded_noise_differs_between_draws() -> None:
    """Otherwise the tests above could not tell a stored half from a computed one."""
    source = RecordingNoise(1)
    assert source.draw(None, 50).tolist() != source.draw(None, 50).tolist()  # type: ignore[arg-type]
