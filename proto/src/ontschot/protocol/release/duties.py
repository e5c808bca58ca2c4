# SPDX-License-Identifier: EUPL-1.2
"""Who holds halves and who makes masks: the three organisations that a round rests on (section 1).

A half is sealed to a helper's key and a batch is made for two helpers. When A, B or D changes, or
one of their keys, the uploads and batches of before are void: a new helper never had them, and
whoever lost a key may have lost what it opened. So each upload and batch is kept with the digest
of the duties it was made under, and counts only while the roster says the same.
"""

from collections.abc import Iterable

from ontschot.protocol import canonical
from ontschot.protocol.roster.model import Roster


def duties_of(roster: Roster) -> str:
    """Return the digest of helper A, helper B and dealer with their keys.

    Raises:
        UnknownParticipant: the roster lacks one of them.
    """
    holders = (*roster.helpers(), roster.dealer())
    listed = [[one.id, one.role, one.signing_key.text, one.sealing_key.text] for one in holders]
    return canonical.sha256(canonical.encode({"duties": listed}))


def held_two_duties(rosters: Iterable[Roster]) -> tuple[str, ...]:
    """Return the organisations that held two of helper A, helper B and dealer in these rosters.

    Within one roster ``rules`` refuses that; here it is about a round that lasts over several. An
    organisation that dealt the masks of a round and then gets halves of it has both, and so has one
    that was helper A and becomes helper B: the halves add up to totals per household.
    """
    duties: dict[str, set[str]] = {}
    for roster in rosters:
        for holder in (*roster.helpers(), roster.dealer()):
            duties.setdefault(holder.organisation, set()).add(holder.role)
    return tuple(sorted(name for name, held in duties.items() if len(held) > 1))
