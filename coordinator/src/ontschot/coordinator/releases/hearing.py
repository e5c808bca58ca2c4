# SPDX-License-Identifier: EUPL-1.2
"""What nodes and helpers say about a release: kept as signed, passed on, and acted upon."""

import structlog
from sqlalchemy import func, select

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases import passing, publishing, resending, serving, stock, words
from ontschot.coordinator.releases.leading import ask_to_abort, find
from ontschot.coordinator.releases.schema import releases
from ontschot.protocol.documents.releases import (
    ABORT,
    COMMIT,
    CONSENT,
    MANIFEST,
    Abort,
    Accepted,
    Consent,
    Manifest,
    Refused,
)
from ontschot.protocol.documents.statements import STATEMENTS, Statement
from ontschot.protocol.documents.uploads import Envelope, HelperName
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.letters import Letter, RosterOutdated
from ontschot.protocol.letters.model import RefusalNotice
from ontschot.protocol.release.sealing import release_context
from ontschot.protocol.signed import SignedDocument

_OPEN = ("proposed", "aborting")

_LOG = structlog.get_logger()


class ForeignWord(Refusal):
    """Someone who may not say this, or a half that is not the committed one."""

    code = "foreign-word"
    title = Text("Dit hoort niet bij deze meting", "This does not belong to this release")
    remedy = Text("Vergelijk de logboeken.", "Compare the logs.")


def held(desk: Desk, letter: Letter) -> None:
    """A provider lets a person decide on a question."""
    queries.said(desk, letter.subject, letter.sender, "held")
    _LOG.info("question held for a person", node=letter.sender, query=letter.subject[:12])


def accepted(desk: Desk, letter: Letter) -> None:
    """A provider will take part in a question."""
    message = Accepted.parse(letter.payload)
    queries.said(desk, message.subject, letter.sender, "accepted")


def refused(desk: Desk, letter: Letter) -> None:
    """A party does not take part: in a question, in a release, or in a set of gate keys."""
    message = Refused.parse(letter.payload)
    _take_refusal(desk, letter.sender, message.subject, message.letter, message.code)


def refusal(desk: Desk, letter: Letter) -> None:
    """A letter of the coordinator was refused; only for the old roster: then it is said again."""
    notice = RefusalNotice.parse(letter.payload)
    if notice.code == RosterOutdated.code:
        resending.say_again(desk, letter.sender, notice.letter, letter.subject)
        return
    _take_refusal(desk, letter.sender, letter.subject, notice.letter, notice.code)


def word(desk: Desk, letter: Letter) -> None:
    """A consent, an agreement or a commit.

    Raises:
        ForeignWord: no such release, about something else, or not signed by who may say it.
    """
    manifest = _require_manifest(desk, letter)
    _require_own(desk, letter, manifest)
    words.keep(desk.connection, manifest.digest, letter.type, letter.sender, letter.payload)
    if letter.type == CONSENT:
        words.note_last_consent(desk.connection, manifest, desk.now)
        if manifest.query is not None:
            queries.said(desk, manifest.query, letter.sender, "taking-part")
    elif letter.type == COMMIT:
        _put_by(desk, letter, manifest)


def output(desk: Desk, letter: Letter) -> bool:
    """A helper's sealed half: kept if it is the committed one; with both, the release ends.

    Returns:
        Whether it has ended since this letter.

    Raises:
        ForeignWord: no such release, by someone else, or another half than was committed.
        CannotOpen: not sealed to the coordinator in this release.
    """
    manifest = _require_manifest(desk, letter)
    half = desk.keys.open(
        _box(desk, letter), release_context("output", manifest.digest, _helper(desk, letter))
    )
    if not publishing.fits_commit(desk, manifest.digest, letter.sender, half):
        raise ForeignWord("not the output that was committed")
    words.keep(desk.connection, manifest.digest, letter.type, letter.sender, half)
    if _state(desk, manifest) not in _OPEN:
        return False
    publishing.finish(desk, manifest)
    ended = _state(desk, manifest) not in _OPEN
    if ended:
        _log_end(desk, manifest)
        passing.pass_on(desk)
    return ended


