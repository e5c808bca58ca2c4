# SPDX-License-Identifier: EUPL-1.2
"""A whole federation in one process: real parties, real messages, no sockets, no waiting.

Every party is what production runs (mailroom or post office, handlers, SQLite files); only clock,
noise source and the carrying of letters belong to the test. ``settle`` carries letters until
nobody has anything left to say. ``copy`` gives another federation that goes on from where this one
stands, so that many tests share one beginning.
"""

import copy
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, event, select

from ontschot.coordinator.mail.desk import Desk as CoordinatorDesk
from ontschot.coordinator.mail.postoffice import PostOffice
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases.handlers import Leader
from ontschot.coordinator.releases.schema import results
from ontschot.coordinator.rounds import service as rounds
from ontschot.coordinator.store import database as coordinator_database
from ontschot.node.database import open_engine, upgrade
from ontschot.node.dealer.handlers import Dealer
from ontschot.node.helper.handlers import Helper
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.errors import NoRoster
from ontschot.node.mailroom.mailroom import Mailroom
from ontschot.node.noise import NoiseSource
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.own_noise import OwnNoise
from ontschot.node.provider.answering.uploading import Uploader
from ontschot.node.provider.policy.model import NodeNoiseRule, Policy, QuestionRule
from ontschot.node.state.schema import MIGRATIONS
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.documents.rounds import AreaMapReference, Round, VariableDocument
from ontschot.protocol.errors import Refusal
from ontschot.protocol.keys import SigningKey
from ontschot.protocol.roster import PinnedAnchors, Roster
from ontschot.protocol.roster.model import ROSTER
from ontschot.protocol.signed import SignedDocument
from simulation.carrying import Carrier
from simulation.making import (
    FEDERATION,
    START,
    make_keys,
    make_maps,
    make_parameters,
    make_roster,
    make_universe,
)
from simulation.network import Faults, Network

HELPERS = ("helper-a", "helper-b")
COORDINATOR = "coordinator"
REQUESTER = "gemeente-test"
SIZES = {"BU99010101": 300, "BU99010102": 140, "BU99010201": 280}
"""One buurt is large enough for counts and too small for euros."""

Vector = NDArray[np.uint32]
T = TypeVar("T")


class NoNoise:
    """Draws zeros and remembers how much was asked: the exact answer can be compared."""

    def __init__(self) -> None:
        self.asked: list[tuple[Fraction, int]] = []

    def draw(self, scale: Fraction, size: int) -> NDArray[np.int64]:
        """Return ``size`` zeros."""
        self.asked.append((scale, size))
        return np.zeros(size, dtype=np.int64)


