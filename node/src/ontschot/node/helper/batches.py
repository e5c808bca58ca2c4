# SPDX-License-Identifier: EUPL-1.2
"""Gate keys held by this helper: finished batches, and the masked totals opened with them."""

from mmap import ACCESS_READ, mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, select, update

from ontschot.node.helper import facts, schema
from ontschot.node.helper.errors import BatchRefused, PeerDeviates
from ontschot.node.helper.identity import my_name, peer
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol import canonical
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.dealing import Offer, TossReveal
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.gate import BatchSpec, GatePart, audit
from ontschot.protocol.release.duties import duties_of


def require_ready(desk: Desk, set_id: str, spec: BatchSpec) -> None:
    """Check that a batch was audited, between these helpers and dealer, and computes ``spec``.

    Raises:
        BatchRefused: unknown, not audited, made for others, or of another specification.
    """
    row = find(desk, set_id)
    if row is None or row.status != "ready":
        raise BatchRefused("not audited here")
    if row.duties != duties_of(desk.roster):
        raise BatchRefused("made for other helpers, or by another dealer")
    if BatchSpec.from_document(canonical.decode(row.spec)) != spec:
        raise BatchRefused("computes something else")


def load_part(desk: Desk, set_id: str) -> GatePart:
    """Return this helper's part of a batch: the very bytes whose hash was offered.

    Raises:
        BatchRefused: it is not here.
        MalformedGatePart: it was changed on disk.
    """
    row = find(desk, set_id)
    path = desk.kept(part_file(set_id))
    if row is None or path is None:
        raise BatchRefused("its keys are not here")
    spec = BatchSpec.from_document(canonical.decode(row.spec))
    me = my_name(desk)
    offered = Offer.parse(row.offer).candidates[chosen(desk, row)]["AB".index(me)]
    with path.open("rb") as file:
        # read from the disk where it is used: keys of a region are hundreds of megabytes
        whole = mmap(file.fileno(), 0, access=ACCESS_READ)
    return GatePart.load(spec, me, bytes.fromhex(set_id), whole, offered)


def keep_opened(desk: Desk, set_id: str, total: NDArray[np.uint32]) -> None:
    """Keep the masked totals y (uint32[slots]) of a batch's first opening.

    Raises:
        PeerDeviates: the batch was opened before, at other values: then the peer shifted its
            half, and a second evaluation would answer a second question at the price of one.
    """
    data = np.ascontiguousarray(total, dtype="<u4").tobytes()
    path = desk.kept(_opened_file(set_id))
    if path is None:
        desk.keep(data, _opened_file(set_id))
    elif path.read_bytes() != data:
        raise PeerDeviates("opens a batch at other values than before")


def erase(desk: Desk, set_id: str) -> None:
    """Erase a finished batch's keys and what was opened with it; it can never be used again.

    A set that is not finished stays as it is: what somebody names in a manifest must not make
    helpers forget a set that the dealer owes them (``tossing``).
    """
    row = find(desk, set_id)
    if row is not None and row.status == "ready":
        end(desk, set_id, "erased")


def end(desk: Desk, set_id: str, status: str) -> None:
    """Erase whatever is here of a batch, in any state, and write how it ended."""
    desk.discard(part_file(set_id))
    desk.discard(_opened_file(set_id))
    set_status(desk, set_id, status)


def end_of_admission(desk: Desk, manifest: Manifest) -> None:
    """Erase the keys of an admission that sent its half, or was given up after they were bound.

    They are bound to one upload, and serve nothing else. A round has one admission for each upload,
    and kept to its end they would fill the disk. (Those of a question may serve another over the
    same uploads, and are erased with the round.)
    """
    if manifest.kind == "admit":
        for gate in manifest.gates:
            end(desk, gate.batch, "erased")


def part_file(set_id: str) -> str:
    """Return the name under which this helper's part of a batch is kept."""
    return f"part/{set_id}"


def nonces(desk: Desk, row: Row[Any]) -> tuple[bytes, bytes]:
    """Return A's and B's nonce of a toss that both showed.

    Raises:
        BatchRefused: the peer has not shown its own.
    """
    body = facts.find(desk.connection, row.set_id, "toss-reveal", row.peer or peer(desk).id)
    if body is None:
        raise BatchRefused("the toss is not over")
    mine, theirs = bytes.fromhex(row.nonce), bytes.fromhex(TossReveal.parse(body).nonce)
    return (mine, theirs) if my_name(desk) == "A" else (theirs, mine)


def chosen(desk: Desk, row: Row[Any]) -> int:
    """Return the candidate that the toss chose.

    Raises:
        TossBroken: both helpers show the same nonce.
        BatchRefused: the toss is not over.
    """
    candidates = len(Offer.parse(row.offer).candidates)
    return audit.choose(bytes.fromhex(row.set_id), *nonces(desk, row), candidates)


def find(desk: Desk, set_id: str) -> Row[Any] | None:
    """Return the row of a batch, finished or not."""
    return desk.connection.execute(
        select(schema.batches).where(schema.batches.c.set_id == set_id)
    ).first()


def set_status(desk: Desk, set_id: str, status: str) -> None:
    """Write how far a batch is, and since when."""
    now = to_text(desk.now)
    desk.connection.execute(
        update(schema.batches)
        .where(schema.batches.c.set_id == set_id)
        .values(status=status, since=now, said_at=now)
    )


def _opened_file(set_id: str) -> str:
    return f"opened/{set_id}"
