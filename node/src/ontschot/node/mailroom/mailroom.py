# SPDX-License-Identifier: EUPL-1.2
"""The mailroom: every letter and every local act is one database transaction.

One transaction holds the incoming letter's row in the inbox, everything its handler writes, and the
letters the handler sends. Only after the commit are letters posted and the incoming one
acknowledged. Therefore a process may be killed anywhere:

* before the commit nothing happened; the letter is delivered again and handled for the first time;
* after the commit a second delivery finds the row and is acknowledged without a second effect;
* letters in the outbox are posted as the bytes that were signed and stored, never made again.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import Connection, Engine

from ontschot.node.mailroom import inbox, outbox, rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.errors import NoRoster, NotListed
from ontschot.node.mailroom.files import Files
from ontschot.node.mailroom.inbox import Outcome
from ontschot.node.mailroom.outbox import Outgoing
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import MalformedMessage, OntschotError, Refusal
from ontschot.protocol.keys import BadSignature, PrivateKeys
from ontschot.protocol.letters import (
    REFUSAL,
    ROSTER,
    AttachmentMissing,
    AttachmentRef,
    Letter,
    RosterAhead,
    SequenceReused,
    SignedLetter,
    UnknownLetterType,
    WrongRecipient,
    check_roster,
    read,
    verify,
)
from ontschot.protocol.roster import PinnedAnchors, Roster, RosterNotInForce, UnknownParticipant
from ontschot.protocol.signed import SignedDocument

Handler: TypeAlias = Callable[[Desk, Letter], None]
"""Handles letters of one type. It raises ``OntschotError`` to refuse; nothing it did then stays."""

T = TypeVar("T")


class Mailroom:
    """Receives, sends and remembers letters for one participant.

    Thread safe: one transaction at a time in this process, and (SQLite's immediate transactions)
    one at a time over all processes on this database.

    Args:
        engine: the state database, from ``ontschot.node.database.open_engine``.
        folder: for files; made when absent, readable by this user only.
        name: this participant's id.
        keys: its keys.
        clock: gives the present moment.
        handlers: by type of letter. ``refusal`` may have one (otherwise refusals are only noted);
            one for ``roster`` runs after a new roster was accepted, in the same transaction.
    """

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        name: str,
        keys: PrivateKeys,
        clock: Clock,
        handlers: Mapping[str, Handler],
    ) -> None:
        self.name = name
        self.files = Files(folder)
        self._engine = engine
        self._keys = keys
        self._clock = clock
        self._handlers = dict(handlers)
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], object]] = []

    def on_commit(self, listener: Callable[[], object]) -> None:
        """Call ``listener`` after every commit that may have put letters in the outbox."""
        self._listeners.append(listener)

    def pin_anchors(self, pinned: PinnedAnchors) -> None:
        """Store the anchors whose fingerprints a person compared at installation.

        Raises:
            AnchorsPinned: other anchors are pinned already.
        """
        with self._lock, self._engine.begin() as connection:
            rosters.pin_anchors(connection, pinned)

    def adopt_roster(self, signed: SignedDocument) -> Roster:
        """Accept a roster that came by another way than a letter (a file); return it.

        Raises:
            OntschotError: as ``rosters.judge``.
        """
        with self._lock, self._engine.begin() as connection:
            now = self._clock()
            roster = rosters.judge(connection, signed, now)
            rosters.store(connection, signed, roster, now)
            return roster

    def roster(self) -> Roster | None:
        """Return the roster held, which may have expired; None when none has arrived."""
        with self._lock, self._engine.begin() as connection:
            return rosters.held_roster(connection)

    def act(self, action: Callable[[Desk], T]) -> T:
        """Do something that no letter asked for (command line, timer) in one transaction.

        Returns:
            What ``action`` returned.

        Raises:
            NoRoster, RosterNotInForce, NotListed: this participant cannot act now.
            OntschotError: whatever ``action`` raises; nothing it did stays.
        """
        with self._lock:
            with self._engine.begin() as connection:
                desk = self._desk(connection, None)
                result = action(desk)
            self._committed(desk)
            return result

    def receive(self, wire: SignedLetter) -> Outcome:
        """Handle a letter, once: a repeat returns the first outcome and does nothing.

        A handler's ``OntschotError`` undoes what it did; then, in a transaction of its own, the
        letter is noted as refused and the sender gets a ``refusal`` letter with the code (never for
        a letter that is itself a refusal). A letter whose writer cannot be proven is refused
        without a trace in the inbox: a forger must not use up someone's numbers.

        Raises:
            AttachmentMissing: fetch ``missing`` into ``files.incoming`` and call again.
            Exception: whatever else a handler or the database raised; nothing was done, the letter
                must not be acknowledged, and may be tried again later.
        """
        try:
            letter = read(wire)
        except (MalformedMessage, Refusal) as error:
            return Outcome("refused", error.code)
        with self._lock:
            try:
                return self._receive(wire, letter)
            except _Refused as refusal:
                return self._note_refusal(wire, letter, refusal.error)

    def missing(self, wire: SignedLetter) -> list[AttachmentRef]:
        """Return the attachments that must be fetched before ``receive``; none for a repeat."""
        try:
            letter = read(wire)
        except (MalformedMessage, Refusal):
            return []
        if not letter.attachments:
            return []
        with self._lock, self._engine.begin() as connection:
            if inbox.known_outcome(connection, letter, wire.digest):
                return []
        return [ref for ref in letter.attachments if not self._has(ref)]

    def unposted(self, limit: int = 16) -> list[Outgoing]:
        """Return the oldest letters that the coordinator does not have yet, in order."""
        with self._lock, self._engine.begin() as connection:
            return outbox.unposted(connection, limit)

    def mark_posted(self, seq: int) -> None:
        """Note that the coordinator has letter ``seq``; its bytes and attachments are erased."""
        with self._lock:
            with self._engine.begin() as connection:
                done = outbox.mark_posted(connection, seq, self._clock())
                files = self.files.used_by(connection, outbox.file_use(seq))
                if files:
                    self.files.release(connection, outbox.file_use(seq))
            if done and files:
                self.files.clean(self._engine)

    def clean(self) -> int:
        """Remove files that nothing needs, also half-received ones; return how many.

        Only while nothing is being received: at start.
        """
        with self._lock:
            return self.files.clean(self._engine) + self.files.incoming.sweep(())

    def _receive(self, wire: SignedLetter, letter: Letter) -> Outcome:
        with self._engine.begin() as connection:
            known = inbox.known_outcome(connection, letter, wire.digest)
            if known is not None:
                return known
            if letter.recipient != self.name:
                return Outcome("refused", WrongRecipient.code)
            accept = self._accept_roster if letter.type == ROSTER else self._accept
            desk = accept(connection, wire, letter)
            if isinstance(desk, Outcome):
                return desk
            inbox.record(connection, letter, wire.digest, None, desk.now)
            self._handle(desk, letter)
        self._committed(desk)
        for ref in letter.attachments:
            self.files.incoming.remove(ref.sha256)
        return Outcome("handled")

    def _accept(self, connection: Connection, wire: SignedLetter, letter: Letter) -> Desk | Outcome:
        try:
            desk = self._desk(connection, letter)
        except (NoRoster, RosterNotInForce, NotListed) as error:
            return Outcome("waiting", error.code)
        if letter.roster_serial > desk.roster.serial:
            return Outcome("waiting", RosterAhead.code)
        try:
            verify(wire, letter, self._written_under(desk, letter.roster_serial))
        except (BadSignature, UnknownParticipant) as error:
            return Outcome("refused", error.code)
        try:
            check_roster(letter, desk.roster)
            desk.roster.participant(letter.sender)
            if inbox.number_used(connection, letter):
                raise SequenceReused(f"{letter.sender}, number {letter.seq}")
            if letter.type != REFUSAL and letter.type not in self._handlers:
                raise UnknownLetterType(letter.type)
        except OntschotError as error:
            raise _Refused(error) from error
        missing = [ref for ref in letter.attachments if not self._has(ref)]
        if missing:
            raise AttachmentMissing(missing)
        return desk

    def _written_under(self, desk: Desk, serial: int) -> Roster:
        if serial == desk.roster.serial:
            return desk.roster
        return rosters.roster_of(desk.connection, serial) or desk.roster

    def _accept_roster(
        self, connection: Connection, wire: SignedLetter, letter: Letter
    ) -> Desk | Outcome:
        # The letter is signed under the roster that it brings: the anchors' signatures prove the
        # roster, and the roster proves the letter.
        now = self._clock()
        held = rosters.held_roster(connection)
        if held is not None and letter.roster_serial < held.serial:
            return Outcome("handled", repeated=True)
        try:
            signed = SignedDocument.from_bytes(letter.payload)
            roster = rosters.judge(connection, signed, now)
            check_roster(letter, roster)
            verify(wire, letter, roster)
        except (NoRoster, RosterNotInForce, RosterAhead) as error:
            return Outcome("waiting", error.code)
        except OntschotError as error:
            return Outcome("refused", error.code)
        rosters.store(connection, signed, roster, now)
        try:
            return self._desk(connection, letter)
        except (RosterNotInForce, NotListed):
            inbox.record(connection, letter, wire.digest, None, now)
            return Outcome("handled")

    def _handle(self, desk: Desk, letter: Letter) -> None:
        handler = self._handlers.get(letter.type)
        if handler is None:  # a refusal or a roster that nobody here waits for
            return
        try:
            handler(desk, letter)
        except OntschotError as error:
            if letter.type == ROSTER:
                raise
            raise _Refused(error) from error

    def _note_refusal(self, wire: SignedLetter, letter: Letter, error: OntschotError) -> Outcome:
        with self._engine.begin() as connection:
            desk = self._desk(connection, letter)
            inbox.record(connection, letter, wire.digest, error.code, desk.now)
            desk.refuse(letter, error)
        self._committed(desk)
        return Outcome("refused", error.code)

    def _desk(self, connection: Connection, letter: Letter | None) -> Desk:
        now = self._clock()
        roster = rosters.roster_in_force(connection, now)
        try:
            me = roster.participant(self.name)
        except UnknownParticipant as error:
            raise NotListed(self.name) from error
        if me.signing_key != self._keys.signing.public:
            raise NotListed(f"{self.name} with another key")
        return Desk(connection, me, roster, now, self._keys, letter, self.files)

    def _committed(self, desk: Desk) -> None:
        if desk.released:
            self.files.clean(self._engine)
        for listener in self._listeners:
            listener()
        for action in desk.actions:
            action()

    def _has(self, ref: AttachmentRef) -> bool:
        return self.files.incoming.has(ref) or self.files.store.has(ref)


class _Refused(Exception):
    """Carries a refusal out of the transaction, so that it is rolled back."""

    def __init__(self, error: OntschotError) -> None:
        super().__init__(str(error))
        self.error = error
