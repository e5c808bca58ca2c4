# SPDX-License-Identifier: EUPL-1.2
"""A small federation of real processes whose parties can be killed and started again.

Everything is installed as ``make demo`` does it, over a town of some two thousand households, and
one round is open. A case asks the same question for another purpose, which is another question:
the same uploads, another release, fresh gate keys. A second question can be asked that goes through
two gates; its uploads are made when it is first asked.
"""

import multiprocessing
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, NullPool, create_engine, func, select

from ontschot.coordinator.mail.schema import POSTED, QUEUE
from ontschot.coordinator.queries.schema import queries
from ontschot.coordinator.releases.schema import words
from ontschot.node.cli.loading import intake_settings
from ontschot.node.database import open_engine
from ontschot.node.ledger.tables import HOLD
from ontschot.node.mailroom.schema import OUT
from ontschot.node.process import open_node
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.provider.answering.uploading import Uploader
from ontschot.node.provider.intake.service import load_file
from ontschot.node.provider.records.identity import load_keys
from ontschot.node.roles import vector_source
from ontschot.protocol.clock import system_clock
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.signed import SignedDocument
from ontschot_demo import installing, measuring
from ontschot_demo.clients import Options, Paths, make_world, write_world
from ontschot_demo.installing import (
    HELPERS,
    Federation,
    install_coordinator,
    install_participants,
    sign_roster,
)
from ontschot_demo.measuring import PublicInputs, public_inputs
from ontschot_demo.town import generate_town
from processes import entry_crash
from processes.crash_points import disarm

ROOT = Path(__file__).parents[2]
SOURCES = ("proto/src", "node/src", "coordinator/src", "tests")

FORKS = multiprocessing.get_context("forkserver")
"""Parties are processes of their own, forked from one that has only loaded the program: a new life
then costs milliseconds instead of seconds."""

QUESTION = "Q13"
CHAINED = "Q12"
"""A question over codes: its releases go through two gates, and open twice."""

PRICE = 5 * 10**8
"""Half a thousandth of rho: all cases of the full matrix together fit in the year's budget."""

SEED = 7
PATIENCE = 180.0
"""Seconds after which a case has failed. The machine may be busy; nothing ever waits so long."""

LOOK = 0.05
COORDINATOR = "coordinator"


