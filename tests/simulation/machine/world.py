# SPDX-License-Identifier: EUPL-1.2
"""A small federation in which anything may happen, and everything that happens is watched.

Parties are the real ones on real files; clock, entropy of uploads and noise are the world's. Seven
providers: four whose policy says yes, three who let a person decide, so that a question may have a
second list with three more organisations. Prices are so high that the budget lasts for a few
answers. To add a kind of question, add it to ``ASKINGS``.

Noise that proves itself (after the value "2" of divviup/janus, which proves a replay): helper A
draws only numbers that are 1 modulo 8, helper B only 2 modulo 8. So an opened figure minus the true
one is 3 modulo 8 exactly if each helper added its noise once.
"""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Dialect, Engine

from ontschot.coordinator.mail.desk import Desk as CoordinatorDesk
from ontschot.coordinator.releases.stock import Stock
from ontschot.node.dealer.handlers import Dealer
from ontschot.node.helper.handlers import Helper
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.uploading import Uploader, VectorSource
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.gate.spec import BatchSpec
from ontschot.protocol.persons import PersonKey
from ontschot.protocol.release.cells import cell_count
from ontschot.protocol.release.gates import gate_spec, ring_bits
from ontschot.protocol.roster import Roster
from ontschot.protocol.roster.model import ROSTER
from ontschot.protocol.signed import SignedDocument
from ontschot.protocol.universe import AreaMap, Universe
from simulation.bench import stock_up
from simulation.federation import COORDINATOR, HELPERS, Federation, T, Vector
from simulation.machine import ledgers, mail
from simulation.machine.history import History

AUTOMATIC = tuple(f"provider-{number}" for number in range(1, 5))
ASKED = tuple(f"provider-{number}" for number in range(5, 8))
"""Providers who let a person decide."""
NODES = (*AUTOMATIC, *ASKED)
PARTIES = (*HELPERS, *NODES, "dealer")
SIZES = {"BU99010101": 250}
MODULUS = 8
RESIDUES = {HELPERS[0]: 1, HELPERS[1]: 2}

Role = Provider | Helper | Dealer
Fault = Callable[["World", str, Role], None]
"""Plants a fault in a party as it starts: in this world, under this name, in this role."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that people may ask: its number, its price (1e-12 rho) and its purpose."""

    question: str
    rho: int
    purpose: str


ASKINGS = {
    "bins": Asking("Q13", 40 * 10**9, "toets"),
    "again": Asking("Q13", 40 * 10**9, "nog een toets"),
    "dear": Asking("Q13", 100 * 10**9, "dure toets"),
    "dear-too": Asking("Q13", 100 * 10**9, "ook dure toets"),
    "cells": Asking("Q22", 30 * 10**9, "toets"),
    "tiers": Asking("Q09", 40 * 10**9, "toets"),
    "laws": Asking("Q12", 40 * 10**9, "toets"),
    "laws-too": Asking("Q12", 30 * 10**9, "nog een toets"),
}
"""By the name that steps use: Q13 goes through a table, Q09 through comparisons, Q12 through two
tables in a chain, Q22 through nothing. A household account of 2024 holds 185.07 * 10^9."""

SERVED = {"served": 0.3, "served-jw": 0.2, "served-wmo": 0.2}
"""Variables that say whom a provider serves, and how many addresses it does."""


class ProvingNoise:
    """Draws small numbers of one residue modulo 8."""

    def __init__(self, residue: int) -> None:
        self._residue = residue
        self._random = np.random.default_rng(residue)

    def draw(self, _scale: Fraction, size: int) -> NDArray[np.int64]:
        """Return ``size`` integers between -7 and 2 with this residue."""
        return MODULUS * self._random.integers(-1, 1, size) + self._residue


