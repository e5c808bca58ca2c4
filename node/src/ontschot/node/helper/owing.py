# SPDX-License-Identifier: EUPL-1.2
"""Who holds dealing up, said to people; and the words that a set waits for, said again.

A set whose nonce was shown stops all dealing until it is done (``tossing``). So what may have been
lost on the way, with a coordinator that was put back from a copy say, is said again; and if the set
still stands after that, helper and coordinator show who owes what.
"""

from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import Connection, select

from ontschot.node.helper import schema, tossing
from ontschot.node.helper.identity import peer
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import Refused
from ontschot.protocol.errors import Refusal
from ontschot.protocol.gate import DealerCaught, DealerOwes, PeerOwes
from ontschot.protocol.roster import Roster

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Owed:
    """A set that stops dealing: who must act, as a refusal with its remedy, and since when.

    ``said_at``: when its words were last said; ``letter``: which brought it there.
    """

    set_id: str
    since: str
    said_at: str
    reason: Refusal
    letter: str


_REASONS: Final[dict[str, tuple[type[Refusal], str]]] = {
    "revealed": (PeerOwes, tossing.REVEAL),
    "chosen": (DealerOwes, tossing.CHOICE),
    "caught": (DealerCaught, "delivery"),
}
"""By status of a standing set: what is the matter, and the letter that brought it there."""


def owed(connection: Connection, roster: Roster, since: str | None = None) -> list[Owed]:
    """Return the sets that stop dealing with a roster's dealer, those until ``since`` or all."""
    table = schema.batches.c
    rows = connection.execute(
        select(table.set_id, table.since, table.said_at, table.status)
        .where(tossing.by_dealer(roster), table.status.in_(tossing.STANDING))
        .order_by(table.since, table.set_id)
    ).all()
    found = []
    for row in rows:
        reason, letter = _REASONS[row.status]
        if since is None or row.since <= since or row.status == "caught":
            found.append(Owed(row.set_id, row.since, row.said_at, reason(row.set_id[:12]), letter))
    return found


def look(desk: Desk) -> None:
    """Say again what a standing set waits for, and tell the coordinator.

    Sets that the peer audited and that cannot come here any more are given up first.
    """
    tossing.give_up_what_the_peer_audited(desk)
    long_ago = to_text(desk.now - tossing.SAY_AGAIN_AFTER)
    for one in owed(desk.connection, desk.roster, long_ago):
        if one.said_at <= long_ago:
            tossing.note_said(desk, one.set_id)
            _say(desk, one)


def _say(desk: Desk, one: Owed) -> None:
    _LOG.warning("dealing stands", set=one.set_id[:12], code=one.reason.code, since=one.since)
    tossing.say_commit(desk, peer(desk).id, one.set_id)
    tossing.say_reveal(desk, peer(desk).id, one.set_id)
    tossing.say_choice(desk, desk.roster.dealer().id, one.set_id)
    word = Refused(subject=one.set_id, letter=one.letter, code=one.reason.code)
    desk.send(desk.roster.coordinator().id, word.type, one.set_id, word.to_bytes())
