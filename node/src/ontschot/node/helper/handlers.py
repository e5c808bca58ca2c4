# SPDX-License-Identifier: EUPL-1.2
"""The letters that a helper understands, and what happens with each."""

import secrets
from collections.abc import Callable

from ontschot.node.budgets import take_budgets
from ontschot.node.helper import (
    admissions,
    answers,
    closing,
    facts,
    owing,
    resending,
    tossing,
    uploads,
    witnessed,
)
from ontschot.node.helper.aborting import abort, abort_asked, take_peers_abort
from ontschot.node.helper.boxes import box_of
from ontschot.node.helper.dealing import Dealing
from ontschot.node.helper.errors import AlreadyAnswered, ManifestRefused, PeerDeviates
from ontschot.node.helper.identity import peer
from ontschot.node.helper.release import Release, Step, advance, find, propose, uncommitted
from ontschot.node.helper.saying import say_again
from ontschot.node.helper.steps import Entropy, Steps
from ontschot.node.ledger import chain
from ontschot.node.ledger.errors import LedgerDiverged
from ontschot.node.mailroom.desk import Desk
from ontschot.node.noise import NoiseSource
from ontschot.node.public_inputs import store as public_inputs
from ontschot.node.questions import store as questions
from ontschot.node.witness import service as witness
from ontschot.node.witness import waiting
from ontschot.node.witness.asking import Witnesses
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import ABORT, AGREE, COMMIT, CONSENT, MANIFEST, Abort
from ontschot.protocol.documents.uploads import WITHDRAWAL, Envelope
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import REFUSAL, ROSTER, Letter
from ontschot.protocol.roster import Participant
from ontschot.protocol.signed import SignedDocument

Handler = Callable[[Desk, Letter], None]

_OVER = ("aborted", "sent")

_CHARGING = ("proposed", "opened", "chained")
"""States that a step leaves which binds, goes on from an opening, or draws and spends."""


