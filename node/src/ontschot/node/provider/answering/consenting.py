# SPDX-License-Identifier: EUPL-1.2
"""Consent to a release, signed, with its price reserved (protocol section 4, step 2)."""

from sqlalchemy import select

from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.errors import (
    EarlierAttemptOpen,
    NotAccepted,
    ReleaseNotAllowed,
)
from ontschot.node.provider.answering.own_noise import noise_of_uploads
from ontschot.node.provider.answering.schema import consents
from ontschot.node.provider.answering.settling import given_up
from ontschot.node.provider.answering.uploading import live_upload
from ontschot.node.provider.persons.checking import require_same_key
from ontschot.node.public_inputs.duties import require_duties_apart
from ontschot.node.public_inputs.store import require_round
from ontschot.node.questions import store as questions
from ontschot.node.questions.keys import answer_key
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import CONSENT, Consent, Manifest
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.charge import Charge, charges_of
from ontschot.protocol.release.lifetime import is_alive
from ontschot.protocol.release.lists import require_list
from ontschot.protocol.release.node_noise import mode_of, noised_uploads
from ontschot.protocol.signed import SignedDocument


def consent(desk: Desk, letter: Letter) -> None:
    """Check a manifest, reserve its price, and send signed consent to helpers and coordinator.

    Raises:
        NotAccepted: the question is not accepted here.
        ReleaseNotAllowed: not the coordinator's; another roster, round, block or upload than was
            agreed; a list against the rules; expired, or given up by a helper.
        DutiesMixed: an organisation held two of helper A, helper B and dealer in this round.
        PersonKeysDiffer, PersonKeyMissing: it counts persons, and not all listed have one key.
        EarlierAttemptOpen: an earlier release of this question is not over.
        BudgetExhausted, NoBudget, TooManyReservations: the price does not fit; nothing is reserved.
    """
    manifest = Manifest.parse(letter.payload)
    if letter.sender != desk.roster.coordinator().id or letter.subject != manifest.digest:
        raise ReleaseNotAllowed("not proposed by the coordinator")
    if _known(desk, manifest.digest):
        return
    query = _require_accepted(desk, manifest)
    envelopes = _require_fit(desk, manifest, query)
    _require_earlier_over(desk, manifest)
    _require_list(desk, manifest)
    key = answer_key(manifest).digest
    charges = _charges(desk, manifest, envelopes)
    charged = charges is not None and not _paid(desk, key)
    if charges is not None and charged:
        ledger.reserve(desk.connection, manifest.digest, charges, asker=query.requester)
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
            key=key,
            expiry=manifest.expiry,
            charged=charged,
            state="consented",
        )
    )
    signed = SignedDocument(document.to_bytes()).add_signature(CONSENT, desk.keys.signing)
    for party in (*desk.roster.helpers(), desk.roster.coordinator()):
        desk.send(party.id, CONSENT, manifest.digest, signed.to_bytes())


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
    if not is_alive(manifest, desk.now):
        raise ReleaseNotAllowed("expired, or of too long a life")
    if given_up(desk, manifest.digest):
        raise ReleaseNotAllowed("a helper gave it up")
    asked = query.blocks, query.codes, query.round
    if (manifest.blocks, manifest.codes, manifest.round) != asked:
        raise ReleaseNotAllowed("not what was approved")
    if desk.me.id not in manifest.nodes:
        raise ReleaseNotAllowed("does not list this provider")
    require_duties_apart(desk, manifest.round)
    if query.unit == "person":
        require_same_key(desk, manifest.round, manifest.nodes)
    mine = []
    for part in manifest.parts:
        envelope = live_upload(desk, manifest.round, part.variable)
        if envelope is None or envelope not in part.uploads:
            raise ReleaseNotAllowed("does not list the live upload of this provider")
        if len(part.uploads) != len(manifest.nodes):
            raise ReleaseNotAllowed("not one upload of each listed provider")
        mine.append(envelope)
    _require_own_noise(desk, manifest, mine)
    return mine


def _require_own_noise(desk: Desk, manifest: Manifest, mine: list[str]) -> None:
    # Each upload's noise is checked where it can be: this node's here, everybody's at the helpers.
    # That nobody adds noise but the nodes must follow from what the manifest says of every upload.
    own = noise_of_uploads(desk, mine)
    said = [item for item in manifest.noised if item.upload in own]
    if said != noised_uploads(own):
        raise ReleaseNotAllowed("other noise than this provider added")
    if manifest.kind != "sum" and any(own.values()):
        raise ReleaseNotAllowed("noise in a gate")
    if manifest.kind == "sum" and manifest.noise != mode_of(
        manifest.blocks, manifest.parts, manifest.noised
    ):
        raise ReleaseNotAllowed("noise by others than its uploads ask for")


def _require_earlier_over(desk: Desk, manifest: Manifest) -> None:
    # One release of a question at a time: a coordinator that keeps proposing under new names can
    # hold one reservation and no more.
    open_one = select(consents.c.manifest).where(
        consents.c.query == manifest.query, consents.c.state == "consented"
    )
    if desk.connection.execute(open_one).first() is not None:
        raise EarlierAttemptOpen((manifest.query or "")[:12])


def _require_list(desk: Desk, manifest: Manifest) -> None:
    rows = desk.connection.execute(
        select(consents.c.document).where(
            consents.c.query == manifest.query, consents.c.state.in_(("released", "expired"))
        )
    ).scalars()
    earlier = [tuple(known.nodes) for known in map(Manifest.parse, rows)]
    organisations = {node: desk.roster.participant(node).organisation for node in manifest.nodes}
    minimum = desk.roster.parameters.min_nodes
    require_list(organisations, earlier, minimum, ReleaseNotAllowed)


def _paid(desk: Desk, key: str) -> bool:
    """Return whether this answer was paid for: each helper gives one half for a key, for ever."""
    spent = select(consents.c.manifest).where(
        consents.c.key == key,
        consents.c.charged,
        consents.c.state.in_(("released", "expired", "written-off")),
    )
    return desk.connection.execute(spent).first() is not None


def _charges(desk: Desk, manifest: Manifest, envelopes: list[str]) -> tuple[Charge, Charge] | None:
    # Sums of what this node noised itself are post-processing: it paid for that when it uploaded.
    own = noise_of_uploads(desk, envelopes)
    listed = zip(manifest.parts, envelopes, strict=True)
    paid = {part.variable for part, mine in listed if own[mine] is not None}
    blocks = [block for block in manifest.blocks if block.variable not in paid]
    if not blocks:
        return None
    return charges_of(blocks, require_round(desk, manifest.round).years)
