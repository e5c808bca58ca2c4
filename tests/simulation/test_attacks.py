# SPDX-License-Identifier: EUPL-1.2
"""What a helper, a provider or the coordinator may try against an honest helper, and does not get.

Each attacker speaks with its own, real key and in well-formed documents: what stops it is a check,
not a decoder. Helper B plays the helper that deviates, helper A the honest one.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from ontschot.node.helper import batches, opening, schema, steps
from ontschot.node.helper.checks import Checked
from ontschot.node.helper.errors import PeerDeviates
from ontschot.node.helper.handlers import Helper
from ontschot.node.helper.release import Release, Step, find, peer_said
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN, OUT
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.dealing import DealerCaught, Offer, TossReveal
from ontschot.protocol.documents.releases import (
    ABORT,
    AGREE,
    COMMIT,
    Abort,
    Agree,
    Commit,
    Prepare,
)
from ontschot.protocol.documents.rounds import RoundClosed
from ontschot.protocol.letters import REFUSAL, RosterOutdated
from ontschot.protocol.letters.model import RefusalNotice
from ontschot.protocol.release.halves import BLIND_BYTES
from ontschot.protocol.signed import SignedDocument
from simulation.bench import ZERO_HEAD, Bench
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import added, budgets, manifests, price_of, reasons, states
from simulation.recording import published_halves

LISTED = tuple(node for node in NODES if node != LATE)
EVIL = "helper-b"


@pytest.fixture(autouse=True)
def _one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt says everything; the coordinator would try four times more."""
    monkeypatch.setattr("ontschot.coordinator.releases.leading.MOST_ATTEMPTS", 1)


def begin(federation: Federation) -> None:
    """Time is up for the provider that hesitates: the coordinator proposes a release."""
    federation.clock.advance(hours=1)
    federation.lead(federation.leader.tick)


def deviate(federation: Federation, state: str, step: Step) -> None:
    """Let helper B do something else than it should when it leaves ``state``."""
    federation.roles[EVIL]._steps[state] = step  # type: ignore[union-attr]


def sent_by_a(federation: Federation, subject: str) -> set[str]:
    """Return the types of the letters that helper A wrote about a release."""
    query = select(OUT.c.type).where(OUT.c.subject == subject)
    return set(federation.read("helper-a", lambda c: c.execute(query).scalars()))


def refused_at(federation: Federation, name: str, kind: str) -> list[str | None]:
    """Return what became of the letters of one type, in the order of their arrival."""
    query = select(IN.c.code).where(IN.c.type == kind)
    return list(federation.read(name, lambda c: c.execute(query).scalars()))


def other_secret(desk: Desk, release: Release) -> Release | None:
    """Show a secret that was chosen after the other's was seen."""
    return prepare(desk, replace(release, secret=b"\1" * 32), None)


def other_head(desk: Desk, release: Release) -> Release | None:
    """Witness a ledger that has no mark of the batch."""
    return prepare(desk, release, ZERO_HEAD)


def prepare(desk: Desk, release: Release, head: Head | None) -> Release | None:
    agree = steps._peer_agree(desk, release)
    if agree is None or release.secret is None:
        return None
    message = Prepare(
        helper="B",
        manifest=release.digest,
        secret=release.secret.hex(),
        witnessed=head or agree.ledger,
    )
    opening.seal_to_peer(desk, "prepare", release, message.to_bytes())
    return None


@pytest.mark.parametrize("lie", [other_secret, other_head])
def test_nothing_is_opened_for_a_helper_that_lies_in_its_preparation(
    admitted: Federation, lie: Step
) -> None:
    before = budgets(admitted)
    deviate(admitted, "agreed", lie)
    begin(admitted)
    admitted.settle()
    first = manifests(admitted)[0]
    assert reasons(admitted, first)["helper-a"] == "peer-deviates"
    assert not sent_by_a(admitted, first.digest) & {"open", "commit", "output"}
    assert admitted.answers() == {}
    assert "helper-a" not in added(before, budgets(admitted))


