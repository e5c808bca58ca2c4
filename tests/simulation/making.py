# SPDX-License-Identifier: EUPL-1.2
"""Made-up public inputs and rosters for federations in one process."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ontschot.protocol.clock import to_text
from ontschot.protocol.keys import PrivateKeys, SealingKey, SigningKey
from ontschot.protocol.roster import Roster
from ontschot.protocol.roster.model import (
    Anchor,
    ApprovalRule,
    Approver,
    Budget,
    Parameters,
    Participant,
)
from ontschot.protocol.roster.model import Universe as ListedUniverse
from ontschot.protocol.universe import (
    ENCODER,
    MAPS,
    AreaMap,
    Level,
    Listing,
    Universe,
    area_map,
    codes,
    lines,
    normalise_columns,
)

FEDERATION = "test"
START = datetime(2025, 3, 1, 12, tzinfo=UTC)
BODIES = ("providers-council", "region", "region")
APPROVER_ROLES = ("municipality", "providers-council", "privacy-officer")
ROLES = {
    "helper-a": "helper-a",
    "helper-b": "helper-b",
    "dealer": "dealer",
    "coordinator": "coordinator",
}


LEVELS: tuple[tuple[Level, int], ...] = MAPS


def make_maps(universe: Universe) -> dict[tuple[Level, int], AreaMap]:
    """Return every map of a universe, by level and minimum."""
    return {(level, least): area_map(universe, level, least) for level, least in LEVELS}


def make_keys() -> PrivateKeys:
    """Return fresh keys."""
    return PrivateKeys(SigningKey.generate(), SealingKey.generate())


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


def make_participant(name: str, number: int, keys: PrivateKeys) -> Participant:
    """Return an active participant; its role is its name, or provider."""
    sealing = keys.sealing
    assert sealing is not None
    return Participant(
        id=name,
        role=ROLES.get(name, "provider"),  # type: ignore[arg-type]  # checked by the model
        name=name,
        organisation=f"kvk:{number:08}",
        signing_key=keys.signing.public,
        sealing_key=sealing.public,
        contact="beheer@example.org",
        status="active",
    )


def make_roster(
    keys: Mapping[str, PrivateKeys],
    anchors: Sequence[SigningKey],
    approvers: Sequence[SigningKey],
    parameters: Parameters,
) -> Roster:
    """Return the first roster of a demo."""
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
            for i, (body, key) in enumerate(zip(BODIES, anchors, strict=True))
        ),
        quorum=2,
        participants=tuple(
            make_participant(name, index, pair) for index, (name, pair) in enumerate(keys.items())
        ),
        approvers=tuple(
            Approver(
                id=f"approver-{i}",
                name=f"Goedkeurder {i}",
                role=role,  # type: ignore[arg-type]  # checked by the model
                organisation=f"kvk:8000000{i}",
                key=key.public.text,
            )
            for i, (role, key) in enumerate(zip(APPROVER_ROLES, approvers, strict=True))
        ),
        parameters=parameters,
    )


def make_parameters(
    universe: Universe,
    maps: Sequence[AreaMap],
    min_nodes: int,
    max_nodes: int,
    audit_candidates: int = 10,
) -> Parameters:
    """Return parameters with the default budgets for 2024, and no time slots."""
    return Parameters(
        min_nodes=min_nodes,
        max_nodes=max_nodes,
        approvals=ApprovalRule(),
        budgets=(
            Budget(unit="household", year=2024),
            Budget(unit="person", year=2024, rho="740280000000"),
        ),
        universes=(
            ListedUniverse(
                hash=universe.digest,
                encoder=ENCODER,
                area_maps=tuple(sorted({item.digest for item in maps})),
            ),
        ),
        audit_candidates=audit_candidates,
        slot_minutes=0,
    )
