# SPDX-License-Identifier: EUPL-1.2
"""The end of a round (section 3): every half is erased, and both helpers sign that."""

from typing import Any

import pytest
from sqlalchemy import select

from ontschot.coordinator.releases import closing
from ontschot.coordinator.releases.schema import erasures
from ontschot.coordinator.rounds.service import RoundClosed
from ontschot.node.helper import schema
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import FILE_USE
from ontschot.node.provider.answering import schema as provider_schema
from ontschot.protocol.documents.rounds import RoundClosed as RoundClosedDocument
from ontschot.protocol.documents.uploads import Erased
from ontschot.protocol.signed import SignedDocument
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import added, budgets, manifests
from simulation.recording import stored_halves

LISTED = tuple(node for node in NODES if node != LATE)


def test_a_round_ends_with_every_half_erased_and_receipts(admitted: Federation) -> None:
    admitted.clock.advance(hours=1)
    admitted.tick()
    (manifest,) = manifests(admitted)
    halves, answers = stored_halves(admitted, manifest), admitted.answers()
    round_hash = admitted.round().digest
    admitted.lead(lambda desk: closing.close_round(desk, round_hash))
    admitted.settle()

    for helper in HELPERS:
        files = admitted.read(helper, kept_files)
        assert not [name for name in files if name.startswith(("half/", "part/", "opened/"))]
        status = admitted.read(
            helper, lambda c: set(c.execute(select(schema.uploads.c.status)).scalars())
        )
        assert status == {"erased"}
    rows = admitted.read(COORDINATOR, lambda c: c.execute(select(erasures)).all())
    assert {(row.helper, row.node) for row in rows} == {(h, n) for h in HELPERS for n in LISTED}
    for node in LISTED:
        receipts = admitted.read(node, lambda c: c.execute(select(provider_schema.erasures)).all())
        assert {row.helper for row in receipts} == set(HELPERS)
        listed = Erased.parse(SignedDocument.from_bytes(receipts[0].document).payload)
        assert listed.node == node
        assert set(listed.envelopes) & set(manifest.uploads)

    # What was answered stays, nothing else is answered.
    assert stored_halves(admitted, manifest) == halves
    assert admitted.answers() == answers
    with pytest.raises(RoundClosed):
        admitted.ask(admitted.approved(admitted.question("Q13", purpose="later")))
    assert admitted.at(LATE, lambda desk: upload(admitted, desk)) == 1
    admitted.settle()
    table = schema.uploads.c
    late = admitted.read(
        "helper-a",
        lambda c: c.execute(select(table.envelope).where(table.node == LATE)).all(),
    )
    assert late == []


def kept_files(connection: Any) -> list[str]:
    rows = connection.execute(select(FILE_USE.c.use)).scalars()
    return [row.removeprefix("keep:") for row in rows if row.startswith("keep:")]


def upload(federation: Federation, desk: Desk) -> int:
    """Let a provider upload although the round has ended; return how many uploads it has."""
    uploader = federation.roles[LATE]._uploader  # type: ignore[union-attr]
    uploader.upload_missing(desk, federation.round().digest, ("served",))
    return len(desk.connection.execute(select(provider_schema.own_uploads)).all())


def test_only_the_coordinator_closes_and_an_open_release_is_given_up(
    admitted: Federation,
) -> None:
    before = budgets(admitted)
    admitted.carrier.hold = lambda to, letter: to == "helper-b" and letter.type == "prepare"
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.settle()
    (manifest,) = manifests(admitted)
    round_hash = admitted.round().digest
    message = RoundClosedDocument(round=round_hash).to_bytes()
    admitted.at(
        "provider-1", lambda desk: desk.send("helper-a", "round-closed", round_hash, message)
    )
    admitted.settle()
    assert admitted.read("helper-a", lambda c: c.execute(select(schema.closed_rounds)).all()) == []

    admitted.lead(lambda desk: closing.close_round(desk, round_hash))
    admitted.carrier.let_go()
    admitted.settle()
    assert stored_halves(admitted, manifest) == {"helper-a": None, "helper-b": None}
    assert added(before, budgets(admitted)) == {}
    assert admitted.answers() == {}