def test_nothing_is_prepared_for_a_helper_that_bound_its_batch_to_other_uploads(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = steps._bindings
    monkeypatch.setattr(
        steps,
        "_bindings",
        lambda checked: ["0" * 64] if speaker == [EVIL] else honest(checked),
    )
    speaker: list[str] = []
    agree = admitted.roles[EVIL]._steps["proposed"]  # type: ignore[union-attr]

    def other_binding(desk: Desk, release: Release) -> Release | None:
        speaker.append(EVIL)
        try:
            moved: Release | None = agree(desk, release)
        finally:
            speaker.clear()
        return moved

    deviate(admitted, "proposed", other_binding)
    deviate(admitted, "agreed", lambda _desk, _release: None)
    begin(admitted)
    admitted.settle()
    first = manifests(admitted)[0]
    assert reasons(admitted, first)["helper-a"] == "peer-deviates"
    assert not sent_by_a(admitted, first.digest) & {"prepare", "open", "commit", "output"}
    assert admitted.answers() == {}


@pytest.mark.parametrize(
    ("box", "code"),
    [
        (lambda honest: honest + b"\0", "peer-deviates"),
        (lambda honest: honest[:-1], "malformed-masked-values"),
        (lambda _honest: b"", "malformed-masked-values"),
    ],
)
def test_masked_values_of_another_length_end_a_release_before_its_commit(
    admitted: Federation,
    monkeypatch: pytest.MonkeyPatch,
    box: Callable[[bytes], bytes],
    code: str,
) -> None:
    seal = opening.seal_to_peer

    def spoil(desk: Desk, use: opening.Use, release: Release, payload: bytes) -> None:
        spoiled = box(payload) if use == "open" and desk.me.id == EVIL else payload
        seal(desk, use, release, spoiled)

    monkeypatch.setattr(opening, "seal_to_peer", spoil)
    begin(admitted)
    admitted.settle()
    first = manifests(admitted)[0]
    assert reasons(admitted, first)["helper-a"] == code
    assert not sent_by_a(admitted, first.digest) & {"commit", "output"}
    assert admitted.answers() == {}


def test_a_batch_is_evaluated_at_the_values_of_its_first_opening_only(bench: Bench) -> None:
    """Shifted masks would ask a second question at the price of one."""
    batch = bench.manifest.parts[0].require_gate().batch
    opened = np.arange(bench.federation.slots, dtype=np.uint32) % 16
    shifted = opened.copy()
    shifted[7] ^= 1

    def act(desk: Desk) -> None:
        batches.keep_opened(desk, batch, opened)
        batches.keep_opened(desk, batch, opened)
        with pytest.raises(PeerDeviates):
            batches.keep_opened(desk, batch, shifted)

    bench.undone(act)


def test_a_helper_cannot_agree_twice_to_choose_its_secret_later(admitted: Federation) -> None:
    before = budgets(admitted)
    admitted.carrier.hold = lambda to, letter: (
        to == "helper-a" and letter.sender == EVIL and letter.type == "prepare"
    )
    begin(admitted)
    admitted.settle()
    (manifest,) = manifests(admitted)
    assert states(admitted, manifest)["helper-a"] == "prepared"

    def first_word(desk: Desk) -> bytes | None:
        release = find(desk, manifest.digest)
        return None if release is None else peer_said(desk, release, AGREE)

    first = admitted.at("helper-a", first_word)
    assert first is not None
    said = Agree.parse(SignedDocument.from_bytes(first).payload)
    again = said.model_copy(update={"secret_commitment": "0" * 64})
    signed = SignedDocument(again.to_bytes()).add_signature(AGREE, admitted.keys[EVIL].signing)
    admitted.carrier.hold = lambda _to, letter: letter.type == "prepare"
    admitted.at(EVIL, lambda d: d.send("helper-a", AGREE, manifest.digest, signed.to_bytes()))
    admitted.carrier.let_go()
    admitted.settle()
    assert "peer-deviates" in refused_at(admitted, "helper-a", AGREE)
    assert len(admitted.answers()) == 1
    price = price_of(manifest)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))


def abort_in_the_name_of(federation: Federation, helper: str, key: str, subject: str) -> bytes:
    word = Abort(helper=helper, manifest=subject, code="x", ledger=ZERO_HEAD)  # type: ignore[arg-type]
    signed = SignedDocument(word.to_bytes())
    return signed.add_signature(ABORT, federation.keys[key].signing).to_bytes()


FOREIGN = (
    "manifest",
    "abort-request",
    "round-closed",
    "admitted",
    "offer",
    "dealer-caught",
    "toss-reveal",
    "prepare",
    "open",
    "abort",
    "commit",
)


@pytest.mark.parametrize("sender", ["provider-1", "dealer", COORDINATOR, EVIL])
def test_a_helper_listens_to_nobody_who_may_not_say_it(admitted: Federation, sender: str) -> None:
    may = {
        COORDINATOR: {"manifest", "abort-request", "round-closed", "admitted"},
        "dealer": {"offer"},
        EVIL: {"dealer-caught", "toss-reveal", "prepare", "open", "abort", "commit"},
    }.get(sender, set())
    bench = Bench(admitted)
    manifest = bench.changed(release_id="foreign")
    batch = manifest.parts[0].require_gate().batch
    payloads = {
        "manifest": manifest.to_bytes(),
        "abort-request": manifest.to_bytes(),
        "round-closed": RoundClosed(round=manifest.round).to_bytes(),
        "admitted": b"\0" * 8,
        "offer": Offer(
            set_id="1" * 64,
            spec={
                "kind": "dcf",
                "outputs": [],
                "payload": "sum",
                "ring_bits": 16,
                "slots": admitted.slots,
            },
            candidates=[(f"{n:064x}", f"{n + 99:064x}") for n in range(10)],
        ).to_bytes(),
        "dealer-caught": DealerCaught(
            set_id=batch, helper="B", dealer="dealer", candidate=0
        ).to_bytes(),
        "toss-reveal": TossReveal(set_id=batch, nonce="2" * 64).to_bytes(),
        "prepare": b"box",
        "open": b"box",
        "abort": abort_in_the_name_of(admitted, "B", EVIL, manifest.digest),
        "commit": b"{}",
    }
    asked = sorted(set(FOREIGN) - may)
    before = budgets(admitted), admitted.answers()
    for kind in asked:
        act: Callable[..., object] = lambda d, k=kind: d.send(  # noqa: E731
            "helper-a", k, manifest.digest, payloads[k]
        )
        _ = admitted.lead(act) if sender == COORDINATOR else admitted.at(sender, act)
    admitted.settle()
    table = IN.c
    query = select(table.type, table.code).where(
        table.sender == sender, table.subject == manifest.digest
    )
    found = {row.type: row.code for row in admitted.read("helper-a", lambda c: c.execute(query))}
    assert set(found) == set(asked)
    assert None not in found.values()
    assert (budgets(admitted), admitted.answers()) == before
    assert isinstance(bench.check(bench.manifest), Checked)


