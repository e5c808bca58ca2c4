# SPDX-License-Identifier: EUPL-1.2
"""Rules that every roster must satisfy, whoever signed it (protocol sections 0.5, 1, 4 and 5)."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from ontschot.protocol.roster.errors import RosterRuleBroken
from ontschot.protocol.roster.model import PROVIDERS_COUNCIL, Role, Roster

MAX_VALIDITY = timedelta(days=90)
MIN_AUDIT_CANDIDATES = 20
"""A crafted batch of the dealer passes an audit with probability 1/s; in a demo s may be 10."""

_SINGLE_ROLES: tuple[Role, ...] = ("helper-a", "helper-b", "dealer", "coordinator")


def check_rules(roster: Roster) -> None:
    """Check ``roster`` against every rule.

    Raises:
        RosterRuleBroken: a rule is broken; the detail says which.
    """
    _check_validity(roster)
    _check_unique(roster)
    _check_anchors(roster)
    _check_roles(roster)
    if not roster.pilot:
        _check_separation(roster)
    _check_approvals(roster)
    _check_parameters(roster)


def shared_organisations(roster: Roster) -> tuple[str, ...]:
    """Return the organisations that stand in more than one role; only a pilot may have any.

    Revoked participants count: who held a helper's shares and then deals the keys has both. The
    anchors leave a revoked participant out of the roster when its rounds are over.
    """
    roles: dict[str, set[Role]] = {}
    for participant in roster.participants:
        roles.setdefault(participant.organisation, set()).add(participant.role)
    return tuple(sorted(name for name, held in roles.items() if len(held) > 1))


def _check_validity(roster: Roster) -> None:
    try:
        lasts = roster.ends - roster.starts
    except ValueError as error:
        raise RosterRuleBroken("a moment that does not exist") from error
    if not timedelta(0) < lasts <= MAX_VALIDITY:
        raise RosterRuleBroken(f"valid for {lasts}; more than nothing, at most {MAX_VALIDITY}")
    if (roster.serial == 1) != (roster.prev_hash is None):
        raise RosterRuleBroken("only serial 1 has no predecessor")


def _check_unique(roster: Roster) -> None:
    # One key in two places would be one signature counted twice, or a service that approves.
    _refuse_doubles("id of an anchor", (anchor.id for anchor in roster.anchors))
    _refuse_doubles("id of an approver", (approver.id for approver in roster.approvers))
    _refuse_doubles("id of a participant", (one.id for one in roster.participants))
    signing = [one.signing_key.text for one in roster.participants]
    _refuse_doubles("signing key", [*signing, *_people(roster)])
    _refuse_doubles("sealing key", (one.sealing_key.text for one in roster.participants))


def _check_anchors(roster: Roster) -> None:
    if roster.quorum > len(roster.anchors):
        raise RosterRuleBroken(f"quorum {roster.quorum} of {len(roster.anchors)} anchors")
    if all(anchor.body != PROVIDERS_COUNCIL for anchor in roster.anchors):
        raise RosterRuleBroken(f"no anchor of the body {PROVIDERS_COUNCIL}")


def _check_roles(roster: Roster) -> None:
    for role in _SINGLE_ROLES:
        found = len(roster.with_role(role))
        if found != 1:
            raise RosterRuleBroken(f"{found} active participants in role {role}, needs one")


def _check_separation(roster: Roster) -> None:
    shared = shared_organisations(roster)
    if shared:
        raise RosterRuleBroken(f"{', '.join(shared)}: in two roles, which only a pilot may have")


def _check_approvals(roster: Roster) -> None:
    rule = roster.parameters.approvals
    _refuse_doubles("role of approval", rule.roles)
    if rule.minimum > len(roster.approvers):
        raise RosterRuleBroken(f"{rule.minimum} approvals of {len(roster.approvers)} approvers")
    missing = set(rule.roles) - {approver.role for approver in roster.approvers}
    if missing:
        raise RosterRuleBroken(f"no approver in role {', '.join(sorted(missing))}")


def _check_parameters(roster: Roster) -> None:
    numbers, demo = roster.parameters, roster.profile == "demo"
    if numbers.max_nodes < numbers.min_nodes:
        raise RosterRuleBroken(f"max_nodes {numbers.max_nodes} below {numbers.min_nodes}")
    if numbers.audit_candidates < MIN_AUDIT_CANDIDATES and not demo:
        raise RosterRuleBroken(f"fewer than {MIN_AUDIT_CANDIDATES} audit candidates")
    if numbers.slot_minutes == 0 and not demo:
        raise RosterRuleBroken("results may leave at once in a demo only")
    _refuse_doubles("budget", (f"{cap.unit} {cap.year}" for cap in numbers.budgets))
    _refuse_doubles("universe", (universe.hash for universe in numbers.universes))
    for universe in numbers.universes:
        _refuse_doubles("area map", universe.area_maps)


def _people(roster: Roster) -> list[str]:
    anchors = [anchor.key for anchor in roster.anchors]
    return anchors + [approver.key for approver in roster.approvers]


def _refuse_doubles(what: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise RosterRuleBroken(f"{what} occurs {times} times: {name}")
