# SPDX-License-Identifier: EUPL-1.2
"""Make a new installation: keys here, a certificate from the coordinator, databases, settings.

Nothing is left half-made: the home folder must be empty, and the settings file is written last, so
an installation exists only when everything in it does.
"""

import asyncio
import secrets
from dataclasses import dataclass
from pathlib import Path

from ontschot.node.database import open_engine, upgrade
from ontschot.node.enrolment import EnrolmentAddress, enrol
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom import rosters
from ontschot.node.provider.records.identity import create_keys
from ontschot.node.provider.records.schema import MIGRATIONS as RECORD_MIGRATIONS
from ontschot.node.settings import FILE, Settings
from ontschot.node.state.schema import MIGRATIONS as STATE_MIGRATIONS
from ontschot.protocol.certificates import Identity
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.keys import PrivateKeys, PublicKeys, SealingKey, SigningKey, write_keys
from ontschot.protocol.keys.private_files import write_private
from ontschot.protocol.language import Text
from ontschot.protocol.roster import PinnedAnchors


class HomeNotEmpty(Misconfigured):
    """The home folder holds something already."""

    code = "home-not-empty"
    title = Text("De map is niet leeg", "The folder is not empty")
    remedy = Text(
        "Kies een lege map. Een installatie wordt nooit overschreven.",
        "Choose an empty folder. An installation is never overwritten.",
    )


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the coordinator and the anchors told this participant outside the system.

    Attributes:
        enrolment: ``host:port`` where certificates are given out.
        ca_fingerprint: SHA-256 of the authority's certificate.
        token: the one-time token.
        anchors: the anchors' fingerprints and quorum.
    """

    enrolment: str
    ca_fingerprint: str
    token: str
    anchors: PinnedAnchors

    def __repr__(self) -> str:
        """Return a form without the token."""
        return f"Invitation({self.enrolment})"


def install(settings: Settings, invitation: Invitation, clock: Clock) -> PublicKeys:
    """Make the installation that ``settings`` describes; return its public keys.

    Raises:
        HomeNotEmpty: there is something in the home folder.
        EnrolmentUnreachable, EnrolmentRefused, AuthorityDiffers: no certificate.
    """
    home = settings.home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(home.iterdir()):
        raise HomeNotEmpty(str(home))
    keys = PrivateKeys(SigningKey.generate(), SealingKey.generate())
    address = EnrolmentAddress.parse(invitation.enrolment)
    identity = Identity(settings.federation, settings.name)
    # First what may fail for reasons outside this machine: a refused token leaves no trace here.
    certificates = asyncio.run(
        enrol(address, invitation.ca_fingerprint, invitation.token, identity, keys, clock)
    )
    write_keys(settings.keys_path, keys)
    certificates.write(settings.certificates_path)
    _make_state(settings, invitation.anchors)
    if settings.role == "provider":
        _make_records(settings)
    (home / FILE).write_text(settings_text(settings), "utf-8")
    return keys.public


def settings_text(settings: Settings) -> str:
    """Return the settings file."""
    lines = [
        f'role = "{settings.role}"',
        f'name = "{settings.name}"',
        f'federation = "{settings.federation}"',
        f'coordinator = "{settings.coordinator}"',
        f'profile = "{settings.profile}"',
    ]
    if settings.agb:
        lines.append(f'agb = "{settings.agb}"')
        codes = ", ".join(f'"{code}"' for code in settings.gemeenten)
        lines.append(f"gemeenten = [{codes}]")
    if settings.records_url:
        lines.append(f'records_url = "{settings.records_url}"')
    return "\n".join(lines) + "\n"


def _make_state(settings: Settings, anchors: PinnedAnchors) -> None:
    engine = open_engine(settings.state_url)
    try:
        upgrade(engine, STATE_MIGRATIONS)
        Path(settings.home / "state.db").chmod(0o600)
        with engine.begin() as connection:
            ledger.create(connection, settings.federation, secrets.token_hex(16))
            rosters.pin_anchors(connection, anchors)
    finally:
        engine.dispose()


def _make_records(settings: Settings) -> None:
    create_keys(settings.record_keys_path)
    write_private(settings.rounding_key_path, secrets.token_bytes(32))
    engine = open_engine(settings.store_url)
    try:
        upgrade(engine, RECORD_MIGRATIONS)
    finally:
        engine.dispose()