def test_a_helper_cannot_abort_in_the_name_of_the_other(admitted: Federation) -> None:
    """Both aborts free a provider's budget: one helper must not be able to say both."""
    admitted.carrier.hold = lambda to, letter: to == EVIL and letter.type == "prepare"
    begin(admitted)
    admitted.settle()
    (manifest,) = manifests(admitted)
    held = budgets(admitted)
    forged = abort_in_the_name_of(admitted, "A", EVIL, manifest.digest)
    for name in ("helper-a", *LISTED):
        admitted.at(EVIL, lambda d, to=name: d.send(to, ABORT, manifest.digest, forged))  # type: ignore[misc]
    admitted.settle()
    for name in ("helper-a", *LISTED):
        assert refused_at(admitted, name, ABORT) == ["foreign-statement"]
    assert budgets(admitted) == held


@pytest.mark.parametrize("which", ["tampered", "swapped", "short"])
def test_an_admission_is_judged_by_the_committed_halves_only(
    admitted: Federation, which: str
) -> None:
    manifest = manifests(admitted, "admit")[0]
    halves = published_halves(admitted, manifest)
    half_a, half_b = (halves[name] for name in HELPERS)
    payload = {
        "tampered": half_a + bytes([half_b[0] ^ 1]) + half_b[1:],
        "swapped": half_b + half_a,
        "short": half_a,
    }[which]
    admitted.lead(lambda d: d.send("helper-a", "admitted", manifest.digest, payload))
    admitted.settle()
    assert refused_at(admitted, "helper-a", "admitted")[-1] == "manifest-refused"


@pytest.mark.parametrize("sender", ["provider-2", "helper-a", "coordinator"])
def test_a_refusal_makes_nobody_upload_anew_without_a_new_roster(
    admitted: Federation, sender: str
) -> None:
    """Each renewal costs its provider and both helpers; anybody could send a refusal."""
    live = select(own_uploads.c.envelope).where(own_uploads.c.status == "live")
    upload = admitted.read("provider-1", lambda c: c.execute(live).scalar_one())
    before = budgets(admitted)
    notice = RefusalNotice(letter="upload", seq=1, code=RosterOutdated.code, detail="x")
    if sender == "coordinator":
        admitted.lead(lambda d: d.send("provider-1", REFUSAL, upload, notice.to_bytes()))
    else:
        admitted.at(sender, lambda d: d.send("provider-1", REFUSAL, upload, notice.to_bytes()))
    admitted.settle()
    admitted.tick()
    assert admitted.read("provider-1", lambda c: c.execute(live).scalar_one()) == upload
    assert added(before, budgets(admitted)) == {}


def test_a_commit_tells_the_peer_nothing_of_the_half(admitted: Federation) -> None:
    """With pad and own share known, noised figures are few: their hash alone would give them."""
    sent: list[bytes] = []

    def note(desk: Desk, release: Release) -> Release | None:
        word = peer_said(desk, release, COMMIT)
        moved = usual(desk, release)
        if word is not None and moved is not None:
            sent.append(word)
        return moved

    role = admitted.roles["helper-b"]
    assert isinstance(role, Helper)
    usual = role._steps["committed"]
    role._steps["committed"] = note
    provider = admitted.roles[LATE]
    assert isinstance(provider, Provider)
    digest = admitted.question("Q13").digest
    admitted.at(LATE, lambda desk: provider.accept(desk, digest))
    admitted.settle()
    halves = [
        row.output
        for row in admitted.read("helper-a", lambda c: c.execute(select(schema.releases)).all())
        if row.output is not None
    ]
    hashes = {Commit.parse(SignedDocument.from_bytes(word).payload).output for word in sent}
    assert hashes
    assert hashes <= {sha256(half) for half in halves}
    blinds = [half[:BLIND_BYTES] for half in halves]
    assert len(set(blinds)) == len(blinds), "fresh for each half"
    assert not hashes & {sha256(half[BLIND_BYTES:]) for half in halves}