class Clock:
    """A clock that only moves when the test says so."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: int) -> None:
        """Move on, by the words of ``timedelta``."""
        self.now += timedelta(**parts)


@dataclass
class Federation:
    """All parties of one federation.

    ``vectors`` maps (node, variable) to a vector; ``decisions`` says which nodes decide otherwise
    than by consenting at once; ``noise`` maps a helper or node to its source, without which it
    draws zeros; ``node_noise`` gives the price per variable of nodes that add noise themselves.
    """

    folder: Path
    nodes: tuple[str, ...]
    vectors: dict[tuple[str, str], Vector]
    questions: tuple[str, ...] = ("Q13",)
    min_nodes: int = 3
    max_nodes: int = 15
    audit_candidates: int = 10
    decisions: dict[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=lambda: SIZES)
    noise: dict[str, NoiseSource] = field(default_factory=dict)
    node_noise: dict[str, dict[str, str]] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        """Install every party and adopt the first roster."""
        self.universe = make_universe(self.sizes)
        self.maps = make_maps(self.universe)
        self.slots = self.universe.slots
        names = (*self.nodes, *HELPERS, "dealer", COORDINATOR)
        self.keys = {name: make_keys() for name in names}
        self.anchors = [SigningKey.generate() for _ in range(3)]
        self.approvers = [SigningKey.generate() for _ in range(3)]
        parameters = make_parameters(
            self.universe,
            list(self.maps.values()),
            self.min_nodes,
            self.max_nodes,
            self.audit_candidates,
        )
        self.roster = make_roster(self.keys, self.anchors, self.approvers, parameters)
        self.pinned = PinnedAnchors(
            frozenset(key.public.fingerprint for key in self.anchors), 2, FEDERATION
        )
        self._empty()
        for name in names[:-1]:
            self._install(name)
            self.start(name)
        self._start_coordinator(install=True)
        self.adopt(self.roster)

    def copy(self, folder: Path) -> "Federation":
        """Return a federation that goes on from here, in ``folder``; this one stays as it is."""
        self.close()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = copy.copy(self)
        other.folder, other.clock = folder, Clock(self.clock.now)
        other.vectors, other.decisions = dict(self.vectors), dict(self.decisions)
        other.keys, other.noise = dict(self.keys), {}
        other.node_noise = dict(self.node_noise)
        other._empty()
        for name, role in self.roles.items():
            opened = other._open(name)
            # Nobody is restarted: what is in memory goes along.
            if not isinstance(role, Dealer) and not isinstance(opened, Dealer):
                opened.witnesses = copy.deepcopy(role.witnesses)
        other.start(COORDINATOR)
        return other

    def close(self) -> None:
        """Close all databases; they open again when they are used."""
        for engine in self.engines.values():
            engine.dispose()

    def round(self) -> Round:
        """Return the round over all variables of the questions."""
        found: dict[str, VariableDocument] = {}
        for name in self.questions:
            found |= {variable.id: variable for variable in definition(name).variables}
        references = [
            AreaMapReference(level=level, minimum=least, hash=known.digest)
            for (level, least), known in self.maps.items()
        ]
        return Round(
            id="nulmeting-2024",
            federation=FEDERATION,
            period_from="2024-01-01",
            period_to="2024-12-31",
            reference_date="2024-12-31",
            universe=self.universe.digest,
            slots=self.universe.slots,
            area_maps=references,
            variables=[found[name] for name in sorted(found)],
        )

    def question(self, question: str, rho: int = 10**10, **changes: Any) -> Query:
        """Return a question of the catalogue, with fields changed."""
        known = definition(question)
        digests = {key: item.digest for key, item in self.maps.items()}
        asked = Query(
            federation=FEDERATION,
            question=question,
            definition=known.digest,
            round=self.round().digest,
            requester=REQUESTER,
            purpose="toets",
            legal_basis="Jeugdwet 7.4",
            not_before=to_text(START - timedelta(days=1)),
            not_after=to_text(START + timedelta(days=30)),
            codes=known.codes,
            blocks=plan_blocks(known, digests, rho, household_providers=3),
        )
        return asked.model_copy(update=changes)

    def approved(self, asked: Query, by: Sequence[int] = (0, 1)) -> SignedDocument:
        """Return a question signed by some of the approvers."""
        signed = SignedDocument(asked.to_bytes())
        for number in by:
            signed = signed.add_signature(QUERY, self.approvers[number])
        return signed

    def query(self, question: str, rho: int = 10**10) -> SignedDocument:
        """Return an approved question of the catalogue."""
        return self.approved(self.question(question, rho))

    def open_round(self) -> None:
        """Open the round at the coordinator."""
        files = [self.universe.to_bytes(), *(item.to_bytes() for item in self.maps.values())]
        self.lead(lambda desk: rounds.open_round(desk, self.round(), files, None))

    def ask(self, signed: SignedDocument, patience: timedelta = timedelta(hours=1)) -> None:
        """Submit an approved question."""
        self.lead(lambda desk: queries.submit(desk, signed, patience))

    def adopt(self, roster: Roster) -> None:
        """Let the coordinator adopt a roster, and everybody after it."""
        signed = SignedDocument(roster.to_bytes())
        for key in self.anchors[:2]:
            signed = signed.add_signature(ROSTER, key)
        self.office.adopt_roster(signed)
        self.roster = roster
        self.settle()

    def next_roster(self, **changes: Any) -> Roster:
        """Return the successor of the roster, with fields changed."""
        linked = {"serial": self.roster.serial + 1, "prev_hash": self.roster.digest}
        return self.roster.model_copy(update=linked | changes)

    def at(self, name: str, action: Callable[[Desk], T]) -> T:
        """Do something at a participant's desk."""
        return self.mailrooms[name].act(action)

    def lead(self, action: Callable[[CoordinatorDesk], T]) -> T:
        """Do something at the coordinator's desk."""
        return self.office.act(action)

    def read(self, name: str, work: Callable[[Connection], T]) -> T:
        """Read from a party's database."""
        with self.engines[name].begin() as connection:
            return work(connection)

    def answers(self) -> dict[str, Any]:
        """Return what was published, by id of the release."""
        rows = self.read(
            COORDINATOR,
            lambda c: c.execute(select(results.c.id, results.c.document)).all(),
        )
        return {row.id: json.loads(row.document) for row in rows}

    def start(self, name: str) -> None:
        """Start a party, or start it again after a crash: from its files alone."""
        if name in self.engines:
            self.engines[name].dispose()
        if name == COORDINATOR:
            self._start_coordinator()
            return
        role = self._open(name)
        with suppress(NoRoster, Refusal):
            self.at(name, role.begin)

    def _open(self, name: str) -> Provider | Helper | Dealer:
        role = self._role(name)
        engine = _quick(open_engine(f"sqlite:///{self.folder / name}/state.db"))
        self.engines[name] = engine
        self.roles[name] = role
        self.mailrooms[name] = Mailroom(
            engine,
            self.folder / name / "files",
            name,
            self.keys[name],
            self.clock,
            role.handlers(),
        )
        self.carrier.join(name)
        return role

    def network(self, faults: Faults | None = None, seed: int = 0) -> Network:
        """Return a network between all parties in which things may go wrong."""
        return Network(
            tuple(self.mailrooms),
            lambda name: self.mailrooms[name],
            lambda: self.office,
            self.start,
            COORDINATOR,
            faults,
            seed,
        )

    def settle(self) -> int:
        """Carry letters until nobody has any that may be carried; return how many were."""
        return self.carrier.settle()

    def tick(self) -> None:
        """Let every party look at its deadlines, then settle."""
        self.lead(self.leader.tick)
        for name, role in self.roles.items():
            self.at(name, role.expire)
        self.settle()

    def _empty(self) -> None:
        self.mailrooms: dict[str, Mailroom] = {}
        self.roles: dict[str, Provider | Helper | Dealer] = {}
        self.engines: dict[str, Engine] = {}
        self.leader = Leader()
        self.carrier = Carrier(self.mailrooms, lambda: self.office)

    def _start_coordinator(self, *, install: bool = False) -> None:
        folder = self.folder / COORDINATOR
        folder.mkdir(exist_ok=True)
        engine = _quick(coordinator_database.open_engine(f"sqlite:///{folder}/coordinator.db"))
        if install:
            coordinator_database.upgrade(engine)
        keys = self.keys[COORDINATOR]
        self.office = PostOffice(
            engine, folder / "files", COORDINATOR, keys, self.clock, self.leader.handlers()
        )
        self.carrier.join_office()
        self.engines[COORDINATOR] = engine
        if install:
            self.office.pin_anchors(self.pinned)

    def _install(self, name: str) -> None:
        folder = self.folder / name
        folder.mkdir()
        engine = _quick(open_engine(f"sqlite:///{folder}/state.db"))
        upgrade(engine, MIGRATIONS)
        with engine.begin() as connection:
            ledger.create(connection, FEDERATION, name)
        room = Mailroom(engine, folder / "files", name, self.keys[name], self.clock, {})
        room.pin_anchors(self.pinned)
        engine.dispose()

    def _role(self, name: str) -> Provider | Helper | Dealer:
        if name in HELPERS:
            return Helper(self.noise.setdefault(name, NoNoise()))
        if name == "dealer":
            return Dealer()
        own_noise = OwnNoise(
            lambda variable: self._policy(name).noise_price(variable),
            self.noise.setdefault(name, NoNoise()),
        )
        return Provider(
            Uploader(
                lambda _universe, _round, variable, _areas, _key: self.vectors[name, variable.id],
                own_noise=own_noise,
            ),
            lambda: self._policy(name),
        )

    def _policy(self, name: str) -> Policy:
        rule = QuestionRule(
            decision=self.decisions.get(name, "automatic"),  # type: ignore[arg-type]
            requesters=[REQUESTER],
            levels=["gemeente", "wijk", "buurt", "pc6-cluster"],
            largest_rho="1",
        )
        noise = {
            variable: NodeNoiseRule(rho=rho)
            for variable, rho in self.node_noise.get(name, {}).items()
        }
        return Policy(dict.fromkeys(self.questions, rule), noise)


def _quick(engine: Engine) -> Engine:
    # Tests kill parties, not the machine: flushing to disk is left to the operating system.
    def configure(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(engine, "connect", configure)
    return engine
