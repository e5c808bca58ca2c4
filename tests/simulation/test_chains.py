# SPDX-License-Identifier: EUPL-1.2
"""Questions over codes: two gates in a chain, with two batches and two exchanges.

Failure conditions: an answer that is not the plain join; a second batch opened for another code, or
at other values, or after other first batches; a release that does not go on after a crash around
the second exchange, or that sends other values then.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from ontschot.coordinator.releases import leading
from ontschot.coordinator.releases import manifests as proposing
from ontschot.coordinator.releases.schema import batches
from ontschot.coordinator.releases.stock import Stock
from ontschot.node.helper import opening, uploads
from ontschot.node.helper.release import Release
from ontschot.node.helper.uploads import HeldUpload
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import OUT
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import COMMIT, Gate, Manifest
from ontschot.protocol.documents.rounds import RoundClosed
from ontschot.protocol.release.gates import gate_spec
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    manifests,
    price_of,
    reasons,
    states,
)
from simulation.network import Killer
from simulation.recording import record, stored_halves

NODES = tuple(f"provider-{number}" for number in range(1, 5))
QUESTIONS = ("Q12", "Q26")
A, B = HELPERS


@pytest.fixture(scope="module")
def _ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    """Four providers' uploads are admitted, and Q12 was answered; batches for it are in stock."""
    federation = Federation(tmp_path_factory.mktemp("chains"), NODES, {}, questions=QUESTIONS)
    random = np.random.default_rng(26)
    for node in NODES:
        for name in ("served", "served-jw", "served-wmo"):
            flags = random.random(federation.slots) < 0.3
            federation.vectors[node, name] = flags.astype(np.uint32)
    federation.open_round()
    for question in QUESTIONS:
        federation.ask(federation.query(question))
    federation.settle()
    stock_up(federation, federation.question("Q12"))
    federation.close()
    yield federation
    federation.close()


@pytest.fixture
def federation(_ready: Federation, tmp_path: Path) -> Iterator[Federation]:
    copied = _ready.copy(tmp_path / "federation")
    yield copied
    copied.close()


@pytest.fixture(autouse=True)
def _one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ontschot.coordinator.releases.leading.MOST_ATTEMPTS", 1)


def stock_up(federation: Federation, query: Query, times: int = 2) -> None:
    """Have batches dealt for every gate of a question."""
    specs = [gate_spec(query.functions_of(name), federation.slots, 4) for name in query.variables]
    specs += [
        gate_spec(query.functions_of(code.id), federation.slots, code.ring_bits)
        for code in query.codes
    ]

    def order(desk: object) -> None:
        stock = Stock(desk)  # type: ignore[arg-type]
        for spec in specs:
            stock._wanted[spec] += times
        stock.order()

    federation.lead(order)
    federation.settle()


def ask_again(federation: Federation) -> Manifest:
    """Ask Q12 once more, for another purpose; return the manifest that is proposed."""
    known = {manifest.digest for manifest in manifests(federation)}
    other = federation.question("Q12", purpose="nog een toets")
    federation.ask(federation.approved(other))
    federation.settle()
    (manifest,) = (one for one in manifests(federation) if one.digest not in known)
    return manifest


def held_back(recipient: str, kind: str) -> Callable[[str, object], bool]:
    return lambda to, letter: to == recipient and letter.type == kind  # type: ignore[attr-defined]


def totals(federation: Federation, name: str) -> NDArray[np.uint32]:
    found: NDArray[np.uint32] = np.sum([federation.vectors[node, name] for node in NODES], axis=0)
    return found


def truth(federation: Federation, question: str, level: str) -> list[list[int]]:
    """Return the figures of a question per area, counted plainly."""
    jw = totals(federation, "served-jw") >= 1
    if question == "Q12":
        wmo = totals(federation, "served-wmo") >= 1
        rows = [jw & ~wmo, wmo & ~jw, jw & wmo]
    else:
        rows = [jw & (totals(federation, "served") >= 2)]
    area_map = federation.maps[level, 100]  # type: ignore[index]
    areas = range(len(area_map.codes))
    return [[int(row[area_map.index == area].sum()) for row in rows] for area in areas]


