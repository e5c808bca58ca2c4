# SPDX-License-Identifier: EUPL-1.2
"""The phases of a release at one helper (protocol section 4).

    proposed -> agreed -> prepared -> opened -> committed -> sent
        any state before committed -> aborted

Letters only add facts; ``advance`` then takes as many steps as the facts allow. Each step runs in
the transaction of the letter that made it possible, together with the letters that it sends, so a
crash repeats nothing and loses nothing. What leaves is read back from disk, never computed twice:
fresh noise on a retry would average out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from ontschot.node.helper import facts, schema
from ontschot.node.helper.errors import ReleaseOver
from ontschot.node.helper.identity import peer
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import Manifest

UNCOMMITTED = ("proposed", "agreed", "prepared", "opened")


@dataclass(frozen=True, slots=True)
class Release:
    """A release as this helper knows it."""

    digest: str
    manifest: Manifest
    state: str
    secret: bytes | None
    agreed_head: bytes | None
    output: bytes | None


Step = Callable[[Desk, Release], Release | None]
"""Takes a release one phase further, or returns nothing when a fact is missing."""


def propose(desk: Desk, payload: bytes) -> Release:
    """Keep a manifest that the coordinator proposes; a known one is returned as it stands."""
    manifest = Manifest.parse(payload)
    known = find(desk, manifest.digest)
    if known is not None:
        return known
    desk.connection.execute(
        schema.releases.insert().values(
            manifest=manifest.digest,
            document=payload,
            kind=manifest.kind,
            release_id=manifest.release_id,
            attempt=manifest.attempt,
            state="proposed",
        )
    )
    return Release(manifest.digest, manifest, "proposed", None, None, None)


def find(desk: Desk, digest: str) -> Release | None:
    """Return the release of a manifest, if this helper knows it."""
    row = desk.connection.execute(
        select(schema.releases).where(schema.releases.c.manifest == digest)
    ).first()
    if row is None:
        return None
    return Release(
        digest, Manifest.parse(row.document), row.state, row.secret, row.agreed_head, row.output
    )


def require_open(desk: Desk, digest: str) -> Release:
    """Return a release that has not been aborted.

    Raises:
        ReleaseOver: unknown here, or aborted.
    """
    release = find(desk, digest)
    if release is None or release.state == "aborted":
        raise ReleaseOver(digest[:12])
    return release


def move(
    desk: Desk,
    release: Release,
    state: str,
    *,
    secret: bytes | None = None,
    agreed_head: bytes | None = None,
    output: bytes | None = None,
    reason: str | None = None,
) -> Release:
    """Write a new state with what belongs to it, and return the release in that state."""
    desk.connection.execute(
        update(schema.releases)
        .where(schema.releases.c.manifest == release.digest)
        .values(state=state, secret=secret, agreed_head=agreed_head, output=output, reason=reason)
    )
    return replace(release, state=state, secret=secret, agreed_head=agreed_head, output=output)


def advance(desk: Desk, release: Release, steps: dict[str, Step]) -> None:
    """Take every step that the facts allow."""
    while release.state in steps:
        # A step that refuses half-way leaves nothing behind: its writes and letters are undone.
        with desk.connection.begin_nested():
            moved = steps[release.state](desk, release)
        if moved is None:
            return
        release = moved


def peer_said(desk: Desk, release: Release, kind: str) -> bytes | None:
    """Return what the other helper said about this release, if it has."""
    return facts.find(desk.connection, release.digest, kind, peer(desk).id)
