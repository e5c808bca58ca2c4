# SPDX-License-Identifier: EUPL-1.2
"""Install a whole federation on this machine: what eleven organisations would do, in one go.

The steps and the functions are those of the command lines (``docs/quickstart.md``); only the
fingerprints are not read aloud.
"""

import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from ontschot.coordinator import installation as coordinator_installation
from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.enrolment.database import DatabaseTokenStore
from ontschot.coordinator.enrolment.desk import EnrolmentDesk
from ontschot.coordinator.mail.postoffice import PostOffice
from ontschot.coordinator.settings import Settings as CoordinatorSettings
from ontschot.coordinator.store.database import open_engine
from ontschot.node.installation import Invitation, install
from ontschot.node.settings import Role, Settings
from ontschot.protocol.clock import system_clock, to_text
from ontschot.protocol.keys import PrivateKeys, PublicKeys, SigningKey, read_keys, write_keys
from ontschot.protocol.roster import PinnedAnchors, Roster
from ontschot.protocol.roster.model import ROSTER
from ontschot.protocol.signed import SignedDocument
from ontschot_demo.offers import PROVIDERS

FEDERATION = "voorbeeld"
REQUESTER = "gemeente-voorbeeldstad"
HELPERS = ("helper-a", "helper-b")
DEALER = "dealer"

ANCHORS = (
    ("anker-aanbieders", "providers-council"),
    ("anker-regio", "region"),
    ("anker-clienten", "clients-council"),
)
APPROVERS = (
    ("goedkeurder-gemeente", "municipality"),
    ("goedkeurder-aanbieders", "providers-council"),
    ("functionaris-gegevensbescherming", "privacy-officer"),
)
QUESTIONS = ("Q01", "Q06", "Q09", "Q13")
"""What is asked when nobody chooses."""

AGBS = tuple(provider.agb for provider in PROVIDERS)
MOST_NODES = 15
"""So many providers an answer of the demo may have at most."""

AUDIT_CANDIDATES = 10
"""From so many sets of gate keys the helpers of the demo keep one."""


@dataclass(slots=True)
class Federation:
    """An installed federation: where everything is, and the keys of its people."""

    folder: Path
    coordinator: CoordinatorSettings
    anchors: list[SigningKey] = field(repr=False)
    approvers: list[SigningKey] = field(repr=False)
    nodes: dict[str, Settings] = field(default_factory=dict)
    public: dict[str, PublicKeys] = field(default_factory=dict)
    ca_fingerprint: str = ""

    @property
    def office(self) -> PostOffice:
        """The coordinator's post office, to act beside its process."""
        settings = self.coordinator
        return PostOffice(
            open_engine(settings.store_url),
            settings.home / "files",
            settings.name,
            read_keys(settings.keys_path),
            system_clock,
            {},
        )

    @property
    def pinned(self) -> PinnedAnchors:
        """What every participant is told about the anchors."""
        fingerprints = frozenset(key.public.fingerprint for key in self.anchors)
        return PinnedAnchors(fingerprints, 2, FEDERATION)


def install_coordinator(folder: Path) -> Federation:
    """Make the people's keys and the coordinator."""
    link, enrolment, rest = free_ports(3)
    settings = CoordinatorSettings(
        home=folder / "coordinator",
        federation=FEDERATION,
        host="127.0.0.1",
        link_port=link,
        enrolment_port=enrolment,
        rest_port=rest,
        spare_batches=0,
        tick_seconds=1,
    )
    people = folder / "mensen"
    people.mkdir(parents=True)
    federation = Federation(
        folder,
        settings,
        [_person(people, name) for name, _ in ANCHORS],
        [_person(people, name) for name, _ in APPROVERS],
    )
    installed = coordinator_installation.install(settings, federation.pinned, system_clock)
    federation.public[settings.name] = installed.public
    federation.ca_fingerprint = installed.ca_fingerprint
    return federation


def participants(
    gemeenten: tuple[str, ...], agbs: Sequence[str] = AGBS
) -> Iterator[tuple[str, Role, Mapping[str, Any]]]:
    """Yield name, role and further settings of everyone but the coordinator.

    ``agbs`` are the providers' AGB codes.
    """
    for number, agb in enumerate(agbs, start=1):
        yield f"aanbieder-{number}", "provider", {"agb": agb, "gemeenten": list(gemeenten)}
    for helper in HELPERS:
        yield helper, "helper", {}
    yield DEALER, "dealer", {}