@pytest.mark.parametrize("question", QUESTIONS)
def test_without_noise_an_answer_is_the_plain_join(federation: Federation, question: str) -> None:
    (answer,) = (one for one in federation.answers().values() if one["question"] == question)
    assert [table["level"] for table in answer["tables"]] == ["gemeente", "wijk"]
    for table in answer["tables"]:
        found = [[figure["value"] for figure in area["figures"]] for area in table["areas"]]
        assert found == truth(federation, question, table["level"])
        assert not any(output["derived"] for output in table["outputs"])
        assert table["statistic"] == "bins"


def test_words_of_a_code_are_plain(federation: Federation) -> None:
    answers = {one["question"]: one for one in federation.answers().values()}
    labels = [output["label"]["nl"] for output in answers["Q12"]["tables"][0]["outputs"]]
    assert labels == ["Alleen Jeugdwet", "Alleen Wmo", "Jeugdwet en Wmo"]
    title = answers["Q26"]["tables"][0]["title"]["nl"]
    assert title == "Gezinnen met jeugdhulp en twee of meer organisaties"


def test_it_costs_a_household_and_a_person_its_price(federation: Federation) -> None:
    record(federation)
    federation.settle()
    before = budgets(federation)
    person = {name: spent_by_persons(federation, name) for name in (*HELPERS, *NODES)}
    manifest = ask_again(federation)
    price = price_of(manifest)
    assert added(before, budgets(federation)) == dict.fromkeys((*HELPERS, *NODES), (0, price))
    for name, spent in person.items():
        assert spent_by_persons(federation, name) - spent == price


def spent_by_persons(federation: Federation, name: str) -> int:
    return federation.read(name, lambda c: ledger.account(c, "person", 2024)).spent


def test_every_gate_has_a_batch_and_a_binding_of_its_own(federation: Federation) -> None:
    manifest = ask_again(federation)
    assert [len(manifest.parts), len(manifest.chains)] == [2, 1]
    used = [gate.batch for gate in manifest.gates]
    assert len(set(used)) == 3

    def bindings(desk: Desk) -> list[str]:
        return opening.bindings_of(manifest, federation.slots, uploads_at(desk, manifest))

    assert len(set(federation.at(A, bindings))) == 3
    assert federation.at(A, bindings) == federation.at(B, bindings)


def uploads_at(desk: Desk, manifest: Manifest) -> dict[str, tuple[HeldUpload, ...]]:
    return {
        part.variable: tuple(uploads.require(desk.connection, name) for name in part.uploads)
        for part in manifest.parts
    }


def test_the_end_of_a_round_erases_the_keys_of_both_stages(federation: Federation) -> None:
    manifest = ask_again(federation)
    federation.lead(
        lambda desk: [
            desk.send(name, "round-closed", manifest.round, closed(manifest)) for name in HELPERS
        ]
    )
    federation.settle()
    for gate in manifest.gates:
        for name in HELPERS:
            assert federation.at(name, lambda d, g=gate: d.kept(f"part/{g.batch}")) is None  # type: ignore[misc]
            assert federation.at(name, lambda d, g=gate: d.kept(f"opened/{g.batch}")) is None  # type: ignore[misc]


def closed(manifest: Manifest) -> bytes:
    return RoundClosed(round=manifest.round).to_bytes()


def test_a_release_waits_between_its_openings_and_can_be_given_up(federation: Federation) -> None:
    before = budgets(federation)
    federation.carrier.hold = held_back(A, "open-codes")
    manifest = ask_again(federation)
    assert states(federation, manifest)[A] == "chained"
    federation.lead(
        lambda desk: desk.send(A, "abort-request", manifest.digest, manifest.to_bytes())
    )
    federation.settle()
    assert states(federation, manifest)[A] == "aborted"
    moved = added(before, budgets(federation))
    assert A not in moved


