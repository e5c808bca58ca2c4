# SPDX-License-Identifier: EUPL-1.2
"""The post office: participants' letters to each other and to the coordinator.

Each is one transaction. A letter to another participant is queued as it came, byte for byte. A
letter to the coordinator is handled by a handler, in the transaction that notes it as posted.
Either way the receipt is given after the commit, so a poster that got none posts the same bytes
again, and gets the first outcome.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import Connection, Engine

from ontschot.coordinator.mail import posted, queue, roster_letters, rosters
from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.mail.errors import CoordinatorUnlisted
from ontschot.coordinator.mail.files import Files, mail_use, upload_use
from ontschot.coordinator.mail.posted import Receipt
from ontschot.coordinator.mail.queue import Acknowledged, Delivery
from ontschot.coordinator.store.database import one_writer, reading
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import PrivateKeys
from ontschot.protocol.letters import (
    REFUSAL,
    AttachmentMissing,
    AttachmentRef,
    Letter,
    LetterTooLarge,
    RosterAhead,
    SignedLetter,
    UnknownLetterType,
    WrongRecipient,
    WrongSender,
    check_roster,
    read,
    refusal_notice,
    verify,
)
from ontschot.protocol.roster import PinnedAnchors, Roster, UnknownParticipant
from ontschot.protocol.signed import SignedDocument

Handler: TypeAlias = Callable[[Desk, Letter], None]
"""Handles letters of one type. It raises ``OntschotError`` to refuse; nothing it did then stays."""

Listener: TypeAlias = Callable[[frozenset[str]], None]
"""Told for whom letters were queued; called in the thread of whoever committed."""

T = TypeVar("T")

UPLOAD_LIFETIME = timedelta(hours=24)
"""How long an uploaded attachment waits for its letter."""

UPLOAD_QUOTA = 16 * 1024**3
"""Bytes of attachments that may wait for one participant's letters."""


