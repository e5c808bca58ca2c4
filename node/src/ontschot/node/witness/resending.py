# SPDX-License-Identifier: EUPL-1.2
"""Say again, under the new roster, what was refused because it was written under the old one.

Between the coordinator's adoption of a roster and its arrival here, whatever is posted is refused
with ``letter-roster-outdated``. Each kind of letter is made anew from what is kept, never as it
was: its subject may have moved on. What each role says again stands with that role; heads are said
again by all.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from ontschot.node.mailroom import outbox
from ontschot.node.mailroom.desk import Desk
from ontschot.node.witness import service as witness
from ontschot.protocol.letters import Letter, RosterOutdated
from ontschot.protocol.letters.model import RefusalNotice

Again: TypeAlias = Mapping[str, Callable[[Desk, str, str], None]]
"""By type of letter, what makes it anew from its recipient and its subject."""


def say_again(desk: Desk, letter: Letter, again: Again) -> None:
    """Take a refusal; say again what only a new roster stood in the way of."""
    notice = RefusalNotice.parse(letter.payload)
    recipient = outbox.recipient_of(desk.connection, notice.seq)
    make = {**_HEADS, **again}.get(notice.letter)
    if notice.code != RosterOutdated.code or recipient is None or make is None:
        return
    if any(one.id == recipient and one.status == "active" for one in desk.roster.participants):
        make(desk, recipient, letter.subject)


def _heads(desk: Desk, recipient: str, nonce: str) -> None:
    witness.tell(desk, recipient, nonce)


def _heads_asked(desk: Desk, recipient: str, nonce: str) -> None:
    witness.ask(desk, [recipient], nonce)


_HEADS: Again = MappingProxyType({witness.HEADS: _heads, witness.HEADS_ASKED: _heads_asked})
