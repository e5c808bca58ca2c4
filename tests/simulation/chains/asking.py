# SPDX-License-Identifier: EUPL-1.2
"""A federation that is asked over codes, and what tests of chains do to it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from ontschot.coordinator.releases.stock import Stock
from ontschot.node.helper import opening
from ontschot.node.helper.release import Release
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import OUT
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.release.gates import gate_spec
from simulation.federation import HELPERS, Federation
from simulation.looking import manifests

NODES = tuple(f"provider-{number}" for number in range(1, 5))
QUESTIONS = ("Q12", "Q26")
A, B = HELPERS


def answered(folder: Path) -> Federation:
    """Four providers' uploads are admitted, and Q12 was answered; batches for it are in stock."""
    federation = Federation(folder, NODES, {}, questions=QUESTIONS)
    random = np.random.default_rng(26)
    for node in NODES:
        for name in ("served", "served-jw", "served-wmo"):
            flags = random.random(federation.slots) < 0.3
            federation.vectors[node, name] = flags.astype(np.uint32)
    federation.open_round()
    for question in QUESTIONS:
        federation.ask(federation.query(question))
    federation.settle()
    stock_up(federation, federation.question("Q12"))
    federation.close()
    return federation


def stock_up(federation: Federation, query: Query, times: int = 2) -> None:
    """Have batches dealt for every gate of a question."""
    specs = [gate_spec(query.functions_of(name), federation.slots, 4) for name in query.variables]
    specs += [
        gate_spec(query.functions_of(code.id), federation.slots, code.ring_bits)
        for code in query.codes
    ]

    def order(desk: object) -> None:
        stock = Stock(desk)  # type: ignore[arg-type]
        for spec in specs:
            stock._wanted[spec] += times
        stock.order()

    federation.lead(order)
    federation.settle()


def ask_again(federation: Federation) -> Manifest:
    """Ask Q12 once more, for another purpose; return the manifest that is proposed."""
    known = {manifest.digest for manifest in manifests(federation)}
    other = federation.question("Q12", purpose="nog een toets")
    federation.ask(federation.approved(other))
    federation.settle()
    (manifest,) = (one for one in manifests(federation) if one.digest not in known)
    return manifest


def held_back(recipient: str, kind: str) -> Callable[[str, object], bool]:
    """Return what holds back every letter of a type to somebody."""
    return lambda to, letter: to == recipient and letter.type == kind  # type: ignore[attr-defined]


def watch(
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[str, str, bytes], bytes] = lambda _who, _use, payload: payload,
) -> dict[tuple[str, str, str], list[bytes]]:
    """Note every opening as it was before it was sealed; ``change`` may spoil it."""
    sent: dict[tuple[str, str, str], list[bytes]] = {}
    seal = opening.seal_to_peer

    def note(desk: Desk, use: opening.Use, release: Release, payload: bytes) -> None:
        payload = change(desk.me.id, use, payload)
        sent.setdefault((desk.me.id, release.digest, use), []).append(payload)
        seal(desk, use, release, payload)

    monkeypatch.setattr(opening, "seal_to_peer", note)
    return sent


def sent_by(federation: Federation, name: str, manifest: Manifest) -> set[str]:
    """Return the types of the letters that a party wrote about a release."""
    query = select(OUT.c.type).where(OUT.c.subject == manifest.digest)
    return set(federation.read(name, lambda c: c.execute(query).scalars()))
