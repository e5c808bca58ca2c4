# SPDX-License-Identifier: EUPL-1.2
"""Ask peers after each start what they hold of us, and wait for those whose word decides.

A party that was put back from a back-up does not know it. Until it is told, it must not act on what
it believes was never spent: so nothing that charges or draws is done before the peers who matter
have answered a question that could not have been asked before this start.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from ontschot.node.ledger import chain
from ontschot.node.mailroom.desk import Desk
from ontschot.node.witness import service
from ontschot.protocol.documents.statements import Statement
from ontschot.protocol.letters import Letter

NONCE_BYTES: Final = 16

ASK_AGAIN: Final = timedelta(hours=1)
"""After which a peer that has not answered is asked once more: a letter may have been lost."""

_LOG = structlog.get_logger(__name__)

Peers = Callable[[Desk], Iterable[str]]


@dataclass(slots=True)
class Witnesses:
    """Who is asked and who has answered since the start; in memory only: a restart asks anew.

    Attributes:
        asked: whom the question goes to.
        awaited: whose answers are waited for, among those.
        entropy: gives the nonce that answers must name, drawn with the first question.
    """

    asked: Peers
    awaited: Peers
    entropy: Callable[[int], bytes] = secrets.token_bytes
    nonce: str = field(default="", repr=False)
    asked_at: dict[str, datetime] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    complete: bool = False

    def ask(self, desk: Desk) -> None:
        """Ask who was not asked yet, and once more who is waited for in vain."""
        if not self.nonce:
            self.nonce = self.entropy(NONCE_BYTES).hex()
        waited_for = set() if self.complete else set(self.awaited(desk)) - self.answered
        now = [
            peer
            for peer in self.asked(desk)
            if peer not in self.asked_at
            or (peer in waited_for and self.asked_at[peer] + ASK_AGAIN <= desk.now)
        ]
        service.ask(desk, now, self.nonce)
        if now and waited_for:
            _LOG.info("waiting for peers", peers=sorted(waited_for))
        desk.after_commit(partial(self.asked_at.update, dict.fromkeys(now, desk.now)))

    def hear(self, desk: Desk, letter: Letter) -> tuple[Statement | None, bool]:
        """Compare our ledger with what a peer holds of us; close it if it lacks that.

        Returns the statement of ours that the peer holds, and whether this letter was an answer
        after which what waited goes on.

        Raises:
            ForeignStatement, MalformedMessage: it is no answer.
        """
        statement = service.compare(desk, letter)
        if not self.nonce or letter.subject != self.nonce:
            return statement, False
        # True whatever becomes of this transaction; if it is undone, the letter comes again.
        self.answered.add(letter.sender)
        return statement, letter.sender in self.awaited(desk) and self.sure(desk)

    def sure(self, desk: Desk) -> bool:
        """Return whether everybody who is waited for has answered, since this start.

        A closed ledger waits for nobody: it refuses every charge.
        """
        if not self.complete and set(self.awaited(desk)) <= self.answered:
            self.complete = True
            _LOG.info("peers said what they hold")
        return self.complete or chain.status(desk.connection).closed_by is not None
