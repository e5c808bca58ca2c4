# SPDX-License-Identifier: EUPL-1.2
"""The letters that a provider's node understands, and what happens with each."""

import secrets
from collections.abc import Callable
from contextlib import suppress

import structlog

from ontschot.node.budgets import take_budgets
from ontschot.node.ledger.errors import LedgerRefusal
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering import consenting, resending, settling
from ontschot.node.provider.answering.errors import UploadsUsedUp, VectorFailed
from ontschot.node.provider.answering.noting import Noter, nobody_noted, note_released
from ontschot.node.provider.answering.renewing import Renewed, renew_left_out
from ontschot.node.provider.answering.uploading import (
    Entropy,
    Uploader,
    take_erasure,
    was_uploaded,
)
from ontschot.node.provider.persons import checking
from ontschot.node.provider.persons.agreement import Agreement, find_key, say_check
from ontschot.node.provider.policy.model import Policy, Verdict
from ontschot.node.public_inputs import store as public_inputs
from ontschot.node.public_inputs.duties import DutiesMixed
from ontschot.node.questions import store as questions
from ontschot.node.witness import service as witness
from ontschot.node.witness import waiting
from ontschot.node.witness.asking import Witnesses
from ontschot.protocol.catalogue.approval import NotApproved, NotValidNow
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import ABORT, COMMIT, MANIFEST, Accepted, Refused
from ontschot.protocol.documents.uploads import ERASED, RECEIPT
from ontschot.protocol.errors import Misconfigured, OntschotError
from ontschot.protocol.letters import REFUSAL, ROSTER, Letter

Handler = Callable[[Desk, Letter], None]

_LOG = structlog.get_logger(__name__)


