# SPDX-License-Identifier: EUPL-1.2
"""Signed words of this helper about a release: to its peer and to the coordinator.

The coordinator passes commits and aborts on to the listed providers as they were signed and in the
order in which they came, when the release has ended or at its next look at deadlines.
"""

from ontschot.node.helper import facts
from ontschot.node.helper.boxes import send_box
from ontschot.node.helper.identity import my_name, peer
from ontschot.node.helper.release import Release
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.releases import ABORT, AGREE, COMMIT, Abort, Agree, Commit
from ontschot.protocol.release.sealing import release_context
from ontschot.protocol.signed import SignedDocument


def say(desk: Desk, kind: str, release: Release, word: Agree | Commit | Abort) -> None:
    """Sign a word and send it: whoever holds it can show it to a third party."""
    signed = SignedDocument(word.to_bytes()).add_signature(kind, desk.keys.signing).to_bytes()
    if kind != ABORT:
        # Who publishes may need the agreement once more; what the peer holds is compared with the
        # commit as it was first said (``witnessed``).
        facts.keep(desk.connection, release.digest, kind, desk.me.id, signed)
    for recipient in (peer(desk).id, desk.roster.coordinator().id):
        desk.send(recipient, kind, release.digest, signed)


def say_commit(desk: Desk, release: Release, output: bytes) -> None:
    """Say that ``output`` is on disk and charged."""
    word = Commit(
        helper=my_name(desk),
        manifest=release.digest,
        output=sha256(output),
        ledger=ledger.head(desk.connection),
    )
    say(desk, COMMIT, release, word)


def say_abort(desk: Desk, release: Release, code: str) -> None:
    """Say that this release will never be committed here."""
    word = Abort(
        helper=my_name(desk),
        manifest=release.digest,
        code=code,
        ledger=ledger.head(desk.connection),
    )
    say(desk, ABORT, release, word)


def send_output(desk: Desk, release: Release, output: bytes) -> None:
    """Seal the stored half to the coordinator: always these bytes, any number of times."""
    coordinator = desk.roster.coordinator()
    context = release_context("output", release.digest, my_name(desk))
    box = coordinator.sealing_key.seal(output, context)
    send_box(desk, coordinator.id, "output", release.digest, box)


def say_again(desk: Desk, release: Release) -> None:
    """Repeat where a release stands, for who missed it; nothing is computed anew."""
    if release.state == "aborted":
        say_abort(desk, release, release.reason or "aborted")
    agreed = facts.find(desk.connection, release.digest, AGREE, desk.me.id)
    if release.output is not None and agreed is not None:
        # To the coordinator alone: the peer has it, and its head is of long ago.
        desk.send(desk.roster.coordinator().id, AGREE, release.digest, agreed)
    if release.output is not None:
        say_commit(desk, release, release.output)
    if release.output is not None and release.state == "sent":
        send_output(desk, release, release.output)
