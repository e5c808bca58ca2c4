# SPDX-License-Identifier: EUPL-1.2
"""A party as ``ontschot-node run`` and ``ontschot-coordinator run`` compose it, with crash points.

Mailroom and post office are the product's own, with a look at the armed crash point
(``crash_points``) at each boundary. A helper's source of noise is the product's own too, and what
it drew is written to ``noise.jsonl`` in the home folder before it is used.
"""

import asyncio
import faulthandler
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event, select

from ontschot.coordinator import process as coordinator_process
from ontschot.coordinator.cli import main as coordinator_main
from ontschot.coordinator.mail import Acknowledged
from ontschot.coordinator.mail.desk import Desk as OfficeDesk
from ontschot.coordinator.mail.posted import Receipt
from ontschot.coordinator.mail.postoffice import PostOffice
from ontschot.coordinator.mail.schema import QUEUE
from ontschot.coordinator.settings import load_settings as load_coordinator
from ontschot.coordinator.store.database import reading
from ontschot.node import process as node_process
from ontschot.node.cli import main as node_main
from ontschot.node.mailroom import Mailroom
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.inbox import Outcome
from ontschot.node.mailroom.outbox import Outgoing
from ontschot.node.roles import make_role
from ontschot.node.settings import load_settings as load_node
from ontschot.protocol.letters import SignedLetter, read
from processes.crash_points import Crasher
from processes.entry_helper import NotedNoise

POSTING_SECONDS = 60

MOST_PAGES = 4_294_967_294
"""SQLite's own limit; a limit below the present size is the present size."""


class InHand:
    """The type of the letter that this thread handles; nothing else commits in between."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def holding(self, letter: str) -> Iterator[None]:
        """Handle a letter of this type."""
        self._local.letter = letter
        try:
            yield
        finally:
            self._local.letter = ""

    @property
    def letter(self) -> str:
        """The type, or nothing."""
        return str(getattr(self._local, "letter", ""))


class CrashingMailroom(Mailroom):
    """A mailroom that may kill its process at a boundary."""

    def __init__(self, crasher: Crasher, engine: Engine, *others: Any) -> None:
        super().__init__(engine, *others)
        hinder(engine, crasher.home)
        self._crasher = crasher
        self._in_hand = InHand()
        self._types: dict[int, str] = {}
        self._posting = threading.Condition()
        event.listen(engine, "commit", self._committing)

    def receive(self, wire: SignedLetter) -> Outcome:
        """As the product; then perhaps die before the acknowledgement, with all replies posted."""
        letter = read(wire).type
        with self._in_hand.holding(letter):
            outcome = super().receive(wire)
        if self._crasher.wants(letter, "before-ack"):
            with self._posting:
                self._posting.wait_for(lambda: not self.unposted(1), POSTING_SECONDS)
            self._crasher.reach(letter, "before-ack")
        return outcome

    def unposted(self, limit: int = 16) -> list[Outgoing]:
        """As the product; remembers what is about to be posted."""
        letters = super().unposted(limit)
        self._types.update({letter.seq: read(letter.wire).type for letter in letters})
        return letters

    def mark_posted(self, seq: int) -> None:
        """As the product, unless the process dies here: then the coordinator alone knows."""
        self._crasher.reach(self._types[seq], "posted")
        super().mark_posted(seq)
        with self._posting:
            self._posting.notify_all()

    def _committing(self, _connection: object) -> None:
        self._crasher.reach(self._in_hand.letter, "before-commit")

    def _committed(self, desk: Desk) -> None:
        # The mailroom's lock is held: nobody can read the outbox before this returns.
        self._crasher.reach(self._in_hand.letter, "after-commit")
        super()._committed(desk)


class CrashingOffice(PostOffice):
    """A post office that may kill its process at a boundary."""

    def __init__(self, crasher: Crasher, engine: Engine, *others: Any) -> None:
        super().__init__(engine, *others)
        hinder(engine, crasher.home)
        self._crasher = crasher
        self._in_hand = InHand()
        event.listen(engine, "commit", self._committing)

    def post(self, wire: SignedLetter, poster: str) -> Receipt:
        """As the product."""
        with self._in_hand.holding(read(wire).type):
            return super().post(wire, poster)

    def acknowledge(self, letters: Iterable[Acknowledged]) -> None:
        """As the product, unless the process dies first: then the letters are delivered again."""
        group = list(letters)
        with reading(self.engine) as connection:
            query = select(QUEUE.c.type).where(QUEUE.c.id.in_([letter.id for letter in group]))
            types = connection.execute(query.order_by(QUEUE.c.id)).scalars().all()
        for letter in types:
            self._crasher.reach(letter, "acknowledged")
        super().acknowledge(group)

    def _committing(self, _connection: object) -> None:
        self._crasher.reach(self._in_hand.letter, "before-commit")

    def _committed(self, desk: OfficeDesk) -> None:
        self._crasher.reach(self._in_hand.letter, "after-commit")
        super()._committed(desk)


def hinder(engine: Engine, home: Path) -> None:
    """Let the database not grow while ``home/full`` exists, nor wait while ``home/hurry`` does.

    SQLite then says that the disk is full, or that the database is busy, as it would otherwise.
    """

    def look(connection: Any, _record: object, _proxy: object) -> None:
        pages = 1 if (home / "full").exists() else MOST_PAGES
        patience = 1 if (home / "hurry").exists() else 30_000
        connection.execute(f"PRAGMA max_page_count={pages}").close()
        connection.execute(f"PRAGMA busy_timeout={patience}").close()

    event.listen(engine, "checkout", look)


def live(kind: str, home: Path, log: Path) -> None:
    """Run the party in ``home`` as this process, which is new, until it stops or dies.

    Args:
        kind: ``node`` or ``coordinator``.
        home: of the installation.
        log: what the party writes is added to this file.
    """
    _write_to(log)
    # Whoever ends by another signal than the test's own says in its log where it was.
    faulthandler.enable(2)
    {"node": _run_node, "coordinator": _run_coordinator}[kind](home)


def command_line(kind: str, words: list[str], log: Path) -> None:
    """Run a command of ``ontschot-node`` or ``ontschot-coordinator`` as this process."""
    _write_to(log)
    sys.argv = [f"ontschot-{kind}", *words]
    {"node": node_main, "coordinator": coordinator_main}[kind]()


def _write_to(log: Path) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)


def _run_node(home: Path) -> None:
    settings = load_node(home)
    role = make_role(settings, NotedNoise(home / "noise.jsonl"))
    with patch.object(node_process, "Mailroom", partial(CrashingMailroom, Crasher(home))):
        asyncio.run(node_process.run_node(settings, role))


def _run_coordinator(home: Path) -> None:
    with patch.object(coordinator_process, "PostOffice", partial(CrashingOffice, Crasher(home))):
        asyncio.run(coordinator_process.run_coordinator(load_coordinator(home)))
