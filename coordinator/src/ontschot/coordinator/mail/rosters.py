# SPDX-License-Identifier: EUPL-1.2
"""The anchors pinned at the coordinator, and every roster adopted since."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, insert, select

from ontschot.coordinator.mail.errors import AnchorsFixed, NoRosterYet
from ontschot.coordinator.mail.schema import ANCHORS, ROSTER
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import anchors_from_bytes, anchors_to_bytes, judge_roster
from ontschot.protocol.roster import PinnedAnchors, Roster, require_valid
from ontschot.protocol.signed import SignedDocument

_NEWEST = select(ROSTER.c.document).order_by(ROSTER.c.serial.desc()).limit(1)


def pin_anchors(connection: Connection, pinned: PinnedAnchors) -> None:
    """Store the anchors that a person compared at installation; once and for all.

    Raises:
        AnchorsFixed: other anchors are pinned already.
    """
    document = anchors_to_bytes(pinned)
    found = connection.execute(select(ANCHORS.c.document)).scalar()
    if found is None:
        connection.execute(insert(ANCHORS).values(id=1, document=document))
    elif found != document:
        raise AnchorsFixed


def held_roster(connection: Connection) -> Roster | None:
    """Return the roster with the highest serial adopted here; it may have expired."""
    document = connection.execute(_NEWEST).scalar()
    return None if document is None else _parse(document)


def roster_in_force(connection: Connection, now: datetime) -> Roster:
    """Return the roster in force.

    Raises:
        NoRosterYet: none was adopted.
        RosterNotInForce: the one held expired.
    """
    roster = held_roster(connection)
    if roster is None:
        raise NoRosterYet
    require_valid(roster, now)
    return roster


def roster_of(connection: Connection, serial: int) -> Roster | None:
    """Return an earlier roster, to recognise the writer of a letter that is too late."""
    document = connection.execute(
        select(ROSTER.c.document).where(ROSTER.c.serial == serial)
    ).scalar()
    return None if document is None else _parse(document)


def signed_rosters(connection: Connection, after: int) -> list[SignedDocument]:
    """Return the rosters with a serial above ``after``, oldest first."""
    documents = connection.execute(
        select(ROSTER.c.document).where(ROSTER.c.serial > after).order_by(ROSTER.c.serial)
    ).scalars()
    return [SignedDocument.from_bytes(document) for document in documents]


def adopt(connection: Connection, signed: SignedDocument, now: datetime) -> Roster:
    """Store ``signed`` as the roster in force; return it.

    Raises:
        NoRosterYet: no anchors are pinned.
        RosterNotInForce: it is not valid now.
        OntschotError: as ``ontschot.protocol.letters.judge_roster``.
    """
    pinned = connection.execute(select(ANCHORS.c.document)).scalar()
    if pinned is None:
        raise NoRosterYet("no anchors are pinned")
    held = held_roster(connection)
    roster = judge_roster(held, anchors_from_bytes(pinned), signed, now)
    require_valid(roster, now)
    if held is None or roster.serial > held.serial:
        row = {
            "serial": roster.serial,
            "hash": roster.digest,
            "document": signed.to_bytes(),
            "accepted_at": to_text(now),
        }
        connection.execute(insert(ROSTER).values(row))
    return roster


@lru_cache(maxsize=8)
def _parse(document: bytes) -> Roster:
    # Rosters are frozen, and parsing one checks every key in it: once is enough.
    return Roster.parse(SignedDocument.from_bytes(document).payload)
