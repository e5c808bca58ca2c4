# SPDX-License-Identifier: EUPL-1.2
"""What PERSON vectors read: the columns of a household vector, and each client's number.

A number is opened in memory, one client at a time, and never written anywhere. Who is left out is
as in ``store``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine, Select, select

from ontschot.node.provider.records import store
from ontschot.node.provider.records.identity import Identity, SealedBsn
from ontschot.node.provider.records.models import Client
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.sessions import reading
from ontschot.node.provider.records.store import CHUNK, HouseholdChunk, Selection


@dataclass(frozen=True, slots=True, eq=False)
class PersonChunk:
    """Up to 50,000 clients; ``bsn``: nine digits, or None for a person without a number."""

    clients: HouseholdChunk = field(repr=False)
    bsn: tuple[str | None, ...] = field(repr=False)


def person_inputs(
    engine: Engine,
    identity: Identity,
    period: Period,
    selection: Selection,
    reference_date: date,
    *,
    chunk_rows: int = CHUNK,
) -> Iterator[PersonChunk]:
    """Yield every client with prestaties in ``period`` that pass ``selection``, with its number.

    Raises:
        RecordsUnavailable: or a subclass; the caller answers "failed" and logs locally.
        IdentityKeyUnknown: a number is under a key that is not here.
    """
    inside = store.included(period, selection, reference_date).order_by(None).subquery()
    statement = (
        select(*inside.c, Client.bsn_index, Client.bsn_versleuteld, Client.bsn_sleutel)
        .join(Client, Client.client_id == inside.c.client_id)
        .order_by(inside.c.client_id)
    )
    with (
        reading(engine) as connection,
        connection.execution_options(yield_per=chunk_rows).execute(statement) as result,
    ):
        for rows in result.partitions():
            *columns, index, box, key = zip(*rows, strict=True)
            bsn = tuple(
                None if sealed is None else identity.open(SealedBsn(i, sealed, k or "")).digits
                for i, sealed, k in zip(index, box, key, strict=True)
            )
            yield PersonChunk(store.chunk_of(columns), bsn)


def included(period: Period, selection: Selection, on: date) -> Select[*tuple[Any, ...]]:
    """Return the statement of every client that a PERSON vector counts, the client first."""
    inside = store.included(period, selection, on).order_by(None).subquery()
    return (
        select(inside.c.client_id)
        .join(Client, Client.client_id == inside.c.client_id)
        .where(inside.c.served == 1, Client.bsn_versleuteld.is_not(None))
    )
