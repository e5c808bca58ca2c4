# SPDX-License-Identifier: EUPL-1.2
"""A commit counts when the peer holds it: only then the half leaves (protocol section 4, step 7).

Proof sketch. A half leaves when the peer has said, in a letter it signed, that it holds a statement
of this helper no older than its COMMIT of that release. From then on a helper put back to before
that COMMIT is told so by its peer before it commits anything (``witness.asking``), and closes. So
whoever carries the letters cannot get two halves with different noise by keeping a COMMIT from the
peer: the first half would not have left. OPEN is likewise: PREPARE names the head of the AGREE.
"""

from sqlalchemy import select

from ontschot.node.helper import facts, schema
from ontschot.node.helper.identity import peer
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import COMMIT, Commit
from ontschot.protocol.documents.statements import Statement
from ontschot.protocol.signed import SignedDocument

_WITNESSED = "witnessed"


def note(desk: Desk, held: Statement) -> list[str]:
    """Take what the peer holds of us; return the releases whose commit it is seen to hold now."""
    table = schema.releases.c
    rows = desk.connection.execute(
        select(table.manifest).where(table.state == "committed").order_by(table.manifest)
    )
    reached = [one for one in rows.scalars().all() if _reaches(desk, held, one)]
    for manifest in reached:
        facts.keep(desk.connection, manifest, _WITNESSED, peer(desk).id, b"")
    return reached


def by_peer(desk: Desk, manifest: str) -> bool:
    """Return whether the peer has said that it holds our commit of this release."""
    return facts.find(desk.connection, manifest, _WITNESSED, peer(desk).id) is not None


def _reaches(desk: Desk, held: Statement, manifest: str) -> bool:
    signed = facts.find(desk.connection, manifest, COMMIT, desk.me.id)
    if signed is None:
        return False
    commit = Commit.parse(SignedDocument.from_bytes(signed).payload)
    return held.ledger.seq >= commit.ledger.seq
