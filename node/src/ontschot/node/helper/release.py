# SPDX-License-Identifier: EUPL-1.2
"""The phases of a release at one helper (protocol section 4).

    proposed -> agreed -> prepared -> opened -> committed -> sent
        opened -> chained -> committed, when the question has codes
        any state before committed -> aborted
        committed -> aborted, only on the peer's signed abort

Letters only add facts; ``advance`` then takes as many steps as the facts allow. Each step runs in
the transaction of the letter that made it possible, together with the letters that it sends, so a
crash repeats nothing and loses nothing. What leaves is read back from disk, never computed twice:
fresh noise on a retry would average out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select, update

from ontschot.node.helper import facts, schema
from ontschot.node.helper.errors import ManifestRefused
from ontschot.node.helper.identity import peer
from ontschot.node.mailroom import rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.questions.keys import answer_key
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.serving import still_serves

UNCOMMITTED = ("proposed", "agreed", "prepared", "opened", "chained")


@dataclass(frozen=True, slots=True)
class Release:
    """A release as this helper knows it."""

    digest: str
    manifest: Manifest
    state: str
    secret: bytes | None = None
    agreed_head: bytes | None = None
    output: bytes | None = None
    reason: str | None = None

    def __repr__(self) -> str:
        """Return a form without the secret and the half."""
        return f"Release({self.digest[:12]}, {self.state})"


Step = Callable[[Desk, Release], Release | None]
"""Takes a release one phase further, or returns nothing when a fact is missing."""


def propose(desk: Desk, letter: Letter) -> Release:
    """Keep a manifest that the coordinator proposes; a known one is returned as it stands.

    Whatever is kept here may be aborted, with a signature: so nothing is kept of a roster under
    which this party was not this helper with this key. It cannot know what became of such a
    release.

    Raises:
        ManifestRefused: proposed by someone else, or under another subject; or of a roster under
            which this party did not serve as it does now.
        MalformedMessage: not a manifest.
    """
    manifest = Manifest.parse(letter.payload)
    if letter.sender != desk.roster.coordinator().id:
        raise ManifestRefused("not proposed by the coordinator")
    if letter.subject != manifest.digest:
        raise ManifestRefused("another manifest than the letter says")
    known = find(desk, manifest.digest)
    if known is not None:
        return known
    _require_served(desk, manifest)
    desk.connection.execute(
        schema.releases.insert().values(
            manifest=manifest.digest,
            document=letter.payload,
            kind=manifest.kind,
            release_id=manifest.release_id,
            attempt=manifest.attempt,
            key=answer_key(manifest).digest,
            state="proposed",
        )
    )
    return Release(manifest.digest, manifest, "proposed")


def find(desk: Desk, digest: str) -> Release | None:
    """Return the release of a manifest, if this helper knows it."""
    row = desk.connection.execute(
        select(schema.releases).where(schema.releases.c.manifest == digest)
    ).first()
    return None if row is None else _release(row)


def uncommitted(desk: Desk) -> list[Release]:
    """Return every release that can still be aborted by this helper alone."""
    table = schema.releases
    rows = desk.connection.execute(
        select(table).where(table.c.state.in_(UNCOMMITTED)).order_by(table.c.manifest)
    )
    return [_release(row) for row in rows.all()]


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
    """Write a new state with what belongs to it, and return the release in that state.

    What is not given is erased: secrets after the commit, the output after an abort.
    """
    desk.connection.execute(
        update(schema.releases)
        .where(schema.releases.c.manifest == release.digest)
        .values(state=state, secret=secret, agreed_head=agreed_head, output=output, reason=reason)
    )
    return replace(
        release, state=state, secret=secret, agreed_head=agreed_head, output=output, reason=reason
    )


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


def peer_left(desk: Desk, release: Release) -> bool:
    """Return whether the other helper of a release was replaced since, or has another key."""
    then = rosters.roster_of(desk.connection, release.manifest.roster_serial)
    if then is None:
        return False
    return any(
        one.id != desk.me.id and not still_serves(one, desk.roster) for one in then.helpers()
    )


def _require_served(desk: Desk, manifest: Manifest) -> None:
    then = rosters.roster_of(desk.connection, manifest.roster_serial)
    if then is None or then.digest != manifest.roster_hash:
        raise ManifestRefused("of a roster that is not held here")
    if not any(one.id == desk.me.id and still_serves(one, desk.roster) for one in then.helpers()):
        raise ManifestRefused("of before this helper served with this key")


def _release(row: Row[Any]) -> Release:
    return Release(
        row.manifest,
        Manifest.parse(row.document),
        row.state,
        row.secret,
        row.agreed_head,
        row.output,
        row.reason,
    )
