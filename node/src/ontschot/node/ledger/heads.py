# SPDX-License-Identifier: EUPL-1.2
"""Heads of ledgers, held by others: how a restored older ledger is found out (section 7).

A party that puts back an old copy of its database would have its budget back. It cannot hide that
from peers: each of its signed statements carried a head, and they keep the latest. Here both
sides of that: keeping the heads of peers, and comparing our own chain with what peers hold of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict

from sqlalchemy import Connection, delete, func, insert, select, update

from ontschot.node.ledger import chain
from ontschot.node.ledger.chain import append, require_open, status
from ontschot.node.ledger.errors import (
    LedgerDiverged,
    LedgerForked,
    LedgerOpen,
    LedgerRestored,
    LedgerRolledBack,
)
from ontschot.node.ledger.model import Maxima, settle
from ontschot.node.ledger.service import accounts
from ontschot.node.ledger.tables import ACCOUNT, ENTRY, HOLD, PEER_HEAD, STATUS
from ontschot.protocol import canonical
from ontschot.protocol.documents.base import Head


def note(connection: Connection, participant: str, head: Head) -> None:
    """Keep the head that ``participant`` showed in a statement it signed.

    Call it when a statement arrives: a peer's statements arrive in the order of its ledger. A head
    that it showed before changes nothing, so a statement may be read again later.

    Raises:
        LedgerRolledBack: it showed a later one before, and never this one.
        LedgerForked: it showed another with the same number.
        LedgerClosed: our own ledger is closed or missing.
    """
    require_open(connection)
    same_number = PEER_HEAD.c.participant == participant, PEER_HEAD.c.seq == head.seq
    known = connection.execute(select(PEER_HEAD.c.hash).where(*same_number)).scalar_one_or_none()
    if known == head.hash:
        return
    if known is not None:
        raise LedgerForked(participant)
    of_participant = select(func.max(PEER_HEAD.c.seq)).where(same_number[0])
    latest = connection.execute(of_participant).scalar_one_or_none()
    if latest is not None and head.seq < latest:
        raise LedgerRolledBack(participant)
    append(connection, "witness", {"participant": participant} | head.model_dump())
    row = {"participant": participant, "seq": head.seq, "hash": head.hash}
    connection.execute(insert(PEER_HEAD).values(row))


def held(connection: Connection) -> dict[str, Head]:
    """Return the latest head of each peer, for peers that ask what we hold of them."""
    latest = (
        select(PEER_HEAD.c.participant, func.max(PEER_HEAD.c.seq).label("seq"))
        .group_by(PEER_HEAD.c.participant)
        .subquery()
    )
    query = select(PEER_HEAD).join_from(
        PEER_HEAD,
        latest,
        (PEER_HEAD.c.participant == latest.c.participant) & (PEER_HEAD.c.seq == latest.c.seq),
    )
    rows = connection.execute(query.order_by(PEER_HEAD.c.participant))
    return {row.participant: Head(seq=row.seq, hash=row.hash) for row in rows}


def check_own(
    connection: Connection, held_by_peers: Mapping[str, Head], keys: Collection[str]
) -> LedgerDiverged | None:
    """Compare our chain with the heads of it that peers hold; close it if one is missing.

    ``keys`` are the verifying keys that we have or ever had (``closed_under``).

    The caller has checked that we signed each statement those heads stood in; else a peer could
    close us with an invention. Returns the reason when the ledger is closed now: *commit, then
    raise it*. (Raising here would roll the closing back.) None: all is well.

    Raises:
        LedgerClosed: it was closed already, or is missing.
    """
    own = require_open(connection).head
    settled = _settled(connection)
    for participant, head in sorted(held_by_peers.items()):
        if head in settled or chain.contains(connection, head):
            continue
        reason: type[LedgerDiverged] = LedgerRolledBack if head.seq > own.seq else LedgerForked
        _close(connection, reason, participant, keys)
        return reason(participant)
    return None


def close_restored(connection: Connection, participant: str, keys: Collection[str]) -> None:
    """Close the ledger of a back-up that was put back.

    Also one that is closed: the copy may have been made while it was, and used since it was opened
    again. So the keys are noted each time.

    Args:
        connection: the state database.
        participant: ourselves.
        keys: the verifying keys that we have or ever had (``closed_under``).
    """
    _close(connection, LedgerRestored, participant, keys)


def closed_under(connection: Connection) -> set[str]:
    """Return the verifying keys that we had whenever the ledger was closed, or before."""
    query = select(ENTRY.c.body).where(ENTRY.c.kind == "closed")
    bodies = [canonical.decode(body) for body in connection.execute(query).scalars()]
    return {key for body in bodies for key in body.get("keys", ())}


def rebuild(connection: Connection, maxima: Maxima) -> Head:
    """Open a closed ledger again with the most that anyone knows was spent.

    The caller has checked the signatures of the anchors' quorum over ``maxima``. What was reserved
    here counts as spent from now on and no earlier price is ever given back. An account takes the
    larger of its own figure and that of ``maxima``, at most its cap. The new entry's number lies
    beyond every head that a peer holds. Bindings and answers of a lost part are not known here:
    the caller discards its whole stock of batches.

    Raises:
        LedgerOpen: the ledger is not closed.
        CapFixed: another cap than this ledger has.
        LedgerMissing: create one first; it will find that peers hold a later head.
    """
    before = status(connection)
    if before.closed_by is None:
        raise LedgerOpen
    known = {(account.unit, account.year): account for account in accounts(connection)}
    after = settle(known, maxima)
    seq = max([before.head.seq, *(head.seq for head in maxima.heads)]) + 1
    entry = append(connection, "rebuilt", maxima.document(), seq=seq)
    charged = HOLD.c.state.in_(("reserved", "spent"))
    connection.execute(update(HOLD).where(charged).values(state="settled"))
    connection.execute(delete(ACCOUNT))
    for account in after.values():
        connection.execute(insert(ACCOUNT).values(asdict(account)))
    connection.execute(update(STATUS).values(closed_by=None))
    return entry.head


def _close(
    connection: Connection, reason: type[LedgerDiverged], participant: str, keys: Collection[str]
) -> None:
    body = {"code": reason.code, "participant": participant, "keys": sorted(keys)}
    append(connection, "closed", body)
    connection.execute(update(STATUS).values(closed_by=reason.code))


def _settled(connection: Connection) -> set[Head]:
    # Heads of lost entries, whose price a rebuild took over.
    query = select(ENTRY.c.body).where(ENTRY.c.kind == "rebuilt")
    rebuilds = [canonical.decode(body) for body in connection.execute(query).scalars()]
    return {Head(**head) for document in rebuilds for head in document["heads"]}