@dataclass
class World(Federation):
    """A federation whose steps are taken one by one.

    Attributes:
        history: everything that left a party so far, and what follows from it.
        outgoing: who may have letters to post.
        waiting: for whom letters may lie at the post office.
        touched: whose transactions were committed since somebody looked.
        led: whether the coordinator may have written anything since its answers were compared.
        kills: how often a party was killed while it did something.
        objections: how many clients objected at a provider.
        fault: what is wrong with the parties of this world, if anything.
        forged: how many manifests the coordinator forged.
        bare: questions that too few approved, which it sent out.
    """

    history: History = field(default_factory=History)
    outgoing: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    led: bool = True
    kills: int = 0
    objections: dict[str, int] = field(default_factory=dict)
    fault: Fault | None = None
    forged: int = 0
    bare: dict[str, Query] = field(default_factory=dict)

    def copy(self, folder: Path, fault: Fault | None = None) -> "World":
        """Return a world that goes on from here, in ``folder``, perhaps with faulty parties."""
        before = self.fault, self.history
        # What is opened in there belongs to the copy.
        self.fault, self.history = fault, self.history.copy()
        try:
            other = super().copy(folder)
        finally:
            self.fault, self.history = before
        assert isinstance(other, World)
        other.outgoing, other.waiting = set(PARTIES), set(PARTIES)
        other.touched, other.led, other.kills = set(), True, 0
        other.objections = dict(self.objections)
        other.bare = dict(self.bare)
        for name in PARTIES:
            other._listen(name)
        other._listen_to_the_office()
        return other

    def adopt(self, roster: Roster) -> None:
        """Let the coordinator adopt a roster; letters with it are carried like any other."""
        signed = SignedDocument(roster.to_bytes())
        for key in self.anchors[:2]:
            signed = signed.add_signature(ROSTER, key)
        # The anchors signed it, whatever becomes of it.
        self.history.rosters[roster.digest] = (roster, signed)
        try:
            self.office.adopt_roster(signed)
        finally:
            held = self.office.roster()
            if held is not None and held.digest == roster.digest:
                self.roster = roster

    def lead(self, action: Callable[[CoordinatorDesk], T]) -> T:
        """Do something at the coordinator's desk."""
        self.led = True
        return super().lead(action)

    def look(self) -> None:
        """Check what parties wrote and keep, who worked since somebody looked; and the answers."""
        for name in sorted(self.touched):
            self.history.look(self, name)
            ledgers.check_party(self, name)
        self.touched.clear()
        if self.led:
            ledgers.check_published(self)
            self.led = False

    def settle(self) -> int:
        """Carry letters until nobody has any that are taken; return how many were carried."""
        return mail.settle(self)

    def start(self, name: str) -> None:
        """Start a party again, from its files alone; whoever it was going to trust it asks anew."""
        super().start(name)
        if name in self.mailrooms:
            self.touched.add(name)

    def organisation(self, node: str) -> str:
        """Return a provider's organisation."""
        return next(one.organisation for one in self.roster.participants if one.id == node)

    def saved(self, name: str) -> Path:
        """Return where the older copy of a party's files is kept."""
        return self.folder / "saved" / name

    def set_aside(self, name: str) -> None:
        """Keep a copy of a stopped party's files, in place of an earlier one."""
        shutil.rmtree(self.saved(name), ignore_errors=True)
        shutil.copytree(self.folder / name, self.saved(name))

    def wipe(self, name: str) -> None:
        """Install a stopped party anew, with its keys and nothing else; it is not started."""
        shutil.rmtree(self.folder / name)
        shutil.copytree(self.folder / "blank" / name, self.folder / name)
        self.history.forget(name)

    def replace_files(self, name: str) -> None:
        """Stop a party and put its older copy in place of its files; it is not started."""
        self.engines[name].dispose()
        shutil.rmtree(self.folder / name)
        shutil.copytree(self.saved(name), self.folder / name)
        self.history.forget(name)

    def _open(self, name: str) -> Role:
        role = super()._open(name)
        share_statements(self.engines[name])
        self._listen(name)
        if self.fault is not None:
            self.fault(self, name, role)
        return role

    def _install(self, name: str) -> None:
        super()._install(name)
        if name in HELPERS:
            shutil.copytree(self.folder / name, self.folder / "blank" / name)

    def _listen(self, name: str) -> None:
        def committed() -> None:
            self.outgoing.add(name)
            self.touched.add(name)

        self.mailrooms[name].on_commit(committed)
        self.outgoing.add(name)
        self.waiting.add(name)

    def _start_coordinator(self, *, install: bool = False) -> None:
        super()._start_coordinator(install=install)
        self.led = True
        share_statements(self.engines[COORDINATOR])
        self._listen_to_the_office()

    def _listen_to_the_office(self) -> None:
        self.office.on_commit(self.waiting.update)
        self.waiting.update(self.mailrooms)
        self.led = True

    def _role(self, name: str) -> Role:
        if name in HELPERS:
            return Helper(self.noise.setdefault(name, ProvingNoise(RESIDUES[name])))
        if name == "dealer":
            return Dealer()
        uploader = Uploader(self._vector_of(name), self._entropy, lambda: self._left_out(name))
        return Provider(uploader, lambda: self._policy(name))

    def _vector_of(self, name: str) -> VectorSource:
        def vector(
            _universe: Universe,
            _round: Round,
            variable: VariableDocument,
            _areas: AreaMap | None,
            _key: PersonKey | None,
        ) -> Vector:
            found = self.vectors[name, variable.id].copy()
            self.history.note_vector(name, variable.id, found)
            return found

        return vector

    def _entropy(self, size: int) -> bytes:
        drawn = secrets.token_bytes(size)
        self.history.note_seed(drawn)
        return drawn

    def _left_out(self, name: str) -> str:
        return sha256(f"{name} {self.objections.get(name, 0)}".encode())