def install_participants(
    federation: Federation,
    gemeenten: tuple[str, ...],
    progress: Callable[[str], None],
    questions: tuple[str, ...] = (),
    agbs: Sequence[str] = AGBS,
) -> None:
    """Invite and install everyone; the coordinator's process must be running.

    Providers, one for each of ``agbs``, answer ``questions``, or those of the demo, by themselves.
    """
    settings = federation.coordinator
    desk = EnrolmentDesk(
        CertificateAuthority.read(settings.authority_path),
        DatabaseTokenStore(open_engine(settings.store_url)),
        FEDERATION,
        system_clock,
    )
    for name, role, further in participants(gemeenten, agbs):
        node = Settings(
            home=federation.folder / name,
            role=role,
            name=name,
            federation=FEDERATION,
            coordinator=f"127.0.0.1:{settings.link_port}",
            profile="demo",
            **further,
        )
        invitation = Invitation(
            f"127.0.0.1:{settings.enrolment_port}",
            federation.ca_fingerprint,
            desk.invite(name),
            federation.pinned,
        )
        federation.public[name] = install(node, invitation, system_clock)
        federation.nodes[name] = node
        if role == "provider":
            node.policy_path.write_text(_policy(questions or QUESTIONS), "utf-8")
        progress(name)


def sign_roster(
    federation: Federation,
    universe: Mapping[str, Any],
    year: int,
    *,
    more: Mapping[int, Mapping[str, Any]] | None = None,
    most_nodes: int = MOST_NODES,
    audit_candidates: int = AUDIT_CANDIDATES,
) -> Roster:
    """Draw up the roster, have two anchors sign it, and give it to the coordinator.

    Args:
        federation: who is in it.
        universe: the entry of the universe.
        year: of which there is a budget.
        more: entries of other universes, each by a year of which there is a budget too.
        most_nodes: K_max, which decides the rings of the gates.
        audit_candidates: sets of gate keys from which helpers keep one.
    """
    now = system_clock()
    listed = {year: universe, **(more or {})}
    document = {
        "federation": FEDERATION,
        "profile": "demo",
        "pilot": False,
        "serial": 1,
        "prev_hash": None,
        "not_before": to_text(now - timedelta(minutes=5)),
        "not_after": to_text(now + timedelta(days=30)),
        "anchors": _anchors(federation),
        "quorum": 2,
        "participants": [
            _participant(federation, index, name)
            for index, name in enumerate([federation.coordinator.name, *federation.nodes])
        ],
        "approvers": _approvers(federation),
        "parameters": _parameters(listed, most_nodes, audit_candidates),
    }
    roster = _roster(document)
    signed = SignedDocument(roster.to_bytes())
    for key in federation.anchors[:2]:
        signed = signed.add_signature(ROSTER, key)
    return federation.office.adopt_roster(signed)


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _roster(document: Mapping[str, Any]) -> Roster:
    return Roster.model_validate_json(json.dumps(document))


def _person(folder: Path, name: str) -> SigningKey:
    key = SigningKey.generate()
    write_keys(folder / f"{name}.json", PrivateKeys(key))
    return key


def _anchors(federation: Federation) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "name": name,
            "organisation": f"kvk:9000000{index}",
            "body": body,
            "key": key.public.text,
        }
        for index, ((name, body), key) in enumerate(zip(ANCHORS, federation.anchors, strict=True))
    ]


def _approvers(federation: Federation) -> list[dict[str, Any]]:
    people = zip(APPROVERS, federation.approvers, strict=True)
    return [
        {
            "id": name,
            "name": name,
            "role": role,
            "organisation": f"kvk:8000000{index}",
            "key": key.public.text,
        }
        for index, ((name, role), key) in enumerate(people)
    ]


def _parameters(
    listed: Mapping[int, Mapping[str, Any]], most_nodes: int, audit_candidates: int
) -> dict[str, Any]:
    budgets = [
        budget
        for year in listed
        for budget in (
            {"unit": "household", "year": year},
            {"unit": "person", "year": year, "rho": "740280000000"},
        )
    ]
    return {
        "min_nodes": 5,
        "max_nodes": most_nodes,
        "budgets": budgets,
        "universes": list(listed.values()),
        "audit_candidates": audit_candidates,
        "slot_minutes": 0,
    }


def _participant(federation: Federation, index: int, name: str) -> dict[str, Any]:
    public = federation.public[name]
    node = federation.nodes.get(name)
    role = "coordinator" if node is None else node.role
    return {
        "id": name,
        "role": name if name in HELPERS else role,
        "name": name,
        "organisation": f"kvk:{10000000 + index}",
        "signing_key": public.signing.text,
        "sealing_key": public.sealing.text if public.sealing else "",
        "contact": "beheer@example.org",
        "status": "active",
    }


def _policy(questions: tuple[str, ...]) -> str:
    tables = [
        f"[questions.{question}]\n"
        'decision = "automatic"\n'
        f'requesters = ["{REQUESTER}"]\n'
        'levels = ["gemeente", "wijk", "buurt", "pc6-cluster"]\n'
        'largest_rho = "0.19"\n'
        for question in questions
    ]
    return "\n".join(tables)
