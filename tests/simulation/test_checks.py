# SPDX-License-Identifier: EUPL-1.2
"""Every check of protocol section 6, at a real helper's desk: each alone refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from ontschot.node.helper import checks, schema
from ontschot.node.helper.batches import set_status
from ontschot.node.helper.checks import Checked
from ontschot.node.helper.errors import (
    AlreadyAnswered,
    AnswerUnderWay,
    BatchRefused,
    ManifestRefused,
    TooFewProviders,
)
from ontschot.node.ledger import marks
from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs.store import UnknownPublicInput
from ontschot.node.questions.keys import answer_key
from ontschot.node.questions.store import UnknownQuery
from ontschot.protocol.catalogue.approval import NotValidNow
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import BadSignature, SigningKey
from ontschot.protocol.roster import UnknownParticipant
from ontschot.protocol.signed import SignedDocument
from simulation.bench import Bench, Case, expect, later, set_upload


@pytest.mark.parametrize("helper", ["helper-a", "helper-b"])
def test_the_workbench_passes(bench: Bench, helper: str) -> None:
    checked = bench.check(bench.manifest, at=helper)
    assert isinstance(checked, Checked)
    assert checked.query == bench.query


def block(bench: Bench, **fields: Any) -> list[Block]:
    first, *rest = bench.manifest.blocks
    return [first.model_copy(update=fields), *rest]


MANIFESTS: dict[str, Case] = {
    "later roster": (lambda b: b.changed(roster_serial=2), ManifestRefused, "another roster"),
    "other roster": (lambda b: b.changed(roster_hash="0" * 64), ManifestRefused, "another roster"),
    "expired": (lambda b: b.changed(expiry=later(b)), ManifestRefused, "expired"),
    "for ever": (
        lambda b: b.changed(expiry="9999-01-01T00:00:00Z"),
        ManifestRefused,
        "too long a life",
    ),
    "two days": (lambda b: b.changed(expiry=later(b, days=2)), ManifestRefused, "too long a life"),
    "unknown round": (lambda b: b.changed(round="0" * 64), UnknownPublicInput, "a round"),
    "other universe": (lambda b: b.changed(universe="0" * 64), ManifestRefused, "universe"),
    "no variable of the round": (
        lambda b: b.changed(blocks=block(b, variable="x"), **b.part(variable="x")),
        ManifestRefused,
        "not a variable of the round",
    ),
    "unknown question": (lambda b: b.changed(query="0" * 64), UnknownQuery, "0" * 12),
    "sigma": (lambda b: b.changed(blocks=block(b, sigma="1/1")), ManifestRefused, "approved"),
    "sensitivity": (lambda b: b.changed(blocks=block(b, l2_squared="1")), ManifestRefused, "appr"),
    "rho": (lambda b: b.changed(blocks=block(b, rho="1")), ManifestRefused, "approved"),
    "fewer blocks": (lambda b: b.changed(blocks=b.manifest.blocks[:1]), ManifestRefused, "approv"),
    "another threshold": (
        lambda b: b.changed(blocks=block(b, thresholds=[1, 2, 3, 4, 6])),
        ManifestRefused,
        "approved",
    ),
    "another map": (
        lambda b: b.changed(blocks=block(b, area_map=b.federation.maps["buurt", 100].digest)),
        ManifestRefused,
        "approved",
    ),
    "two organisations": (
        lambda b: b.without("provider-1", "provider-2", "provider-3"),
        TooFewProviders,
        "fewer than 3",
    ),
    "unknown node": (
        lambda b: b.changed(nodes=sorted([*b.manifest.nodes, "zorg"])),
        UnknownParticipant,
        "",
    ),
    "a node without its upload": (
        lambda b: b.changed(**b.part(uploads=b.manifest.parts[0].uploads[1:])),
        ManifestRefused,
        "names other uploads",
    ),
    "smaller ring": (lambda b: b.changed(**b.part(ring_bits=3)), ManifestRefused, "another ring"),
    "larger ring": (lambda b: b.changed(**b.part(ring_bits=5)), ManifestRefused, "another ring"),
    "unknown batch": (lambda b: b.changed(**b.part(batch="0" * 64)), BatchRefused, "not audited"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_changed_manifest_is_refused(bench: Bench, name: str) -> None:
    change, error, detail = MANIFESTS[name]
    expect(bench.check(change(bench)), error, detail)


def consents_with(bench: Bench, document: bytes | None) -> dict[str, bytes]:
    signed = bench.consents(bench.manifest)
    del signed["provider-2"]
    return signed | ({} if document is None else {"provider-2": document})


def consent_of_two(
    bench: Bench,
    envelopes: list[str] | None = None,
    key: SigningKey | None = None,
    **changes: str,
) -> bytes:
    own = envelopes or [bench.uploads_by_node()["provider-2"]]
    return bench.consent(bench.manifest, "provider-2", own, key, changes)


def forged(bench: Bench) -> bytes:
    signed = SignedDocument.from_bytes(consent_of_two(bench))
    other = SignedDocument.from_bytes(consent_of_two(bench, manifest="0" * 64))
    return SignedDocument(signed.payload, other.signatures).to_bytes()


CONSENTS: dict[str, tuple[Callable[[Bench], bytes | None], type[OntschotError], str]] = {
    "missing": (lambda _: None, ManifestRefused, "is missing"),
    "by another key": (
        lambda b: consent_of_two(b, key=SigningKey.generate()),
        ManifestRefused,
        "not signed by it",
    ),
    "by another node": (
        lambda b: consent_of_two(b, key=b.federation.keys["provider-1"].signing),
        ManifestRefused,
        "not signed by it",
    ),
    "with another's signature": (forged, BadSignature, ""),
    "not signed": (
        lambda b: SignedDocument(SignedDocument.from_bytes(consent_of_two(b)).payload).to_bytes(),
        ManifestRefused,
        "not signed by it",
    ),
    "to another manifest": (
        lambda b: consent_of_two(b, manifest="0" * 64),
        ManifestRefused,
        "to something else",
    ),
    "for another node": (
        lambda b: consent_of_two(b, node="provider-1"),
        ManifestRefused,
        "to something else",
    ),
    "under another roster": (
        lambda b: consent_of_two(b, roster="0" * 64),
        ManifestRefused,
        "under another roster",
    ),
    "with another's upload": (
        lambda b: consent_of_two(b, envelopes=[b.uploads_by_node()["provider-1"]]),
        ManifestRefused,
        "names other uploads",
    ),
    "with two uploads": (
        lambda b: consent_of_two(b, envelopes=b.manifest.parts[0].uploads[:2]),
        ManifestRefused,
        "names other uploads",
    ),
}


@pytest.mark.parametrize("name", CONSENTS)
def test_a_consent_that_is_not_one_is_refused(bench: Bench, name: str) -> None:
    document, error, detail = CONSENTS[name]
    expect(bench.check(bench.manifest, consents_with(bench, document(bench))), error, detail)


@pytest.mark.parametrize("status", ["held", "rejected", "withdrawn", "erased"])
def test_an_upload_that_is_not_admitted_is_refused(bench: Bench, status: str) -> None:
    found = bench.check(bench.manifest, before=set_upload(bench, status=status))
    expect(found, ManifestRefused, "an upload is not admitted")


def test_an_upload_for_other_helpers_is_refused(bench: Bench) -> None:
    found = bench.check(bench.manifest, before=set_upload(bench, duties="0" * 64))
    expect(found, ManifestRefused, "for other helpers")


@pytest.mark.parametrize(
    ("fields", "error", "detail"),
    [
        ({"round": "0" * 64}, ManifestRefused, "another round or universe"),
        ({"universe": "0" * 64}, ManifestRefused, "another round or universe"),
        ({"variable": "served-jw"}, ManifestRefused, "another variable"),
    ],
)
def test_an_upload_that_is_about_something_else_is_refused(
    bench: Bench, fields: dict[str, str], error: type[OntschotError], detail: str
) -> None:
    """The node itself consents to it, and still it is refused."""

    def act(desk: Desk) -> Checked | OntschotError:
        own = bench.uploads_by_node_at(desk)
        own["provider-2"] = bench.plant_upload(desk, bench.envelope("provider-2", **fields))
        manifest = bench.changed(**bench.part(uploads=sorted(own.values())))
        consents = {node: bench.consent(manifest, node, [own[node]]) for node in manifest.nodes}
        try:
            return checks.check_manifest(desk, manifest, consents)
        except OntschotError as refusal:
            return refusal

    expect(bench.undone(act), error, detail)


def test_two_uploads_of_one_node_are_refused(bench: Bench) -> None:
    def act(desk: Desk) -> Checked | OntschotError:
        own = bench.uploads_by_node_at(desk)
        two = sorted(
            [own.pop("provider-2"), bench.plant_upload(desk, bench.envelope("provider-2"))]
        )
        one_missing = own.pop("provider-3")
        uploads = sorted([*own.values(), *two])
        manifest = bench.changed(nodes=sorted([*own, "provider-2"]), **bench.part(uploads=uploads))
        assert one_missing not in uploads
        consents = {node: bench.consent(manifest, node, [own[node]]) for node in own}
        consents["provider-2"] = bench.consent(manifest, "provider-2", two)
        try:
            return checks.check_manifest(desk, manifest, consents)
        except OntschotError as refusal:
            return refusal

    expect(bench.undone(act), ManifestRefused, "not one of each listed node")


def planted(bench: Bench, *lists: tuple[str, ...], state: str = "sent") -> Callable[[Desk], None]:
    """Write earlier releases of the same question over these lists of nodes."""

    def act(desk: Desk) -> None:
        for number, nodes in enumerate(lists):
            parts = bench.part(uploads=[f"{number}{i}".zfill(64) for i in range(len(nodes))])
            earlier = bench.changed(release_id=f"earlier-{number}", nodes=sorted(nodes), **parts)
            bench.plant_release(desk, earlier, state)

    return act


def provider(*numbers: int) -> tuple[str, ...]:
    return tuple(f"provider-{number}" for number in numbers)


@pytest.mark.parametrize("state", ["agreed", "prepared", "opened", "committed", "sent"])
def test_a_second_list_must_hold_the_first_and_three_more(bench: Bench, state: str) -> None:
    too_close = planted(bench, provider(1, 2, 3), state=state)
    expect(bench.check(bench.manifest, before=too_close), TooFewProviders, "3 more organisations")
    not_inside = planted(bench, provider(1, 6), state=state)
    expect(bench.check(bench.manifest, before=not_inside), TooFewProviders, "3 more organisations")
    far_enough = planted(bench, provider(1, 2), state=state)
    assert isinstance(bench.check(bench.manifest, before=far_enough), Checked)


def test_a_third_list_is_refused_and_a_known_one_is_not(bench: Bench) -> None:
    two_lists = planted(bench, provider(1), provider(1, 2, 3, 4))
    expect(bench.check(bench.manifest, before=two_lists), TooFewProviders, "already 2 lists")
    one_of_two = planted(bench, provider(1, 2), tuple(bench.manifest.nodes))
    assert isinstance(bench.check(bench.manifest, before=one_of_two), Checked)


@pytest.mark.parametrize("state", ["proposed", "aborted"])
def test_a_list_of_which_nothing_can_come_does_not_count(bench: Bench, state: str) -> None:
    harmless = planted(bench, provider(1, 6), provider(2, 6), state=state)
    assert isinstance(bench.check(bench.manifest, before=harmless), Checked)


@pytest.mark.parametrize("state", ["proposed", "agreed", "prepared", "opened", "committed", "sent"])
def test_an_earlier_attempt_must_be_aborted(bench: Bench, state: str) -> None:
    second = bench.changed(attempt=2, **bench.part(uploads=bench.manifest.parts[0].uploads))
    before = bench.changed(**bench.part(batch="0" * 64))
    found = bench.check(second, before=lambda desk: bench.plant_release(desk, before, state))
    expect(found, ManifestRefused, "earlier attempt")


def test_an_attempt_is_used_once(bench: Bench) -> None:
    before = bench.changed(**bench.part(batch="0" * 64))
    same = bench.check(
        bench.manifest, before=lambda desk: bench.plant_release(desk, before, "aborted")
    )
    expect(same, ManifestRefused, "earlier attempt")
    next_one = bench.check(
        bench.changed(attempt=2), before=lambda desk: bench.plant_release(desk, before, "aborted")
    )
    assert isinstance(next_one, Checked)


def test_the_same_question_over_the_same_uploads_has_one_answer(bench: Bench) -> None:
    def answered(desk: Desk) -> None:
        marks.store_answer(desk.connection, answer_key(bench.manifest), "0" * 64)

    another_name = bench.changed(release_id="another", **bench.part(batch="0" * 64))
    expect(bench.check(another_name, before=answered), AlreadyAnswered, "another")


@pytest.mark.parametrize("state", ["agreed", "prepared", "opened", "committed"])
def test_two_releases_of_one_answer_do_not_run_side_by_side(bench: Bench, state: str) -> None:
    another_name = bench.changed(release_id="another")
    found = bench.check(
        bench.manifest, before=lambda desk: bench.plant_release(desk, another_name, state)
    )
    expect(found, AnswerUnderWay, "another")


def test_a_closed_round_answers_nothing(bench: Bench) -> None:
    def close(desk: Desk) -> None:
        row = {"round": bench.manifest.round, "closed_at": to_text(desk.now)}
        desk.connection.execute(schema.closed_rounds.insert().values(row))

    expect(bench.check(bench.manifest, before=close), ManifestRefused, "closed")


@pytest.mark.parametrize("status", ["tossing", "revealed", "chosen", "caught", "disputed"])
def test_a_batch_that_is_not_audited_is_refused(bench: Bench, status: str) -> None:
    def spoil(desk: Desk) -> None:
        batch = schema.batches.c.set_id == bench.manifest.parts[0].require_gate().batch
        desk.connection.execute(update(schema.batches).where(batch).values(status=status))

    expect(bench.check(bench.manifest, before=spoil), BatchRefused, "not audited")


def test_a_batch_of_other_helpers_or_another_dealer_is_refused(bench: Bench) -> None:
    def other(desk: Desk) -> None:
        batch = schema.batches.c.set_id == bench.manifest.parts[0].require_gate().batch
        desk.connection.execute(update(schema.batches).where(batch).values(duties="0" * 64))

    expect(bench.check(bench.manifest, before=other), BatchRefused, "other helpers")


def test_a_batch_that_computes_something_else_is_refused(bench: Bench) -> None:
    """Every admission used up a batch of its own; that computes another function."""

    def read(desk: Desk) -> str:
        table = schema.batches.c
        rows = desk.connection.execute(schema.batches.select().order_by(table.set_id)).all()
        ready = next(
            row for row in rows if row.set_id == bench.manifest.parts[0].require_gate().batch
        )
        # One that served a check of an upload, as if its keys were here still.
        found = next(row.set_id for row in rows if row.spec != ready.spec)
        set_status(desk, found, "ready")
        return str(found)

    other = bench.federation.at("helper-a", read)
    expect(bench.check(bench.changed(**bench.part(batch=other))), BatchRefused, "something else")


def test_the_question_must_be_valid_still(bench: Bench) -> None:
    bench.federation.clock.advance(days=31)
    try:
        manifest = bench.changed(expiry=later(bench, hours=1))
        expect(bench.check(manifest), NotValidNow)
    finally:
        bench.federation.clock.advance(days=-31)


def test_the_workbench_leaves_no_trace(bench: Bench, tmp_path: Path) -> None:
    assert not list(tmp_path.iterdir())
    assert isinstance(bench.check(bench.manifest), Checked)
