# SPDX-License-Identifier: EUPL-1.2
"""Whose word about a release counts: that of the two helpers of the roster that it names.

A helper that was replaced, or that got another key, cannot say that a release is over: its
successor does not know what left, and an old key may be in anybody's hands. So a word that gives a
price back counts only from who is that helper still, by name, role and key.
"""

from ontschot.protocol.roster.model import Participant, Roster


def still_serves(helper: Participant, now: Roster) -> bool:
    """Return whether a helper of an earlier roster is that helper in ``now``, with the same key.

    Raises:
        UnknownParticipant: ``now`` lacks a helper.
    """
    return (helper.id, helper.role, helper.signing_key) in {
        (one.id, one.role, one.signing_key) for one in now.helpers()
    }
