# SPDX-License-Identifier: EUPL-1.2
"""The anchors pinned here, and every roster accepted since: the highest serial is in force."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, insert, select

from ontschot.node.mailroom.errors import AnchorsPinned, NoRoster
from ontschot.node.mailroom.schema import ANCHORS, ROSTER
from ontschot.protocol.clock import to_text
from ontschot.protocol.letters import anchors_from_bytes, anchors_to_bytes, judge_roster
from ontschot.protocol.roster import PinnedAnchors, Roster, require_valid
from ontschot.protocol.signed import SignedDocument

_NEWEST = select(ROSTER.c.document).order_by(ROSTER.c.serial.desc()).limit(1)


def pin_anchors(connection: Connection, pinned: PinnedAnchors) -> None:
    """Store the anchors that a person compared at installation; once and for all.

    Raises:
        AnchorsPinned: other anchors are pinned already.
    """
    document = anchors_to_bytes(pinned)
    found = connection.execute(select(ANCHORS.c.document)).scalar()
    if found is None:
        connection.execute(insert(ANCHORS).values(id=1, document=document))
    elif found != document:
        raise AnchorsPinned


def pinned_anchors(connection: Connection) -> PinnedAnchors:
    """Return the pinned anchors.

    Raises:
        NoRoster: none are pinned, so no roster can ever be accepted.
    """
    found = connection.execute(select(ANCHORS.c.document)).scalar()
    if found is None:
        raise NoRoster("no anchors are pinned")
    return anchors_from_bytes(found)


def held_roster(connection: Connection) -> Roster | None:
    """Return the roster with the highest serial accepted here; it may have expired."""
    document = connection.execute(_NEWEST).scalar()
    return None if document is None else _parse(document)


def roster_in_force(connection: Connection, now: datetime) -> Roster:
    """Return the roster in force.

    Raises:
        NoRoster: none was accepted yet.
        RosterNotInForce: the one held expired, and no later one has arrived.
    """
    roster = held_roster(connection)
    if roster is None:
        raise NoRoster
    require_valid(roster, now)
    return roster


def roster_of(connection: Connection, serial: int) -> Roster | None:
    """Return an earlier roster, to recognise the writer of a letter that is too late."""
    document = connection.execute(
        select(ROSTER.c.document).where(ROSTER.c.serial == serial)
    ).scalar()
    return None if document is None else _parse(document)


def since(connection: Connection, serial: int) -> list[Roster]:
    """Return every roster accepted here from ``serial`` on, oldest first."""
    documents = connection.execute(
        select(ROSTER.c.document).where(ROSTER.c.serial >= serial).order_by(ROSTER.c.serial)
    ).scalars()
    return [_parse(document) for document in documents]


def keys_of(connection: Connection, participant: str) -> dict[str, str]:
    """Return the verifying keys that a participant has or had, by every roster accepted here.

    Each with its id, for ``SignedDocument.signers``.
    """
    listed = (one for roster in since(connection, 1) for one in roster.participants)
    return {one.signing_key.text: one.id for one in listed if one.id == participant}


def judge(connection: Connection, signed: SignedDocument, now: datetime) -> Roster:
    """Return the roster in ``signed`` if it may replace the one held here, or be the first.

    Raises:
        NoRoster: no anchors are pinned.
        OntschotError: as ``ontschot.protocol.letters.judge_roster``.
    """
    return judge_roster(held_roster(connection), pinned_anchors(connection), signed, now)


def store(connection: Connection, signed: SignedDocument, roster: Roster, now: datetime) -> None:
    """Store a roster that ``judge`` let pass; again is no harm."""
    if roster_of(connection, roster.serial) is not None:
        return
    connection.execute(
        insert(ROSTER).values(
            serial=roster.serial,
            hash=roster.digest,
            document=signed.to_bytes(),
            accepted_at=to_text(now),
        )
    )


@lru_cache(maxsize=8)
def _parse(document: bytes) -> Roster:
    # Rosters are frozen, and parsing one checks every key in it: once is enough.
    return Roster.parse(SignedDocument.from_bytes(document).payload)
