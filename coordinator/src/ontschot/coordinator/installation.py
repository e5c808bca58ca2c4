# SPDX-License-Identifier: EUPL-1.2
"""Make a coordinator: its keys, its certificate authority, its database, its settings."""

from dataclasses import dataclass

from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.mail.rosters import pin_anchors
from ontschot.coordinator.settings import FILE, Settings
from ontschot.coordinator.store.database import one_writer, open_engine, upgrade
from ontschot.protocol.certificates import Certificates, Identity, renewal_due
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.keys import PrivateKeys, PublicKeys, SealingKey, SigningKey, write_keys
from ontschot.protocol.language import Text
from ontschot.protocol.roster import PinnedAnchors


class HomeNotEmpty(Misconfigured):
    """The home folder holds something already."""

    code = "coordinator-home-not-empty"
    title = Text("De map is niet leeg", "The folder is not empty")
    remedy = Text(
        "Kies een lege map. Een installatie wordt nooit overschreven.",
        "Choose an empty folder. An installation is never overwritten.",
    )


@dataclass(frozen=True, slots=True)
class Installed:
    """What others must be told: the keys for the roster, and the authority's fingerprint."""

    public: PublicKeys
    ca_fingerprint: str


def install(settings: Settings, anchors: PinnedAnchors, clock: Clock) -> Installed:
    """Make the installation that ``settings`` describes.

    Raises:
        HomeNotEmpty: there is something in the home folder.
    """
    home = settings.home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(home.iterdir()):
        raise HomeNotEmpty(str(home))
    keys = PrivateKeys(SigningKey.generate(), SealingKey.generate())
    authority = CertificateAuthority.create(settings.federation, clock())
    write_keys(settings.keys_path, keys)
    authority.write(settings.authority_path)
    renew_certificate(settings, authority, clock)
    engine = open_engine(settings.store_url)
    try:
        upgrade(engine)
        with one_writer(engine) as connection:
            pin_anchors(connection, anchors)
    finally:
        engine.dispose()
    (home / FILE).write_text(settings_text(settings), "utf-8")
    return Installed(keys.public, authority.fingerprint)


def renew_certificate(settings: Settings, authority: CertificateAuthority, clock: Clock) -> None:
    """Issue the server's own certificate anew; running servers take it at the next handshake."""
    identity = Identity(settings.federation, settings.name)
    hosts = sorted({settings.host, "localhost", "127.0.0.1"})
    issued = authority.issue_server(identity, hosts, clock())
    issued.write(settings.certificates_path, replace=settings.certificates_path.exists())


def renew_if_due(settings: Settings, authority: CertificateAuthority, clock: Clock) -> None:
    """Issue the server's own certificate anew when it nears its end."""
    current = Certificates.read(settings.certificates_path)
    if renewal_due(current.certificate, clock()):
        renew_certificate(settings, authority, clock)


def settings_text(settings: Settings) -> str:
    """Return the settings file."""
    lines = [
        f'name = "{settings.name}"',
        f'federation = "{settings.federation}"',
        f'host = "{settings.host}"',
        f'listen = "{settings.listen}"',
        f"link_port = {settings.link_port}",
        f"enrolment_port = {settings.enrolment_port}",
        f"rest_port = {settings.rest_port}",
        f"spare_batches = {settings.spare_batches}",
        f"tick_seconds = {settings.tick_seconds}",
    ]
    if settings.database_url:
        lines.append(f'database_url = "{settings.database_url}"')
    return "\n".join(lines) + "\n"