def share_statements(engine: Engine) -> None:
    """Let all engines of this process use statements that one of them compiled.

    A world has ten engines and lives for a second; compiling anew would take most of that.
    SQLAlchemy 2.1 has no public way: a compiled statement is found by the identity of its dialect,
    ``create_engine`` makes one for each engine, and no plugin or event puts another in its place.
    """
    engine.dialect = _SHARED.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_COMPILED)


_SHARED: dict[str, Dialect] = {}
_COMPILED: dict[Any, Any] = {}


def make_world(folder: Path) -> World:
    """Return a world with an open round and nothing asked."""
    folder.mkdir(parents=True)
    decisions = dict.fromkeys(ASKED, "hold")
    world = World(
        folder,
        NODES,
        {},
        questions=("Q09", "Q12", "Q13", "Q22"),
        sizes=SIZES,
        decisions=decisions,
        min_nodes=3,
        audit_candidates=3,
    )
    random = np.random.default_rng(1)
    for node in NODES:
        for name, share in SERVED.items():
            world.vectors[node, name] = (random.random(world.slots) < share).astype(np.uint32)
        euros = random.integers(1, 5_001, world.slots, dtype=np.uint32)
        world.vectors[node, "euros"] = euros * world.vectors[node, "served"]
        for variable in world.round().variables:
            if variable.cells is not None:
                areas = world.maps[variable.cells.level, variable.cells.minimum]
                cells = cell_count(variable.cells, areas)
                drawn = random.integers(0, 50, cells).astype(np.uint32)
                world.vectors[node, variable.id] = drawn
    world.open_round()
    world.settle()
    world.close()
    return world


def make_asked(world: World, folder: Path) -> World:
    """Return that world when one question was asked, uploads admitted, and gate keys in stock."""
    asked = world.copy(folder)
    people_ask(asked, "bins")
    asked.settle()
    stock_up(asked)
    asked.settle()
    asked.close()
    return asked


def make_answered(world: World, folder: Path) -> World:
    """Return that world when the question was answered over four providers, with other keys."""
    answered = world.copy(folder)
    answered.clock.advance(minutes=61)
    answered.lead(answered.leader.tick)
    answered.settle()
    assert len(answered.answers()) == 1
    stock_up(answered)
    answered.settle()
    answered.close()
    return answered


def make_gates(world: World, folder: Path) -> World:
    """Return that world when questions through comparisons and a chain wait for their time."""
    gates = world.copy(folder)
    specs = []
    for name in ("tiers", "laws"):
        people_ask(gates, name)
        specs += specs_of(gates, gates.question(ASKINGS[name].question))
    gates.settle()

    def order(stock: Stock) -> None:
        assert stock.take(specs) is None
        stock.order()

    gates.lead(lambda desk: order(Stock(desk)))
    gates.settle()
    gates.close()
    return gates


def specs_of(world: World, query: Query) -> list[BatchSpec]:
    """Return what a question needs of gate keys: for each variable, then for each code."""
    rings = {
        name: ring_bits(world.max_nodes, world.round().variable(name).node_cap)
        for name in query.variables
    } | {code.id: code.ring_bits for code in query.codes}
    return [gate_spec(query.functions_of(name), world.slots, bits) for name, bits in rings.items()]


def people_ask(world: World, name: str) -> None:
    """Let approvers sign a question of ``ASKINGS``, and somebody submit it."""
    asking = ASKINGS[name]
    query = world.question(asking.question, asking.rho, purpose=asking.purpose)
    signed = world.approved(query)
    world.history.queries[signed.digest] = query
    world.ask(signed)
