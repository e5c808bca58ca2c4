# SPDX-License-Identifier: EUPL-1.2
"""Which roster may follow which (protocol section 1).

A new roster is signed by the quorum of the **previous** one, the providers' council included; the
first that a participant sees is signed by a quorum of the anchors it pinned at installation. So the
keys of today follow from fingerprints that people compared, whatever the coordinator says:

By induction. Let the roster held be genuine. Its successor carries at least ``quorum`` signatures
by distinct anchor keys of the one held, over its very bytes, with its hash inside. Ed25519
signatures cannot be forged (RFC 8032), so that many anchors wanted these bytes after that roster.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ontschot.protocol.keys import VerifyKey
from ontschot.protocol.roster.errors import (
    RosterNotInForce,
    RosterNotSigned,
    RosterOfAnother,
    RosterOutOfOrder,
)
from ontschot.protocol.roster.model import PROVIDERS_COUNCIL, ROSTER, Anchor, Roster
from ontschot.protocol.signed import SignedDocument


@dataclass(frozen=True, slots=True)
class PinnedAnchors:
    """What a participant is told outside the system when it installs.

    Attributes:
        fingerprints: of the anchors' keys, in the form of ``parse_fingerprint``.
        quorum: how many of them must sign; at least 2.
        federation: its identifier, where it is told too.
    """

    fingerprints: frozenset[str]
    quorum: int
    federation: str | None = None

    def __post_init__(self) -> None:
        """Refuse a quorum that one person, or nobody, could reach.

        Raises:
            RosterNotSigned: below 2, or more than there are fingerprints.
        """
        if not 2 <= self.quorum <= len(self.fingerprints):
            raise RosterNotSigned(
                f"quorum {self.quorum} of {len(self.fingerprints)} pinned anchors"
            )


def accept_first(signed: SignedDocument, pinned: PinnedAnchors) -> Roster:
    """Return the roster in ``signed``: the first that a participant ever accepts.

    It need not be number 1: a participant may join later. It is the caller's to ask
    :func:`require_valid` before using it.

    Raises:
        MalformedMessage: not a roster, or one against the rules.
        RosterNotSigned: fewer than the pinned quorum signed, or no providers' council.
        RosterOfAnother: of another federation than the pinned one.
        BadSignature: a signature does not fit.
    """
    roster = Roster.parse(signed.payload)
    if pinned.federation not in {None, roster.federation}:
        raise RosterOfAnother(f"{roster.federation}, not {pinned.federation}")
    signers = signed.signers(ROSTER, roster.anchor_keys)
    known = [one for one in signers if VerifyKey.parse(one.key).fingerprint in pinned.fingerprints]
    require_quorum(known, pinned.quorum)
    return roster


def accept_next(current: Roster, signed: SignedDocument, now: datetime) -> Roster:
    """Return the roster in ``signed``, which replaces ``current`` at the moment ``now``.

    ``current`` may have expired: its anchors keep the right to appoint a successor, otherwise one
    missed date would end the federation. ``current`` itself, sent again, is out of order too: who
    may receive it twice compares digests first.

    Raises:
        MalformedMessage: not a roster, or one against the rules.
        RosterOfAnother: of another federation or profile.
        RosterOutOfOrder: not the next serial, or not made after ``current``.
        RosterNotSigned: not signed by the quorum of ``current``.
        RosterNotInForce: expired, or not yet valid.
        BadSignature: a signature does not fit.
    """
    return accept_chain(current, [signed], now)


def accept_chain(current: Roster, chain: Sequence[SignedDocument], now: datetime) -> Roster:
    """Return the last roster of ``chain``: what a participant that was away catches up with.

    Only the last must be in force; those between may have expired meanwhile.

    Raises:
        As :func:`accept_next`, for the first roster that does not follow.
    """
    held = current
    for signed in chain:
        held = _link(held, signed)
    require_valid(held, now)
    return held


def require_valid(roster: Roster, now: datetime) -> None:
    """Check that ``roster`` is in force at ``now``, give or take its clock tolerance.

    Raises:
        RosterNotInForce: expired, or not yet valid.
    """
    tolerance = timedelta(seconds=roster.parameters.clock_tolerance_seconds)
    if not roster.starts - tolerance <= now < roster.ends + tolerance:
        raise RosterNotInForce(f"{roster.not_before} .. {roster.not_after}")


def _link(current: Roster, signed: SignedDocument) -> Roster:
    roster = Roster.parse(signed.payload)
    if (roster.federation, roster.profile) != (current.federation, current.profile):
        raise RosterOfAnother(f"{roster.federation} ({roster.profile})")
    if roster.serial != current.serial + 1 or roster.prev_hash != current.digest:
        raise RosterOutOfOrder(f"serial {roster.serial} after {current.serial}")
    require_quorum(signed.signers(ROSTER, current.anchor_keys), current.quorum)
    return roster


def require_quorum(signers: Iterable[Anchor], quorum: int) -> None:
    """Check that enough anchors signed, the providers' council among them.

    Raises:
        RosterNotSigned: too few, or nobody of the providers' council.
    """
    signed = list(signers)
    if len(signed) < quorum:
        raise RosterNotSigned(f"{len(signed)} of {quorum} anchors")
    if all(anchor.body != PROVIDERS_COUNCIL for anchor in signed):
        raise RosterNotSigned(f"nobody of the body {PROVIDERS_COUNCIL}")
