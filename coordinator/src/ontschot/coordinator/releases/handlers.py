# SPDX-License-Identifier: EUPL-1.2
"""The letters that the coordinator understands, and what happens with each."""

from collections.abc import Callable

import structlog
from sqlalchemy import func, select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases import admitting, publishing, stock, words
from ontschot.coordinator.releases.leading import ask_to_abort, drive, find
from ontschot.coordinator.releases.schema import releases
from ontschot.protocol.documents.dealing import BatchReady
from ontschot.protocol.documents.releases import (
    ABORT,
    AGREE,
    COMMIT,
    CONSENT,
    MANIFEST,
    Abort,
    Manifest,
    Refused,
)
from ontschot.protocol.documents.uploads import RECEIPT, WITHDRAWAL
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.letters import Letter
from ontschot.protocol.letters.model import REFUSAL, RefusalNotice
from ontschot.protocol.release.sealing import release_context
from ontschot.protocol.signed import SignedDocument

Handler = Callable[[Desk, Letter], None]

_LOG = structlog.get_logger()


class ForeignWord(Refusal):
    """Someone who may not say this, or a half that is not the committed one."""

    code = "foreign-word"
    title = Text("Dit hoort niet bij deze meting", "This does not belong to this release")
    remedy = Text("Vergelijk de logboeken.", "Compare the logs.")


class Leader:
    """The coordinator's part in releases; ``spare`` is how many batches to keep in stock."""

    def __init__(self, spare: int = 0) -> None:
        self._spare = spare

    def handlers(self) -> dict[str, Handler]:
        """Return the handler of each type of letter; what moves something drives what is open."""
        moving: dict[str, Handler] = {
            "uploaded": admitting.uploaded,
            RECEIPT: admitting.receipt,
            WITHDRAWAL: admitting.withdrawn,
            BatchReady.model_fields["type"].default: stock.batch_ready,
            "dealer-caught": stock.dealer_caught,
            "refused": _refused,
            REFUSAL: _refusal,
            ABORT: _aborted,
            publishing.OUTPUT: _output,
        }
        noting: dict[str, Handler] = {"held": _held, CONSENT: _word, AGREE: _word, COMMIT: _word}
        return noting | {kind: self._driving(handler) for kind, handler in moving.items()}

    def tick(self, desk: Desk) -> None:
        """Look at deadlines; called now and then by the process."""
        drive(desk, self._spare)

    def _driving(self, handler: Handler) -> Handler:
        def handle(desk: Desk, letter: Letter) -> None:
            handler(desk, letter)
            drive(desk, self._spare)

        return handle


def _held(desk: Desk, letter: Letter) -> None:
    queries.said(desk, letter.subject, letter.sender, "held")
    _LOG.info("question held for a person", node=letter.sender, query=letter.subject[:12])


def _refused(desk: Desk, letter: Letter) -> None:
    message = Refused.parse(letter.payload)
    _take_refusal(desk, letter.sender, message.subject, message.letter, message.code)


def _refusal(desk: Desk, letter: Letter) -> None:
    notice = RefusalNotice.parse(letter.payload)
    _take_refusal(desk, letter.sender, letter.subject, notice.letter, notice.code)


def _take_refusal(desk: Desk, sender: str, subject: str, letter: str, code: str) -> None:
    _LOG.warning("refused", sender=sender, letter=letter, subject=subject[:12], code=code)
    if letter == "question":
        queries.said(desk, subject, sender, "refused", code)
    manifest = find(desk, subject) if letter == MANIFEST else None
    if manifest is not None:
        # A manifest without this party needs new consents; nobody is left half listed.
        if manifest.query is not None and sender in manifest.nodes:
            queries.said(desk, manifest.query, sender, "refused", code)
        ask_to_abort(desk, manifest.digest, code)


def _word(desk: Desk, letter: Letter) -> None:
    manifest = _require_manifest(desk, letter)
    signed = SignedDocument.from_bytes(letter.payload)
    sender = desk.roster.participant(letter.sender)
    if not signed.signers(letter.type, {sender.signing_key.text: sender.id}):
        raise ForeignWord("not signed by its sender")
    words.keep(desk.connection, manifest.digest, letter.type, letter.sender, letter.payload)
    if letter.type == CONSENT:
        words.note_last_consent(desk.connection, manifest, desk.now)
        if manifest.query is not None:
            queries.said(desk, manifest.query, letter.sender, "taking-part")


def _output(desk: Desk, letter: Letter) -> None:
    manifest = _require_manifest(desk, letter)
    helper_a, helper_b = desk.roster.helpers()
    name = {helper_a.id: "A", helper_b.id: "B"}.get(letter.sender)
    if name is None:
        raise ForeignWord("an output by someone else")
    box = letter.payload or desk.attachment(letter.attachments[0]).read_bytes()
    context = release_context("output", manifest.digest, "A" if name == "A" else "B")
    half = desk.keys.open(box, context)
    if not publishing.fits_commit(desk, manifest.digest, letter.sender, half):
        raise ForeignWord("not the output that was committed")
    words.keep(desk.connection, manifest.digest, letter.type, letter.sender, half)
    publishing.finish(desk, manifest)
    _log_progress(desk, manifest)


def _aborted(desk: Desk, letter: Letter) -> None:
    manifest = _require_manifest(desk, letter)
    signed = SignedDocument.from_bytes(letter.payload)
    message = Abort.parse(signed.payload)
    sender = desk.roster.participant(letter.sender)
    if not signed.signers(ABORT, {sender.signing_key.text: sender.id}):
        raise ForeignWord("not signed by its sender")
    words.keep(desk.connection, manifest.digest, ABORT, letter.sender, letter.payload)
    _LOG.warning("aborted", helper=letter.sender, subject=letter.subject[:12], code=message.code)
    ask_to_abort(desk, manifest.digest, message.code)
    both = {helper.id for helper in desk.roster.helpers()}
    if both <= set(words.of_kind(desk.connection, manifest.digest, ABORT)):
        desk.connection.execute(
            update(releases)
            .where(releases.c.manifest == manifest.digest)
            .values(state="aborted", reason=message.code)
        )
        if manifest.kind == "admit":
            admitting.set_state(desk, manifest.parts[0].uploads[0], "held")


def _require_manifest(desk: Desk, letter: Letter) -> Manifest:
    manifest = find(desk, letter.subject)
    if manifest is None:
        raise ForeignWord("no such release")
    return manifest


def _log_progress(desk: Desk, manifest: Manifest) -> None:
    state = desk.connection.execute(
        select(releases.c.state).where(releases.c.manifest == manifest.digest)
    ).scalar_one()
    done = desk.connection.execute(
        select(func.count()).where(releases.c.state == "done", releases.c.kind == manifest.kind)
    ).scalar_one()
    if state != "proposed":
        _LOG.info("release ended", kind=manifest.kind, state=state, id=manifest.release_id, n=done)
