# SPDX-License-Identifier: EUPL-1.2
"""A party that was put back from an older copy does nothing that costs before its peers spoke.

The coordinator is the adversary: it carries every letter, keeps back what it likes, and shows old
letters again. Failure conditions: a second draw of noise for one price, a second half of one
release, a consent or an upload from a ledger that lacks what was spent; and an honest party that
is left waiting, or refuses what it should have answered.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ontschot.node.mailroom import Mailroom
from ontschot.node.mailroom.schema import IN, OUT
from ontschot.node.witness.asking import ASK_AGAIN
from ontschot.node.witness.schema import statements, waiting
from ontschot.node.witness.service import HEADS, HEADS_ASKED
from ontschot.protocol.documents.releases import COMMIT, CONSENT, Manifest
from ontschot.protocol.letters import Letter, SignedLetter, read
from simulation.conftest import LATE, NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import added, budgets, manifests, price_of, states
from simulation.recording import Listener, RecordingNoise, record
from simulation.test_heads import closed_by, put_back, set_aside

LISTED = tuple(node for node in NODES if node != LATE)
A, B = HELPERS
ONE = "provider-1"


def keep_back(recipient: str, *kinds: str, sender: str = "") -> Callable[[str, Letter], bool]:
    """Return what holds back letters of these types to a recipient."""

    def hold(to: str, letter: Letter) -> bool:
        return to == recipient and letter.type in kinds and letter.sender.startswith(sender)

    return hold


def propose(federation: Federation) -> None:
    """Time is up for the provider that hesitates: the coordinator proposes a release."""
    federation.clock.advance(hours=1)
    federation.lead(federation.leader.tick)
    federation.settle()


def draws(federation: Federation, name: str) -> int:
    source = federation.noise[name]
    assert isinstance(source, RecordingNoise)
    return source.draws


def count(federation: Federation, name: str, kind: str) -> int:
    """Return how many letters of one type a party wrote."""
    query = select(func.count()).where(OUT.c.type == kind)
    return federation.read(name, lambda c: c.execute(query).scalar_one())


def waits(federation: Federation, name: str) -> list[str]:
    """Return the types of the letters that wait at a party."""
    return list(federation.read(name, lambda c: c.execute(select(waiting.c.type)).scalars()))


@pytest.fixture
def tape(monkeypatch: pytest.MonkeyPatch) -> list[SignedLetter]:
    """Every letter that helper A got, as it came: the coordinator has kept them."""
    kept: list[SignedLetter] = []
    take = Mailroom.receive

    def receive(room: Mailroom, wire: SignedLetter) -> object:
        if room.name == A:
            kept.append(wire)
        return take(room, wire)

    monkeypatch.setattr(Mailroom, "receive", receive)
    return kept


class Restored:
    """Helper A, put back to where it had opened and not committed, after its half went out."""

    def __init__(self, federation: Federation, folder: Path, tape: list[SignedLetter]) -> None:
        self.federation = federation
        self.listener: Listener = record(federation)
        federation.settle()
        federation.carrier.hold = keep_back(A, "open")
        propose(federation)
        (self.manifest,) = manifests(federation)
        assert self.state == "opened"
        set_aside(federation, A, folder)
        self.known = list(tape)
        federation.carrier.let_go()
        federation.settle()
        assert self.state == "sent"
        assert draws(federation, A) == len(self.manifest.blocks)
        self.tape = list(tape)
        self.halves = set(self.listener.halves[self.manifest.digest, A])
        assert len(self.halves) == 1
        put_back(federation, A, folder, hidden=True)
        assert self.state == "opened"

    @property
    def state(self) -> str:
        return states(self.federation, self.manifest)[A]

    def show_again(self, *kinds: str, wires: list[SignedLetter] | None = None) -> int:
        """Deliver letters of before once more; return how many."""
        again = [
            wire for wire in (self.tape if wires is None else wires) if read(wire).type in kinds
        ]
        for wire in again:
            self.federation.mailrooms[A].receive(wire)
        self.federation.settle()
        return len(again)

    def expect_nothing_drawn(self) -> None:
        assert draws(self.federation, A) == len(self.manifest.blocks)
        assert self.listener.halves[self.manifest.digest, A] == self.halves
        assert len(self.listener.commits[self.manifest.digest, A]) == 1


@pytest.fixture
def restored(admitted: Federation, tmp_path: Path, tape: list[SignedLetter]) -> Restored:
    return Restored(admitted, tmp_path / "old", tape)


def test_nothing_is_drawn_again_while_heads_are_withheld(restored: Restored) -> None:
    federation = restored.federation
    federation.carrier.hold = keep_back(A, HEADS)
    assert restored.show_again("open", COMMIT) == 2
    federation.tick()
    assert restored.state == "opened"
    restored.expect_nothing_drawn()
    # With the answers it closes, and does not draw either.
    federation.carrier.let_go()
    federation.settle()
    assert closed_by(federation, A) in ("ledger-rolled-back", "ledger-forked")
    assert restored.show_again("open", COMMIT) == 2
    restored.expect_nothing_drawn()


def test_a_helper_that_would_not_wait_draws_again(restored: Restored, tmp_path: Path) -> None:
    """What the tests above would show if nobody waited; even then no second half leaves."""
    put_back(restored.federation, A, tmp_path / "old", hidden=True, silent=True)
    restored.federation.carrier.hold = keep_back(A, HEADS)
    restored.show_again("open", COMMIT)
    assert draws(restored.federation, A) == 2 * len(restored.manifest.blocks)
    assert restored.listener.halves[restored.manifest.digest, A] == restored.halves


def test_answers_to_an_earlier_start_do_not_count(restored: Restored) -> None:
    federation = restored.federation
    federation.carrier.hold = keep_back(A, HEADS)
    assert restored.show_again(HEADS, wires=restored.known) > 0
    restored.show_again("open", COMMIT)
    assert closed_by(federation, A) is None
    assert restored.state == "opened"
    restored.expect_nothing_drawn()


def test_a_commit_that_the_peer_never_saw_lets_no_half_out(
    admitted: Federation, tmp_path: Path, tape: list[SignedLetter]
) -> None:
    """Else a peer that answers truthfully would know nothing of the first half."""
    listener = record(admitted)
    admitted.settle()
    admitted.carrier.hold = keep_back(A, "open")
    propose(admitted)
    (manifest,) = manifests(admitted)
    set_aside(admitted, A, tmp_path / "old")
    admitted.carrier.let_go()
    admitted.carrier.hold = keep_back(B, COMMIT, sender=A)
    admitted.settle()
    assert states(admitted, manifest)[A] == "committed"
    assert states(admitted, manifest)[B] == "committed"
    assert COMMIT in {read(wire).type for wire in tape if read(wire).sender == B}
    assert listener.halves[manifest.digest, A] == set()

    again = [wire for wire in tape if read(wire).type in ("open", COMMIT)]
    put_back(admitted, A, tmp_path / "old", hidden=True)
    admitted.settle()
    for wire in again:
        admitted.mailrooms[A].receive(wire)
    admitted.settle()
    # It drew twice, for the first was of no use to anybody: only the peer's word lets one out.
    assert listener.halves[manifest.digest, A] == set()
    admitted.carrier.let_go()
    admitted.settle()
    assert len(listener.halves[manifest.digest, A]) <= 1


def test_a_helper_that_only_restarted_goes_on_by_itself(admitted: Federation) -> None:
    before = budgets(admitted)
    listener = record(admitted)
    admitted.settle()
    admitted.carrier.hold = keep_back(A, "open")
    propose(admitted)
    admitted.start(A)
    admitted.carrier.let_go()
    admitted.carrier.hold = keep_back(A, HEADS)
    admitted.settle()
    (manifest,) = manifests(admitted)
    assert states(admitted, manifest)[A] == "opened"
    assert draws(admitted, A) == 0
    admitted.carrier.let_go()
    admitted.settle()
    expect_one_answer(admitted, manifest, before)
    assert len(listener.halves[manifest.digest, A]) == 1


def expect_one_answer(
    federation: Federation, manifest: Manifest, before: dict[str, tuple[int, int]]
) -> None:
    assert len(federation.answers()) == 1
    price = price_of(manifest)
    assert added(before, budgets(federation)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))


def test_who_starts_while_a_helper_is_down_waits_and_loses_nothing(admitted: Federation) -> None:
    before = budgets(admitted)
    admitted.carrier.absent.add(B)
    for name in (A, ONE):
        admitted.start(name)
    propose(admitted)
    (manifest,) = manifests(admitted)
    assert waits(admitted, ONE) == ["manifest"]
    assert states(admitted, manifest)[ONE] is None
    assert states(admitted, manifest)[A] == "proposed"
    # Killed meanwhile: what waits is on disk.
    admitted.start(ONE)
    admitted.settle()
    admitted.carrier.let_go()
    admitted.settle()
    assert waits(admitted, ONE) == []
    expect_one_answer(admitted, manifest, before)
    refused = select(func.count()).where(IN.c.code.is_not(None))
    for name in (*HELPERS, *LISTED):
        assert admitted.read(name, lambda c: c.execute(refused).scalar_one()) == 0


def test_a_question_waits_as_well(admitted: Federation) -> None:
    admitted.carrier.absent.add(B)
    admitted.start(ONE)
    another = admitted.question("Q13", purpose="nog een toets")
    admitted.ask(admitted.approved(another))
    admitted.settle()
    assert waits(admitted, ONE) == ["question"]
    said = count(admitted, ONE, "accepted")
    admitted.carrier.let_go()
    admitted.settle()
    assert count(admitted, ONE, "accepted") == said + 1


@pytest.mark.parametrize("helper", HELPERS)
def test_a_restored_node_consents_to_nothing_before_both_helpers_spoke(
    admitted: Federation, tmp_path: Path, helper: str
) -> None:
    set_aside(admitted, ONE, tmp_path / "old")
    propose(admitted)
    assert len(admitted.answers()) == 1
    put_back(admitted, ONE, tmp_path / "old", hidden=True)
    consents = count(admitted, ONE, CONSENT)
    admitted.carrier.hold = keep_back(ONE, HEADS, sender=helper)
    other = admitted.question("Q13", purpose="nog een toets")
    admitted.ask(admitted.approved(other))
    admitted.settle()
    # The answer of the other helper has closed it, or it waits; either way it consents to nothing.
    propose(admitted)
    assert count(admitted, ONE, CONSENT) == consents
    admitted.carrier.let_go()
    admitted.settle()
    assert closed_by(admitted, ONE) == "ledger-rolled-back"
    assert waits(admitted, ONE) == []
    assert count(admitted, ONE, CONSENT) == consents


def test_what_waited_is_refused_by_a_ledger_that_closes(
    admitted: Federation, tmp_path: Path
) -> None:
    """So the coordinator goes on without it, and does not wait for an hour."""
    set_aside(admitted, ONE, tmp_path / "old")
    propose(admitted)
    put_back(admitted, ONE, tmp_path / "old", hidden=True)
    admitted.carrier.hold = keep_back(ONE, HEADS)
    first = manifests(admitted)[0]
    wanted = first.model_copy(update={"release_id": "again"})
    admitted.lead(lambda desk: desk.send(ONE, "manifest", wanted.digest, wanted.to_bytes()))
    admitted.settle()
    assert waits(admitted, ONE) == ["manifest"]
    admitted.carrier.let_go()
    admitted.settle()
    query = select(OUT.c.subject).where(OUT.c.type == "refusal")
    assert wanted.digest in admitted.read(ONE, lambda c: list(c.execute(query).scalars()))


def test_new_parties_of_whom_nobody_holds_anything_begin_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "federation"
    folder.mkdir()
    federation = Federation(folder, NODES[:3], {})
    held = select(func.count()).select_from(statements)
    for name in (*HELPERS, *NODES[:3]):
        assert federation.read(name, lambda c: c.execute(held).scalar_one()) == 0
        assert federation.roles[name].witnesses.complete  # type: ignore[union-attr]
    federation.close()


def test_a_question_that_got_lost_is_asked_again(admitted: Federation) -> None:
    """By a coordinator that was put back, for one; not more often than once an hour."""
    admitted.carrier.absent.update(HELPERS)
    admitted.start(ONE)
    asked = count(admitted, ONE, HEADS_ASKED)
    admitted.tick()
    assert count(admitted, ONE, HEADS_ASKED) == asked
    admitted.clock.advance(seconds=int(ASK_AGAIN.total_seconds()))
    admitted.tick()
    assert count(admitted, ONE, HEADS_ASKED) == asked + len(HELPERS)
    admitted.carrier.let_go()
    admitted.settle()
    admitted.clock.advance(seconds=int(ASK_AGAIN.total_seconds()))
    admitted.tick()
    assert count(admitted, ONE, HEADS_ASKED) == asked + len(HELPERS)


def test_an_answer_under_an_earlier_roster_is_given_again(admitted: Federation) -> None:
    admitted.carrier.hold = keep_back(ONE, HEADS)
    admitted.start(ONE)
    admitted.settle()
    admitted.adopt(admitted.next_roster())
    admitted.carrier.let_go()
    admitted.settle()
    assert admitted.roles[ONE].witnesses.complete  # type: ignore[union-attr]
    assert closed_by(admitted, ONE) is None
