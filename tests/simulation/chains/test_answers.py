# SPDX-License-Identifier: EUPL-1.2
"""Questions over codes: two gates in a chain, with two batches and two exchanges.

Failure conditions: an answer that is not the plain join; a release that does not go on after a
crash around the second exchange, or that sends other values then. What a peer may try is in
``test_openings``.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from ontschot.coordinator.releases.schema import batches
from ontschot.node.helper import opening, uploads
from ontschot.node.helper.uploads import HeldUpload
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import COMMIT, Manifest
from ontschot.protocol.documents.rounds import RoundClosed
from simulation.chains.asking import (
    NODES,
    QUESTIONS,
    A,
    B,
    ask_again,
    held_back,
    watch,
)
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    price_of,
    states,
)
from simulation.network import Killer
from simulation.recording import record, stored_halves


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


def test_batches_of_both_stages_are_taken_from_stock(federation: Federation) -> None:
    manifest = ask_again(federation)
    used = select(batches.c.set_id).where(batches.c.state == "used")
    known = set(federation.read(COORDINATOR, lambda c: c.execute(used).scalars().all()))
    assert {gate.batch for gate in manifest.gates} <= known
