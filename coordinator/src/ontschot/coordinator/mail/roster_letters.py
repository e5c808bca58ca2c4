# SPDX-License-Identifier: EUPL-1.2
"""A new roster goes to everyone whom it or its predecessor lists, also to who is revoked in it."""

from dataclasses import replace

from ontschot.coordinator.mail import queue, rosters
from ontschot.coordinator.mail.desk import Desk
from ontschot.protocol.letters import ROSTER
from ontschot.protocol.roster import Roster
from ontschot.protocol.signed import SignedDocument


def send(desk: Desk, before: Roster | None, newest: SignedDocument) -> None:
    """Queue ``newest``, the roster just adopted, for all whom it concerns.

    Rosters are a chain: who was left out of some and is listed again gets those in between, each
    in a letter under the roster that it carries. Who gets a roster for the first time needs only
    the newest: its pinned anchors prove it. Other mail for who is no longer active is erased: it
    was written under a roster that listed them, and may not reach them under one that does not.
    """
    listed = [*desk.roster.participants, *(before.participants if before else ())]
    for name in sorted({one.id for one in listed} - {desk.me.id}):
        last = queue.last_roster(desk.connection, name)
        for signed in rosters.signed_rosters(desk.connection, last) if last else [newest]:
            roster = Roster.parse(signed.payload)
            under = replace(desk, roster=roster)
            under.queue(name, ROSTER, str(roster.serial), signed.to_bytes())
    for name in sorted(_names(before) - _names(desk.roster)):
        desk.released = queue.erase(desk.connection, name, desk.now) or desk.released


def _names(roster: Roster | None) -> set[str]:
    listed = () if roster is None else roster.participants
    return {one.id for one in listed if one.status == "active"}
