# SPDX-License-Identifier: EUPL-1.2
"""Marks that stay: what a batch of gate keys was used for, and which output answers a question.

Both are part of the chain, because losing one would undo a protection: a batch used for two lists
of uploads reveals their difference (protocol section 5), and a second draw of noise for one answer
lets an asker average it out (section 4, stored answers).
"""

from sqlalchemy import Connection, insert, select

from ontschot.node.ledger.chain import append, require_open
from ontschot.node.ledger.errors import AnswerFixed, BatchBound
from ontschot.node.ledger.model import AnswerKey
from ontschot.node.ledger.tables import ANSWER, BINDING


def bind(connection: Connection, batch: str, binding: str) -> None:
    """Bind a batch to H(universe, variable, ring, uploads); the same binding changes nothing.

    Raises:
        BatchBound: it is bound to something else.
        LedgerClosed: closed or missing.
    """
    require_open(connection)
    query = select(BINDING.c.binding).where(BINDING.c.batch == batch)
    known = connection.execute(query).scalar_one_or_none()
    if known == binding:
        return
    if known is not None:
        raise BatchBound(batch)
    append(connection, "bind", {"batch": batch, "binding": binding})
    connection.execute(insert(BINDING).values(batch=batch, binding=binding))


def store_answer(connection: Connection, key: AnswerKey, output: str) -> None:
    """Note that ``output`` (the hash of the stored noised bytes) answers ``key``, for ever.

    Raises:
        AnswerFixed: another output does.
        LedgerClosed: closed or missing.
    """
    known = stored_answer(connection, key)
    if known == output:
        return
    if known is not None:
        raise AnswerFixed(key.query)
    append(connection, "answer", {"key": key.document(), "output": output})
    connection.execute(insert(ANSWER).values(key=key.digest, output=output))


def stored_answer(connection: Connection, key: AnswerKey) -> str | None:
    """Return the output that answers ``key``, or None.

    Raises:
        LedgerClosed: closed or missing.
    """
    require_open(connection)
    query = select(ANSWER.c.output).where(ANSWER.c.key == key.digest)
    return connection.execute(query).scalar_one_or_none()
