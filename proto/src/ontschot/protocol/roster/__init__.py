# SPDX-License-Identifier: EUPL-1.2
"""The roster (deelnemerslijst): who takes part, with which keys, and which roster follows which."""

from ontschot.protocol.roster.errors import (
    RosterNotInForce,
    RosterNotSigned,
    RosterOfAnother,
    RosterOutOfOrder,
    RosterRuleBroken,
    UnknownParticipant,
)
from ontschot.protocol.roster.model import (
    PROVIDERS_COUNCIL,
    ROSTER,
    Anchor,
    ApprovalRule,
    Approver,
    Budget,
    Parameters,
    Participant,
    Role,
    Roster,
    Universe,
)
from ontschot.protocol.roster.rules import check_rules, shared_organisations
from ontschot.protocol.roster.succession import (
    PinnedAnchors,
    accept_chain,
    accept_first,
    accept_next,
    require_quorum,
    require_valid,
)

__all__ = [
    "PROVIDERS_COUNCIL",
    "ROSTER",
    "Anchor",
    "ApprovalRule",
    "Approver",
    "Budget",
    "Parameters",
    "Participant",
    "PinnedAnchors",
    "Role",
    "Roster",
    "RosterNotInForce",
    "RosterNotSigned",
    "RosterOfAnother",
    "RosterOutOfOrder",
    "RosterRuleBroken",
    "Universe",
    "UnknownParticipant",
    "accept_chain",
    "accept_first",
    "accept_next",
    "check_rules",
    "require_quorum",
    "require_valid",
    "shared_organisations",
]
