# SPDX-License-Identifier: EUPL-1.2
"""What a provider's node consents to, at a real node's desk: each deviation alone is refused."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from sqlalchemy import select, update

from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.errors import BudgetExhausted, LedgerClosed
from ontschot.node.ledger.tables import STATUS
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import OUT
from ontschot.node.provider.answering import consenting, schema
from ontschot.node.provider.answering.errors import (
    EarlierAttemptOpen,
    NotAccepted,
    ReleaseNotAllowed,
)
from ontschot.node.provider.answering.settling import take_helpers_word
from ontschot.node.questions.keys import answer_key
from ontschot.node.questions.schema import questions
from ontschot.node.witness.errors import ForeignStatement
from ontschot.protocol.catalogue.approval import NotValidNow
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.releases import ABORT, COMMIT, Abort, Commit, Manifest
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho
from ontschot.protocol.signed import SignedDocument
from simulation.bench import Bench, later
from simulation.looking import price_of

NODE = "provider-1"
Case: TypeAlias = tuple[Callable[[Bench], Manifest], type[OntschotError], str]


def letter_of(manifest: Manifest, **changes: Any) -> Letter:
    """Return the coordinator's proposal."""
    fields: dict[str, Any] = {
        "type": "manifest",
        "subject": manifest.digest,
        "sender": "coordinator",
        "recipient": NODE,
        "seq": 10**6,
        "roster_serial": 1,
        "roster_hash": "0" * 64,
        "payload": manifest.to_bytes(),
    }
    return Letter(**(fields | changes))


def propose(
    bench: Bench,
    manifest: Manifest,
    before: Callable[[Desk], object] = lambda _desk: None,
    **changes: Any,
) -> tuple[OntschotError | None, int, int]:
    """Propose a manifest to the node; return why it refused, what it reserved and letters sent."""

    def act(desk: Desk) -> tuple[OntschotError | None, int, int]:
        before(desk)
        error = None
        try:
            consenting.consent(desk, letter_of(manifest, **changes))
        except OntschotError as refusal:
            error = refusal
        kind = select(OUT.c.seq).where(OUT.c.type == "consent", OUT.c.posted_at.is_(None))
        sent = len(desk.connection.execute(kind).all())
        return error, reserved(desk), sent

    return bench.undone(act, NODE)


def reserved(desk: Desk) -> int:
    desk.connection.execute(update(STATUS).values(closed_by=None))
    return ledger.account(desk.connection, "household", 2024).reserved


def test_a_good_manifest_gets_consent_and_reserves_its_price(bench: Bench) -> None:
    assert propose(bench, bench.manifest) == (None, price_of(bench.manifest), 3)


def test_the_same_manifest_again_changes_nothing(bench: Bench) -> None:
    def once(desk: Desk) -> None:
        consenting.consent(desk, letter_of(bench.manifest))

    assert propose(bench, bench.manifest, once) == (None, price_of(bench.manifest), 3)


