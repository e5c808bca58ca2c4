# SPDX-License-Identifier: EUPL-1.2
"""Consent to a release, and what becomes of the reserved budget (protocol sections 4 and 7)."""

from sqlalchemy import select, update

from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.errors import NotAccepted, ReleaseNotAllowed
from ontschot.node.provider.answering.schema import consents
from ontschot.node.provider.answering.uploading import live_upload
from ontschot.node.public_inputs.store import require_round
from ontschot.node.questions import store as questions
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import (
    ABORT,
    CONSENT,
    Abort,
    Consent,
    Manifest,
    Released,
)
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.charge import charges_of
from ontschot.protocol.release.lists import require_list
from ontschot.protocol.signed import SignedDocument


def consent(desk: Desk, letter: Letter) -> None:
    """Check a manifest, reserve its price, and send signed consent to helpers and coordinator.

    Raises:
        NotAccepted: the question is not accepted here.
        ReleaseNotAllowed: another roster, round, block or upload than was agreed, or expired.
        OverBudget: the price does not fit; nothing is reserved.
    """
    manifest = Manifest.parse(letter.payload)
    if _known(desk, manifest.digest):
        return
    query = _require_accepted(desk, manifest)
    envelopes = _require_fit(desk, manifest, query)
    _require_list(desk, manifest)
    round_ = require_round(desk, manifest.round)
    ledger.reserve(
        desk.connection,
        manifest.digest,
        charges_of(manifest.blocks, round_.years),
        asker=query.requester,
    )
    document = Consent(
        node=desk.me.id,
        manifest=manifest.digest,
        roster=desk.roster.digest,
        envelopes=envelopes,
        ledger=ledger.head(desk.connection),
    )
    desk.connection.execute(
        consents.insert().values(
            manifest=manifest.digest,
            document=letter.payload,
            query=manifest.query,
            release_id=manifest.release_id,
            expiry=manifest.expiry,
            state="consented",
            aborted_by="",
        )
    )
    signed = SignedDocument(document.to_bytes()).add_signature(CONSENT, desk.keys.signing)
    for party in (*desk.roster.helpers(), desk.roster.coordinator()):
        desk.send(party.id, CONSENT, manifest.digest, signed.to_bytes())


def released(desk: Desk, letter: Letter) -> None:
    """The answer is out: the reservation is spent."""
    message = Released.parse(letter.payload)
    if letter.sender == desk.roster.coordinator().id:
        _settle(desk, message.manifest, "released")


def aborted(desk: Desk, letter: Letter) -> None:
    """A helper signed an abort; both together free the reservation."""
    signed = SignedDocument.from_bytes(letter.payload)
    message = Abort.parse(signed.payload)
    helper = dict(zip("AB", desk.roster.helpers(), strict=True))[message.helper]
    if not signed.signers(ABORT, {helper.signing_key.text: helper.id}):
        raise ReleaseNotAllowed("an abort that the helper did not sign")
    row = desk.connection.execute(
        select(consents.c.state, consents.c.aborted_by).where(
            consents.c.manifest == message.manifest
        )
    ).first()
    if row is None or row.state != "consented":
        return
    by = "".join(sorted(set(row.aborted_by) | {message.helper}))
    _update(desk, message.manifest, aborted_by=by)
    if by == "AB":
        ledger.free(desk.connection, message.manifest)
        _update(desk, message.manifest, state="aborted")


def expire(desk: Desk) -> None:
    """Count as spent what is past its expiry: an answer may be out without our knowing."""
    rows = desk.connection.execute(
        select(consents.c.manifest).where(
            consents.c.state == "consented", consents.c.expiry <= to_text(desk.now)
        )
    ).scalars()
    for digest in list(rows):
        _settle(desk, digest, "expired")


def _known(desk: Desk, digest: str) -> bool:
    found = select(consents.c.manifest).where(consents.c.manifest == digest)
    return desk.connection.execute(found).first() is not None


def _require_accepted(desk: Desk, manifest: Manifest) -> Query:
    if manifest.query is None:
        raise ReleaseNotAllowed("no question")
    kept = questions.find(desk.connection, manifest.query)
    if kept is None or kept.decision != "accepted":
        raise NotAccepted(manifest.query[:12])
    return questions.require_question(desk, manifest.query)


def _require_fit(desk: Desk, manifest: Manifest, query: Query) -> list[str]:
    if (manifest.roster_serial, manifest.roster_hash) != (desk.roster.serial, desk.roster.digest):
        raise ReleaseNotAllowed("another roster")
    if manifest.expiry <= to_text(desk.now):
        raise ReleaseNotAllowed("expired")
    if manifest.round != query.round or manifest.blocks != query.blocks:
        raise ReleaseNotAllowed("not what was approved")
    if desk.me.id not in manifest.nodes:
        raise ReleaseNotAllowed("does not list this provider")
    mine = []
    for part in manifest.parts:
        envelope = live_upload(desk, manifest.round, part.variable)
        if envelope is None or envelope not in part.uploads:
            raise ReleaseNotAllowed("does not list the live upload of this provider")
        if len(part.uploads) != len(manifest.nodes):
            raise ReleaseNotAllowed("not one upload of each listed provider")
        mine.append(envelope)
    return mine


def _require_list(desk: Desk, manifest: Manifest) -> None:
    rows = desk.connection.execute(
        select(consents.c.document).where(
            consents.c.query == manifest.query,
            consents.c.release_id != manifest.release_id,
            consents.c.state != "aborted",
        )
    ).scalars()
    earlier = [tuple(known.nodes) for known in map(Manifest.parse, rows)]
    organisations = {node: desk.roster.participant(node).organisation for node in manifest.nodes}
    minimum = desk.roster.parameters.min_nodes
    require_list(organisations, earlier, minimum, ReleaseNotAllowed)


def _settle(desk: Desk, digest: str, state: str) -> None:
    row = desk.connection.execute(
        select(consents.c.state).where(consents.c.manifest == digest)
    ).scalar()
    if row == "consented":
        ledger.spend(desk.connection, digest)
        _update(desk, digest, state=state)


def _update(desk: Desk, digest: str, **values: str) -> None:
    desk.connection.execute(update(consents).where(consents.c.manifest == digest).values(**values))
