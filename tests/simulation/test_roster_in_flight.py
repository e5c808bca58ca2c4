# SPDX-License-Identifier: EUPL-1.2
"""A new roster at any moment: letters written under the old one are refused, and nothing sticks."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from sqlalchemy import select

from ontschot.coordinator.releases import closing
from ontschot.coordinator.releases.leading import ASK_AGAIN_AFTER
from ontschot.coordinator.releases.schema import erasures
from ontschot.node.helper import schema as helper_schema
from ontschot.node.mailroom.schema import IN
from ontschot.protocol.letters import REFUSAL
from simulation.commands import Commands
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    budgets,
    manifests,
    participation,
    price_of,
    published_bins,
    question_state,
    true_bins,
)
from simulation.making import make_keys, make_participant

Make: TypeAlias = Callable[[], Federation]

NODES = ("provider-1", "provider-2", "provider-3", "provider-4")

MOMENTS = (3, 16, 24, 60, 110, 170)
"""After how many letters the roster comes: from the first questions to the last outputs."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    sizes = {"BU99010101": 260}
    federation = Federation(tmp_path_factory.mktemp("begun"), NODES, {}, sizes=sizes)
    random = np.random.default_rng(2)
    for node in NODES:
        flags = (random.random(federation.slots) < 0.3).astype(np.uint32)
        federation.vectors[node, "served"] = flags
    federation.open_round()
    federation.ask(federation.query("Q13"), patience=timedelta(days=1))
    federation.close()
    return federation


@pytest.fixture
def fresh(begun: Federation, tmp_path: Path) -> Iterator[Federation]:
    federation = begun.copy(tmp_path / "federation")
    yield federation
    federation.close()


def carry(federation: Federation, letters: int) -> None:
    """Carry so many letters; the clock moves on, so that what waits for it goes on."""
    steps = federation.carrier.steps()
    for _ in range(letters):
        if next(steps, None) is None:
            federation.clock.now += ASK_AGAIN_AFTER
            federation.lead(federation.leader.tick)
            steps = federation.carrier.steps()


def come_to_rest(federation: Federation) -> None:
    federation.settle()
    for _ in range(9):
        federation.clock.now += ASK_AGAIN_AFTER
        federation.tick()


def refused_for_the_roster(federation: Federation) -> int:
    """Return how many refusals of letters went round."""
    return sum(
        len(
            federation.read(name, lambda c: c.execute(select(IN).where(IN.c.type == REFUSAL)).all())
        )
        for name in federation.mailrooms
    )


@pytest.mark.parametrize("letters", MOMENTS)
def test_nothing_sticks_and_budgets_are_right(fresh: Federation, letters: int) -> None:
    carry(fresh, letters)
    fresh.adopt(fresh.next_roster())
    come_to_rest(fresh)
    assert question_state(fresh) == ("published", None)
    released = [one for one in manifests(fresh) if fresh.answers().get(one.release_id)]
    last = released[-1]
    # Nobody was left out because a roster came.
    assert last.nodes == sorted(NODES)
    assert [participation(fresh, node) for node in NODES] == [("taking-part", None)] * len(NODES)
    assert published_bins(fresh.answers()[last.release_id]) == true_bins(fresh, NODES)
    spent = budgets(fresh)
    assert {reserved for reserved, _ in spent.values()} == {0}
    # Helpers pay for each upload that they checked, nodes for each that they sent.
    admissions = {price_of(one) for one in manifests(fresh, "admit")}
    (admission,) = admissions
    for name in (*HELPERS, *NODES):
        checks, rest = divmod(spent[name][1] - price_of(last), admission)
        assert rest == 0
        assert 1 <= checks <= (2 * len(NODES) if name in HELPERS else 3)
    held = fresh.read(
        "helper-a",
        lambda c: (
            c.execute(
                select(helper_schema.uploads.c.status).where(
                    helper_schema.uploads.c.status.in_(("held", "admitted"))
                )
            )
            .scalars()
            .all()
        ),
    )
    assert held == ["admitted"] * len(NODES)


def test_letters_really_were_refused(begun: Federation, tmp_path: Path) -> None:
    """Otherwise the tests above would prove nothing."""
    counted = []
    for letters in (16, 45):
        federation = begun.copy(tmp_path / str(letters))
        carry(federation, letters)
        federation.adopt(federation.next_roster())
        come_to_rest(federation)
        counted.append(refused_for_the_roster(federation))
        federation.close()
    assert min(counted) > 0


def test_what_waited_at_the_recipient_is_said_again(fresh: Federation) -> None:
    """Two rosters in a row: whoever is away between them refuses what came in between."""
    fresh.carrier.absent.update({"provider-2", "helper-b"})
    carry(fresh, 40)
    fresh.adopt(fresh.next_roster())
    fresh.adopt(fresh.next_roster())
    fresh.carrier.let_go()
    come_to_rest(fresh)
    assert question_state(fresh) == ("published", None)
    assert manifests(fresh)[-1].nodes == sorted(NODES)


def test_the_end_of_a_round_is_told_again(admitted: Federation) -> None:
    round_hash = admitted.round().digest
    admitted.carrier.absent.update(HELPERS)
    admitted.lead(lambda desk: closing.close_round(desk, round_hash))
    admitted.settle()
    admitted.adopt(admitted.next_roster())
    admitted.carrier.let_go()
    admitted.settle()
    rows = admitted.read(COORDINATOR, lambda c: c.execute(select(erasures)).all())
    assert {row.helper for row in rows} == set(HELPERS)


def test_a_helper_that_comes_new_gets_round_question_and_uploads(
    fresh: Federation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another organisation takes over helper B in the middle of a round."""
    carry(fresh, 120)
    keys = make_keys()
    fresh.keys["helper-c"] = keys
    newcomer = make_participant("helper-c", 500, keys).model_copy(update={"role": "helper-b"})
    fresh._install("helper-c")
    monkeypatch.setattr("simulation.federation.HELPERS", ("helper-a", "helper-b", "helper-c"))
    fresh.start("helper-c")
    listed = [
        one.model_copy(update={"status": "revoked"}) if one.id == "helper-b" else one
        for one in fresh.roster.participants
    ]
    roster = fresh.next_roster(participants=(*listed, newcomer))
    Commands(fresh, monkeypatch).adopt(roster, tmp_path / "roster.signed")
    fresh.roles.pop("helper-b")
    come_to_rest(fresh)
    assert question_state(fresh) == ("published", None)
    assert manifests(fresh)[-1].nodes == sorted(NODES)
