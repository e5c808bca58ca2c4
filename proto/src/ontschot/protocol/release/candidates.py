# SPDX-License-Identifier: EUPL-1.2
"""How many candidates the dealer offers and the helpers audit (protocol section 5)."""

from ontschot.protocol.gate.audit import least_candidates
from ontschot.protocol.roster.model import Roster


def candidates_needed(roster: Roster, slots: int) -> int:
    """Return s for a batch over ``slots`` slots: the roster's, and outside a demo not too few.

    A crafted batch passes with probability 1/s.
    """
    stated = roster.parameters.audit_candidates
    return stated if roster.profile == "demo" else max(stated, least_candidates(slots))
