# SPDX-License-Identifier: EUPL-1.2
"""Ending a release without an answer (protocol section 7).

A helper aborts only what it has not committed. One that committed and did not send takes the peer's
signed abort: the peer will never commit, so no answer can come out, and the price is given back.
One that sent its output, or holds the peer's commit, keeps its word for ever.
"""

from ontschot.node.helper import facts
from ontschot.node.helper.errors import PeerDeviates
from ontschot.node.helper.identity import my_name, peer, peer_name
from ontschot.node.helper.release import UNCOMMITTED, Release, find, move
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import ABORT, COMMIT, Abort
from ontschot.protocol.letters import Letter
from ontschot.protocol.signed import SignedDocument


def abort(desk: Desk, release: Release, code: str) -> None:
    """Abort an uncommitted release: give the reservation back and sign that it is over."""
    if release.state not in UNCOMMITTED:
        return
    if release.state != "proposed":
        ledger.free(desk.connection, release.digest)
    _end(desk, release, code)


def abort_asked(desk: Desk, letter: Letter) -> None:
    """The coordinator asks to give up: a node refused, or time ran out."""
    release = find(desk, letter.subject)
    if release is not None and letter.sender == desk.roster.coordinator().id:
        abort(desk, release, "coordinator-asked")


def peer_aborted(desk: Desk, letter: Letter) -> None:
    """The peer aborted: so do we, unless its commit is here or our output is gone.

    Raises:
        PeerDeviates: not signed by the peer, or about something else, or after its commit.
    """
    signed = SignedDocument.from_bytes(letter.payload)
    message = Abort.parse(signed.payload)
    if not signed.signers(ABORT, {peer(desk).signing_key.text: peer(desk).id}):
        raise PeerDeviates("an abort that the other helper did not sign")
    if (message.helper, message.manifest) != (peer_name(desk), letter.subject):
        raise PeerDeviates("an abort of something else")
    facts.keep(desk.connection, letter.subject, ABORT, letter.sender, letter.payload)
    release = find(desk, letter.subject)
    if release is None:
        return
    if release.state == "sent" or facts.find(
        desk.connection, release.digest, COMMIT, peer(desk).id
    ):
        raise PeerDeviates("aborts what it committed")
    if release.state == "committed":
        ledger.refund(desk.connection, release.digest)
        _end(desk, release, message.code)
    else:
        abort(desk, release, message.code)


def _end(desk: Desk, release: Release, code: str) -> None:
    ledger.tombstone(desk.connection, release.digest)
    message = Abort(helper=my_name(desk), manifest=release.digest, code=code)
    proof = SignedDocument(message.to_bytes()).add_signature(ABORT, desk.keys.signing).to_bytes()
    recipients = [peer(desk).id, desk.roster.coordinator().id]
    if release.manifest.kind == "gate":
        recipients += release.manifest.nodes
    for recipient in recipients:
        desk.send(recipient, ABORT, release.digest, proof)
    move(desk, release, "aborted", reason=code)
