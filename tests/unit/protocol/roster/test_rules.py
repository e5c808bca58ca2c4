# SPDX-License-Identifier: EUPL-1.2
"""Rules that every roster must satisfy, one broken at a time."""

from typing import Any

import pytest

from ontschot.protocol.documents.base import MalformedDocument
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.roster import (
    ApprovalRule,
    Budget,
    Parameters,
    Roster,
    RosterRuleBroken,
    Universe,
    check_rules,
    shared_organisations,
)
from vectors.roster import build


def numbers(**changes: Any) -> dict[str, Any]:
    return {"parameters": build.roster().parameters.model_copy(update=changes)}


def people(**changes: dict[str, Any]) -> dict[str, Any]:
    """Return the participants, some changed, by name (hyphens written as underscores)."""
    return {
        "participants": tuple(
            build.participant(name, role).model_copy(update=changes.get(name.replace("-", "_"), {}))
            for name, role in build.PARTICIPANTS.items()
        )
    }


UNIVERSE = build.roster().parameters.universes[0]
BUDGET = Budget(unit="household", year=2025)

BROKEN: dict[str, dict[str, Any]] = {
    "more than 90 days": {"not_after": "2026-04-01T00:00:01Z"},
    "ends before it begins": {"not_after": "2025-12-31T00:00:00Z"},
    "no moment at all": {"not_after": "2026-13-01T00:00:00Z"},
    "first with a predecessor": {"prev_hash": "a" * 64},
    "second without a predecessor": {"serial": 2},
    "quorum above anchors": {"quorum": 4},
    "no providers' council": {"anchors": (build.anchor("municipality"), build.anchor("elders"))},
    "an anchor twice": {"anchors": (build.anchor("providers-council"),) * 2},
    "an approver twice": {"approvers": (build.approver("municipality"),) * 2},
    "an anchor's key as approver": {
        "approvers": (
            build.approver("municipality"),
            build.approver("providers-council").model_copy(
                update={"key": build.anchor("municipality").key}
            ),
        )
    },
    "a signing key twice": people(zorg_ada={"signing_key": build.keys("zorg-bea").public.signing}),
    "a sealing key twice": people(zorg_ada={"sealing_key": build.keys("zorg-bea").public.sealing}),
    "an id twice": people(zorg_ada={"id": "zorg-bea"}),
    "no dealer": people(deler={"status": "revoked"}),
    "two dealers": people(zorg_ada={"role": "dealer"}),
    "a helper that is a provider": people(zorg_ada={"organisation": "kvk:helper-een"}),
    "dealer and coordinator in one": people(deler={"organisation": "kvk:regio"}),
    "a revoked provider that deals": people(
        zorg_ada={"organisation": "kvk:deler", "status": "revoked"}
    ),
    "more approvals than approvers": numbers(approvals=ApprovalRule(minimum=4)),
    "a role without approver": {
        "approvers": (build.approver("municipality"), build.approver("privacy-officer"))
    },
    "a role twice": numbers(approvals=ApprovalRule(roles=("municipality", "municipality"))),
    "ring below the list": numbers(max_nodes=4),
    "too few audits": numbers(audit_candidates=19),
    "results at once": numbers(slot_minutes=0),
    "a budget twice": numbers(budgets=(BUDGET, BUDGET)),
    "a universe twice": numbers(universes=(UNIVERSE, UNIVERSE)),
    "an area map twice": numbers(
        universes=(Universe(hash="0" * 64, encoder="e", area_maps=("1" * 64, "1" * 64)),)
    ),
}


WHY = {
    "more than 90 days": "at most 90 days",
    "ends before it begins": "more than nothing",
    "no moment at all": "does not exist",
    "first with a predecessor": "only serial 1",
    "second without a predecessor": "only serial 1",
    "quorum above anchors": "quorum 4",
    "no providers' council": "no anchor",
    "an anchor twice": "id of an anchor",
    "an approver twice": "id of an approver",
    "an anchor's key as approver": "signing key occurs",
    "a signing key twice": "signing key occurs",
    "a sealing key twice": "sealing key occurs",
    "an id twice": "id of a participant",
    "no dealer": "0 active participants in role dealer",
    "two dealers": "2 active participants in role dealer",
    "a helper that is a provider": "kvk:helper-een: in two roles",
    "dealer and coordinator in one": "kvk:regio: in two roles",
    "a revoked provider that deals": "kvk:deler: in two roles",
    "more approvals than approvers": "4 approvals",
    "a role without approver": "no approver in role providers-council",
    "a role twice": "role of approval",
    "ring below the list": "max_nodes 4",
    "too few audits": "audit candidates",
    "results at once": "at once",
    "a budget twice": "budget occurs",
    "a universe twice": "universe occurs",
    "an area map twice": "area map occurs",
}
"""Words of the refusal, so that each case is refused for its own reason."""


def test_the_example_satisfies_every_rule() -> None:
    roster = build.roster()
    check_rules(roster)
    assert Roster.parse(roster.to_bytes()) == roster


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_is_refused_when_the_roster_is_read(case: str) -> None:
    with pytest.raises(RosterRuleBroken, match=WHY[case]):
        Roster.parse(build.roster(**BROKEN[case]).to_bytes())


def test_a_pilot_may_have_one_organisation_in_two_roles() -> None:
    roster = build.roster(pilot=True, **people(deler={"organisation": "kvk:regio"}))
    assert shared_organisations(Roster.parse(roster.to_bytes())) == ("kvk:regio",)


def test_two_installations_of_one_provider_are_no_second_role() -> None:
    roster = build.roster(**people(zorg_ada={"organisation": "kvk:zorg-bea"}))
    assert shared_organisations(Roster.parse(roster.to_bytes())) == ()


def test_a_demo_may_answer_at_once_and_audit_one() -> None:
    roster = build.roster(profile="demo", **numbers(slot_minutes=0, audit_candidates=2))
    Roster.parse(roster.to_bytes())


def test_ninety_days_to_the_second_are_allowed() -> None:
    Roster.parse(build.roster(not_after="2026-04-01T00:00:00Z").to_bytes())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_nodes", 2),
        ("clock_tolerance_seconds", 301),
        ("audit_candidates", 1),
        ("noise", "none"),
        ("admission_rho", "-1"),
    ],
)
def test_numbers_out_of_range_are_no_parameters(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        Parameters.model_validate({"budgets": (), "universes": (), name: value})


@pytest.mark.parametrize("key", [b"7", b"null", b'"ed25519:x"', b'{"v":1}'])
def test_a_key_that_is_no_key(key: bytes) -> None:
    text = build.keys("zorg-ada").public.signing.text.encode()
    with pytest.raises(MalformedMessage):
        Roster.parse(build.roster().to_bytes().replace(b'"' + text + b'"', key))


@pytest.mark.parametrize("quorum", [0, 1])
def test_nobody_signs_alone(quorum: int) -> None:
    with pytest.raises(ValueError, match="quorum"):
        build.roster(quorum=quorum)


def test_a_default_may_not_be_left_out_on_the_wire() -> None:
    data = build.roster().to_bytes().replace(b'"slot_minutes":15,', b"")
    with pytest.raises(MalformedDocument):
        Roster.parse(data)
