# SPDX-License-Identifier: EUPL-1.2
"""Helpers are replaced while the coordinator holds back how a release ended: nothing is given back.

The answer over five providers is out, and none of them has been told. Whoever could say that it is
over without knowing, or with a key that anybody may have, says so.
"""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.schema import queries as asked
from ontschot.coordinator.releases import passing
from ontschot.coordinator.releases.schema import passings, releases, results
from ontschot.node.helper import schema as helper_schema
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.schema import IN, OUT
from ontschot.node.provider.answering.noting import nobody_noted, note_released
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.releases import ABORT, COMMIT, Abort, Commit, Manifest
from ontschot.protocol.documents.uploads import HelperName
from ontschot.protocol.keys import PrivateKeys
from ontschot.protocol.signed import SignedDocument
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import added, budgets, manifests, price_of, question_state, states
from simulation.making import make_keys, make_participant
from simulation.test_rosters import begin, later, renew_keys

LISTED = tuple(node for node in NODES if node != LATE)
NEW = {"helper-a": "helper-c", "helper-b": "helper-d"}
LETTERS: dict[str, HelperName] = {"helper-a": "A", "helper-b": "B"}
FAR = Head(seq=10**6, hash="a" * 64)


def answered_in_silence(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """Let an answer come out, and the coordinator throw the helpers' commits away."""

    def throw_away(desk: Desk) -> None:
        desk.connection.execute(delete(passings))

    with monkeypatch.context() as patch:
        patch.setattr(passing, "pass_on", throw_away)
        begin(federation)
        federation.settle()
    (manifest,) = manifests(federation)
    assert len(federation.answers()) == 1
    assert {states(federation, manifest)[node] for node in LISTED} == {"consented"}
    return manifest


def replace(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, new: Mapping[str, str]
) -> None:
    """Let other organisations take the place of helpers, by a roster of the anchors."""
    monkeypatch.setattr("simulation.federation.HELPERS", (*HELPERS, *new.values()))
    newcomers = []
    for number, (old, name) in enumerate(new.items()):
        federation.keys[name] = make_keys()
        one = make_participant(name, 500 + number, federation.keys[name])
        newcomers.append(one.model_copy(update={"role": old}))
        federation._install(name)
        federation.start(name)
    listed = [
        one.model_copy(update={"status": "revoked"}) if one.id in new else one
        for one in federation.roster.participants
    ]
    roster = federation.next_roster(participants=(*listed, *newcomers))
    federation.carrier.absent.update(new)
    federation.adopt(roster)
    for old in new:
        federation.roles.pop(old)
    federation.settle()


def forged(manifest: Manifest, kind: str, helper: HelperName, keys: PrivateKeys) -> bytes:
    """Return a word about a release, signed with these keys."""
    word: Abort | Commit = Abort(helper=helper, manifest=manifest.digest, code="x", ledger=FAR)
    if kind == COMMIT:
        word = Commit(helper=helper, manifest=manifest.digest, output="1" * 64, ledger=FAR)
    return SignedDocument(word.to_bytes()).add_signature(kind, keys.signing).to_bytes()


def bring(federation: Federation, manifest: Manifest, kind: str, *words: bytes) -> None:
    """Let the coordinator bring words to every listed provider."""
    for node in manifest.nodes:
        for word in words:
            federation.lead(lambda d, n=node, w=word: d.send(n, kind, manifest.digest, w))  # type: ignore[misc]
    federation.settle()


def wait_for_all(federation: Federation, *without: str) -> None:
    """Let the question go on when everybody but these has uploaded anew, and not sooner."""
    deadline = to_text(federation.clock.now + timedelta(days=1))

    def act(desk: Desk) -> None:
        desk.connection.execute(update(asked).values(deadline=deadline))
        digest = desk.connection.execute(select(asked.c.hash)).scalar_one()
        for name in (LATE, *without):
            queries.said(desk, digest, name, "refused", "x")

    federation.lead(act)


def ask_to_abort(federation: Federation, manifest: Manifest, *helpers: str) -> None:
    for name in helpers:
        federation.lead(
            lambda d, n=name: d.send(n, "abort-request", manifest.digest, manifest.to_bytes())  # type: ignore[misc]
        )
    federation.settle()


def require_spent(
    federation: Federation, manifest: Manifest, before: dict[str, tuple[int, int]], state: str
) -> None:
    """The price is spent at every listed provider, and the answer counts as a list."""
    assert {states(federation, manifest)[node] for node in LISTED} == {state}
    moved = added(before, budgets(federation))
    assert {moved[node][0] for node in LISTED} == {0}
    # With another helper everybody uploads anew, and pays a little for the check on that.
    price = price_of(manifest)
    assert all(price <= moved[node][1] < 2 * price for node in LISTED)


@pytest.mark.parametrize("names", [HELPERS, HELPERS[:1], HELPERS[1:]])
def test_who_came_later_does_not_abort_what_it_cannot_know(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    before = budgets(admitted)
    manifest = answered_in_silence(admitted, monkeypatch)
    replace(admitted, monkeypatch, {name: NEW[name] for name in names})
    new = [NEW[name] for name in names]
    ask_to_abort(admitted, manifest, *new)
    # Proposed first, it is not kept either: nobody can abort it at its expiry.
    for name in new:
        admitted.lead(
            lambda d, n=name: d.send(n, "manifest", manifest.digest, manifest.to_bytes())  # type: ignore[misc]
        )
    admitted.settle()
    ask_to_abort(admitted, manifest, *new)
    for name in new:
        said = select(OUT.c.seq).where(OUT.c.type == ABORT, OUT.c.subject == manifest.digest)
        assert admitted.read(name, lambda c, q=said: c.execute(q).all()) == []  # type: ignore[misc]
        codes = select(IN.c.code).where(IN.c.subject == manifest.digest)
        refused = admitted.read(name, lambda c, q=codes: c.execute(q).scalars().all())  # type: ignore[misc]
        assert refused == ["manifest-refused"] * 3
        kept = select(helper_schema.releases).where(
            helper_schema.releases.c.manifest == manifest.digest
        )
        assert admitted.read(name, lambda c, q=kept: c.execute(q).all()) == []  # type: ignore[misc]
    require_spent(admitted, manifest, before, "expired")


@pytest.mark.parametrize("names", [HELPERS, HELPERS[:1], HELPERS[1:]])
def test_aborts_of_who_came_later_give_nothing_back(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """Also together with a helper of the release that lies about what it sent."""
    before = budgets(admitted)
    manifest = answered_in_silence(admitted, monkeypatch)
    replace(admitted, monkeypatch, {name: NEW[name] for name in names})
    signers = {name: NEW[name] if name in names else name for name in HELPERS}
    words = [
        forged(manifest, ABORT, LETTERS[name], admitted.keys[signer])
        for name, signer in signers.items()
    ]
    for _ in range(2):
        bring(admitted, manifest, ABORT, *words)
        require_spent(admitted, manifest, before, "expired")
        admitted.clock.advance(days=9)
        admitted.tick()


@pytest.mark.parametrize("names", [HELPERS, HELPERS[:1]])
def test_aborts_under_keys_of_before_give_nothing_back(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """A helper gets other keys since its own leaked; under its new ones it knows no more either."""
    before = budgets(admitted)
    manifest = answered_in_silence(admitted, monkeypatch)
    old = {name: renew_keys(admitted, name) for name in names}
    for keys in (old, admitted.keys):
        words = [
            forged(manifest, ABORT, LETTERS[name], keys.get(name, admitted.keys[name]))
            for name in HELPERS
        ]
        bring(admitted, manifest, ABORT, *words)
        require_spent(admitted, manifest, before, "expired")


def test_there_is_no_second_answer_over_one_provider_less(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two answers whose lists differ by one provider, at one price: what the attack is for."""
    manifest = answered_in_silence(admitted, monkeypatch)
    # The coordinator makes itself forget the first answer, and leaves one provider out.
    wait_for_all(admitted, "provider-5")
    admitted.lead(lambda d: queries.set_state(d, manifest.query or "", "asking"))
    admitted.lead(lambda d: d.connection.execute(update(results).values(id="first")))
    replace(admitted, monkeypatch, NEW)
    ask_to_abort(admitted, manifest, *NEW.values())
    forgotten = update(releases).where(releases.c.manifest == manifest.digest)
    admitted.lead(lambda d: d.connection.execute(forgotten.values(state="aborted")))

    admitted.lead(lambda d: queries.set_state(d, manifest.query or "", "asking"))
    for _ in range(3):
        later(admitted)
    lists = [one.nodes for one in manifests(admitted)]
    assert [*LISTED[:4]] in lists
    assert set(admitted.answers()) == {"first"}
    codes = select(IN.c.code).where(IN.c.type == "manifest", IN.c.code.is_not(None))
    refused = admitted.read("provider-1", lambda c: c.execute(codes).scalars().all())
    assert set(refused) == {"release-not-allowed"}


def test_commits_of_a_helper_that_was_replaced_are_taken_and_noted(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They met a new roster on the way; the coordinator brings them once more."""
    before = budgets(admitted)
    begin(admitted)
    admitted.carrier.hold = lambda to, letter: to in NODES and letter.type == COMMIT
    admitted.settle()
    (manifest,) = manifests(admitted)
    assert len(admitted.answers()) == 1
    replace(admitted, monkeypatch, {"helper-b": "helper-d"})
    admitted.carrier.hold = lambda _to, _letter: False
    admitted.carrier.let_go()
    admitted.carrier.absent.add("helper-b")
    admitted.settle()
    require_spent(admitted, manifest, before, "released")
    for node in LISTED:
        assert admitted.at(node, lambda desk: note_released(desk, nobody_noted)) in {0, 1}
        assert admitted.at(node, lambda desk: note_released(desk, nobody_noted)) == 0


def test_a_commit_under_a_key_of_before_closes_no_ledger(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has it may let a price count as spent, which silence does too, and that is all."""
    before = budgets(admitted)
    manifest = answered_in_silence(admitted, monkeypatch)
    old = {name: renew_keys(admitted, name) for name in HELPERS}
    words = [forged(manifest, COMMIT, LETTERS[name], keys) for name, keys in old.items()]
    bring(admitted, manifest, COMMIT, *words)
    require_spent(admitted, manifest, before, "released")
    admitted.tick()
    for name in HELPERS:
        assert admitted.read(name, ledger.head) is not None


def test_an_abort_of_before_its_helper_was_replaced_still_counts(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knew what it said, and nobody else had its key."""
    before = budgets(admitted)
    begin(admitted)
    (manifest,) = manifests(admitted)
    admitted.carrier.hold = lambda _to, letter: letter.type == "agree"
    admitted.settle()
    admitted.carrier.hold = lambda _to, _letter: False
    bring(admitted, manifest, ABORT, forged(manifest, ABORT, "A", admitted.keys["helper-a"]))
    assert {states(admitted, manifest)[node] for node in LISTED} == {"consented"}
    wait_for_all(admitted)
    replace(admitted, monkeypatch, {"helper-a": "helper-c"})
    later(admitted)
    assert {states(admitted, manifest)[node] for node in LISTED} == {"aborted"}
    price = price_of(manifest)
    later(admitted)
    assert question_state(admitted) == ("published", None)
    # The second answer was paid for, and the first was not.
    moved = added(before, budgets(admitted))
    assert {moved[node][0] for node in LISTED} == {0}
    assert all(price <= moved[node][1] < 2 * price for node in LISTED)


@pytest.mark.parametrize("state", ["agreed", "committed"])
@pytest.mark.parametrize("old", HELPERS)
def test_a_release_whose_helper_is_replaced_is_made_anew(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch, state: str, old: str
) -> None:
    """Nobody can free the first price any more; the question goes on all the same."""
    begin(admitted)
    (first,) = manifests(admitted)
    kind = "agree" if state == "agreed" else COMMIT
    admitted.carrier.hold = lambda _to, letter: letter.type == kind
    admitted.settle()
    assert {states(admitted, first)[helper] for helper in HELPERS} == {state}
    admitted.carrier.hold = lambda _to, _letter: False
    wait_for_all(admitted)
    replace(admitted, monkeypatch, {old: NEW[old]})
    for _ in range(3):
        later(admitted)
    assert states(admitted, first)[COORDINATOR] == "aborted"
    (other,) = set(HELPERS) - {old}
    assert states(admitted, first)[other] == "aborted"
    # What both helpers committed to may be out, for all a provider knows.
    ended = "expired" if state == "agreed" else "released"
    assert {states(admitted, first)[node] for node in LISTED} == {ended}
    assert question_state(admitted) == ("published", None)
    second = manifests(admitted)[-1]
    assert second.nodes == first.nodes
    reserved = {admitted.read(n, ledger.accounts)[0].reserved for n in (other, *LISTED)}
    assert reserved == {0}


def test_an_answer_that_went_with_its_helper_is_given_up_when_it_expires(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One helper sent its half, and the other is replaced before it did: no half is drawn again."""
    before = budgets(admitted)
    begin(admitted)
    (manifest,) = manifests(admitted)
    admitted.carrier.hold = lambda to, letter: (to, letter.type) == ("helper-b", "heads")
    admitted.settle()
    assert [states(admitted, manifest)[helper] for helper in HELPERS] == ["sent", "committed"]
    wait_for_all(admitted)
    admitted.carrier.hold = lambda _to, _letter: False
    replace(admitted, monkeypatch, {"helper-b": "helper-d"})
    for _ in range(2):
        later(admitted)
    assert question_state(admitted) == ("releasing", None)
    admitted.clock.advance(days=2)
    for _ in range(3):
        later(admitted)
    assert states(admitted, manifest)[COORDINATOR] == "lost"
    assert question_state(admitted) == ("failed", "answer-lost")
    assert manifests(admitted) == [manifest]
    require_spent(admitted, manifest, before, "released")
