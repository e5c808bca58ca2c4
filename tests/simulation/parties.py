# SPDX-License-Identifier: EUPL-1.2
"""A small federation whose parties only note and answer letters: for tests of the transport.

Keys and roster are those of ``vectors.roster.build``. Every party notes each letter it handles in a
table of its own, inside the handler's transaction; so a letter that had two effects is seen twice.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, insert, select

from ontschot.coordinator.mail import PostOffice
from ontschot.coordinator.store import database as coordinator_database
from ontschot.node.database import open_engine, upgrade
from ontschot.node.mailroom import Mailroom
from ontschot.node.state.schema import MIGRATIONS
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import Letter
from ontschot.protocol.roster import Roster
from ontschot.protocol.signed import SignedDocument
from simulation.network import Faults, Network
from vectors.roster import build

COORDINATOR = "regio"
NAMES = tuple(sorted(build.PARTICIPANTS.keys() - {COORDINATOR}))
BODIES = ("municipality", "providers-council")

SEEN = Table(
    "test_seen",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender", String(64)),
    Column("seq", Integer),
    Column("type", String(64)),
    Column("content", String(1000)),
)

Handlers = Mapping[str, Callable[[Any, Letter], None]]


class Clock:
    """A clock that only moves when the test says so."""

    def __init__(self, now: datetime = build.NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


def note(desk: Any, letter: Letter) -> None:
    """Handle a letter by noting it."""
    row = {
        "sender": letter.sender,
        "seq": letter.seq,
        "type": letter.type,
        "content": letter.payload.decode("latin-1")[:1000],
    }
    desk.connection.execute(insert(SEEN).values(row))


def answer(desk: Any, letter: Letter) -> None:
    """Note a letter and answer with one of type ``note``."""
    note(desk, letter)
    desk.send(letter.sender, "note", letter.subject, b"answer to " + letter.payload)


DEFAULT_HANDLERS: Handlers = {"note": note, "ask": answer, "refusal": note}


def _roster(now: datetime | None) -> Roster:
    if now is None:
        return build.roster()
    day = timedelta(days=1)
    return build.roster(not_before=to_text(now - day), not_after=to_text(now + 30 * day))


_templates: dict[datetime | None, Path] = {}


def _installed(now: datetime | None) -> Path:
    """Return a folder with everybody installed and the first roster adopted, to be copied."""
    if now not in _templates:
        folder = Path(tempfile.mkdtemp(prefix="ontschot-parties-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _templates[now] = folder
        Parties(folder, now=now).dispose()
    return _templates[now]


class Parties:
    """All parties of the federation, in files below ``folder``.

    Args:
        folder: for databases and files.
        handlers: by participant; who is not named has ``DEFAULT_HANDLERS``.
        office_url: of the coordinator's database; SQLite below ``folder`` unless given.
        adopt: whether everybody begins with the first roster.
        now: the moment at which the clock stands; the roster is in force then.
    """

    def __init__(
        self,
        folder: Path,
        handlers: Mapping[str, Handlers] | None = None,
        office_url: str | None = None,
        *,
        adopt: bool = True,
        now: datetime | None = None,
    ) -> None:
        self.folder = folder
        self.clock = Clock(now or build.NOW)
        self.roster = _roster(now)
        self._handlers = dict(handlers or {})
        self._office_url = office_url or f"sqlite:///{folder / 'office.db'}"
        self.engines: dict[str, Engine] = {}
        self.mailrooms: dict[str, Mailroom] = {}
        self.restarts = 0
        if adopt and office_url is None and folder != _templates.get(now):
            shutil.copytree(_installed(now), folder, dirs_exist_ok=True)
            for name in (*NAMES, COORDINATOR):
                self.start(name)
        else:
            self._install()
            if adopt:
                self.adopt(self.roster)

    def mailroom(self, name: str) -> Mailroom:
        """Return a participant's mailroom as it is now."""
        return self.mailrooms[name]

    def office(self) -> PostOffice:
        """Return the post office as it is now."""
        return self._office

    def adopt(self, roster: Roster) -> None:
        """Let the post office adopt ``roster``, and carry it to everybody."""
        self._office.adopt_roster(self.signed(roster))
        self.network().settle()
        self.roster = roster

    def signed(self, roster: Roster) -> SignedDocument:
        """Return ``roster``, signed by its anchors."""
        return build.signed(roster, *BODIES)

    def network(self, faults: Faults | None = None, seed: int = 0) -> Network:
        """Return a network between all parties."""
        return Network(NAMES, self.mailroom, self.office, self.restart, COORDINATOR, faults, seed)

    def send(
        self, sender: str, recipient: str, content: bytes, *attachments: bytes, kind: str = "note"
    ) -> int:
        """Let ``sender`` write a letter; return its number."""
        room: Mailroom | PostOffice
        room = self._office if sender == COORDINATOR else self.mailrooms[sender]
        return room.act(lambda desk: desk.send(recipient, kind, "subject", content, attachments))

    def seen(self, name: str) -> list[tuple[str, int, str, str]]:
        """Return the letters that a party noted: sender, number, type and content."""
        with self.engines[name].begin() as connection:
            rows = connection.execute(
                select(SEEN.c.sender, SEEN.c.seq, SEEN.c.type, SEEN.c.content).order_by(SEEN.c.id)
            )
            return [(row.sender, row.seq, row.type, row.content) for row in rows]

    def restart(self, name: str) -> None:
        """Start a party again, from its files alone."""
        self.restarts += 1
        self.engines[name].dispose()
        self.start(name)

    def start(self, name: str) -> None:
        """Start a party."""
        handlers = self._handlers.get(name, DEFAULT_HANDLERS)
        folder = self.folder / name
        keys = build.keys(name)
        if name == COORDINATOR:
            engine = coordinator_database.open_engine(self._office_url)
            self._office = PostOffice(engine, folder, name, keys, self.clock, handlers)
        else:
            engine = open_engine(f"sqlite:///{folder}.db")
            room = Mailroom(engine, folder, name, keys, self.clock, handlers)
            self.mailrooms[name] = room
        self.engines[name] = engine

    def query(self, name: str, work: Callable[[Connection], Any]) -> Any:
        """Do ``work`` in a transaction on a party's database."""
        with self.engines[name].begin() as connection:
            return work(connection)

    def dispose(self) -> None:
        """Close all databases."""
        for engine in self.engines.values():
            engine.dispose()

    def _install(self) -> None:
        for name in (*NAMES, COORDINATOR):
            self.start(name)
            if name == COORDINATOR:
                coordinator_database.upgrade(self.engines[name])
                self._office.pin_anchors(build.pinned())
            else:
                upgrade(self.engines[name], MIGRATIONS)
                self.mailrooms[name].pin_anchors(build.pinned())
            self.query(name, SEEN.metadata.create_all)
