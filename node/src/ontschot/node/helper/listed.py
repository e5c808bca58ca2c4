# SPDX-License-Identifier: EUPL-1.2
"""Checks on who is listed in a manifest: the list itself, their consents, their uploads."""

from collections.abc import Mapping

from sqlalchemy import select

from ontschot.node.helper import schema, uploads
from ontschot.node.helper.errors import ManifestRefused, TooFewProviders
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import CONSENT, Consent, Manifest, Part
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.lists import require_list
from ontschot.protocol.signed import SignedDocument

_COUNTED = ("agreed", "prepared", "opened", "chained", "committed", "sent")
"""States in which a release counts as a list of its question: something may come out."""


def require_lists(desk: Desk, manifest: Manifest) -> None:
    """Check the list of nodes against the rules on lists.

    Raises:
        TooFewProviders: it breaks one.
        UnknownParticipant: a node that the roster does not list as active.
    """
    table = schema.releases.c
    rows = desk.connection.execute(
        select(table.document).where(table.kind != "admit", table.state.in_(_COUNTED))
    ).scalars()
    earlier = [
        tuple(known.nodes)
        for known in map(Manifest.parse, rows)
        if (known.query, known.round) == (manifest.query, manifest.round)
    ]
    organisations = {node: desk.roster.participant(node).organisation for node in manifest.nodes}
    require_list(organisations, earlier, desk.roster.parameters.min_nodes, TooFewProviders)


def require_consents(desk: Desk, manifest: Manifest, consents: Mapping[str, bytes]) -> None:
    """Check that each listed node signed this very manifest, with its own uploads.

    Raises:
        ManifestRefused: a consent is missing, of another node, to something else, under another
            roster, not signed by the node, or names other uploads than its own in the manifest.
        BadSignature, MalformedMessage: not a signed consent.
    """
    listed = _listed_by_node(desk, manifest)
    for name in manifest.nodes:
        if name not in consents:
            raise ManifestRefused(f"consent of {name} is missing")
        consent = _signed_consent(desk, name, consents[name])
        if (consent.node, consent.manifest) != (name, manifest.digest):
            raise ManifestRefused(f"consent of {name} is to something else")
        if consent.roster != desk.roster.digest:
            raise ManifestRefused(f"consent of {name} under another roster")
        if sorted(consent.envelopes) != listed.get(name, []):
            raise ManifestRefused(f"consent of {name} names other uploads")


def require_uploads(desk: Desk, manifest: Manifest, part: Part) -> tuple[uploads.HeldUpload, ...]:
    """Return the listed uploads of one variable: held, admitted, and one of each listed node.

    Raises:
        ManifestRefused: they are not.
        UnknownParticipant: an upload of a node that the roster does not list as active.
    """
    wanted = "held" if manifest.kind == "admit" else "admitted"
    duties = duties_of(desk.roster)
    found = []
    for envelope_hash in part.uploads:
        held = uploads.find(desk.connection, envelope_hash)
        if held is None or held.status != wanted:
            raise ManifestRefused(f"an upload is not {wanted}")
        if held.duties != duties:
            raise ManifestRefused("an upload for other helpers")
        envelope = held.envelope
        if (envelope.round, envelope.universe) != (manifest.round, manifest.universe):
            raise ManifestRefused("an upload of another round or universe")
        if envelope.variable != part.variable:
            raise ManifestRefused("an upload of another variable")
        desk.roster.participant(envelope.node)
        found.append(held)
    if sorted(held.envelope.node for held in found) != manifest.nodes:
        raise ManifestRefused("the uploads are not one of each listed node")
    return tuple(found)


def _signed_consent(desk: Desk, name: str, document: bytes) -> Consent:
    node = desk.roster.participant(name)
    signed = SignedDocument.from_bytes(document)
    if name not in signed.signers(CONSENT, {node.signing_key.text: name}):
        raise ManifestRefused(f"consent of {name} is not signed by it")
    return Consent.parse(signed.payload)


def _listed_by_node(desk: Desk, manifest: Manifest) -> dict[str, list[str]]:
    # Each upload is looked up once, not once for every provider: a list of a hundred has hundreds.
    listed: dict[str, list[str]] = {}
    for name in manifest.uploads:
        held = uploads.find(desk.connection, name)
        if held is not None:
            listed.setdefault(held.envelope.node, []).append(held.envelope_hash)
    return listed
