# SPDX-License-Identifier: EUPL-1.2
"""Parties with a fault, to prove that the machine finds what it looks for.

Each fault is what a careless change of the product could do. It is planted as the party starts, in
tests only: the product has no way to be told to.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, select

from ontschot.node.helper.handlers import Helper
from ontschot.node.helper.release import Release, find
from ontschot.node.helper.saying import send_output
from ontschot.node.ledger import chain
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.tables import BINDING, HOLD
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.handlers import Provider
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho
from ontschot.protocol.release.halves import Table, combine
from ontschot.protocol.roster import Roster
from ontschot.protocol.signed import SignedDocument
from simulation.machine.acts import Step
from simulation.machine.world import Fault, Role, World

_LOG = structlog.get_logger()


class _NoNoise:
    def draw(self, _scale: object, size: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.zeros(size, dtype=np.int64)


def _fresh_noise(_world: World, _name: str, role: Role) -> None:
    """A helper that is asked how a release stands says it with other noise."""
    if not isinstance(role, Helper):
        return
    known = role._waits["abort-request"]

    def again(desk: Desk, letter: Letter) -> None:
        release = find(desk, letter.subject)
        if release is None or release.state != "sent" or release.output is None:
            known(desk, letter)
            return
        half = release.output[:-1] + bytes([release.output[-1] ^ 8])
        send_output(desk, release, half)

    role._waits["abort-request"] = again


def _refund_on_restart(_world: World, _name: str, role: Role) -> None:
    """A node that starts believes that nothing which it reserved was used."""
    if not isinstance(role, Provider):
        return
    known = role.begin

    def begin(desk: Desk) -> None:
        rows = desk.connection.execute(select(HOLD.c.mh).where(HOLD.c.state == "reserved"))
        for mh in rows.scalars().all():
            ledger.free(desk.connection, mh)
        known(desk)

    role.begin = begin  # type: ignore[method-assign]  # that is the fault


def _no_noise(_world: World, name: str, role: Role) -> None:
    """Helper B adds no noise."""
    if isinstance(role, Helper) and name == "helper-b":
        role._steps = Helper(_NoNoise())._steps


def _half_before_commit(_world: World, _name: str, role: Role) -> None:
    """A helper sends its half as soon as it has one."""
    if not isinstance(role, Helper):
        return
    known = role._steps["opened"]

    def commit(desk: Desk, release: Release) -> Release | None:
        moved = known(desk, release)
        if moved is not None and moved.output is not None:
            send_output(desk, moved, moved.output)
        return moved

    role._steps = role._steps | {"opened": commit}


def _person_not_asked(_world: World, _name: str, role: Role) -> None:
    """A node accepts what a person should decide on."""
    if not isinstance(role, Provider):
        return
    known = role._policy

    def policy() -> object:
        found = known()
        rules = {
            name: rule.model_copy(update={"decision": "automatic"})
            for name, rule in found.rules.items()
        }
        return replace(found, rules=rules)

    role._policy = policy  # type: ignore[assignment]  # that is the fault


def _logs_a_vector(_world: World, _name: str, role: Role) -> None:
    """A node writes the vector of an upload in its log."""
    if isinstance(role, Provider):
        known = role._uploader.vectors

        def vectors(*words: object) -> object:
            vector = known(*words)  # type: ignore[arg-type]
            _LOG.info("uploading", vector=vector.tolist())
            return vector

        role._uploader = replace(role._uploader, vectors=vectors)  # type: ignore[arg-type]


def _unread_approvals(signed: SignedDocument, _roster: object, _now: object) -> Query:
    return Query.parse(signed.payload)


def _nothing(*_words: object, **_named: object) -> None:
    return None


def _for_nothing(*_words: object) -> tuple[Charge, ...]:
    return (Charge("household", (2024,), Rho(1)), Charge("person", (2024,), Rho(1)))


def _any_roster(_held: object, _pinned: object, signed: SignedDocument, _now: object) -> Roster:
    return Roster.parse(signed.payload)


def _bind_anew(connection: Connection, batch: str, binding: str) -> None:
    query = select(BINDING.c.binding).where(BINDING.c.batch == batch)
    if connection.execute(query).scalar() != binding:
        chain.append(connection, "bind", {"batch": batch, "binding": binding})
        row = {"batch": batch, "binding": binding}
        connection.execute(insert(BINDING).prefix_with("OR REPLACE").values(row))


def _one_more(shapes: Sequence[Table], half_a: bytes, half_b: bytes) -> list[NDArray[np.int64]]:
    return [sums + 1 for sums in combine(shapes, half_a, half_b)]


FAULTS: Final[dict[str, tuple[Fault, str]]] = {
    "fresh-noise": (_fresh_noise, "one-half"),
    "refund-on-restart": (_refund_on_restart, "ledger"),
    "no-noise": (_no_noise, "noised-once"),
    "half-before-commit": (_half_before_commit, "commits-first"),
    "person-not-asked": (_person_not_asked, "approved"),
    "logs-a-vector": (_logs_a_vector, "kept-secret"),
}
"""Planted in a party, with the rule that it breaks."""


_NODE: Final = "ontschot.node"
_RELEASES: Final = "ontschot.coordinator.releases"

PATCHES: Final[dict[str, tuple[dict[str, object], str, tuple[Step, ...]]]] = {
    "approvals-unread": (
        {f"{_NODE}.questions.store.require_approved": _unread_approvals},
        "approved",
        (("bare-question", 1), ("settle",), ("propose", "bare", "all")),
    ),
    "batches-unbound": (
        {f"{_NODE}.ledger.marks.bind": _nothing},
        "one-opening",
        (("renew", "provider-1"), ("settle",), ("propose", "same-batch", "all")),
    ),
    "answered-again": (
        {
            f"{_NODE}.helper.answers.answered_by": _nothing,
            f"{_NODE}.helper.answers.fix": _nothing,
            f"{_NODE}.helper.checks.require_unanswered": _nothing,
        },
        "one-half",
        (("propose", "same", "all"),),
    ),
    "lists-ignored": (
        {
            f"{_NODE}.helper.listed.require_list": _nothing,
            f"{_NODE}.provider.answering.consenting.require_list": _nothing,
        },
        "list",
        (("propose", "fewer", "all"),),
    ),
    "batches-bound-anew": (
        {f"{_NODE}.ledger.marks.bind": _bind_anew},
        "one-binding",
        (("renew", "provider-1"), ("settle",), ("propose", "same-batch", "all")),
    ),
    "charged-next-to-nothing": (
        {
            f"{_NODE}.helper.steps.charges_of": _for_nothing,
            f"{_NODE}.provider.answering.consenting.charges_of": _for_nothing,
        },
        "cap",
        (
            ("ask", "dear"),
            ("ask", "dear-too"),
            ("settle",),
            ("advance", 61),
            ("tick", "coordinator"),
        ),
    ),
    "anchors-uncounted": (
        {f"{_NODE}.mailroom.rosters.judge_roster": _any_roster},
        "roster",
        (("offer-roster", "provider-1", "forged"),),
    ),
    "published-otherwise": (
        {f"{_RELEASES}.publishing.combine": _one_more},
        "published",
        (("ask", "again"), ("settle",), ("advance", 61), ("tick", "coordinator")),
    ),
}
"""Checks that are gone from every party, the rule that then breaks, and what an attacker does."""
