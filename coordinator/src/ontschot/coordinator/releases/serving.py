# SPDX-License-Identifier: EUPL-1.2
"""Which helpers can still say how a release ended: those that it names, and that serve still.

Who was replaced says nothing any more, and who came in its place knows nothing of it. So a release
is over here when everybody who can has aborted it; what becomes of its price, each provider judges
by itself.
"""

from sqlalchemy import select, update

from ontschot.coordinator.mail import rosters
from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases import admitting, words
from ontschot.coordinator.releases.errors import AnswerLost
from ontschot.coordinator.releases.schema import releases, uploads
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import ABORT, COMMIT, Manifest
from ontschot.protocol.release.serving import still_serves
from ontschot.protocol.roster import Participant


def helpers_of(desk: Desk, manifest: Manifest) -> tuple[Participant, ...]:
    """Return the helpers of a release that serve still, with the same keys; A before B."""
    return tuple(one for one in _both(desk, manifest) if still_serves(one, desk.roster))


def helpers_gone(desk: Desk, manifest: Manifest) -> tuple[Participant, ...]:
    """Return the helpers of a release that were replaced since, or have another key."""
    return tuple(one for one in _both(desk, manifest) if not still_serves(one, desk.roster))


def end_when_aborted(desk: Desk, manifest: Manifest) -> bool:
    """End an open release that everybody aborted who can; return whether it ended now.

    With another helper everybody uploads anew. Until those letters are here, or the release has
    expired, it does not end: the next attempt would list uploads that are void.
    """
    aborted = words.of_kind(desk.connection, manifest.digest, ABORT)
    if not {helper.id for helper in helpers_of(desk, manifest)} <= set(aborted):
        return False
    if helpers_gone(desk, manifest) and _has_void_uploads(desk, manifest):
        return False
    changed = desk.connection.execute(
        update(releases)
        .where(
            releases.c.manifest == manifest.digest,
            releases.c.state.in_(("proposed", "aborting")),
        )
        .values(state="aborted")
    )
    if changed.rowcount and manifest.kind == "admit":
        admitting.set_state(desk, manifest.parts[0].uploads[0], "held")
    return bool(changed.rowcount)


def end_when_lost(desk: Desk, manifest: Manifest) -> bool:
    """End an open release whose answer is lost; return whether it is.

    That is so when it has expired, a helper that was replaced had not sent its half, and one that
    remains has committed: it will neither abort nor ever draw again (protocol section 7). The
    price is spent, and there is no other attempt.
    """
    said = words.of_kind(desk.connection, manifest.digest, words.OUTPUT)
    lost = [helper.id for helper in helpers_gone(desk, manifest) if helper.id not in said]
    committed = words.of_kind(desk.connection, manifest.digest, COMMIT)
    remaining = {helper.id for helper in helpers_of(desk, manifest)} & set(committed)
    if not lost or not remaining or manifest.expiry > to_text(desk.now):
        return False
    desk.connection.execute(
        update(releases)
        .where(releases.c.manifest == manifest.digest)
        .values(state="lost", reason=AnswerLost.code)
    )
    if manifest.query is not None:
        state = "published" if _is_answered(desk, manifest.query) else "failed"
        queries.set_state(desk, manifest.query, state, AnswerLost.code)
    return True


def _is_answered(desk: Desk, query: str) -> bool:
    # By a first list; this was the second.
    done = select(releases.c.manifest).where(releases.c.query == query, releases.c.state == "done")
    return desk.connection.execute(done).first() is not None


def _has_void_uploads(desk: Desk, manifest: Manifest) -> bool:
    active = [provider.id for provider in desk.roster.providers()]
    live = select(uploads.c.envelope).where(
        uploads.c.envelope.in_(manifest.uploads),
        uploads.c.node.in_(active),
        uploads.c.state.not_in(("withdrawn", "rejected", "closed")),
    )
    waits = manifest.expiry > to_text(desk.now)
    return waits and desk.connection.execute(live).first() is not None


def _both(desk: Desk, manifest: Manifest) -> tuple[Participant, Participant]:
    then = rosters.roster_of(desk.connection, manifest.roster_serial)
    return (then or desk.roster).helpers()
