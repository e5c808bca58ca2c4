# SPDX-License-Identifier: EUPL-1.2
"""Uploads at a helper (section 3): what is refused, what replaces what, and the end of a round."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from ontschot.coordinator.releases.schema import uploads
from ontschot.node.helper import schema
from ontschot.node.helper import uploads as helper_uploads
from ontschot.node.helper.errors import ManifestRefused, UploadRefused
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN
from ontschot.node.provider.answering.errors import UploadsUsedUp
from ontschot.node.provider.answering.uploading import live_uploads
from ontschot.node.public_inputs.store import UnknownPublicInput
from ontschot.node.witness.errors import ForeignStatement
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.uploads import ENVELOPE, Envelope, Withdrawal
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import BadSignature, CannotOpen, SigningKey
from ontschot.protocol.keys.sealing import OVERHEAD_BYTES
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.admission import MOST_UPLOADS
from ontschot.protocol.release.sealing import upload_context
from ontschot.protocol.sharing import encode_share, split
from ontschot.protocol.signed import SignedDocument
from simulation.bench import Bench
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import added, budgets, manifests, price_of
from simulation.recording import stored_halves

LISTED = tuple(node for node in NODES if node != LATE)


@dataclass
class Made:
    """An upload of the provider that has none yet, as helper A gets it, to be spoiled."""

    bench: Bench
    fields: dict[str, Any] = field(default_factory=dict)
    key: SigningKey | None = None
    half: bytes | None = None
    context: dict[str, Any] = field(default_factory=dict)
    box: bytes | None = None
    attachments: int = 1
    sender: str = LATE

    def receive(self, desk: Desk) -> OntschotError | None:
        """Let helper A receive it; return why it refuses."""
        try:
            helper_uploads.receive_upload(desk, self.letter(desk))
        except OntschotError as error:
            return error
        return None

    def letter(self, desk: Desk) -> Letter:
        federation = self.bench.federation
        vector = np.zeros(federation.slots, np.uint32)
        seed, share = split(vector)
        seed_at = self.fields.get("seed_at", "A")
        half = (
            self.half if self.half is not None else seed if seed_at == "A" else encode_share(share)
        )
        draft = self._envelope(Head(seq=10**6, hash="a" * 64)).model_copy(update=self.fields)
        context = upload_context(draft.model_copy(update=self.context), "A")
        box = desk.roster.helpers()[0].sealing_key.seal(half, context)
        envelope = draft.model_copy(update={"sealed_a": sha256(box)} | self.fields)
        key = self.key or federation.keys[LATE].signing
        signed = SignedDocument(envelope.to_bytes()).add_signature(ENVELOPE, key)
        ref = desk._files.store.put(self.box or box)
        return Letter(
            type="upload",
            subject=signed.digest,
            sender=self.sender,
            recipient="helper-a",
            seq=10**6,
            roster_serial=desk.roster.serial,
            roster_hash=desk.roster.digest,
            payload=signed.to_bytes(),
            attachments=(ref,) * self.attachments,
        )

    def _envelope(self, head: Head) -> Envelope:
        return Envelope(
            node=LATE,
            round=self.bench.manifest.round,
            universe=self.bench.manifest.universe,
            variable="served",
            generation=1,
            slots=self.bench.federation.slots,
            seed_at="A",
            sealed_a="1" * 64,
            sealed_b="2" * 64,
            roster=self.bench.federation.roster.digest,
            ledger=head,
        )


def received(bench: Bench, **spoiled: Any) -> OntschotError | None:
    return bench.undone(Made(bench, **spoiled).receive)


@pytest.mark.parametrize("seed_at", ["A", "B"])
def test_an_upload_is_taken(bench: Bench, seed_at: str) -> None:
    assert received(bench, fields={"seed_at": seed_at}) is None


Spoiled = dict[str, Any]
REFUSED: dict[str, tuple[Callable[[Bench], Spoiled], type[OntschotError], str]] = {
    "of another node": (
        lambda _: {"fields": {"node": "provider-1"}},
        ForeignStatement,
        "",
    ),
    "by another key": (lambda _: {"key": SigningKey.generate()}, ForeignStatement, ""),
    "by a helper": (lambda _: {"sender": "helper-b"}, UploadRefused, "only a provider"),
    "of an unknown round": (
        lambda _: {"fields": {"round": "0" * 64}},
        UnknownPublicInput,
        "a round",
    ),
    "of another universe": (
        lambda _: {"fields": {"universe": "0" * 64}},
        UploadRefused,
        "another universe",
    ),
    "of another length": (
        lambda _: {"fields": {"slots": 5}},
        UploadRefused,
        "not of the length",
    ),
    "of another variable": (
        lambda _: {"fields": {"variable": "euros"}},
        UploadRefused,
        "not a variable",
    ),
    "under another roster": (
        lambda _: {"fields": {"roster": "0" * 64}},
        UploadRefused,
        "another roster",
    ),
    "without its half": (lambda _: {"attachments": 0}, UploadRefused, "exactly one"),
    "with two halves": (lambda _: {"attachments": 2}, UploadRefused, "exactly one"),
    "with another half": (
        lambda _: {"box": bytes(OVERHEAD_BYTES + 32)},
        UploadRefused,
        "not the half",
    ),
    "for the other helper": (
        lambda _: {"context": {"generation": 2}},
        CannotOpen,
        "",
    ),
    "with a short seed": (lambda _: {"half": bytes(31)}, UploadRefused, "not of the size"),
    "with a short share": (
        lambda _: {"half": bytes(8), "fields": {"seed_at": "B"}},
        UploadRefused,
        "not of the size",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_spoiled_upload_is_refused(bench: Bench, name: str) -> None:
    spoil, error, detail = REFUSED[name]
    found = received(bench, **spoil(bench))
    assert type(found) is error
    assert detail in found.detail


def test_a_forged_signature_is_refused(bench: Bench) -> None:
    def act(desk: Desk) -> None:
        letter = Made(bench).letter(desk)
        signed = SignedDocument.from_bytes(letter.payload)
        other = SignedDocument.from_bytes(Made(bench).letter(desk).payload)
        forged = SignedDocument(signed.payload, other.signatures).to_bytes()
        with pytest.raises(BadSignature):
            helper_uploads.receive_upload(
                desk,
                Letter(**{n: getattr(letter, n) for n in letter.__slots__} | {"payload": forged}),
            )

    bench.undone(act)


def test_one_live_upload_of_a_variable_and_only_later_ones(bench: Bench) -> None:
    def act(desk: Desk) -> tuple[OntschotError | None, ...]:
        first = Made(bench)
        letter = first.letter(desk)
        helper_uploads.receive_upload(desk, letter)
        # The very same again is no second upload: its receipt may have been lost.
        helper_uploads.receive_upload(desk, letter)
        live = Made(bench, fields={"generation": 2, "ledger": Head(seq=10**6 + 1, hash="b" * 64)})
        second = live.receive(desk)
        withdraw(desk, letter.subject)
        older = Made(bench, fields={"ledger": Head(seq=10**6 + 2, hash="c" * 64)}).receive(desk)
        try:
            helper_uploads.receive_upload(desk, letter)
            again: OntschotError | None = None
        except OntschotError as error:
            again = error
        later = Made(bench, fields={"generation": 2, "ledger": Head(seq=10**6 + 3, hash="d" * 64)})
        return second, older, again, later.receive(desk)

    second, older, again, later = bench.undone(act)
    assert isinstance(second, UploadRefused)
    assert "a live upload exists" in second.detail
    assert isinstance(older, UploadRefused)
    assert "not a later one" in older.detail
    assert isinstance(again, UploadRefused)
    assert "withdrawn" in again.detail
    assert later is None


def withdraw(desk: Desk, envelope: str, sender: str = LATE, node: str = LATE) -> None:
    message = Withdrawal(node=node, envelope=envelope)
    helper_uploads.withdraw_upload(
        desk,
        Letter(
            type="withdrawal",
            subject=envelope,
            sender=sender,
            recipient="helper-a",
            seq=10**6 + 1,
            roster_serial=1,
            roster_hash="0" * 64,
            payload=message.to_bytes(),
        ),
    )


@pytest.mark.parametrize(
    ("sender", "node"), [("provider-1", LATE), (LATE, "provider-1"), ("provider-1", "provider-1")]
)
def test_only_its_own_node_takes_an_upload_back(bench: Bench, sender: str, node: str) -> None:
    def act(desk: Desk) -> None:
        letter = Made(bench).letter(desk)
        helper_uploads.receive_upload(desk, letter)
        with pytest.raises(UploadRefused):
            withdraw(desk, letter.subject, sender, node)

    bench.undone(act)


def replace(federation: Federation, node: str) -> int:
    uploader = federation.roles[node]._uploader  # type: ignore[union-attr]
    return federation.at(node, lambda desk: uploader.replace(desk, federation.round().digest))


def test_a_replaced_upload_is_checked_anew_and_the_old_one_is_gone(admitted: Federation) -> None:
    before = budgets(admitted)
    bench = Bench(admitted)
    old = bench.uploads_by_node()["provider-1"]
    consents = bench.consents(bench.manifest)
    used = {one.parts[0].require_gate().batch for one in manifests(admitted, "admit")}
    assert replace(admitted, "provider-1") == 1
    admitted.settle()
    new = bench.uploads_by_node()["provider-1"]
    assert new != old
    (again,) = [one for one in manifests(admitted, "admit") if one.uploads == (new,)]
    assert again.parts[0].require_gate().batch not in used
    price = price_of(again)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, "provider-1"), (0, price))
    found = bench.check(bench.manifest, consents)
    assert isinstance(found, ManifestRefused)
    assert "not admitted" in found.detail
    for helper in HELPERS:
        assert admitted.at(helper, lambda desk: desk.kept(f"half/{old}")) is None
        assert admitted.at(helper, lambda desk: desk.kept(f"half/{new}")) is not None
    state = select(uploads.c.state).where(uploads.c.envelope == old)
    assert admitted.read(COORDINATOR, lambda c: c.execute(state).scalar()) == "withdrawn"

    admitted.clock.advance(hours=1)
    admitted.tick()
    (manifest,) = manifests(admitted)
    assert new in manifest.uploads
    assert old not in manifest.uploads


def test_a_withdrawal_stops_a_release_under_way_and_leaves_answers_alone(
    admitted: Federation,
) -> None:
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.carrier.hold = lambda to, letter: to == "helper-b" and letter.type == "prepare"
    admitted.settle()
    replace(admitted, "provider-1")
    admitted.settle()
    admitted.carrier.let_go()
    admitted.settle()
    first, second = manifests(admitted)
    assert len(admitted.answers()) == 1
    answers, halves = admitted.answers(), stored_halves(admitted, second)
    assert stored_halves(admitted, first) == {"helper-a": None, "helper-b": None}
    replace(admitted, "provider-1")
    admitted.settle()
    assert admitted.answers() == answers
    assert stored_halves(admitted, second) == halves


def test_an_upload_that_a_helper_lost_its_mark_of_is_not_admitted_twice(bench: Bench) -> None:
    """The judgement of an admission moves a held upload only."""
    own = bench.uploads_by_node()["provider-2"]
    table = schema.uploads

    def act(desk: Desk) -> str | None:
        desk.connection.execute(
            update(table).where(table.c.envelope == own).values(status="withdrawn")
        )
        helper_uploads.judge_upload(desk.connection, own, admitted=True)
        return desk.connection.execute(
            select(table.c.status).where(table.c.envelope == own)
        ).scalar()

    assert bench.undone(act) == "withdrawn"


def test_a_variable_is_replaced_a_number_of_times_and_no_more(bench: Bench) -> None:
    def act(desk: Desk) -> list[OntschotError | None]:
        found: list[OntschotError | None] = []
        for number in range(1, MOST_UPLOADS + 2):
            head = Head(seq=10**6 + number, hash=f"{number:064x}")
            made = Made(bench, fields={"generation": number, "ledger": head})
            letter = made.letter(desk)
            try:
                helper_uploads.receive_upload(desk, letter)
                found.append(None)
            except OntschotError as error:
                found.append(error)
            withdraw(desk, letter.subject)
        return found

    *taken, last = bench.undone(act)
    assert taken == [None] * MOST_UPLOADS
    assert isinstance(last, UploadRefused)
    assert "too often" in last.detail


def test_a_node_pays_for_no_upload_that_helpers_would_refuse(admitted: Federation) -> None:
    for _ in range(MOST_UPLOADS - 1):
        replace(admitted, "provider-1")
    admitted.settle()
    before = budgets(admitted)["provider-1"]
    live = admitted.at("provider-1", lambda desk: [row.envelope for row in live_uploads(desk)])
    with pytest.raises(UploadsUsedUp):
        replace(admitted, "provider-1")
    assert budgets(admitted)["provider-1"] == before
    assert live == admitted.at(
        "provider-1", lambda desk: [row.envelope for row in live_uploads(desk)]
    )
    for helper in HELPERS:
        codes = admitted.read(
            helper, lambda c: c.execute(select(IN.c.code).where(IN.c.type == "upload")).scalars()
        )
        assert set(codes) == {None}
