# SPDX-License-Identifier: EUPL-1.2
"""One set of gate keys after the other: whatever is lost, late or killed, all are dealt in the end.

``attacks/test_dealers.py`` has the dealers that want to be stopped.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from ontschot.node.helper import schema
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.gate import PeerOwes
from simulation.conftest import Copy
from simulation.dealing import hours, order, owed, sets, states, status
from simulation.federation import HELPERS, Federation
from simulation.network import ROUGH

SETS = 4

PARTIES = (*HELPERS, "dealer")


@pytest.fixture
def federation(copies: Copy) -> Federation:
    """A federation in which the next order is the only thing that happens."""
    return copies()


def all_ready(federation: Federation) -> bool:
    return states(federation) == ["ready"] * SETS and all(
        status(federation, helper, set_id) == "ready"
        for helper in HELPERS
        for set_id in sets(federation)
    )


def test_sets_that_are_ordered_at_once_are_all_dealt(federation: Federation) -> None:
    order(federation, SETS)
    federation.settle()
    assert all_ready(federation)
    assert [owed(federation, helper) for helper in HELPERS] == [[], []]


def test_nothing_that_was_sealed_stays_with_the_dealer(federation: Federation) -> None:
    order(federation)
    federation.settle()
    (set_id,) = sets(federation)
    for helper in HELPERS:
        for name in ("delivery", "delivered-part"):
            kept = federation.at(
                "dealer",
                lambda desk, n=name, h=helper: desk.kept(f"{n}/{set_id}/{h}"),  # type: ignore[misc]
            )
            assert kept is None


@pytest.mark.parametrize("party", ["dealer", "everybody"])
def test_a_restart_after_each_letter(federation: Federation, party: str) -> None:
    order(federation, 2)
    steps = federation.carrier.steps()
    for _ in range(25):  # who starts asks its peers for heads: letters without end
        next(steps, None)
        for name in PARTIES if party == "everybody" else (party,):
            federation.start(name)
    federation.settle()
    assert states(federation) == ["ready"] * 2


@pytest.mark.parametrize("seed", range(4))
def test_letters_in_any_order_and_killed_parties(federation: Federation, seed: int) -> None:
    """Between two parties letters overtake each other; they come twice; parties are killed."""
    order(federation, SETS)
    federation.network(ROUGH, seed).settle()
    assert all_ready(federation)


def test_helpers_that_see_offers_in_another_order_wait_for_the_same(
    federation: Federation,
) -> None:
    """A has X before Y and B has Y before X: each would wait for the other for ever."""
    order(federation, SETS)
    late: set[str] = set()

    def hold(recipient: str, letter: Any) -> bool:
        return letter.type == "offer" and letter.subject in late and recipient in held_for

    for held_for in (("helper-a",), ("helper-b",)):
        late = set(sets(federation)[: SETS // 2])
        if held_for == ("helper-b",):
            late = set(sets(federation)[SETS // 2 :])
        federation.carrier.hold = hold
        federation.settle()
    federation.carrier.let_go()
    federation.settle()
    assert all_ready(federation)


LOSSES = [
    ("helper-a", "toss-commit"),
    *[(helper, "toss-reveal") for helper in HELPERS],
    ("helper-a", "choice"),
    ("to-a", "delivery"),
    ("to-b", "delivery"),
]


def lose_once(monkeypatch: pytest.MonkeyPatch, lost: Callable[[Desk, str, str], bool]) -> None:
    """Lose the first letter of a kind, as a coordinator does that is put back from a copy."""
    real = Desk.send
    done: list[str] = []

    def send(desk: Desk, recipient: str, kind: str, *rest: Any) -> int:
        if not done and lost(desk, recipient, kind):
            done.append(kind)
            return 0
        return real(desk, recipient, kind, *rest)

    monkeypatch.setattr(Desk, "send", send)


@pytest.mark.parametrize(("who", "what"), LOSSES)
def test_a_letter_that_was_lost_is_said_again(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, who: str, what: str
) -> None:
    lose_once(
        monkeypatch,
        lambda desk, recipient, kind: (
            kind == what and who in (desk.me.id, recipient.replace("helper-", "to-"))
        ),
    )
    order(federation, SETS)
    federation.settle()
    assert not all_ready(federation)
    hours(federation)
    assert all_ready(federation)


def test_a_set_that_the_peer_never_commits_to_stops_nothing(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_once(
        monkeypatch,
        lambda desk, _recipient, kind: (desk.me.id, kind) == ("helper-b", "toss-commit"),
    )
    order(federation, SETS)
    federation.settle()
    assert sorted(states(federation)) == ["dealing", *["ready"] * (SETS - 1)]
    assert [owed(federation, helper) for helper in HELPERS] == [[], []]


def test_a_peer_that_does_not_toss_is_named(federation: Federation) -> None:
    federation.carrier.hold = lambda recipient, letter: (
        (recipient, letter.type) == ("helper-b", "toss-reveal")
    )
    order(federation, 2)
    hours(federation)
    assert owed(federation, "helper-a") == [PeerOwes.code]
    assert owed(federation, "helper-b") == []
    assert sorted(states(federation)) == ["dealing", "helper-owes"]
    federation.carrier.let_go()
    hours(federation)
    assert states(federation) == ["ready"] * 2


@pytest.mark.parametrize("who", HELPERS)
def test_a_helper_that_lost_a_set_with_its_state_says_so(federation: Federation, who: str) -> None:
    """It was put back from a copy of before the offer; the peer audits the set alone."""
    federation.carrier.absent.add("dealer")
    order(federation, 2)
    federation.carrier.absent.clear()
    federation.carrier.let_go()
    federation.carrier.hold = lambda recipient, letter: (
        letter.type == "delivery" or (recipient == "dealer" and letter.type == "choice")
    )
    federation.settle()
    standing = [
        set_id for set_id in sets(federation) if status(federation, who, set_id) == "chosen"
    ]
    assert len(standing) == 1
    federation.at(
        who,
        lambda desk: desk.connection.execute(
            delete(schema.batches).where(schema.batches.c.set_id == standing[0])
        ),
    )
    federation.carrier.let_go()
    hours(federation)
    assert sorted(states(federation)) == ["ready", "spoiled"]
    other = HELPERS[1 - HELPERS.index(who)]
    assert status(federation, other, standing[0]) == "erased"
    assert [owed(federation, helper) for helper in HELPERS] == [[], []]


@pytest.mark.parametrize("letters", range(2, 34, 6))
def test_a_roster_that_comes_in_between_stops_nothing(federation: Federation, letters: int) -> None:
    """Letters of before are refused; the same helpers and dealer go on with them."""
    order(federation, 2)
    steps = federation.carrier.steps()
    for _ in range(letters):
        next(steps, None)
    federation.adopt(federation.next_roster())
    hours(federation)
    assert [owed(federation, helper) for helper in HELPERS] == [[], []]
    order(federation, 2)
    hours(federation)
    assert sum(state in ("ready", "used") for state in states(federation)) >= 2
    for helper in HELPERS:
        assert "chosen" not in {status(federation, helper, one) for one in sets(federation)}
