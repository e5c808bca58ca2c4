# SPDX-License-Identifier: EUPL-1.2
"""A small federation with keys that are the same on every run, for tests of any part."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from ontschot.protocol.keys import PrivateKeys, SealingKey, SigningKey
from ontschot.protocol.roster import (
    ROSTER,
    Anchor,
    Approver,
    Budget,
    Parameters,
    Participant,
    PinnedAnchors,
    Role,
    Roster,
    Universe,
)
from ontschot.protocol.signed import SignedDocument

FEDERATION = "drechtsteden"
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
"""A moment at which the roster of :func:`roster` is in force."""

PARTICIPANTS: dict[str, Role] = {
    "helper-een": "helper-a",
    "helper-twee": "helper-b",
    "deler": "dealer",
    "regio": "coordinator",
    "zorg-ada": "provider",
    "zorg-bea": "provider",
    "zorg-cis": "provider",
}
BODIES = ("municipality", "providers-council", "privacy-officer")


def keys(name: str) -> PrivateKeys:
    """Return the keys of whoever is called ``name``: a pure function of the name."""
    stream = hashlib.shake_256(name.encode()).digest(32 + 96)
    return PrivateKeys(SigningKey.from_bytes(stream[:32]), SealingKey.from_bytes(stream[32:]))


def participant(name: str, role: Role, **changes: Any) -> Participant:
    """Return a participant, in an organisation of its own."""
    public = keys(name).public
    fields: dict[str, Any] = {
        "id": name,
        "role": role,
        "name": name.capitalize(),
        "organisation": f"kvk:{name}",
        "signing_key": public.signing,
        "sealing_key": public.sealing,
        "contact": f"{name}@voorbeeld.example",
        "status": "active",
    }
    return Participant(**{**fields, **changes})


def anchor(body: str) -> Anchor:
    """Return the anchor of ``body``."""
    key = keys(f"anchor {body}").signing.public.text
    return Anchor(id=f"anchor-{body}", name=body, organisation=f"org:{body}", body=body, key=key)


def approver(role: Any) -> Approver:
    """Return the approver in ``role``."""
    key = keys(f"approver {role}").signing.public.text
    return Approver(
        id=f"approver-{role}", name=role, organisation=f"org:{role}", role=role, key=key
    )


def roster(**changes: Any) -> Roster:
    """Return the first roster, with ``changes`` to its fields; not checked against the rules."""
    universe = Universe(hash="0" * 64, encoder="bag-1", area_maps=("1" * 64, "2" * 64))
    fields: dict[str, Any] = {
        "federation": FEDERATION,
        "profile": "rehearsal",
        "pilot": False,
        "serial": 1,
        "prev_hash": None,
        "not_before": "2026-01-01T00:00:00Z",
        "not_after": "2026-04-01T00:00:00Z",
        "anchors": tuple(anchor(body) for body in BODIES),
        "quorum": 2,
        "participants": tuple(participant(name, role) for name, role in PARTICIPANTS.items()),
        "approvers": tuple(approver(role) for role in BODIES),
        "parameters": Parameters(
            budgets=(Budget(unit="household", year=2025),), universes=(universe,)
        ),
    }
    return Roster(**{**fields, **changes})


def successor(current: Roster, **changes: Any) -> Roster:
    """Return a roster that follows ``current``."""
    fields = {"serial": current.serial + 1, "prev_hash": current.digest}
    return current.model_copy(update={**fields, **changes})


def signed(document: Roster, *bodies: str) -> SignedDocument:
    """Return ``document`` signed by the anchors of ``bodies``."""
    result = SignedDocument(document.to_bytes())
    for body in bodies:
        result = result.add_signature(ROSTER, keys(f"anchor {body}").signing)
    return result


def pinned(quorum: int = 2, federation: str | None = FEDERATION) -> PinnedAnchors:
    """Return what a participant of the federation pinned."""
    found = (keys(f"anchor {body}").signing.public.fingerprint for body in BODIES)
    return PinnedAnchors(frozenset(found), quorum, federation)
