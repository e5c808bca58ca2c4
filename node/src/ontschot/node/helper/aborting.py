# SPDX-License-Identifier: EUPL-1.2
"""Ending a release without an answer (protocol section 7).

A helper aborts only what it has not committed. One that committed and did not send takes the peer's
signed abort: the peer will never commit, so no answer can come out, and the price is given back.
One that sent its output, or holds the commit of a peer that serves, keeps its word for ever.

A peer that was replaced will not say anything any more. Then a helper that is asked to ends what it
committed and did not send: its half never left and never will, which is all that its word means.
The price stays spent: with the peer went the only one who could have told this helper, had it been
put back from a copy, that its half did leave. It says nothing of a release of before it served
itself (``release.propose``): such a word would be one of somebody who cannot know
(``provider.answering.settling``).
"""

from ontschot.node.helper import batches, facts
from ontschot.node.helper.errors import PeerDeviates
from ontschot.node.helper.opening import BOXES
from ontschot.node.helper.release import (
    UNCOMMITTED,
    Release,
    move,
    peer_left,
    peer_said,
    propose,
)
from ontschot.node.helper.saying import say_abort, say_again
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import COMMIT
from ontschot.protocol.letters import Letter

ASKED = "coordinator-asked"


def abort(desk: Desk, release: Release, code: str) -> None:
    """Abort an uncommitted release: give the reservation back and sign that it is over."""
    if release.state not in UNCOMMITTED:
        return
    if release.state != "proposed":
        ledger.free(desk.connection, release.digest)
        batches.end_of_admission(desk, release.manifest)
    ledger.tombstone(desk.connection, release.digest)
    _end(desk, release, code)


def abort_asked(desk: Desk, letter: Letter) -> None:
    """The coordinator asks to give up (a node refused, or time ran out), or how it stands.

    The manifest comes along: a helper that never got it promises never to commit it. What is
    committed, sent or aborted already is said again, for letters may have been refused on the way
    when a new roster came.

    Raises:
        ManifestRefused: not the coordinator, or another manifest; or never held here, and of a
            roster under which this party did not serve as it does now.
    """
    release = propose(desk, letter)
    if release.state in UNCOMMITTED:
        abort(desk, release, ASKED)
    elif release.state == "committed" and peer_left(desk, release):
        _end(desk, release, ASKED)
    else:
        say_again(desk, release)


def take_peers_abort(desk: Desk, release: Release, code: str) -> None:
    """The peer aborted: so do we, unless its commit is here or our output is gone.

    Raises:
        PeerDeviates: it aborts what it committed.
    """
    if release.state == "sent" or peer_said(desk, release, COMMIT) is not None:
        raise PeerDeviates("aborts what it committed")
    if release.state == "committed":
        _take_back(desk, release, code)
    else:
        abort(desk, release, code)


def _take_back(desk: Desk, release: Release, code: str) -> None:
    ledger.refund(desk.connection, release.digest)
    batches.end_of_admission(desk, release.manifest)
    ledger.tombstone(desk.connection, release.digest)
    _end(desk, release, code)


def _end(desk: Desk, release: Release, code: str) -> None:
    facts.forget(desk.connection, release.digest, BOXES)
    move(desk, release, "aborted", reason=code)
    say_abort(desk, release, code)