CASES: dict[str, Case] = {
    "without question": (
        lambda b: b.changed(kind="admit", query=None),
        ReleaseNotAllowed,
        "no question",
    ),
    "of an unknown question": (lambda b: b.changed(query="0" * 64), NotAccepted, ""),
    "under another roster": (lambda b: b.changed(roster_serial=2), ReleaseNotAllowed, "roster"),
    "under another roster's hash": (
        lambda b: b.changed(roster_hash="0" * 64),
        ReleaseNotAllowed,
        "roster",
    ),
    "expired": (lambda b: b.changed(expiry=later(b)), ReleaseNotAllowed, "expired"),
    "for ever": (
        lambda b: b.changed(expiry="9999-01-01T00:00:00Z"),
        ReleaseNotAllowed,
        "too long a life",
    ),
    "with other blocks": (
        lambda b: b.changed(blocks=b.manifest.blocks[:1]),
        ReleaseNotAllowed,
        "not what was approved",
    ),
    "in another round": (
        lambda b: b.changed(round="0" * 64),
        ReleaseNotAllowed,
        "not what was approved",
    ),
    "without this provider": (
        lambda b: b.without(NODE),
        ReleaseNotAllowed,
        "does not list this provider",
    ),
    "with another upload of this provider": (
        lambda b: b.changed(**b.part(uploads=[*b.manifest.parts[0].uploads[1:], "f" * 64])),
        ReleaseNotAllowed,
        "upload",
    ),
    "with more uploads than providers": (
        lambda b: b.changed(**b.part(uploads=[*b.manifest.parts[0].uploads, "f" * 64])),
        ReleaseNotAllowed,
        "one upload of each",
    ),
    "with two organisations": (
        lambda b: b.without("provider-2", "provider-3", "provider-4"),
        ReleaseNotAllowed,
        "fewer than 3 organisations",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_manifest_that_is_not_right_is_refused(bench: Bench, name: str) -> None:
    change, error, detail = CASES[name]
    manifest = change(bench)
    own = bench.uploads_by_node()[NODE]
    if name == "with another upload of this provider" and own in manifest.parts[0].uploads:
        kept = [one for one in bench.manifest.parts[0].uploads if one != own]
        manifest = bench.changed(**bench.part(uploads=[*kept, "f" * 64]))
    found, taken, sent = propose(bench, manifest)
    assert type(found) is error
    assert detail in found.detail
    assert (taken, sent) == (0, 0)


@pytest.mark.parametrize("changes", [{"sender": "provider-2"}, {"subject": "0" * 64}])
def test_only_the_coordinator_proposes(bench: Bench, changes: dict[str, Any]) -> None:
    found, taken, _ = propose(bench, bench.manifest, **changes)
    assert isinstance(found, ReleaseNotAllowed)
    assert taken == 0


@pytest.mark.parametrize("decision", ["held", "refused"])
def test_a_question_must_be_accepted_here(bench: Bench, decision: str) -> None:
    def decide(desk: Desk) -> None:
        desk.connection.execute(update(questions).values(decision=decision))

    found, taken, _ = propose(bench, bench.manifest, decide)
    assert isinstance(found, NotAccepted)
    assert taken == 0


def test_a_question_must_be_valid_still(bench: Bench) -> None:
    bench.federation.clock.advance(days=31)
    try:
        found, taken, _ = propose(bench, bench.changed(expiry=later(bench, hours=1)))
    finally:
        bench.federation.clock.advance(days=-31)
    assert isinstance(found, NotValidNow)
    assert taken == 0


def test_a_price_beyond_the_budget_is_refused(bench: Bench) -> None:
    def spend(desk: Desk) -> None:
        left = ledger.available(desk.connection, "household", 2024)
        charge = Charge("household", (2024,), Rho(left - price_of(bench.manifest) + 1))
        ledger.spend(desk.connection, "e" * 64, [charge])

    found, taken, _ = propose(bench, bench.manifest, spend)
    assert isinstance(found, BudgetExhausted)
    assert taken == 0


def test_a_closed_ledger_consents_to_nothing(bench: Bench) -> None:
    def close(desk: Desk) -> None:
        desk.connection.execute(update(STATUS).values(closed_by="ledger-rolled-back"))

    found, taken, _ = propose(bench, bench.manifest, close)
    assert isinstance(found, LedgerClosed)
    assert taken == 0


def earlier(bench: Bench, state: str, manifest: Manifest | None = None) -> Callable[[Desk], None]:
    """Write an earlier consent to the same question."""
    known = manifest or bench.changed(release_id="earlier")

    def act(desk: Desk) -> None:
        desk.connection.execute(
            schema.consents.insert().values(
                manifest=known.digest,
                document=known.to_bytes(),
                query=known.query,
                key=answer_key(known).digest,
                expiry=known.expiry,
                charged=True,
                state=state,
            )
        )

    return act


def test_one_release_of_a_question_at_a_time(bench: Bench) -> None:
    found, taken, _ = propose(bench, bench.manifest, earlier(bench, "consented"))
    assert isinstance(found, EarlierAttemptOpen)
    assert taken == 0


@pytest.mark.parametrize(
    ("state", "price"),
    [("aborted", True), ("released", False), ("expired", False), ("written-off", False)],
)
def test_an_answer_is_paid_for_once(bench: Bench, state: str, price: bool) -> None:
    found, taken, sent = propose(bench, bench.manifest, earlier(bench, state))
    assert (found, sent) == (None, 3)
    assert taken == (price_of(bench.manifest) if price else 0)


@pytest.mark.parametrize(
    ("state", "counts"),
    [("released", True), ("expired", True), ("aborted", False), ("written-off", False)],
)
def test_a_list_counts_when_something_may_have_come_out(
    bench: Bench, state: str, counts: bool
) -> None:
    fewer = bench.without("provider-5").model_copy(update={"release_id": "earlier"})
    found, taken, _ = propose(bench, bench.manifest, earlier(bench, state, fewer))
    assert isinstance(found, ReleaseNotAllowed) is counts
    assert taken == (0 if counts else price_of(bench.manifest))


def word(bench: Bench, kind: str, helper: str, **changes: Any) -> Letter:
    """Return a helper's signed commit or abort, passed on by the coordinator."""
    name = "A" if helper == "helper-a" else "B"
    head = Head(seq=10**6, hash=("a" if kind == COMMIT else "b") * 64)
    fields: dict[str, Any] = {"helper": name, "manifest": bench.manifest.digest, "ledger": head}
    document = (
        Commit(output="1" * 64, **fields) if kind == COMMIT else Abort(code="expired", **fields)
    )
    signing = bench.federation.keys[changes.pop("key", helper)].signing
    signed = SignedDocument(document.to_bytes()).add_signature(kind, signing)
    return letter_of(bench.manifest, **({"type": kind, "payload": signed.to_bytes()} | changes))


def after_words(bench: Bench, *words: Letter) -> tuple[str | None, int, int]:
    """Return state of the consent, and what is reserved and spent more, after these words."""

    def act(desk: Desk) -> tuple[str | None, int, int]:
        spent = ledger.account(desk.connection, "household", 2024).spent
        consenting.consent(desk, letter_of(bench.manifest))
        for one in words:
            take_helpers_word(desk, one)
        account = ledger.account(desk.connection, "household", 2024)
        state = desk.connection.execute(
            select(schema.consents.c.state).where(
                schema.consents.c.manifest == bench.manifest.digest
            )
        ).scalar()
        return state, account.reserved, account.spent - spent

    return bench.undone(act, NODE)


def test_both_helpers_words_decide_over_a_reservation(bench: Bench) -> None:
    price = price_of(bench.manifest)
    commit_a, commit_b = (word(bench, COMMIT, helper) for helper in ("helper-a", "helper-b"))
    abort_b = word(bench, ABORT, "helper-b", key="helper-b")
    waiting = ("consented", price, 0)
    assert after_words(bench) == waiting
    assert after_words(bench, commit_a) == waiting
    assert after_words(bench, commit_a, commit_a) == waiting
    assert after_words(bench, abort_b) == waiting
    assert after_words(bench, commit_a, abort_b) == waiting
    assert after_words(bench, commit_a, commit_b) == ("released", 0, price)


def test_an_abort_of_both_frees(bench: Bench) -> None:
    aborts = [word(bench, ABORT, helper) for helper in ("helper-a", "helper-b")]
    assert after_words(bench, *aborts) == ("aborted", 0, 0)


def test_an_abort_that_comes_first_bars_the_manifest(bench: Bench) -> None:
    """Nothing can come of it any more, and nobody would ever say so again."""
    found, taken, _ = propose(
        bench,
        bench.manifest,
        lambda desk: take_helpers_word(desk, word(bench, ABORT, "helper-a")),
    )
    assert isinstance(found, ReleaseNotAllowed)
    assert "gave it up" in found.detail
    assert taken == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"key": "coordinator"}, ForeignStatement),
        ({"key": "helper-b"}, ForeignStatement),
        ({"subject": "0" * 64}, ReleaseNotAllowed),
    ],
)
def test_the_coordinator_cannot_make_a_helpers_word(
    bench: Bench, changes: dict[str, str], error: type[OntschotError]
) -> None:
    with pytest.raises(error):
        bench.undone(
            lambda desk: take_helpers_word(desk, word(bench, ABORT, "helper-a", **changes)), NODE
        )
