# SPDX-License-Identifier: EUPL-1.2
"""The whole ledger, computed anew: at every start, and whenever someone asks.

Found here: a changed, missing or inserted entry (the hashes of all later ones change), an entry
that the rules do not allow, and any other table that does not say what the chain says. *Not* found
here: a chain cut off at its end together with its tables, or an older copy of the whole file.
That is what the heads held by peers are for (``heads.check_own``).
"""

from typing import Final

from sqlalchemy import Connection, Table, select

from ontschot.node.ledger import chain
from ontschot.node.ledger.errors import LedgerBroken, LedgerMissing
from ontschot.node.ledger.model import encode_charges
from ontschot.node.ledger.replay import Replay
from ontschot.node.ledger.tables import ACCOUNT, ANSWER, BINDING, HOLD, PEER_HEAD, STATUS
from ontschot.protocol.documents.base import Head
from ontschot.protocol.errors import OntschotError

_NOT_OURS: Final = (AttributeError, KeyError, TypeError, ValueError, OntschotError)
"""What decoding an entry raises that this ledger never wrote."""


def verify_chain(connection: Connection) -> Head:
    """Recompute every hash and every consequence; return the head.

    Raises:
        LedgerMissing: there is no ledger.
        LedgerBroken: something does not fit; the detail names the entry or the table.
    """
    replay = Replay()
    for entry in chain.entries(connection):
        try:
            replay.apply(entry)
        except _NOT_OURS as error:
            raise LedgerBroken(f"entry {entry.seq}") from error
    for table, expected in _consequences(replay).items():
        if {tuple(row) for row in connection.execute(select(table))} != expected:
            raise LedgerBroken(table.name)
    if replay.head is None:
        raise LedgerMissing
    return replay.head


def _consequences(replay: Replay) -> dict[Table, set[tuple[object, ...]]]:
    status = (1, replay.federation, replay.closed_by)
    return {
        STATUS: {status} if replay.head else set(),
        ACCOUNT: {
            (item.unit, item.year, item.cap, item.reserved, item.spent)
            for item in replay.accounts.values()
        },
        HOLD: {
            (hold.mh, hold.state, hold.asker, encode_charges(hold.charges))
            for hold in replay.holds.values()
        },
        BINDING: set(replay.bindings.items()),
        ANSWER: set(replay.answers.items()),
        PEER_HEAD: {
            (name, head.seq, head.hash) for name, shown in replay.peers.items() for head in shown
        },
    }
