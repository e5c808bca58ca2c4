# SPDX-License-Identifier: EUPL-1.2
"""What nodes and helpers said about a release, kept as they signed it."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from ontschot.coordinator.releases.schema import releases, words
from ontschot.protocol.documents.releases import CONSENT, Manifest

OUTPUT = "output"
"""Kind of a helper's noised half."""


def keep(connection: Connection, manifest: str, kind: str, sender: str, body: bytes) -> None:
    """Keep one word; the first one stays."""
    known = select(words.c.sender).where(
        words.c.manifest == manifest, words.c.kind == kind, words.c.sender == sender
    )
    if connection.execute(known).first() is None:
        connection.execute(
            words.insert().values(manifest=manifest, kind=kind, sender=sender, body=body)
        )


def of_kind(connection: Connection, manifest: str, kind: str) -> dict[str, bytes]:
    """Return the words of one kind, by sender."""
    rows = connection.execute(
        select(words.c.sender, words.c.body).where(
            words.c.manifest == manifest, words.c.kind == kind
        )
    )
    return {row.sender: row.body for row in rows}


def note_last_consent(connection: Connection, manifest: Manifest, now: datetime) -> None:
    """Write when the last listed node consented: from then on the release is being computed."""
    said = select(words.c.sender).where(
        words.c.manifest == manifest.digest, words.c.kind == CONSENT
    )
    if set(manifest.nodes) <= set(connection.execute(said).scalars()):
        connection.execute(
            update(releases)
            .where(releases.c.manifest == manifest.digest, releases.c.consented_at.is_(None))
            .values(consented_at=now.isoformat())
        )
