# SPDX-License-Identifier: EUPL-1.2
"""Which helper am I, and who is the other one?"""

from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.uploads import HelperName
from ontschot.protocol.roster.model import Participant


def my_name(desk: Desk) -> HelperName:
    """Return A or B, from the roster."""
    return "A" if desk.me.role == "helper-a" else "B"


def peer(desk: Desk) -> Participant:
    """Return the other helper."""
    helper_a, helper_b = desk.roster.helpers()
    return helper_b if desk.me.id == helper_a.id else helper_a


def peer_name(desk: Desk) -> HelperName:
    """Return the other helper's letter."""
    return "B" if my_name(desk) == "A" else "A"
