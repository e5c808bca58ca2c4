# SPDX-License-Identifier: EUPL-1.2
"""Say again, under the new roster, what was refused because it was written under the old one.

Receipts are: an upload without both would wait for ever. What belongs to a release under way is
not: its manifest names the old roster, so the coordinator asks both helpers to give it up, or how
it stands (``aborting.abort_asked``). So is the toss over a set of gate keys: one that was cut off
would stop all dealing (``tossing``). Offers are not: those sets are ordered anew.
"""

from types import MappingProxyType

from ontschot.node.helper import closing, tossing, uploads
from ontschot.node.mailroom.desk import Desk
from ontschot.node.witness import resending
from ontschot.protocol.documents.uploads import ERASED, RECEIPT
from ontschot.protocol.letters import Letter


def say_again(desk: Desk, letter: Letter) -> None:
    """Take a refusal; say again what only a new roster stood in the way of."""
    resending.say_again(desk, letter, _AGAIN)


def _receipt(desk: Desk, recipient: str, envelope: str) -> None:
    held = uploads.find(desk.connection, envelope)
    if held is not None and held.status in uploads.LIVE:
        uploads.give_receipt(desk, envelope, held.envelope, [recipient])


def _erased(desk: Desk, recipient: str, round_hash: str) -> None:
    closing.say_erased_again(desk, recipient, round_hash)


_AGAIN: resending.Again = MappingProxyType(
    {
        RECEIPT: _receipt,
        ERASED: _erased,
        tossing.COMMIT: tossing.say_commit,
        tossing.REVEAL: tossing.say_reveal,
        tossing.CHOICE: tossing.say_choice,
        tossing.READY: tossing.say_ready,
    }
)
