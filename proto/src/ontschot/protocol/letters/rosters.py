# SPDX-License-Identifier: EUPL-1.2
"""Which roster a mailroom accepts when one arrives in a letter, and pinned anchors as bytes."""

from datetime import datetime

from ontschot.protocol import canonical
from ontschot.protocol.letters.errors import RosterAhead
from ontschot.protocol.roster import (
    PinnedAnchors,
    Roster,
    accept_first,
    accept_next,
    require_valid,
)
from ontschot.protocol.signed import SignedDocument


def judge_roster(
    held: Roster | None, pinned: PinnedAnchors, signed: SignedDocument, now: datetime
) -> Roster:
    """Return the roster in ``signed`` if it may replace ``held``, or be the first.

    One that has expired meanwhile may: it is a link of the chain (a participant that was away gets
    its successors next), and nothing is done under it. The roster held, sent again, may too.

    Raises:
        RosterAhead: not the next one; those between must arrive first.
        RosterNotInForce: it is not valid yet.
        RosterOutOfOrder: lower than the roster held, or not its successor.
        Refusal: not signed as it must be, or of another federation.
        MalformedMessage: not a roster.
    """
    roster = Roster.parse(signed.payload)
    if held is None:
        accept_first(signed, pinned)
        if now < roster.starts:
            require_valid(roster, now)
    elif roster.serial > held.serial + 1:
        raise RosterAhead(f"serial {roster.serial} after {held.serial}")
    elif roster.digest != held.digest:
        accept_next(held, signed, min(now, roster.ends))
    return roster


def anchors_to_bytes(pinned: PinnedAnchors) -> bytes:
    """Return ``pinned`` as canonical JSON, for a database."""
    return canonical.encode(
        {
            "federation": pinned.federation,
            "fingerprints": sorted(pinned.fingerprints),
            "quorum": pinned.quorum,
        }
    )


def anchors_from_bytes(data: bytes) -> PinnedAnchors:
    """Return the anchors that ``anchors_to_bytes`` wrote; the bytes are this party's own.

    Raises:
        NotCanonical: damaged.
    """
    document = canonical.decode(data)
    return PinnedAnchors(
        frozenset(document["fingerprints"]), document["quorum"], document["federation"]
    )