def aborted(desk: Desk, letter: Letter) -> None:
    """A helper gave a release up: the other is asked to; with all, a new attempt may begin.

    Raises:
        ForeignWord: no such release, about something else, or not signed by the helper.
    """
    manifest = _require_manifest(desk, letter)
    message = _require_own(desk, letter, manifest)
    words.keep(desk.connection, manifest.digest, ABORT, letter.sender, letter.payload)
    _put_by(desk, letter, manifest)
    passing.pass_on(desk)
    code = message.code if isinstance(message, Abort) else ""
    _LOG.warning("aborted", helper=letter.sender, subject=letter.subject[:12], code=code)
    ask_to_abort(desk, manifest.digest, code)
    serving.end_when_aborted(desk, manifest)


def _take_refusal(desk: Desk, sender: str, subject: str, letter: str, code: str) -> None:
    _LOG.warning("refused", sender=sender, letter=letter, subject=subject[:12], code=code)
    helpers = {helper.id for helper in desk.roster.helpers()}
    if letter == "question":
        queries.said(desk, subject, sender, "refused", code)
    if letter == "offer" and sender in helpers:
        stock.spoil(desk, subject)
    if letter in ("toss-reveal", "choice", "delivery") and sender in helpers:
        stock.stands(desk, subject, code)
    manifest = find(desk, subject) if letter == MANIFEST else None
    if manifest is not None and sender in {*helpers, *manifest.nodes}:
        # A manifest without this party needs new consents; nobody is left half listed.
        if manifest.query is not None and sender in manifest.nodes:
            queries.said(desk, manifest.query, sender, "refused", code)
        ask_to_abort(desk, manifest.digest, code)


def _require_manifest(desk: Desk, letter: Letter) -> Manifest:
    manifest = find(desk, letter.subject)
    if manifest is None:
        raise ForeignWord("no such release")
    return manifest


def _helper(desk: Desk, letter: Letter) -> HelperName:
    helper_a, helper_b = desk.roster.helpers()
    if letter.sender == helper_a.id:
        return "A"
    if letter.sender == helper_b.id:
        return "B"
    raise ForeignWord("an output by someone else")


def _box(desk: Desk, letter: Letter) -> bytes:
    if letter.payload or not letter.attachments:
        return letter.payload
    return desk.attachment(letter.attachments[0]).read_bytes()


def _require_own(desk: Desk, letter: Letter, manifest: Manifest) -> Statement:
    signed = SignedDocument.from_bytes(letter.payload)
    statement = STATEMENTS[letter.type].parse(signed.payload)
    sender = desk.roster.participant(letter.sender)
    if isinstance(statement, Envelope) or statement.manifest != manifest.digest:
        raise ForeignWord("about something else")
    if isinstance(statement, Consent):
        may = statement.node == sender.id and sender.id in manifest.nodes
    else:
        may = desk.roster.helpers()["AB".index(statement.helper)].id == sender.id
    if not may or not signed.signers(letter.type, {sender.signing_key.text: sender.id}):
        raise ForeignWord("not signed by who may say it")
    return statement


def _put_by(desk: Desk, letter: Letter, manifest: Manifest) -> None:
    # An admission has no consents, so nobody waits for its end.
    if manifest.query is not None:
        passing.put(desk, letter)


def _state(desk: Desk, manifest: Manifest) -> str:
    state: str = desk.connection.execute(
        select(releases.c.state).where(releases.c.manifest == manifest.digest)
    ).scalar_one()
    return state


def _log_end(desk: Desk, manifest: Manifest) -> None:
    done = desk.connection.execute(
        select(func.count()).where(releases.c.state == "done", releases.c.kind == manifest.kind)
    ).scalar_one()
    state = _state(desk, manifest)
    _LOG.info("release ended", kind=manifest.kind, state=state, id=manifest.release_id, n=done)
