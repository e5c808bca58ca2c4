# SPDX-License-Identifier: EUPL-1.2
"""The end of a round: every half of it is erased, with a signed receipt (protocol section 3)."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.helper import batches, schema, uploads
from ontschot.node.helper.aborting import abort
from ontschot.node.helper.errors import ManifestRefused
from ontschot.node.helper.identity import my_name
from ontschot.node.helper.release import uncommitted
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.rounds import RoundClosed
from ontschot.protocol.documents.uploads import ERASED, Erased
from ontschot.protocol.letters import Letter
from ontschot.protocol.roster import UnknownParticipant
from ontschot.protocol.signed import SignedDocument

CLOSED = "round-closed"


def close_round(desk: Desk, letter: Letter) -> None:
    """Erase all halves of a round and the gate keys used on them, and say so to whose they were.

    Releases under way are given up; committed and sent ones stay: their noised halves are answers
    and no longer shares of anybody's records. Closing twice gives the receipts twice.

    Raises:
        ManifestRefused: not the coordinator.
    """
    message = RoundClosed.parse(letter.payload)
    if letter.sender != desk.roster.coordinator().id:
        raise ManifestRefused("not closed by the coordinator")
    row = {"round": message.round, "closed_at": to_text(desk.now)}
    desk.connection.execute(insert(schema.closed_rounds).values(row).on_conflict_do_nothing())
    for release in uncommitted(desk):
        if release.manifest.round == message.round:
            abort(desk, release, CLOSED)
    for batch in _batches_of(desk, message.round):
        batches.erase(desk, batch)
    uploads.erase_round(desk, message.round)
    for node, envelopes in uploads.erased_of_round(desk.connection, message.round).items():
        _say_erased(desk, message.round, node, envelopes)


def say_erased_again(desk: Desk, recipient: str, round_hash: str) -> None:
    """Send a provider, or the coordinator, the receipts of a round once more."""
    for node, envelopes in uploads.erased_of_round(desk.connection, round_hash).items():
        if recipient in (node, desk.roster.coordinator().id):
            desk.send(recipient, ERASED, round_hash, _receipt(desk, round_hash, node, envelopes))


def _batches_of(desk: Desk, round_hash: str) -> list[str]:
    # With both helpers' keys the masked totals would be totals again: neither keeps either.
    rows = desk.connection.execute(select(schema.releases.c.document)).scalars()
    manifests = [manifest for manifest in map(Manifest.parse, rows) if manifest.round == round_hash]
    return sorted({gate.batch for manifest in manifests for gate in manifest.gates})


def _say_erased(desk: Desk, round_hash: str, node: str, envelopes: list[str]) -> None:
    signed = _receipt(desk, round_hash, node, envelopes)
    for recipient in (node, desk.roster.coordinator().id):
        try:
            desk.send(recipient, ERASED, round_hash, signed)
        except UnknownParticipant:  # a provider that left: the coordinator keeps its receipt
            continue


def _receipt(desk: Desk, round_hash: str, node: str, envelopes: list[str]) -> bytes:
    word = Erased(helper=my_name(desk), node=node, round=round_hash, envelopes=envelopes)
    return SignedDocument(word.to_bytes()).add_signature(ERASED, desk.keys.signing).to_bytes()
