# SPDX-License-Identifier: EUPL-1.2
"""The desk: everything a handler may touch while it works, all inside one open transaction.

What a handler writes through ``connection``, sends with ``send`` and keeps with ``keep`` becomes
real together with the incoming letter's row in the inbox, or not at all. Nothing leaves the machine
before the commit; so a handler may be killed anywhere and be run again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from ontschot.node.mailroom import outbox
from ontschot.node.mailroom.files import Files
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import PrivateKeys
from ontschot.protocol.letters import (
    REFUSAL,
    AttachmentMissing,
    AttachmentRef,
    Letter,
    WrongRecipient,
    pack,
    refusal_notice,
)
from ontschot.protocol.roster import Participant, Roster, UnknownParticipant

Action = Callable[[], None]
"""Something to do once the transaction is committed; it may be lost if the process dies."""


@dataclass(slots=True)
class Desk:
    """One open transaction.

    Attributes:
        connection: the state database; handlers read and write their own tables through it.
        me: this participant as the roster in force lists it.
        roster: the roster in force.
        now: the moment the transaction began, UTC.
        keys: this participant's signing and sealing key.
        letter: the letter being handled; None in ``Mailroom.act``.
        actions: what ``after_commit`` collected.
        released: whether a kept file was let go.
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

    def send(
        self,
        recipient: str,
        type: str,  # noqa: A002 - the word of the protocol
        subject: str,
        payload: bytes,
        attachments: Sequence[Path | bytes] = (),
    ) -> int:
        """Write a letter into the outbox, signed now; posted after the commit.

        Args:
            recipient: id of another participant in the roster.
            type: what kind of letter.
            subject: what it is about: a hash (of a manifest, query or round) or a short name.
            payload: at most 1 MiB.
            attachments: files or bytes that travel beside it; copied, so a path may change later.

        Returns:
            The letter's number.

        Raises:
            WrongRecipient: the recipient is this participant itself.
            LetterTooLarge: over the limits of a letter.
            MalformedLetter: a name of another form.
            UnknownParticipant: the roster does not list the recipient as active.
        """
        self.roster.participant(recipient)
        if recipient == self.me.id:
            raise WrongRecipient("this participant itself")
        refs = tuple(self._files.take(content) for content in attachments)
        letter = Letter(
            type=type,
            subject=subject,
            sender=self.me.id,
            recipient=recipient,
            seq=outbox.next_seq(self.connection),
            roster_serial=self.roster.serial,
            roster_hash=self.roster.digest,
            payload=payload,
            attachments=refs,
        )
        outbox.insert_letter(self.connection, letter, pack(letter, self.keys.signing), self.now)
        for ref in refs:
            self._files.use(self.connection, outbox.file_use(letter.seq), ref, self.now)
        return letter.seq

    def refuse(self, letter: Letter, error: OntschotError) -> None:
        """Tell a letter's sender why nothing came of it, unless it has left the roster.

        A refusal is never refused. ``Mailroom.receive`` does this for what a handler raises; call
        it for a letter that was kept for later.
        """
        notice = refusal_notice(letter, error)
        if notice is not None and _is_active(self.roster, letter.sender):
            self.send(letter.sender, REFUSAL, letter.subject, notice)

    def attachment(self, ref: AttachmentRef) -> Path:
        """Return a received file, whole and verified; it is removed after the transaction.

        Raises:
            AttachmentMissing: it has not arrived (never for the letter being handled).
        """
        for folder in (self._files.incoming, self._files.store):
            if folder.has(ref):
                return folder.path(ref.sha256)
        raise AttachmentMissing([ref])

    def keep(self, data: bytes | Path, name: str) -> Path:
        """Keep a file until ``discard(name)``; a received attachment is moved, not copied.

        Args:
            data: the content, or a file with it.
            name: under which ``kept`` finds it; an earlier file of this name is replaced.
        """
        self.discard(name)
        ref = self._files.take(data)
        self._files.use(self.connection, _keep_use(name), ref, self.now)
        return self._files.store.path(ref.sha256)

    def kept(self, name: str) -> Path | None:
        """Return the file kept under ``name``, or None."""
        refs = self._files.used_by(self.connection, _keep_use(name))
        return self._files.store.path(refs[0].sha256) if refs else None

    def discard(self, name: str) -> None:
        """Stop keeping the file ``name``; erased after the commit if nothing else needs it."""
        if self._files.used_by(self.connection, _keep_use(name)):
            self._files.release(self.connection, _keep_use(name))
            self.released = True

    def after_commit(self, action: Action) -> None:
        """Do ``action`` after the commit, in this thread; never if the transaction fails.

        It is not repeated when the process dies first: use it to wake something up, not to work.
        """
        self.actions.append(action)


def _keep_use(name: str) -> str:
    return f"keep:{name}"


def _is_active(roster: Roster, name: str) -> bool:
    try:
        roster.participant(name)
    except UnknownParticipant:
        return False
    return True
