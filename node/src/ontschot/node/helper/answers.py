# SPDX-License-Identifier: EUPL-1.2
"""One question over one list of uploads has one answer, for ever (protocol section 4).

The key is (query, round, sorted list of uploads); neither the name of a release nor its attempt is
part of it, so nobody gets fresh noise by asking again under another name. An admission has a key as
well: an upload is counted once.

The answer is fixed when it leaves, in the transaction that sends it, and not already at the commit:
a helper that committed may still learn that its peer aborted, gives the price back and erases its
half. Until then no other release of the same key gets beyond ``agree``.
"""

from sqlalchemy import Connection, select

from ontschot.node.helper import schema
from ontschot.node.helper.errors import AlreadyAnswered, AnswerUnderWay
from ontschot.node.ledger import marks
from ontschot.node.questions.keys import answer_key
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.releases import Manifest

_UNDER_WAY = ("agreed", "prepared", "opened", "chained", "committed")


def fix(connection: Connection, manifest: Manifest, output: bytes) -> None:
    """Note that ``output`` is this helper's half of the answer, now and for ever.

    Raises:
        AnswerFixed: another output is.
        LedgerClosed: the ledger is closed or missing.
    """
    marks.store_answer(connection, answer_key(manifest), sha256(output))


def answered_by(connection: Connection, manifest: Manifest) -> str | None:
    """Return the manifest under which this key was answered, or nothing."""
    table = schema.releases.c
    return connection.execute(
        select(table.manifest).where(
            table.key == answer_key(manifest).digest, table.state == "sent"
        )
    ).scalar()


def require_unanswered(connection: Connection, manifest: Manifest) -> None:
    """Check that this key has no answer, and that no other release is on its way to one.

    Raises:
        AlreadyAnswered: it has, under another manifest.
        AnswerUnderWay: another release of this key is between agreement and output.
    """
    key = answer_key(manifest)
    if marks.stored_answer(connection, key) is not None:
        raise AlreadyAnswered(manifest.release_id)
    table = schema.releases.c
    other = connection.execute(
        select(table.release_id).where(
            table.key == key.digest,
            table.manifest != manifest.digest,
            table.state.in_(_UNDER_WAY),
        )
    ).scalar()
    if other is not None:
        raise AnswerUnderWay(other)
