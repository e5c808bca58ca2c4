# SPDX-License-Identifier: EUPL-1.2
"""A client objects, or is shielded, after an upload: it is withdrawn and made anew (section 3).

An upload is kept with a digest of who was left out of it and a digest of its vector. When somebody
else is left out now, the vector is made again from the records; only if it differs is the upload
replaced, at the normal price. Asking twice costs once; a client without records costs nothing.

This runs in the transaction of the mailroom, which is the only writer of the state database in any
process: the command that records an objection and the running node may both come by, and the second
finds nothing left to do. The node looks every half minute, so an objection that was recorded by a
command that died in between is not forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from ontschot.node.ledger.errors import LedgerRefusal
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.errors import UploadsUsedUp
from ontschot.node.provider.answering.schema import bases, own_uploads
from ontschot.node.provider.answering.uploading import Uploader, vector_digest, withdraw
from ontschot.node.public_inputs.duties import DutiesMixed
from ontschot.node.public_inputs.store import require_round


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of the live uploads.

    Attributes:
        replaced: withdrawn, and sent anew.
        withdrawn: withdrawn only: no budget is left for another upload, or roles forbid one, or
            helpers take no more of it in this round.
        unchanged: looked at; nobody who is left out now was in it.
    """

    replaced: int = 0
    withdrawn: int = 0
    unchanged: int = 0


def renew_left_out(desk: Desk, uploader: Uploader) -> Renewed:
    """Replace each live upload that holds somebody who is left out now.

    An objection does not depend on budget: where the ledger refuses the price of another upload, or
    roles or the number of uploads forbid one, the old upload is withdrawn all the same.

    Raises:
        VectorFailed: the records could not be read; nothing was done, try again.
    """
    left_out = uploader.who_is_left_out()
    replaced = withdrawn = unchanged = 0
    for row in _made_otherwise(desk, left_out):
        if _same_vector(desk, uploader, row):
            desk.connection.execute(
                update(bases).where(bases.c.envelope == row.envelope).values(left_out=left_out)
            )
            unchanged += 1
        elif _replace(desk, uploader, row):
            replaced += 1
        else:
            withdrawn += 1
    return Renewed(replaced, withdrawn, unchanged)


def _made_otherwise(desk: Desk, left_out: str) -> Sequence[Row[*tuple[Any, ...]]]:
    table = own_uploads.c
    return desk.connection.execute(
        select(table.envelope, table.round, table.variable, bases.c.vector)
        .outerjoin_from(own_uploads, bases, bases.c.envelope == table.envelope)
        .where(table.status == "live", bases.c.left_out.is_distinct_from(left_out))
        .order_by(table.envelope)
    ).all()


def _same_vector(desk: Desk, uploader: Uploader, row: Row[*tuple[Any, ...]]) -> bool:
    round_ = require_round(desk, row.round)
    vector = uploader.vector(desk, round_, round_.variable(row.variable))
    return bool(vector_digest(vector) == row.vector)


def _replace(desk: Desk, uploader: Uploader, row: Row[*tuple[Any, ...]]) -> bool:
    withdraw(desk, row.envelope)
    try:
        with desk.connection.begin_nested():
            uploader.upload_missing(desk, row.round, (row.variable,))
    except (LedgerRefusal, DutiesMixed, UploadsUsedUp):
        return False
    return True
