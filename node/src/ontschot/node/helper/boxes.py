# SPDX-License-Identifier: EUPL-1.2
"""Sealed boxes in letters: beside the letter when they are too large for its payload."""

from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.letters import Letter
from ontschot.protocol.letters.model import MAX_PAYLOAD


def send_box(desk: Desk, recipient: str, kind: str, subject: str, box: bytes) -> None:
    """Send ``box`` as the payload if it fits, else as the only attachment."""
    if len(box) <= MAX_PAYLOAD:
        desk.send(recipient, kind, subject, box)
    else:
        desk.send(recipient, kind, subject, b"", [box])


def box_of(desk: Desk, letter: Letter) -> bytes:
    """Return the box that ``send_box`` sent."""
    if letter.payload or not letter.attachments:
        return letter.payload
    return desk.attachment(letter.attachments[0]).read_bytes()
