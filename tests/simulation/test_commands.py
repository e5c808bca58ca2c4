# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's commands, run beside a federation that works."""

import pytest
from sqlalchemy import select

from ontschot.coordinator.queries.service import UnknownQuestion
from ontschot.coordinator.releases.again import NoMoreLists, NotPublished
from ontschot.coordinator.rounds.service import RoundClosed, UnknownRound
from ontschot.node.helper import schema
from simulation.commands import Commands
from simulation.conftest import LATE, NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import manifests, published_bins, question_state, true_bins
from simulation.making import make_keys, make_participant

ROUND = "nulmeting-2024"


@pytest.fixture
def commands(admitted: Federation, monkeypatch: pytest.MonkeyPatch) -> Commands:
    return Commands(admitted, monkeypatch)


def test_a_round_is_closed_by_name(admitted: Federation, commands: Commands) -> None:
    with pytest.raises(UnknownRound):
        commands.coordinator("close-round", "nulmeting-1999", "--yes")
    with pytest.raises(AssertionError, match="Aborted"):
        commands.coordinator("close-round", ROUND, answer="n\n")
    assert question_state(admitted) == ("asking", None)

    assert "gesloten" in commands.coordinator("close-round", ROUND, answer="y\n")
    admitted.settle()
    assert question_state(admitted) == ("failed", "round-closed")
    for helper in HELPERS:
        held = admitted.read(
            helper, lambda c: set(c.execute(select(schema.uploads.c.status)).scalars())
        )
        assert held == {"erased"}
    again = commands.coordinator("close-round", ROUND, "--yes")
    for helper in HELPERS:
        assert f"{helper} tekende dat de gegevens van 5 aanbieders gewist zijn" in again


def test_a_question_is_answered_again_over_who_joined(
    admitted: Federation, commands: Commands
) -> None:
    digest = admitted.question("Q13").digest
    with pytest.raises(NotPublished):
        commands.coordinator("ask-again", digest[:12])
    with pytest.raises(UnknownQuestion):
        commands.coordinator("ask-again", "zzzz")
    admitted.clock.advance(hours=1)
    admitted.tick()
    assert f"{digest[:12]}  Q13  published" in commands.coordinator("status")

    joined = join(admitted, "provider-7", "provider-8")
    admitted.decisions.clear()
    provider = admitted.roles[LATE]
    admitted.at(LATE, lambda desk: provider.accept(desk, digest))  # type: ignore[union-attr]
    said = commands.coordinator("ask-again", digest[:8])
    assert "provider-7, provider-8" in said
    admitted.settle()
    admitted.tick()
    first, second = manifests(admitted)
    assert set(second.nodes) == {*NODES, *joined}
    assert set(first.nodes) < set(second.nodes)
    answer = admitted.answers()[second.release_id]
    assert published_bins(answer) == true_bins(admitted, (*NODES, *joined))
    with pytest.raises(NoMoreLists):
        commands.coordinator("ask-again", digest)


def test_in_a_closed_round_nothing_is_asked_again(admitted: Federation, commands: Commands) -> None:
    admitted.clock.advance(hours=1)
    admitted.tick()
    commands.coordinator("close-round", ROUND, "--yes")
    with pytest.raises(RoundClosed):
        commands.coordinator("ask-again", admitted.question("Q13").digest)


def join(federation: Federation, *names: str) -> tuple[str, ...]:
    """Install providers that were not there at the beginning, with a roster that lists them."""
    listed = list(federation.roster.participants)
    for name in names:
        federation.keys[name] = make_keys()
        federation._install(name)
        federation.start(name)
        federation.vectors[name, "served"] = federation.vectors["provider-1", "served"]
        listed.append(make_participant(name, 100 + len(listed), federation.keys[name]))
    federation.nodes = (*federation.nodes, *names)
    federation.adopt(federation.next_roster(participants=tuple(listed)))
    return names
