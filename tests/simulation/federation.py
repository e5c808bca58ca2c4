# SPDX-License-Identifier: EUPL-1.2
"""A whole federation in one process: real parties, real messages, no sockets, no waiting.

Every party is what production runs (mailroom or post office, handlers, SQLite files); only clock,
noise source and the carrying of letters belong to the test. ``settle`` carries letters until
nobody has anything left to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ontschot.coordinator.mail.postoffice import PostOffice
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases.handlers import Leader
from ontschot.coordinator.rounds import service as rounds
from ontschot.coordinator.store import database as coordinator_database
from ontschot.node.database import open_engine, upgrade
from ontschot.node.dealer.handlers import Dealer
from ontschot.node.helper.handlers import Helper
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.mailroom import Mailroom
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.uploading import Uploader
from ontschot.node.provider.policy.model import Policy, QuestionRule
from ontschot.node.state.schema import MIGRATIONS
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.documents.rounds import AreaMapReference, Round, VariableDocument
from ontschot.protocol.keys import PrivateKeys, SealingKey, SigningKey
from ontschot.protocol.roster import PinnedAnchors, Roster
from ontschot.protocol.roster.model import (
    ROSTER,
    Anchor,
    ApprovalRule,
    Approver,
    Budget,
    Parameters,
    Participant,
)
from ontschot.protocol.roster.model import Universe as ListedUniverse
from ontschot.protocol.signed import SignedDocument
from ontschot.protocol.universe import (
    ENCODER,
    Listing,
    Universe,
    area_map,
    codes,
    lines,
    normalise_columns,
)

FEDERATION = "test"
START = datetime(2025, 3, 1, 12, tzinfo=UTC)
LEVELS = (
    ("gemeente", 100),
    ("gemeente", 250),
    ("wijk", 100),
    ("wijk", 250),
    ("buurt", 100),
    ("buurt", 250),
)
HELPERS = ("helper-a", "helper-b")


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

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: int) -> None:
        """Move on, by the words of ``timedelta``."""
        self.now += timedelta(**parts)


@dataclass
class Federation:
    """All parties of one federation; ``vectors`` maps (node, variable) to a vector."""

    folder: Path
    nodes: tuple[str, ...]
    vectors: dict[tuple[str, str], NDArray[np.uint32]]
    questions: tuple[str, ...] = ("Q13",)
    min_nodes: int = 3
    max_nodes: int = 15
    decision: str = "automatic"
    sizes: Mapping[str, int] = field(
        default_factory=lambda: {"BU99010101": 300, "BU99010102": 260, "BU99010201": 280}
    )
    noise: dict[str, NoNoise] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.universe = make_universe(self.sizes)
        self.maps = {
            (level, least): area_map(self.universe, level, least)  # type: ignore[arg-type]
            for level, least in LEVELS
        }
        names = (*self.nodes, *HELPERS, "dealer", "coordinator")
        self.keys = {
            name: PrivateKeys(SigningKey.generate(), SealingKey.generate()) for name in names
        }
        self.anchors = [SigningKey.generate() for _ in range(3)]
        self.approvers = [SigningKey.generate() for _ in range(3)]
        self.roster = self._roster()
        self.mailrooms: dict[str, Mailroom] = {}
        self.roles: dict[str, Provider | Helper | Dealer] = {}
        self.leader = Leader()
        self.pinned = PinnedAnchors(
            frozenset(key.public.fingerprint for key in self.anchors), 2, FEDERATION
        )
        for name in names[:-1]:
            self._install(name)
            self.start(name)
        self.start_coordinator(install=True)
        signed = SignedDocument(self.roster.to_bytes())
        for key in self.anchors[:2]:
            signed = signed.add_signature(ROSTER, key)
        self.office.adopt_roster(signed)
        self.settle()

    @property
    def slots(self) -> int:
        """The number of slots of the universe."""
        return self.universe.slots

    def round(self, questions: Sequence[str] = ()) -> Round:
        """Return the round over all variables of the questions."""
        found: dict[str, VariableDocument] = {}
        for name in questions or self.questions:
            found |= {variable.id: variable for variable in definition(name).variables}
        references = [
            AreaMapReference(level=level, minimum=least, hash=known.digest)  # type: ignore[arg-type]
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

    def query(self, question: str, rho: int = 10**10, approvals: int = 2) -> SignedDocument:
        """Return an approved question."""
        known = definition(question)
        digests = {key: item.digest for key, item in self.maps.items()}
        asked = Query(
            federation=FEDERATION,
            question=question,
            definition=known.digest,
            round=self.round().digest,
            requester="gemeente-test",
            purpose="toets",
            legal_basis="Jeugdwet 7.4",
            not_before=to_text(START - timedelta(days=1)),
            not_after=to_text(START + timedelta(days=30)),
            blocks=plan_blocks(known, digests, rho),  # type: ignore[arg-type]
        )
        signed = SignedDocument(asked.to_bytes())
        for key in self.approvers[:approvals]:
            signed = signed.add_signature(QUERY, key)
        return signed

    def open_round(self) -> None:
        """Open the round at the coordinator."""
        files = [self.universe.to_bytes(), *(item.to_bytes() for item in self.maps.values())]
        self.office.act(lambda desk: rounds.open_round(desk, self.round(), files, None))

    def ask(self, signed: SignedDocument, patience: timedelta = timedelta(hours=1)) -> None:
        """Submit an approved question."""
        self.office.act(lambda desk: queries.submit(desk, signed, patience))

    def start(self, name: str) -> None:
        """Start a party, or start it again after a crash: from its files alone."""
        role = self._role(name)
        engine = open_engine(f"sqlite:///{self.folder / name}/state.db")
        self.roles[name] = role
        self.mailrooms[name] = Mailroom(
            engine, self.folder / name, name, self.keys[name], self.clock, role.handlers()
        )

    def start_coordinator(self, *, install: bool = False) -> None:
        """Start the coordinator, or start it again."""
        folder = self.folder / "coordinator"
        folder.mkdir(exist_ok=True)
        engine = coordinator_database.open_engine(f"sqlite:///{folder}/coordinator.db")
        if install:
            coordinator_database.upgrade(engine)
        self.office = PostOffice(
            engine,
            folder,
            "coordinator",
            self.keys["coordinator"],
            self.clock,
            self.leader.handlers(),
        )
        self.engine = engine
        if install:
            self.office.pin_anchors(self.pinned)

    def settle(self, limit: int = 20_000) -> int:
        """Carry letters until nobody has any; return how many were carried."""
        carried = 0
        while carried < limit:
            moved = sum(self._collect(name) + self._deliver(name) for name in self.mailrooms)
            carried += moved
            if not moved:
                return carried
        msg = "the parties do not come to rest"
        raise AssertionError(msg)

    def tick(self) -> None:
        """Let every party look at its deadlines, then settle."""
        self.office.act(self.leader.tick)
        for name, role in self.roles.items():
            self.mailrooms[name].act(role.expire)
        self.settle()

    def _collect(self, name: str) -> int:
        mailroom = self.mailrooms[name]
        letters = mailroom.unposted()
        for outgoing in letters:
            for ref in outgoing.attachments:
                self.office.files.store.put(mailroom.files.store.path(ref.sha256))
                self.office.uploaded(name, ref)
            self.office.post(outgoing.wire, name)
            mailroom.mark_posted(outgoing.seq)
        return len(letters)

    def _deliver(self, name: str) -> int:
        mailroom = self.mailrooms[name]
        deliveries = self.office.deliveries(name, (), 16)
        done = 0
        for delivery in deliveries:
            for ref in mailroom.missing(delivery.wire):
                mailroom.files.incoming.put(self.office.attachment(name, ref.sha256))
            outcome = mailroom.receive(delivery.wire)
            if outcome.state == "waiting":
                continue
            self.office.acknowledge(name, delivery.id)
            done += 1
        return done

    def _install(self, name: str) -> None:
        folder = self.folder / name
        folder.mkdir()
        engine = open_engine(f"sqlite:///{folder}/state.db")
        upgrade(engine, MIGRATIONS)
        with engine.begin() as connection:
            ledger.create(connection, FEDERATION, name)
        engine.dispose()
        Mailroom(engine, folder, name, self.keys[name], self.clock, {}).pin_anchors(self.pinned)

    def _role(self, name: str) -> Provider | Helper | Dealer:
        if name in HELPERS:
            self.noise.setdefault(name, NoNoise())
            return Helper(self.noise[name])
        if name == "dealer":
            return Dealer()
        return Provider(Uploader(self._source(name)), self._policy)

    def _source(
        self, name: str
    ) -> Callable[[Universe, Round, VariableDocument], NDArray[np.uint32]]:
        return lambda _universe, _round, variable: self.vectors[name, variable.id]

    def _policy(self) -> Policy:
        rule = QuestionRule(
            decision=self.decision,  # type: ignore[arg-type]
            requesters=["gemeente-test"],
            levels=["gemeente", "wijk", "buurt"],
            largest_rho="0.1",
        )
        return Policy(dict.fromkeys(self.questions, rule))

    def _roster(self) -> Roster:
        roles = {"helper-a": "helper-a", "helper-b": "helper-b", "dealer": "dealer"}
        participants = [
            Participant(
                id=name,
                role=roles.get(name, "coordinator" if name == "coordinator" else "provider"),  # type: ignore[arg-type]
                name=name,
                organisation=f"kvk:{index:08}",
                signing_key=keys.signing.public,
                sealing_key=keys.sealing.public,  # type: ignore[union-attr]
                contact="beheer@example.org",
                status="active",
            )
            for index, (name, keys) in enumerate(self.keys.items())
        ]
        bodies = ("providers-council", "region", "region")
        roles_of = ("municipality", "providers-council", "privacy-officer")
        return Roster(
            federation=FEDERATION,
            profile="demo",
            pilot=False,
            serial=1,
            prev_hash=None,
            not_before=to_text(START - timedelta(days=1)),
            not_after=to_text(START + timedelta(days=60)),
            anchors=tuple(
                Anchor(
                    id=f"anchor-{i}",
                    name=f"Anker {i}",
                    organisation=f"kvk:9000000{i}",
                    body=body,
                    key=key.public.text,
                )
                for i, (body, key) in enumerate(zip(bodies, self.anchors, strict=True))
            ),
            quorum=2,
            participants=tuple(participants),
            approvers=tuple(
                Approver(
                    id=f"approver-{i}",
                    name=f"Goedkeurder {i}",
                    role=role,  # type: ignore[arg-type]
                    organisation=f"kvk:8000000{i}",
                    key=key.public.text,
                )
                for i, (role, key) in enumerate(zip(roles_of, self.approvers, strict=True))
            ),
            parameters=Parameters(
                min_nodes=self.min_nodes,
                max_nodes=self.max_nodes,
                approvals=ApprovalRule(),
                budgets=(
                    Budget(unit="household", year=2024),
                    Budget(unit="person", year=2024, rho="740280000000"),
                ),
                universes=(
                    ListedUniverse(
                        hash=self.universe.digest,
                        encoder=ENCODER,
                        area_maps=tuple(sorted({item.digest for item in self.maps.values()})),
                    ),
                ),
                audit_candidates=10,
                slot_minutes=0,
            ),
        )


def make_universe(sizes: Mapping[str, int]) -> Universe:
    """Return a universe with so many made-up addresses in each buurt."""
    rows = [
        (f"{9000 + index // 400}A{chr(65 + index % 20)}", str(1 + house), "", "", buurt)
        for index, (buurt, size) in enumerate(sorted(sizes.items()))
        for house in range(size)
    ]
    postcode, number, letter, addition, buurt = zip(*rows, strict=True)
    listing = Listing(
        lines.buurt_numbers(codes.characters(buurt)),
        normalise_columns(postcode, number, letter, addition),
    )
    return Universe.build([listing], 2024)
