# SPDX-License-Identifier: EUPL-1.2
"""Enrol an installation that exists: a certificate that expired, or keys that must be others.

New keys wait beside the present ones until the anchors have signed a roster that lists them. A node
has one pair at a time: with keys that the roster does not list it could neither sign nor open.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ontschot.node.enrolment import EnrolmentAddress, enrol
from ontschot.node.settings import Settings
from ontschot.protocol.certificates import Identity
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import Misconfigured, Refusal
from ontschot.protocol.keys import (
    PrivateKeys,
    PublicKeys,
    SealingKey,
    SigningKey,
    read_keys,
    write_keys,
)
from ontschot.protocol.language import Text
from ontschot.protocol.roster import Roster, UnknownParticipant


class NoNextKeys(Misconfigured):
    """There are no new keys that wait."""

    code = "no-next-keys"
    title = Text("Er liggen geen nieuwe sleutels klaar", "There are no new keys")
    remedy = Text(
        "Maak ze eerst met 'ontschot-node enrol --new-keys'.",
        "Make them first with 'ontschot-node enrol --new-keys'.",
    )


class NextKeysNotListed(Refusal):
    """The roster held here does not list the new keys."""

    code = "next-keys-not-listed"
    title = Text(
        "De nieuwe sleutels staan nog niet in het rooster", "The roster does not list the new keys"
    )
    remedy = Text(
        "Lees de vingerafdruk voor aan de ankers. Laat de node daarna draaien tot het nieuwe "
        "rooster er is.",
        "Read the fingerprint to the anchors. Then leave the node running until the new roster is "
        "here.",
    )
    http_status = 409


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the coordinator gave: where to enrol, the authority's fingerprint, a one-time token."""

    enrolment: str
    ca_fingerprint: str
    token: str

    def __repr__(self) -> str:
        """Return a form without the token."""
        return f"Ticket({self.enrolment})"


def next_keys_path(settings: Settings) -> Path:
    """Return where new keys wait."""
    return settings.home / "keys-next.json"


def enrol_again(settings: Settings, ticket: Ticket, clock: Clock, *, new_keys: bool) -> PublicKeys:
    """Get a fresh certificate; with ``new_keys``, enrol with new keys that wait from then on.

    Keys that wait already are used again, so that a failed attempt may be repeated.

    Returns:
        The public keys that were enrolled.

    Raises:
        EnrolmentUnreachable, EnrolmentRefused, AuthorityDiffers: no certificate; nothing changed
            but that new keys may wait.
        KeyFileMissing, KeyFileExposed: the keys cannot be used.
    """
    keys = _next_keys(settings) if new_keys else read_keys(settings.keys_path)
    identity = Identity(settings.federation, settings.name)
    address = EnrolmentAddress.parse(ticket.enrolment)
    certificates = asyncio.run(
        enrol(address, ticket.ca_fingerprint, ticket.token, identity, keys, clock)
    )
    certificates.write(settings.certificates_path, replace=True)
    return keys.public


def switch_keys(settings: Settings, roster: Roster | None) -> PublicKeys:
    """Put the waiting keys in place of the present ones, which are gone then.

    What was sealed to the old keys can be opened no more. That is no loss: at a helper a change of
    keys voids the uploads and gate keys of before, and providers upload again.

    Raises:
        NoNextKeys: none wait.
        NextKeysNotListed: the roster held here does not list them.
    """
    path = next_keys_path(settings)
    if not path.exists():
        raise NoNextKeys(str(path))
    public = read_keys(path).public
    try:
        listed = None if roster is None else roster.participant(settings.name)
    except UnknownParticipant:
        listed = None
    if listed is None or (listed.signing_key, listed.sealing_key) != (
        public.signing,
        public.sealing,
    ):
        raise NextKeysNotListed(public.fingerprint)
    path.replace(settings.keys_path)
    return public


def _next_keys(settings: Settings) -> PrivateKeys:
    path = next_keys_path(settings)
    if path.exists():
        return read_keys(path)
    keys = PrivateKeys(SigningKey.generate(), SealingKey.generate())
    write_keys(path, keys)
    return keys
