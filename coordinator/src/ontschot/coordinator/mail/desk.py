# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's desk: everything a handler may touch, all inside one open transaction.

What a handler writes through ``connection``, sends with ``send`` and keeps with ``keep`` becomes
real together with the incoming letter's row, or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from ontschot.coordinator.mail import queue
from ontschot.coordinator.mail.files import Files, keep_use, mail_use
from ontschot.protocol.keys import PrivateKeys
from ontschot.protocol.letters import AttachmentRef, Letter, WrongRecipient, pack
from ontschot.protocol.roster import Participant, Roster

Action = Callable[[], None]
"""Something to do once the transaction is committed; it may be lost if the process dies."""


@dataclass(slots=True)
class Desk:
    """One open transaction.

    Attributes:
        connection: the coordinator's database.
        me: the coordinator as the roster in force lists it.
        roster: the roster in force.
        now: the moment the transaction began, UTC.
        keys: the coordinator's signing and sealing key.
        letter: the letter being handled; None in ``PostOffice.act``.
        actions: what ``after_commit`` collected.
        released: whether a kept file was let go.
        recipients: for whom letters were queued.
    """

    connection: Connection
    me: Participant
    roster: Roster
    now: datetime
    keys: PrivateKeys
    letter: Letter | None
    _files: Files
    actions: list[Action] = field(default_factory=list)
    released: bool = False
    recipients: set[str] = field(default_factory=set)

    def send(
        self,
        recipient: str,
        type: str,  # noqa: A002 - the word of the protocol
        subject: str,
        payload: bytes,
        attachments: Sequence[Path | bytes] = (),
    ) -> int:
        """Queue a letter from the coordinator, signed now; delivered after the commit.

        Args:
            recipient: id of a participant in the roster.
            type: what kind of letter.
            subject: what it is about: a hash (of a manifest, query or round) or a short name.
            payload: at most 1 MiB.
            attachments: files or bytes that travel beside it; copied, so a path may change later.

        Returns:
            The letter's number.

        Raises:
            WrongRecipient: the recipient is the coordinator itself.
            LetterTooLarge: over the limits of a letter.
            MalformedLetter: a name of another form.
            UnknownParticipant: the roster does not list the recipient as active.
        """
        self.roster.participant(recipient)
        return self.queue(recipient, type, subject, payload, attachments)

    def queue(
        self,
        recipient: str,
        type: str,  # noqa: A002 - the word of the protocol
        subject: str,
        payload: bytes,
        attachments: Sequence[Path | bytes] = (),
    ) -> int:
        """As ``send``, also to participants that are revoked: they must learn that they are."""
        if recipient == self.me.id:
            raise WrongRecipient("the coordinator itself")
        refs = tuple(self._files.take(content) for content in attachments)
        letter = Letter(
            type=type,
            subject=subject,
            sender=self.me.id,
            recipient=recipient,
            seq=queue.next_seq(self.connection, self.me.id),
            roster_serial=self.roster.serial,
            roster_hash=self.roster.digest,
            payload=payload,
            attachments=refs,
        )
        wire = pack(letter, self.keys.signing)
        mail_id = queue.put_letter(self.connection, letter, wire, self.now)
        self.recipients.add(recipient)
        for ref in refs:
            self._files.use(self.connection, mail_use(mail_id), ref, self.now)
        return letter.seq

    def attachment(self, ref: AttachmentRef) -> Path:
        """Return a received file, whole and verified; it is removed after the transaction.

        Raises:
            AttachmentMissing: it has not arrived (never for the letter being handled).
        """
        return self._files.store.require(ref)

    def keep(self, data: bytes | Path, name: str) -> Path:
        """Keep a file until ``discard(name)``; a received attachment is not copied.

        Args:
            data: the content, or a file with it.
            name: under which ``kept`` finds it; an earlier file of this name is replaced.
        """
        self.discard(name)
        ref = self._files.take(data)
        self._files.use(self.connection, keep_use(name), ref, self.now)
        return self._files.store.path(ref.sha256)

    def kept(self, name: str) -> Path | None:
        """Return the file kept under ``name``, or None."""
        refs = self._files.used_by(self.connection, keep_use(name))
        return self._files.store.path(refs[0].sha256) if refs else None

    def discard(self, name: str) -> None:
        """Stop keeping the file ``name``; erased after the commit if nothing else needs it."""
        if self._files.release(self.connection, keep_use(name)):
            self.released = True

    def after_commit(self, action: Action) -> None:
        """Do ``action`` after the commit, in this thread; never if the transaction fails.

        It is not repeated when the process dies first: use it to wake something up, not to work.
        """
        self.actions.append(action)
