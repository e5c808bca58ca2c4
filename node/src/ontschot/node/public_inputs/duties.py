# SPDX-License-Identifier: EUPL-1.2
"""Nobody takes a second one of the duties helper A, helper B, dealer in a round (section 1).

This is the one place of that rule. Providers ask it before they upload and before they consent,
helpers before they take a half and at each check of a manifest: so no release of such a round gets
a consent or an agreement, whatever the coordinator proposes. Every party judges by the rosters that
it accepted itself since the round came, each signed by the anchors. A party that joined later knows
fewer of them; a release needs all listed nodes and both helpers, of whom those that were there from
the beginning know them all.
"""

from sqlalchemy import select

from ontschot.node.mailroom import rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs.schema import rounds
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.release.duties import held_two_duties


class DutiesMixed(Refusal):
    """An organisation held two of the duties helper A, helper B and dealer in one round."""

    code = "duties-mixed"
    title = Text(
        "Een organisatie had in deze meetronde twee rollen die niet samengaan",
        "An organisation had two roles in this round that exclude each other",
    )
    remedy = Text(
        "Sluit deze meetronde en open een nieuwe. Daarin mogen de rollen anders verdeeld zijn.",
        "Close this round and open a new one. Roles may be divided otherwise in that one.",
    )


def require_duties_apart(desk: Desk, round_hash: str) -> None:
    """Check that no organisation has held two duties since a round came; a pilot may.

    Raises:
        DutiesMixed: one did; the detail names it.
    """
    if desk.roster.pilot:
        return
    since = desk.connection.execute(
        select(rounds.c.roster_serial).where(rounds.c.hash == round_hash)
    ).scalar()
    held = rosters.since(desk.connection, 1 if since is None else since)
    mixed = held_two_duties(held)
    if mixed:
        raise DutiesMixed(", ".join(mixed))