class PostOffice:
    """The coordinator's relay and its own mailroom.

    Thread safe: one mail transaction at a time (``one_writer``).

    Args:
        engine: the coordinator's database.
        folder: for files; made when absent, readable by this user only.
        name: the coordinator's id in the roster.
        keys: its keys.
        clock: gives the present moment.
        handlers: for letters to the coordinator, by type. ``refusal`` may have one (otherwise
            refusals are only noted).
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
        self.engine = engine
        self._keys = keys
        self._clock = clock
        self._handlers = dict(handlers)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []

    def on_commit(self, listener: Listener) -> None:
        """Call ``listener`` after every commit that queued letters, with their recipients."""
        self._listeners.append(listener)

    def pin_anchors(self, pinned: PinnedAnchors) -> None:
        """Store the anchors whose fingerprints a person compared at installation.

        Raises:
            AnchorsFixed: other anchors are pinned already.
        """
        with self._lock, one_writer(self.engine) as connection:
            rosters.pin_anchors(connection, pinned)

    def roster(self) -> Roster | None:
        """Return the roster held, which may have expired; None when none was adopted."""
        with reading(self.engine) as connection:
            return rosters.held_roster(connection)

    def adopt_roster(self, signed: SignedDocument) -> Roster:
        """Adopt a roster and send it to everyone whom it or its predecessor lists.

        A participant that was left out of a few rosters gets those too: they are a chain.

        Raises:
            OntschotError: it may not follow the roster held, or is not in force.
        """
        with self._lock:
            with one_writer(self.engine) as connection:
                before = rosters.held_roster(connection)
                roster = rosters.adopt(connection, signed, self._clock())
                desk = self._desk(connection, None)
                if before is None or roster.serial > before.serial:
                    roster_letters.send(desk, before, signed)
            self._committed(desk)
        return roster

    def act(self, action: Callable[[Desk], T]) -> T:
        """Do something that no letter asked for (REST, command line, timer) in one transaction.

        Returns:
            What ``action`` returned.

        Raises:
            NoRosterYet, RosterNotInForce, CoordinatorUnlisted: the coordinator cannot act now.
            OntschotError: whatever ``action`` raises; nothing it did stays.
        """
        with self._lock:
            with one_writer(self.engine) as connection:
                desk = self._desk(connection, None)
                result = action(desk)
            self._committed(desk)
            return result

    def post(self, wire: SignedLetter, poster: str) -> Receipt:
        """Take a letter, once: a repeat returns the first outcome and does nothing.

        What a handler, the roster or the recipient's absence refuses is noted as posted and
        answered with a ``refusal`` letter. What is not proven to be the poster's is not noted at
        all, and raised: the connection answers it.

        Args:
            wire: the letter as it came.
            poster: the participant at the other end of the connection, by its certificate.

        Raises:
            MalformedMessage: not a letter, or of another protocol version.
            LetterTooLarge: over the limits.
            WrongSender: the letter names another sender than ``poster``.
            UnknownParticipant, BadSignature: the roster does not prove the sender.
            SequenceReused: the number was used for another letter; the poster lost its memory.
            AttachmentMissing: upload ``missing`` first, and post again.
            Unavailable: no roster, or an older one than the letter's; post again later.
            Exception: whatever else a handler or the database raised; nothing was done.
        """
        letter = read(wire)
        if letter.sender != poster:
            raise WrongSender(f"{letter.sender}, over the connection of {poster}")
        with self._lock:
            try:
                return self._post(wire, letter)
            except _Refused as refusal:
                return self._note_refusal(wire, letter, refusal.error)

    def deliveries(self, recipient: str, skip: Collection[int], limit: int) -> list[Delivery]:
        """Return the oldest letters to ``recipient`` not acknowledged, without those in ``skip``.

        Args:
            recipient: a participant's id.
            skip: numbers in the queue of letters that are on their way over its connection.
            limit: how many at most.
        """
        with reading(self.engine) as connection:
            return queue.waiting(connection, recipient, skip, limit)

    def acknowledge(self, letters: Iterable[Acknowledged]) -> None:
        """Erase letters that their recipients have handled, all at once; again is no harm."""
        with self._lock:
            with one_writer(self.engine) as connection:
                released = [
                    self.files.release(connection, mail_use(letter.id))
                    for letter in letters
                    if queue.acknowledge(connection, letter.recipient, letter.id, self._clock())
                ]
            if any(released):
                self._clean_files()

    def require_poster(self, name: str) -> None:
        """Check that ``name`` may post now.

        Raises:
            NoRosterYet, RosterNotInForce: nobody may.
            UnknownParticipant: the roster does not list it, or as revoked.
        """
        with reading(self.engine) as connection:
            rosters.roster_in_force(connection, self._clock()).participant(name)

    def uploaded(self, poster: str, ref: AttachmentRef) -> None:
        """Note that ``poster`` uploaded ``ref`` into ``files.incoming``; its letter comes next.

        Raises:
            LetterTooLarge: with this one, more than ``UPLOAD_QUOTA`` waits for letters of theirs.
            AttachmentMissing: it is not there.
        """
        with self._lock, one_writer(self.engine) as connection:
            waiting = self.files.used_by(connection, upload_use(poster))
            if sum(one.size for one in waiting if one != ref) + ref.size > UPLOAD_QUOTA:
                raise LetterTooLarge(f"more than {UPLOAD_QUOTA} bytes of attachments at once")
            self.files.accept(ref)
            self.files.use(connection, upload_use(poster), ref, self._clock())

    def attachment(self, recipient: str, sha256: str) -> Path:
        """Return an attachment of a letter to ``recipient`` that it has not acknowledged.

        Raises:
            WrongRecipient: there is no such letter.
        """
        with reading(self.engine) as connection:
            if not queue.attached(connection, recipient, sha256):
                raise WrongRecipient("an attachment of no letter to this participant")
        return self.files.store.path(sha256)

    def clean(self) -> int:
        """Remove files that nothing needs; return how many. While nothing is uploaded: at start."""
        with self._lock, one_writer(self.engine) as connection:
            self.files.forget_uploads(connection, self._clock() - UPLOAD_LIFETIME)
        return self._clean_files() + self.files.incoming.sweep(())

    def _post(self, wire: SignedLetter, letter: Letter) -> Receipt:
        with one_writer(self.engine) as connection:
            released = self._forget_uploads(connection, letter)
            known = posted.known_receipt(connection, letter, wire.digest)
            if known is None:
                desk = self._desk(connection, letter)
                self._prove(desk, wire, letter)
                self._require_uploads(released, letter)
                posted.note(desk, wire, letter, None)
                if letter.recipient == self.name:
                    self._handle(desk, letter)
                else:
                    self._relay(desk, wire, letter)
        if known is not None:
            if released:
                self._clean_files()
            return known
        desk.released = desk.released or bool(released)
        self._committed(desk)
        return Receipt("accepted")

    def _prove(self, desk: Desk, wire: SignedLetter, letter: Letter) -> None:
        if letter.roster_serial > desk.roster.serial:
            raise RosterAhead(f"roster {letter.roster_serial}, here {desk.roster.serial}")
        desk.roster.participant(letter.sender)
        verify(wire, letter, self._written_under(desk, letter.roster_serial))
        try:
            check_roster(letter, desk.roster)
            posted.require_recipient(desk.roster, letter)
            if letter.recipient == self.name and not self._knows(letter.type):
                raise UnknownLetterType(letter.type)
        except OntschotError as error:
            raise _Refused(error) from error

    def _written_under(self, desk: Desk, serial: int) -> Roster:
        if serial == desk.roster.serial:
            return desk.roster
        return rosters.roster_of(desk.connection, serial) or desk.roster

    def _forget_uploads(self, connection: Connection, letter: Letter) -> set[AttachmentRef]:
        """Uploads wait no longer now that their letter is here; return which had been uploaded."""
        if not letter.attachments:
            return set()
        use = upload_use(letter.sender)
        uploaded = set(self.files.used_by(connection, use)) & set(letter.attachments)
        if uploaded:
            self.files.release(connection, use, sorted(uploaded, key=lambda ref: ref.sha256))
        return uploaded

    def _require_uploads(self, uploaded: Collection[AttachmentRef], letter: Letter) -> None:
        # Only who has a file's content may send it on: knowing its hash is not enough.
        missing = [
            ref
            for ref in letter.attachments
            if ref not in uploaded or not self.files.store.has(ref)
        ]
        if missing:
            raise AttachmentMissing(missing)

    def _relay(self, desk: Desk, wire: SignedLetter, letter: Letter) -> None:
        mail_id = queue.put_letter(desk.connection, letter, wire, desk.now)
        desk.recipients.add(letter.recipient)
        for ref in letter.attachments:
            self.files.use(desk.connection, mail_use(mail_id), ref, desk.now)

    def _handle(self, desk: Desk, letter: Letter) -> None:
        handler = self._handlers.get(letter.type)
        if handler is None:  # a refusal that nobody here waits for
            return
        try:
            handler(desk, letter)
        except OntschotError as error:
            raise _Refused(error) from error

    def _knows(self, letter_type: str) -> bool:
        return letter_type in self._handlers or letter_type == REFUSAL

    def _note_refusal(self, wire: SignedLetter, letter: Letter, error: OntschotError) -> Receipt:
        with one_writer(self.engine) as connection:
            desk = self._desk(connection, letter)
            desk.released = bool(self._forget_uploads(connection, letter))
            posted.note(desk, wire, letter, error.code)
            notice = refusal_notice(letter, error)
            if notice is not None:
                desk.queue(letter.sender, REFUSAL, letter.subject, notice)
        self._committed(desk)
        return Receipt("refused", error.code)

    def _desk(self, connection: Connection, letter: Letter | None) -> Desk:
        now = self._clock()
        roster = rosters.roster_in_force(connection, now)
        try:
            me = roster.participant(self.name)
        except UnknownParticipant as error:
            raise CoordinatorUnlisted(self.name) from error
        if me.signing_key != self._keys.signing.public or me.role != "coordinator":
            raise CoordinatorUnlisted(f"{self.name} with another key or role")
        return Desk(connection, me, roster, now, self._keys, letter, self.files)

    def _clean_files(self) -> int:
        # After the commit that let files go, in a transaction of its own: a file is removed only
        # when it is certain that no row names it, and nobody begins to need it meanwhile.
        with one_writer(self.engine) as connection:
            return self.files.clean(connection)

    def _committed(self, desk: Desk) -> None:
        if desk.released:
            self._clean_files()
        recipients = frozenset(desk.recipients)
        if recipients:
            for listener in self._listeners:
                listener(recipients)
        for action in desk.actions:
            action()


class _Refused(Exception):
    """Carries a refusal out of the transaction, so that it is rolled back."""

    def __init__(self, error: OntschotError) -> None:
        super().__init__(str(error))
        self.error = error