class Provider:
    """The role of provider.

    ``policy`` is asked anew for each question: the file may have changed in between. It raises
    ``NoPolicy`` or ``MalformedPolicy`` when there is none to follow, and then nothing runs.
    ``note`` writes in the record store who was counted in an answer.
    """

    def __init__(
        self,
        uploader: Uploader,
        policy: Callable[[], Policy],
        note: Noter = nobody_noted,
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self._uploader = uploader
        self._policy = policy
        self._note = note
        self._keys = Agreement(entropy)
        self.witnesses = Witnesses(_helpers, _helpers, entropy)
        self._waits: dict[str, Handler] = {
            "question": self._question,
            MANIFEST: consenting.consent,
        }

    def handlers(self) -> dict[str, Handler]:
        """Return the handler of each type of letter."""
        return {
            ROSTER: self._roster,
            REFUSAL: self._refusal,
            "round": public_inputs.receive_round,
            **dict.fromkeys(self._waits, self._when_sure),
            COMMIT: settling.take_helpers_word,
            ABORT: settling.take_helpers_word,
            RECEIPT: _ignore,
            ERASED: take_erasure,
            "round-closed": self._keys.close,
            "key-set": self._person_key(self._keys.take_set),
            "key-share": self._person_key(self._keys.take_share),
            "key-asked": self._keys.answer,
            "key-checks": checking.take_checks,
            witness.HEADS: self._heads,
            witness.HEADS_ASKED: witness.answer,
        }

    def begin(self, desk: Desk) -> None:
        """Ask both helpers, at the start, what they hold of this ledger."""
        self.witnesses.ask(desk)

    def expire(self, desk: Desk) -> None:
        """Settle what is past its expiry.

        An upload that could not be renewed yet is tried again, also after an objection. Who was
        counted in an answer gets a note.
        """
        self.witnesses.ask(desk)
        settling.expire(desk)
        self._keys.expire(desk)
        if self.witnesses.sure(desk):
            self._catch_up(desk)
        note_released(desk, self._note)

    def _catch_up(self, desk: Desk) -> None:
        waiting.handle(desk, self._waits)
        self._upload_persons(desk)
        self._renew(desk)
        with suppress(VectorFailed), desk.connection.begin_nested():
            renewed = self.renew_left_out(desk)
            if renewed.replaced or renewed.withdrawn:
                _LOG.info("renewed", replaced=renewed.replaced, withdrawn=renewed.withdrawn)

    def renew_left_out(self, desk: Desk) -> Renewed:
        """Replace uploads that hold somebody who is left out since: by objection, or shielded.

        Raises:
            VectorFailed: the records could not be read; nothing was done.
        """
        return renew_left_out(desk, self._uploader)

    def renew_all(self, desk: Desk) -> int:
        """Replace every live upload, because a helper lost its files; return how many.

        Raises:
            VectorFailed: the records gave no vector; nothing was done.
            BudgetExhausted: the price does not fit; nothing was done.
        """
        return self._uploader.replace_all(desk)

    def accept(self, desk: Desk, digest: str) -> None:
        """Accept a question: say so, and upload what it needs. Called by policy or by a person.

        What a question about persons needs is uploaded when the key of the round is here.

        Raises:
            UnknownQuery: no such question.
            NotValidNow, NotApproved: it may not be accepted any more.
            VectorFailed: the records gave no vector; nothing was sent.
        """
        query = questions.require_question(desk, digest)
        questions.decide(desk, digest, "accepted")
        message = Accepted(subject=digest)
        desk.send(desk.roster.coordinator().id, message.type, digest, message.to_bytes())
        if query.unit == "person":
            self._keys.join(desk, query.round)
            if find_key(desk, query.round) is None:
                return
        self._uploader.upload_missing(desk, query.round, query.variables)

    def refuse(self, desk: Desk, digest: str, code: str) -> None:
        """Refuse a question, and tell the coordinator the code."""
        questions.decide(desk, digest, "refused", code)
        message = Refused(subject=digest, letter="question", code=code)
        desk.send(desk.roster.coordinator().id, "refused", digest, message.to_bytes())

    def _when_sure(self, desk: Desk, letter: Letter) -> None:
        if self.witnesses.sure(desk):
            self._waits[letter.type](desk, letter)
        else:
            waiting.keep(desk, letter)

    def _heads(self, desk: Desk, letter: Letter) -> None:
        if not self.witnesses.hear(desk, letter)[1]:
            return
        waiting.handle(desk, self._waits)
        self._renew(desk)

    def _roster(self, desk: Desk, letter: Letter) -> None:
        take_budgets(desk, letter)
        self.witnesses.ask(desk)
        with suppress(OntschotError), desk.connection.begin_nested():
            settling.spend_unfreeable(desk)
        self._renew(desk)

    def _refusal(self, desk: Desk, letter: Letter) -> None:
        resending.say_again(desk, letter)
        self._uploader.refused(desk, letter)
        self._renew(desk)

    def _renew(self, desk: Desk) -> None:
        # A roster is taken, whatever is wrong with the records or the budget, and with a closed
        # ledger too; ``expire`` tries again.
        if not self.witnesses.sure(desk):
            return
        with suppress(OntschotError), desk.connection.begin_nested():
            self._uploader.renew(desk)

    def _question(self, desk: Desk, letter: Letter) -> None:
        signed, query = questions.verify(desk, letter.payload)
        if questions.find(desk.connection, signed.digest) is not None:
            # A coordinator that was restored asks again what it forgot.
            resending.say_decision(desk, letter.sender, signed.digest)
            say_check(desk, letter.sender, query.round)
            return
        questions.keep(desk, signed, query, "held")
        self._decide(desk, signed.digest, query)

    def _decide(self, desk: Desk, digest: str, query: Query) -> None:
        try:
            verdict = self._policy().verdict(query)
        except Misconfigured as error:
            # The question stays here, refused: without a policy nothing runs. Where the file is,
            # and what stands in it, is nobody else's business.
            _LOG.error("no policy", code=error.code)
            verdict = Verdict("refuse", error.code)
        if verdict.decision == "automatic":
            self._accept_or_fail(desk, digest, query)
        elif verdict.decision == "refuse":
            self.refuse(desk, digest, verdict.code)
        else:
            message = Refused(subject=digest, letter="question", code="held-for-a-person")
            desk.send(desk.roster.coordinator().id, "held", digest, message.to_bytes())

    def _accept_or_fail(self, desk: Desk, digest: str, query: Query) -> None:
        try:
            with desk.connection.begin_nested():
                self.accept(desk, digest)
        except VectorFailed as failure:
            self._uploader.charge_failure(desk, digest, query)
            self.refuse(desk, digest, failure.code)
        except (LedgerRefusal, UploadsUsedUp) as refusal:
            # Nothing was uploaded: no budget for the check of an upload, or for its own noise; or
            # helpers would take no more.
            self.refuse(desk, digest, refusal.code)

    def _person_key(self, handler: Handler) -> Handler:
        def handle(desk: Desk, letter: Letter) -> None:
            handler(desk, letter)
            self._upload_persons(desk)

        return handle

    def _upload_persons(self, desk: Desk) -> None:
        # What was accepted before the key came. The records may give no vector by now, or the
        # budget may be gone: then the question is refused after all.
        if not self.witnesses.sure(desk):
            return
        for kept in questions.all_kept(desk.connection):
            query = kept.query
            if kept.decision != "accepted" or query.unit != "person":
                continue
            if find_key(desk, query.round) is None or was_uploaded(desk, query):
                continue
            if not _may_be_answered(desk, kept.digest):
                continue
            try:
                with desk.connection.begin_nested():
                    self._uploader.upload_missing(desk, query.round, query.variables)
            except (VectorFailed, LedgerRefusal, DutiesMixed, UploadsUsedUp) as reason:
                self._refuse_after_all(desk, kept.digest, query, reason)

    def _refuse_after_all(
        self, desk: Desk, digest: str, query: Query, reason: OntschotError
    ) -> None:
        code = reason.code
        try:
            if isinstance(reason, VectorFailed):
                self._uploader.charge_failure(desk, digest, query)
        except LedgerRefusal as exhausted:
            code = exhausted.code
        self.refuse(desk, digest, code)


def _ignore(_desk: Desk, _letter: Letter) -> None:
    """Receipts are for the coordinator; a node only has them delivered."""


def _may_be_answered(desk: Desk, digest: str) -> bool:
    # An upload costs budget: none for a question whose validity is over, or that lost an approver.
    try:
        questions.require_question(desk, digest)
    except (NotValidNow, NotApproved):
        return False
    return True


def _helpers(desk: Desk) -> list[str]:
    return [helper.id for helper in desk.roster.helpers()]
