# SPDX-License-Identifier: EUPL-1.2
"""One-time tokens: what is kept of them, and the rules by which one is spent.

Only a token's hash is stored, so a copy of the database enrols nobody. A token is spent on one
request; that very request may be repeated while the token is valid, because its answer may have
been lost on the way, and it yields a certificate for the same key of the same participant.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Protocol

from ontschot.protocol.certificates import (
    TokenExpired,
    TokenOfAnother,
    TokenUnknown,
    TokenUsed,
)


@dataclass(frozen=True, slots=True)
class Token:
    """An issued token: its hash, for whom, and until when."""

    hash: str
    participant: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a participant enrolled with: the anchors need its keys for the next roster.

    Attributes:
        participant: its identifier.
        request: hash of the signed statement, by which a repeat is recognised.
        signing_key: its public signing key as text.
        sealing_key: its public sealing key as text.
        moment: when, in UTC.
    """

    participant: str
    request: str
    signing_key: str
    sealing_key: str
    moment: datetime


class TokenStore(Protocol):
    """Where tokens are kept. ``consume`` is atomic: of two different requests one wins."""

    def add(self, token: Token) -> None:
        """Keep a fresh token."""

    def consume(self, token_hash: str, enrolment: Enrolment) -> None:
        """Spend the token on ``enrolment``, or accept the repeat of the enrolment it was spent on.

        Raises:
            EnrolmentRefused: see :func:`require_usable`; nothing has changed then.
        """

    def enrolments(self) -> tuple[Enrolment, ...]:
        """Return every enrolment so far, by moment and participant."""


def require_usable(token: Token | None, spent_on: str | None, enrolment: Enrolment) -> None:
    """Check that ``token``, spent on the request ``spent_on`` if any, may serve ``enrolment``.

    Raises:
        TokenUnknown: never issued.
        TokenOfAnother: issued to another participant.
        TokenExpired: its time is over; also for a repeat.
        TokenUsed: spent on another request.
    """
    if token is None:
        raise TokenUnknown
    if token.participant != enrolment.participant:
        raise TokenOfAnother(enrolment.participant)
    if enrolment.moment >= token.expires:
        raise TokenExpired(f"{token.expires:%Y-%m-%d %H:%M} UTC")
    if spent_on not in {None, enrolment.request}:
        raise TokenUsed(token.participant)


class MemoryTokenStore:
    """Tokens in memory, for tests and for a demo in one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: dict[str, Token] = {}
        self._spent: dict[str, Enrolment] = {}

    def add(self, token: Token) -> None:
        """Keep a fresh token."""
        with self._lock:
            self._tokens[token.hash] = token

    def consume(self, token_hash: str, enrolment: Enrolment) -> None:
        """Spend the token, or accept a repeat.

        Raises:
            EnrolmentRefused: see :func:`require_usable`.
        """
        with self._lock:
            spent = self._spent.get(token_hash)
            spent_on = None if spent is None else spent.request
            require_usable(self._tokens.get(token_hash), spent_on, enrolment)
            self._spent.setdefault(token_hash, enrolment)

    def enrolments(self) -> tuple[Enrolment, ...]:
        """Return every enrolment so far, by moment and participant."""
        with self._lock:
            found = tuple(self._spent.values())
        return tuple(sorted(found, key=lambda one: (one.moment, one.participant)))
