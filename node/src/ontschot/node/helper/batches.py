# SPDX-License-Identifier: EUPL-1.2
"""Gate keys held by this helper: finished batches, and the masked totals opened with them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, select

from ontschot.node.helper import schema
from ontschot.node.helper.errors import BatchRefused, PeerDeviates
from ontschot.node.helper.identity import my_name
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol import canonical
from ontschot.protocol.gate import BatchSpec, GatePart


def require_ready(desk: Desk, set_id: str, spec: BatchSpec) -> None:
    """Check that a batch was audited and computes exactly ``spec``.

    Raises:
        BatchRefused: unknown, not audited, or of another specification.
    """
    row = _row(desk, set_id)
    if row is None or row.status != "ready":
        raise BatchRefused("not audited here")
    if BatchSpec.from_document(canonical.decode(row.spec)) != spec:
        raise BatchRefused("computes something else")


def load_part(desk: Desk, set_id: str) -> GatePart:
    """Return this helper's part of a batch.

    Raises:
        BatchRefused: it is not here.
    """
    row = _row(desk, set_id)
    path = desk.kept(part_file(set_id))
    if row is None or path is None:
        raise BatchRefused("its keys are not here")
    spec = BatchSpec.from_document(canonical.decode(row.spec))
    return GatePart.load(spec, my_name(desk), bytes.fromhex(set_id), path.read_bytes())


def keep_opened(desk: Desk, set_id: str, total: NDArray[np.uint32]) -> None:
    """Keep the masked totals y (uint32[slots]) of a batch's first opening.

    Raises:
        PeerDeviates: the batch was opened before, at other values: then the peer shifted its
            half, and a second evaluation would answer a second question at the price of one.
    """
    data = np.ascontiguousarray(total, dtype="<u4").tobytes()
    path = desk.kept(f"opened/{set_id}")
    if path is None:
        desk.keep(data, f"opened/{set_id}")
    elif path.read_bytes() != data:
        raise PeerDeviates("opens a batch at other values than before")


def part_file(set_id: str) -> str:
    """Return the name under which this helper's part of a batch is kept."""
    return f"part/{set_id}"


def _row(desk: Desk, set_id: str) -> Row[Any] | None:
    return desk.connection.execute(
        select(schema.batches).where(schema.batches.c.set_id == set_id)
    ).first()
