# SPDX-License-Identifier: EUPL-1.2
"""Letters that may not be acted on yet: kept, and handled in their order when they may be.

They are acknowledged like any other. Holding them back in the link would hold back all that their
sender says later, also the roster that replaces a peer who never answers.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row, delete, insert, select

from ontschot.node.mailroom.desk import Desk
from ontschot.node.witness.schema import waiting
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import Letter


def keep(desk: Desk, letter: Letter) -> None:
    """Keep a letter without attachments for later."""
    desk.connection.execute(
        insert(waiting).values(
            sender=letter.sender,
            seq=letter.seq,
            type=letter.type,
            subject=letter.subject,
            roster_serial=letter.roster_serial,
            roster_hash=letter.roster_hash,
            payload=letter.payload,
        )
    )


def handle(desk: Desk, handlers: Mapping[str, Callable[[Desk, Letter], None]]) -> None:
    """Handle every letter that waits, oldest first, as if it arrived now.

    What a handler refuses is undone and answered with a refusal; the others are handled still.
    """
    rows = desk.connection.execute(select(waiting).order_by(waiting.c.position)).all()
    desk.connection.execute(delete(waiting))
    for row in rows:
        letter = _letter(desk, row)
        try:
            with desk.connection.begin_nested():
                handlers[letter.type](desk, letter)
        except OntschotError as error:
            desk.refuse(letter, error)


def _letter(desk: Desk, row: Row[Any]) -> Letter:
    return Letter(
        type=row.type,
        subject=row.subject,
        sender=row.sender,
        recipient=desk.me.id,
        seq=row.seq,
        roster_serial=row.roster_serial,
        roster_hash=row.roster_hash,
        payload=row.payload,
    )
