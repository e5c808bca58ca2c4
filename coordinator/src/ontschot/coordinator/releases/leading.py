# SPDX-License-Identifier: EUPL-1.2
"""Drive every open question one step further. Idempotent: run after every letter and every tick."""

from sqlalchemy import select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.service import Asked
from ontschot.coordinator.releases import admitting
from ontschot.coordinator.releases.admitting import Upload
from ontschot.coordinator.releases.manifests import propose_release
from ontschot.coordinator.releases.schema import releases
from ontschot.coordinator.releases.stock import Stock
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import Manifest

MOST_ATTEMPTS = 5
"""Attempts of one release before the question fails; each uses up fresh gate keys."""


def drive(desk: Desk, spare: int = 0) -> None:
    """Admit held uploads, propose what can be released, order the gate keys that are missing."""
    stock = Stock(desk, spare)
    admitting.admit_held(desk, stock)
    for asked in queries.open_questions(desk.connection):
        _advance(desk, stock, asked)
    _give_up_expired(desk)
    stock.order()


def ask_to_abort(desk: Desk, manifest: str, reason: str) -> None:
    """Ask both helpers to give up a release that is not committed."""
    changed = desk.connection.execute(
        update(releases)
        .where(releases.c.manifest == manifest, releases.c.state == "proposed")
        .values(state="aborting", reason=reason)
    )
    if changed.rowcount:
        for helper in desk.roster.helpers():
            desk.send(helper.id, "abort-request", manifest, b"")


def find(desk: Desk, digest: str) -> Manifest | None:
    """Return a manifest that was proposed here, or nothing."""
    document = desk.connection.execute(
        select(releases.c.document).where(releases.c.manifest == digest)
    ).scalar()
    return None if document is None else Manifest.parse(document)


def _advance(desk: Desk, stock: Stock, asked: Asked) -> None:
    rows = desk.connection.execute(
        select(releases.c.state).where(releases.c.query == asked.digest)
    ).scalars()
    states = list(rows)
    if any(state in ("proposed", "aborting", "done", "implausible") for state in states):
        return
    if len(states) >= MOST_ATTEMPTS:
        queries.set_state(desk, asked.digest, "failed", "too-many-attempts")
        return
    nodes = _ready_nodes(desk, asked)
    if nodes is None:
        return
    organisations = {desk.roster.participant(node).organisation for node in nodes}
    if len(organisations) < desk.roster.parameters.min_nodes:
        queries.set_state(desk, asked.digest, "failed", "too-few-providers")
        return
    uploads = {key: upload.envelope for key, upload in _uploads(desk, asked).items()}
    name = f"{asked.query.question.lower()}-{asked.digest[:24]}"
    if propose_release(desk, stock, asked, name, uploads, nodes):
        queries.set_state(desk, asked.digest, "releasing")


def _ready_nodes(desk: Desk, asked: Asked) -> list[str] | None:
    """Return who can be listed; nothing while somebody may still come and there is time."""
    uploads = _uploads(desk, asked)
    ready, waiting = [], False
    for node, (state, _) in queries.participation(desk.connection, asked.digest).items():
        if state == "refused":
            continue
        held = [uploads.get((node, variable)) for variable in asked.query.variables]
        if all(upload is not None and upload.state == "admitted" for upload in held):
            ready.append(node)
        else:
            waiting = True
    if waiting and to_text(desk.now) < asked.deadline:
        return None
    return sorted(ready)


def _uploads(desk: Desk, asked: Asked) -> dict[tuple[str, str], Upload]:
    return admitting.of_round(desk, rounds.require(desk.connection, asked.query.round))


def _give_up_expired(desk: Desk) -> None:
    rows = desk.connection.execute(
        select(releases.c.manifest, releases.c.document).where(releases.c.state == "proposed")
    ).all()
    now = to_text(desk.now)
    for row in rows:
        if Manifest.parse(row.document).expiry <= now:
            ask_to_abort(desk, row.manifest, "expired")