@pytest.mark.parametrize("helper", HELPERS)
@pytest.mark.parametrize("kind", ["open", "open-codes", COMMIT])
def test_a_helper_restarted_around_an_opening_goes_on(
    federation: Federation, helper: str, kind: str
) -> None:
    record(federation)
    federation.settle()
    federation.carrier.hold = held_back(helper, kind)
    manifest = ask_again(federation)
    federation.start(helper)
    federation.carrier.let_go()
    federation.settle()
    assert states(federation, manifest)[COORDINATOR] == "done"
    assert federation.noise[helper].draws == len(manifest.blocks)  # type: ignore[attr-defined]


@pytest.mark.parametrize("helper", HELPERS)
@pytest.mark.parametrize("at", range(1, 6))
def test_a_helper_killed_at_a_commit_around_the_openings_sends_the_same_values(
    federation: Federation, helper: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each commit from the first opening on: the one that died is done again, from the files."""
    sent = watch(monkeypatch)
    listener = record(federation)
    federation.settle()
    federation.carrier.hold = held_back(helper, "open")
    manifest = ask_again(federation)
    federation.carrier.let_go()
    with Killer(federation.engines[helper], at) as killer:
        federation.network().settle()
    assert killer.commits >= at
    assert states(federation, manifest)[COORDINATOR] == "done"
    for name in HELPERS:
        own = sent[name, manifest.digest, "open-codes"]
        assert own
        assert len(set(own)) == 1
        assert listener.halves[manifest.digest, name] == {stored_halves(federation, manifest)[name]}


def watch(
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[str, str, bytes], bytes] = lambda _who, _use, payload: payload,
) -> dict[tuple[str, str, str], list[bytes]]:
    """Note every opening as it was before it was sealed; ``change`` may spoil it."""
    sent: dict[tuple[str, str, str], list[bytes]] = {}
    seal = opening.seal_to_peer

    def note(desk: Desk, use: opening.Use, release: Release, payload: bytes) -> None:
        payload = change(desk.me.id, use, payload)
        sent.setdefault((desk.me.id, release.digest, use), []).append(payload)
        seal(desk, use, release, payload)

    monkeypatch.setattr(opening, "seal_to_peer", note)
    return sent


def second_attempt(federation: Federation, **changes: object) -> Manifest:
    """Have helper B give a release up that A committed; propose it again over the same batches."""
    federation.carrier.hold = held_back(B, "open-codes")
    first = ask_again(federation)
    assert states(federation, first)[A] == "committed"
    federation.lead(lambda desk: desk.send(B, "abort-request", first.digest, first.to_bytes()))
    federation.settle()
    federation.carrier.let_go()
    federation.settle()
    assert {states(federation, first)[name] for name in HELPERS} == {"aborted"}
    again = first.model_copy(update={"attempt": 2} | changes)
    federation.lead(lambda desk: proposing._propose(desk, again, again.nodes))
    federation.settle()
    return again


def sent_by(federation: Federation, name: str, manifest: Manifest) -> set[str]:
    query = select(OUT.c.type).where(OUT.c.subject == manifest.digest)
    return set(federation.read(name, lambda c: c.execute(query).scalars()))


def test_the_same_gates_once_more_open_the_same_values(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = watch(monkeypatch)
    again = second_attempt(federation)
    assert states(federation, again)[COORDINATOR] == "done"
    for name in HELPERS:
        for use in ("open", "open-codes"):
            values = [kept for (who, _, what), kept in sent.items() if (who, what) == (name, use)]
            assert len(values) == 2
            assert values[0] == values[1]


@pytest.mark.parametrize("use", ["open", "open-codes"])
def test_a_helper_that_shifts_a_later_opening_is_found_out(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    """It would learn how codes differ between two totals, or count other codes for nothing."""
    openings = 0

    def shift(who: str, kind: str, payload: bytes) -> bytes:
        nonlocal openings
        if (who, kind) != (B, use):
            return payload
        openings += 1
        return payload if openings == 1 else bytes([payload[0] ^ 1]) + payload[1:]

    watch(monkeypatch, shift)
    again = second_attempt(federation)
    assert openings == 2
    assert reasons(federation, again)[A] == "peer-deviates"
    assert not sent_by(federation, A, again) & {"commit", "output"}
    if use == "open":
        assert "open-codes" not in sent_by(federation, A, again)


def test_a_second_batch_is_not_opened_after_other_first_batches(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the honest helper's share of the code would change under the same mask."""
    fresh = take(federation, "served-jw")
    manifest = ask_again(federation)
    part = manifest.parts[0]
    assert part.variable == "served-jw"
    gate = part.require_gate().model_copy(update={"batch": fresh})
    parts = [part.model_copy(update={"gate": gate}), *manifest.parts[1:]]
    other = another_release(federation, manifest, monkeypatch, parts=parts)
    assert reasons(federation, other)[A] == "batch-bound"
    assert not sent_by(federation, A, other) & {"agree", "open", "open-codes"}


def test_a_second_batch_is_not_opened_for_other_uploads(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = ask_again(federation)
    nodes = manifest.nodes[:3]
    owners = owners_of(federation, manifest)
    fresh = [take(federation, part.variable) for part in manifest.parts]
    parts = [
        part.model_copy(
            update={
                "gate": Gate(ring_bits=4, batch=batch),
                "uploads": [upload for upload in part.uploads if owners[upload] in nodes],
            }
        )
        for part, batch in zip(manifest.parts, fresh, strict=True)
    ]
    other = another_release(federation, manifest, monkeypatch, parts=parts, nodes=nodes)
    assert reasons(federation, other)[A] == "batch-bound"


def owners_of(federation: Federation, manifest: Manifest) -> dict[str, str]:
    def find(desk: Desk) -> dict[str, str]:
        held = [uploads.require(desk.connection, name) for name in manifest.uploads]
        return {one.envelope_hash: one.envelope.node for one in held}

    return federation.at(A, find)


def take(federation: Federation, variable: str) -> str:
    """Take a batch for a variable of Q12 out of stock."""
    query = federation.question("Q12")
    spec = gate_spec(query.functions_of(variable), federation.slots, 4)
    taken = federation.lead(lambda desk: Stock(desk).take([spec]))
    assert taken is not None
    return taken[0]


def another_release(
    federation: Federation,
    manifest: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    **changes: object,
) -> Manifest:
    """Propose a release of the same question under a new approval, with something changed."""
    query = federation.question("Q12", purpose="een andere vraag")
    # The coordinator proposes nothing by itself.
    monkeypatch.setattr(leading, "propose_release", lambda *_: False)
    federation.ask(federation.approved(query))
    federation.settle()
    update = {"query": query.digest, "release_id": "other", "attempt": 1} | changes
    other = manifest.model_copy(update=update)
    federation.lead(lambda desk: proposing._propose(desk, other, other.nodes))
    federation.settle()
    return other


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda honest: honest + b"\0", "peer-deviates"),
        (lambda honest: honest[:-1], "malformed-masked-values"),
        (lambda honest: b"\xff" + honest[1:], "malformed-masked-values"),
    ],
)
def test_masked_codes_of_another_form_end_a_release_before_its_commit(
    federation: Federation,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[bytes], bytes],
    code: str,
) -> None:
    watch(
        monkeypatch,
        lambda who, use, sent: spoil(sent) if (who, use) == (B, "open-codes") else sent,
    )
    manifest = ask_again(federation)
    assert reasons(federation, manifest)[A] == code
    assert not sent_by(federation, A, manifest) & {"commit", "output"}
    assert len(federation.answers()) == len(QUESTIONS)


def test_batches_of_both_stages_are_taken_from_stock(federation: Federation) -> None:
    manifest = ask_again(federation)
    used = select(batches.c.set_id).where(batches.c.state == "used")
    known = set(federation.read(COORDINATOR, lambda c: c.execute(used).scalars().all()))
    assert {gate.batch for gate in manifest.gates} <= known