@dataclass(slots=True)
class Town:
    """The running federation."""

    federation: Federation
    inputs: PublicInputs
    round: Round = field(init=False)
    running: dict[str, ForkServerProcess] = field(default_factory=dict)
    asked: int = 0
    vectors: dict[tuple[str, str], NDArray[np.int64]] = field(default_factory=dict)
    _engines: dict[str, Engine] = field(default_factory=dict)

    @property
    def providers(self) -> list[str]:
        """The names of the nodes."""
        return [name for name, node in self.federation.nodes.items() if node.role == "provider"]

    @property
    def charged(self) -> list[str]:
        """Everyone with a budget."""
        return [*self.providers, *HELPERS]

    def home(self, party: str) -> Path:
        """The home folder of a party."""
        if party == COORDINATOR:
            return self.federation.coordinator.home
        return self.federation.nodes[party].home

    def log(self, party: str) -> str:
        """What a party wrote, over all its lives."""
        return (self.federation.folder / f"{party}.log").read_text("utf-8", "replace")

    def start(self, party: str) -> None:
        """Start a party, for the first time or again."""
        kind = "coordinator" if party == COORDINATOR else "node"
        log = self.federation.folder / f"{party}.log"
        self.running[party] = FORKS.Process(
            target=entry_crash.live, args=(kind, self.home(party), log), name=party
        )
        self.running[party].start()

    def wait_killed(self, party: str) -> None:
        """Wait until a party killed itself: with SIGKILL, and in no other way."""
        self.until(f"{party} dies", lambda: self._is_killed(party), dying={party})
        del self.running[party]

    def kill(self, party: str) -> None:
        """Kill a party from outside, wherever it is."""
        process = self.running.pop(party)
        process.kill()
        process.join()

    def revive(self, parties: Collection[str]) -> None:
        """Start each of ``parties`` again as soon as it killed itself."""
        waiting = set(parties)

        def all_back() -> bool:
            for party in sorted(waiting):
                if self._is_killed(party):
                    waiting.discard(party)
                    self.start(party)
            return not waiting

        self.until("they die", all_back, dying=waiting)

    def mend(self) -> None:
        """Undo what a failed case left: a point that was not reached, a party that is down."""
        for party in (COORDINATOR, *self.federation.nodes):
            disarm(self.home(party))
            process = self.running.get(party)
            if process is None or process.exitcode is not None:
                self.start(party)

    def stop(self) -> None:
        """Stop everybody."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.join(20)
            process.kill()
            process.join()
        for engine in self._engines.values():
            engine.dispose()

    @contextmanager
    def database(self, party: str) -> Iterator[Connection]:
        """The database of a party, to look into beside its process: read only, without a lock."""
        if party not in self._engines:
            file = "coordinator.db" if party == COORDINATOR else "state.db"
            url = f"sqlite:///file:{self.home(party) / file}?mode=ro&uri=true"
            self._engines[party] = create_engine(url, poolclass=NullPool)
        with self._engines[party].connect() as connection:
            yield connection

    def until(self, what: str, happened: Callable[[], bool], dying: Collection[str] = ()) -> None:
        """Wait until something happened; fail if it takes too long, or if somebody ended.

        Args:
            what: for the message.
            happened: asked again and again.
            dying: who may end.
        """
        end = time.monotonic() + PATIENCE
        while not happened():
            for party, process in self.running.items():
                well = party in dying or process.exitcode is None
                assert well, f"{party} ended ({process.exitcode}):\n{self.log(party)[-6000:]}"
            assert time.monotonic() < end, f"not in {PATIENCE:.0f} s: {what}"
            time.sleep(LOOK)

    def _is_killed(self, party: str) -> bool:
        code = self.running[party].exitcode
        assert code in (None, -signal.SIGKILL), self.log(party)[-2000:]
        return code is not None

    def ask(self, purpose: str = "", question: str = QUESTION) -> str:
        """Ask a question for another purpose; return the new question's hash."""
        self.asked += 1
        signed = measuring.approved(self.federation, self.round, question, PRICE)
        query = Query.parse(signed.payload)
        new = query.model_copy(update={"purpose": purpose or f"Toets {self.asked}"})
        signed = SignedDocument(new.to_bytes())
        for key in self.federation.approvers:
            signed = signed.add_signature(QUERY, key)
        measuring.ask(self.federation, signed)
        return signed.digest

    def until_over(self, query: str) -> str:
        """Wait until a question is answered or failed and nobody has anything left to say.

        Returns its state.
        """
        self.until("an answer", lambda: self.state(query) in ("published", "failed"))
        self.until("peace", self.at_rest)
        return self.state(query)

    def fewest_uploads(self) -> str:
        """Return the provider that uploaded least often so far."""
        return min(self.providers, key=lambda name: self._count(name, select(own_uploads)))

    def replace_upload(self, node: str) -> str:
        """Have a node upload its vector anew, as after an objection; return the new envelope."""
        settings = self.federation.nodes[node]
        uploader = Uploader(vector_source(open_engine(settings.store_url), settings))
        beside = open_node(settings, {})
        beside.mailroom.act(lambda desk: uploader.replace(desk, self.round.digest))
        beside.engine.dispose()
        with self.database(node) as connection:
            live = select(own_uploads.c.envelope).where(own_uploads.c.status == "live")
            return str(connection.execute(live).scalar_one())

    def state(self, query: str) -> str:
        """How a question stands."""
        with self.database(COORDINATOR) as connection:
            found = select(queries.c.state).where(queries.c.hash == query)
            return str(connection.execute(found).scalar_one())

    def letters(self) -> int:
        """How many letters the coordinator has taken so far."""
        return self._count(COORDINATOR, select(POSTED))

    def said(self, party: str, manifest: str, kind: str) -> bool:
        """Whether the coordinator has a party's signed word about a release."""
        word = (words.c.manifest == manifest) & (words.c.kind == kind) & (words.c.sender == party)
        return self._count(COORDINATOR, select(words).where(word)) > 0

    def posted(self, party: str, subject: str, kind: str) -> bool:
        """Whether the coordinator took a letter of a party about something."""
        letter = (POSTED.c.sender == party) & (POSTED.c.type == kind)
        about = select(POSTED).where(letter, POSTED.c.subject == subject)
        return self._count(COORDINATOR, about) > 0

    def at_rest(self) -> bool:
        """Whether no letter is on its way and no budget is reserved."""
        if self._count(COORDINATOR, select(QUEUE).where(QUEUE.c.acknowledged_at.is_(None))):
            return False
        unposted = select(OUT).where(OUT.c.posted_at.is_(None))
        if any(self._count(party, unposted) for party in self.federation.nodes):
            return False
        reserved = select(HOLD).where(HOLD.c.state == "reserved")
        return not any(self._count(party, reserved) for party in self.charged)

    def _count(self, party: str, query: object) -> int:
        with self.database(party) as connection:
            counted = select(func.count()).select_from(query.subquery())  # type: ignore[attr-defined]
            return int(connection.execute(counted).scalar_one())