class Helper:
    """The role of helper; ``noise`` and ``entropy`` are arguments so that tests can see them."""

    def __init__(self, noise: NoiseSource, entropy: Entropy = secrets.token_bytes) -> None:
        self._steps = Steps(noise, entropy).table()
        self._dealing = Dealing(entropy)
        self.witnesses = Witnesses(_peers, lambda desk: [peer(desk).id], entropy)
        self._waits: dict[str, Handler] = {
            "abort-request": abort_asked,
            "offer": _while_open(self._dealing.offer),
            "toss-commit": _while_open(self._dealing.committed),
            "toss-reveal": _while_open(self._dealing.shown),
            "toss-lost": _while_open(self._dealing.lost),
        }

    def handlers(self) -> dict[str, Handler]:
        """Return the handler of each type of letter."""
        return {
            ROSTER: self._roster,
            REFUSAL: resending.say_again,
            "round": public_inputs.receive_round,
            "round-closed": closing.close_round,
            "question": questions.receive_for_helper,
            "upload": uploads.receive_upload,
            WITHDRAWAL: uploads.withdraw_upload,
            "delivery": self._delivery,
            "batch-ready": self._peer_ready,
            "dealer-caught": self._dealing.peer_caught,
            MANIFEST: self._propose,
            CONSENT: self._statement,
            AGREE: self._statement,
            COMMIT: self._statement,
            ABORT: self._statement,
            "prepare": self._box,
            "open": self._box,
            "open-codes": self._box,
            **dict.fromkeys(self._waits, self._when_sure),
            "admitted": admissions.judge,
            witness.HEADS: self._heads,
            witness.HEADS_ASKED: witness.answer,
        }

    def begin(self, desk: Desk) -> None:
        """Ask all peers, at the start, what they hold of this ledger."""
        self.witnesses.ask(desk)

    def expire(self, desk: Desk) -> None:
        """Abort what is past its manifest's expiry and not committed; look at what is owed."""
        self.witnesses.ask(desk)
        owing.look(desk)
        if self.witnesses.sure(desk):
            waiting.handle(desk, self._waits)
        self._toss_on(desk)
        if chain.status(desk.connection).closed_by is not None:
            return  # giving up writes to the ledger: when it is open again
        now = to_text(desk.now)
        for release in uncommitted(desk):
            if release.manifest.expiry <= now:
                abort(desk, release, "expired")

    def _roster(self, desk: Desk, letter: Letter) -> None:
        take_budgets(desk, letter)
        self.witnesses.ask(desk)

    def _heads(self, desk: Desk, letter: Letter) -> None:
        held, go_on = self.witnesses.hear(desk, letter)
        if chain.status(desk.connection).closed_by is None:
            if held is not None and letter.sender == peer(desk).id:
                for digest in witnessed.note(desk, held):
                    self._advance(desk, digest)
            for release in uncommitted(desk) if go_on else ():
                self._advance(desk, release.digest)
        if go_on:
            waiting.handle(desk, self._waits)
            self._toss_on(desk)

    def _when_sure(self, desk: Desk, letter: Letter) -> None:
        # Who is asked to give up must know whether it has committed; and who was put back must not
        # toss over a set while it does not know of the one that is owed.
        if self.witnesses.sure(desk):
            self._waits[letter.type](desk, letter)
        else:
            waiting.keep(desk, letter)

    def _delivery(self, desk: Desk, letter: Letter) -> None:
        self._dealing.delivery(desk, letter)
        self._toss_on(desk)

    def _peer_ready(self, desk: Desk, letter: Letter) -> None:
        self._dealing.peer_ready(desk, letter)
        self._toss_on(desk)

    def _toss_on(self, desk: Desk) -> None:
        if self.witnesses.sure(desk) and chain.status(desk.connection).closed_by is None:
            tossing.show_next(desk)

    def _propose(self, desk: Desk, letter: Letter) -> None:
        release = propose(desk, letter)
        if answers.answered_by(desk.connection, release.manifest) not in (None, release.digest):
            # No consent is needed to say again what was said: nothing new is computed.
            self._give_up(desk, release, AlreadyAnswered())
        else:
            self._advance(desk, release.digest)

    def _statement(self, desk: Desk, letter: Letter) -> None:
        writer = _require_writer(desk, letter)
        try:
            statement = witness.take(desk, letter.type, letter.payload, writer)
        except LedgerDiverged as error:
            release = find(desk, letter.subject)
            if release is not None:
                abort(desk, release, error.code)
            witness.tell(desk, writer.id)
            return
        if isinstance(statement, Envelope) or statement.manifest != letter.subject:
            raise PeerDeviates("a statement about something else")
        if letter.type == COMMIT:
            # Its half leaves when it has read that its commit is held here.
            witness.tell(desk, writer.id)
        self._fact(desk, letter, letter.payload)

    def _box(self, desk: Desk, letter: Letter) -> None:
        if letter.sender != peer(desk).id:
            raise PeerDeviates("not from the other helper")
        self._fact(desk, letter, box_of(desk, letter))

    def _fact(self, desk: Desk, letter: Letter, body: bytes) -> None:
        release = find(desk, letter.subject)
        if release is not None and release.state == "sent" and letter.type == ABORT:
            raise PeerDeviates("aborts what it committed")
        if release is None or release.state not in _OVER:
            facts.keep(desk.connection, letter.subject, letter.type, letter.sender, body)
        self._advance(desk, letter.subject)

    def _advance(self, desk: Desk, digest: str) -> None:
        release = find(desk, digest)
        if release is None or release.state in _OVER:
            return
        aborted = facts.find(desk.connection, digest, ABORT, peer(desk).id)
        if aborted is not None:
            take_peers_abort(desk, release, _code(aborted))
            return
        try:
            advance(desk, release, self._allowed(desk))
        except OntschotError as refusal:
            self._give_up(desk, find(desk, digest) or release, refusal)

    def _allowed(self, desk: Desk) -> dict[str, Step]:
        if self.witnesses.sure(desk):
            return self._steps
        return {state: step for state, step in self._steps.items() if state not in _CHARGING}

    def _give_up(self, desk: Desk, release: Release, reason: OntschotError) -> None:
        if isinstance(reason, AlreadyAnswered):
            answer = answers.answered_by(desk.connection, release.manifest)
            earlier = find(desk, answer) if answer else None
            if earlier is not None:
                say_again(desk, earlier)
        abort(desk, release, reason.code)


def _while_open(handler: Handler) -> Handler:
    def handle(desk: Desk, letter: Letter) -> None:
        chain.require_open(desk.connection)
        handler(desk, letter)

    return handle


def _require_writer(desk: Desk, letter: Letter) -> Participant:
    writer = desk.roster.participant(letter.sender)
    if letter.type == CONSENT and writer.role != "provider":
        raise ManifestRefused("only a provider consents")
    if letter.type != CONSENT and writer.id != peer(desk).id:
        raise PeerDeviates("not from the other helper")
    return writer


def _peers(desk: Desk) -> list[str]:
    return [peer(desk).id, *(provider.id for provider in desk.roster.providers())]


def _code(document: bytes) -> str:
    return Abort.parse(SignedDocument.from_bytes(document).payload).code
