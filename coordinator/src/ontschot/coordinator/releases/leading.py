# SPDX-License-Identifier: EUPL-1.2
"""Drive every open question one step further. Idempotent: run after every letter and every tick."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.service import Asked
from ontschot.coordinator.releases import admitting, person_keys, serving, words
from ontschot.coordinator.releases.admitting import Upload
from ontschot.coordinator.releases.errors import PersonKeyWaits
from ontschot.coordinator.releases.manifests import MOST_ATTEMPTS, propose_release
from ontschot.coordinator.releases.schema import releases
from ontschot.coordinator.releases.stock import Stock
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import ABORT, CONSENT, Manifest
from ontschot.protocol.release.lists import MOST_LISTS, broken_rule

ASK_AGAIN_AFTER: Final = timedelta(minutes=10)
"""How long a helper may be silent about a release that should end, before it is asked again."""

NO_ANSWER: Final = "no-answer"
"""Code of a provider that let a manifest expire; the next attempt goes without it."""


def drive(desk: Desk, spare: int = 0) -> None:
    """Admit held uploads, propose what can be released, order the gate keys that are missing."""
    stock = Stock(desk, spare)
    inform_helpers(desk)
    _give_up(desk)
    admitting.admit_held(desk, stock)
    uploads: dict[str, Mapping[tuple[str, str], Upload]] = {}
    for asked in queries.open_questions(desk.connection):
        if asked.query.round not in uploads:
            uploads[asked.query.round] = admitting.of_round(desk, asked.query.round)
        _advance(desk, stock, asked, uploads[asked.query.round])
    stock.order()


def inform_helpers(desk: Desk) -> None:
    """Send helpers that came with a new roster the open rounds and questions that they lack."""
    for asked in queries.open_questions(desk.connection):
        for helper in desk.roster.helpers():
            if rounds.is_delivered(desk.connection, asked.query.round, helper.id):
                continue
            rounds.deliver(desk, asked.query.round, [helper.id])
            for other in queries.open_questions(desk.connection):
                if other.query.round == asked.query.round:
                    document = queries.signed(desk.connection, other.digest).to_bytes()
                    desk.send(helper.id, "question", other.digest, document)


def ask_to_abort(desk: Desk, manifest: str, reason: str) -> None:
    """Ask both helpers to give up a release that is not committed."""
    changed = desk.connection.execute(
        update(releases)
        .where(releases.c.manifest == manifest, releases.c.state == "proposed")
        .values(state="aborting", reason=reason)
    )
    if changed.rowcount:
        _ask_helpers(desk, manifest)


def ask_helpers(desk: Desk, digest: str) -> None:
    """Ask its helpers how a release stands: what they signed about it comes again."""
    manifest = find(desk, digest)
    if manifest is not None:
        for helper in serving.helpers_of(desk, manifest):
            desk.send(helper.id, "abort-request", digest, manifest.to_bytes())


def find(desk: Desk, digest: str) -> Manifest | None:
    """Return a manifest that was proposed here, or nothing."""
    document = desk.connection.execute(
        select(releases.c.document).where(releases.c.manifest == digest)
    ).scalar()
    return None if document is None else Manifest.parse(document)


def _advance(
    desk: Desk, stock: Stock, asked: Asked, uploads: Mapping[tuple[str, str], Upload]
) -> None:
    rows = desk.connection.execute(
        select(releases.c.state, releases.c.release_id, releases.c.document).where(
            releases.c.query == asked.digest
        )
    ).all()
    answered = [row for row in rows if row.state in ("done", "implausible")]
    name = _name(asked, len(answered) + 1)
    mine = [row.state for row in rows if row.release_id == name]
    if any(state != "aborted" for state in mine) or len(answered) >= MOST_LISTS:
        return
    if len(mine) >= MOST_ATTEMPTS:
        _end(desk, asked, answered=bool(answered), reason="too-many-attempts")
        return
    nodes = _ready_nodes(desk, asked, uploads)
    if nodes is None:
        return
    organisations = {node: desk.roster.participant(node).organisation for node in nodes}
    earlier = [Manifest.parse(row.document).nodes for row in answered]
    if broken_rule(organisations, earlier, desk.roster.parameters.min_nodes) is not None:
        _end(desk, asked, answered=bool(answered), reason=_why_too_few(desk, asked))
        return
    envelopes = {key: upload.envelope for key, upload in uploads.items()}
    if propose_release(desk, stock, asked, name, envelopes, nodes):
        queries.set_state(desk, asked.digest, "releasing")


def _why_too_few(desk: Desk, asked: Asked) -> str:
    if asked.query.unit == "person" and person_keys.waits_for(desk.connection, asked.query.round):
        return PersonKeyWaits.code
    return "too-few-providers"


def _name(asked: Asked, number: int) -> str:
    name = f"{asked.query.question.lower()}-{asked.digest[:24]}"
    return name if number == 1 else f"{name}-{number}"


def _end(desk: Desk, asked: Asked, *, answered: bool, reason: str) -> None:
    # A second list that cannot be made takes nothing from the first answer.
    queries.set_state(desk, asked.digest, "published" if answered else "failed", reason)


def _ready_nodes(
    desk: Desk, asked: Asked, uploads: Mapping[tuple[str, str], Upload]
) -> list[str] | None:
    """Return who can be listed; nothing while somebody may still come and there is time."""
    active = {provider.id for provider in desk.roster.providers()}
    ready, waiting = [], False
    keyed = asked.query.unit == "person"
    with_key = person_keys.with_one_key(desk, asked.query.round) if keyed else active
    for node, (state, _) in queries.participation(desk.connection, asked.digest).items():
        if state == "refused" or node not in active:
            continue
        said_yes = state in ("accepted", "taking-part")
        held = [uploads.get((node, variable)) for variable in asked.query.variables]
        admitted = all(upload is not None and upload.state == "admitted" for upload in held)
        if said_yes and admitted and node in with_key:
            ready.append(node)
        else:
            waiting = True
    if waiting and to_text(desk.now) < asked.deadline:
        return None
    return sorted(ready)


def _give_up(desk: Desk) -> None:
    """Give up what expired or belongs to an earlier roster; ask again who does not answer."""
    rows = desk.connection.execute(
        select(releases.c.manifest, releases.c.state, releases.c.asked_at).where(
            releases.c.state.in_(("proposed", "aborting"))
        )
    ).all()
    long_ago = to_text(desk.now - ASK_AGAIN_AFTER)
    for row in rows:
        manifest = find(desk, row.manifest)
        if manifest is None or (
            row.state == "aborting"
            and (serving.end_when_aborted(desk, manifest) or serving.end_when_lost(desk, manifest))
        ):
            continue
        if row.state == "aborting" and (row.asked_at or "") <= long_ago:
            _ask_helpers(desk, row.manifest)
        elif row.state == "proposed" and manifest.roster_hash != desk.roster.digest:
            ask_to_abort(desk, row.manifest, "another-roster")
        elif row.state == "proposed" and manifest.expiry <= to_text(desk.now):
            _leave_out_silent(desk, manifest)
            ask_to_abort(desk, row.manifest, "expired")


def _leave_out_silent(desk: Desk, manifest: Manifest) -> None:
    consented = words.of_kind(desk.connection, manifest.digest, CONSENT)
    for node in manifest.nodes:
        if manifest.query is not None and node not in consented:
            queries.said(desk, manifest.query, node, "refused", NO_ANSWER)


def _ask_helpers(desk: Desk, digest: str) -> None:
    manifest = find(desk, digest)
    if manifest is None:
        return
    aborted = words.of_kind(desk.connection, digest, ABORT)
    for helper in serving.helpers_of(desk, manifest):
        if helper.id not in aborted:
            desk.send(helper.id, "abort-request", digest, manifest.to_bytes())
    desk.connection.execute(
        update(releases).where(releases.c.manifest == digest).values(asked_at=to_text(desk.now))
    )