def build_town(folder: Path, only: Collection[str] | None = None) -> Town:
    """Install and start the federation, and open its round.

    Args:
        folder: must exist.
        only: who runs beside the coordinator, when it is not everybody.
    """
    made = generate_town(SEED, households=2000, buurten=12, wijken=2)
    options = Options(seed=SEED, bad_lines=0)
    paths = write_world(folder / "wereld", make_world(made, options))
    inputs = public_inputs(paths.addresses, paths.boundaries, made.year)
    with patch.object(installing, "free_ports", lasting_ports):
        federation = install_coordinator(folder)
    town = Town(federation, inputs)
    load_program()
    try:
        town.start(COORDINATOR)
        town.until("the coordinator starts", lambda: _has_started(town))
        install_participants(federation, made.gemeenten, lambda _: None, (QUESTION, CHAINED))
        sign_roster(federation, inputs.listed(), options.period.first.year)
        _load(federation, paths)
        for party in federation.nodes if only is None else only:
            town.start(party)
        town.round = measuring.open_round(
            federation, inputs, options.period, paths.boundaries, (QUESTION, CHAINED)
        )
    except BaseException:
        town.stop()
        raise
    return town


def load_program() -> None:
    """Start the process that loads the program of this checkout once, and from which all fork."""
    FORKS.set_forkserver_preload([entry_crash.__name__])
    roots = os.pathsep.join(str(ROOT / source) for source in SOURCES)
    with patch.dict(os.environ, {"PYTHONPATH": roots}):
        forkserver.ensure_running()


def lasting_ports(number: int) -> list[int]:
    """Return ports that nobody listens on, and that the system gives to no connection either.

    Else, while the coordinator is down, somebody's outgoing connection may get its port.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split()[0])
    found: list[int] = []
    while len(found) < number:
        port = secrets.randbelow(lowest - 10_000) + 10_000
        with suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            found.append(port)
    return found


def _has_started(town: Town) -> bool:
    with suppress(FileNotFoundError):
        return '"event": "started"' in town.log(COORDINATOR)
    return False


def _load(federation: Federation, paths: Paths) -> None:
    # What `ontschot-node load` does, without starting a process for it.
    for settings in federation.nodes.values():
        if settings.agb is None:
            continue
        engine = open_engine(settings.store_url)
        keys = load_keys(settings.record_keys_path)
        loaded = load_file(
            engine, keys, intake_settings(settings), paths.lines[settings.agb], clock=system_clock
        )
        assert loaded.status == "loaded", loaded
        engine.dispose()
