# SPDX-License-Identifier: EUPL-1.2
"""Notes that a client was counted in a question (Jeugdwet 7.3.12, lid 3), and their export."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine, Select, func, insert, literal, select

from ontschot.node.provider.records import cells, persons, store
from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.identity import Identity, SealedBsn
from ontschot.node.provider.records.models import Client, QueryAantekening
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.sessions import reading, transaction
from ontschot.protocol.documents.rounds import Round, VariableDocument

_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Note:
    """One client was counted in the answer to one question; for the provider's own files only."""

    bsn: Bsn = field(repr=False)
    query: str
    on: date


def counted(round_: Round, variable: VariableDocument) -> Select[*tuple[Any, ...]]:
    """Return the statement of who counts for a variable; its first column is the client.

    They are the clients whose records a vector is made of: no objection, not shielded. Those whom
    the vector then leaves out, without a slot or in an institution, are among them.
    """
    period = Period(date.fromisoformat(round_.period_from), date.fromisoformat(round_.period_to))
    on = date.fromisoformat(round_.reference_date)
    if variable.cells is not None:
        return cells.included(period, frozenset(variable.wetten), variable.cells, on)
    if variable.persons is not None:
        return persons.included(period, store.Selection(laws=frozenset(variable.wetten)), on)
    selection = store.Selection(laws=frozenset(variable.wetten), groups=frozenset(variable.groups))
    return store.included(period, selection, on)


def note_clients(engine: Engine, query: str, who: Select[*tuple[Any, ...]], on: date) -> int:
    """Write the note of a question for each client of ``who`` that has none; return how many.

    Raises:
        RecordsUnavailable: or a subclass; no note was written.
    """
    included = who.subquery()
    noted = select(QueryAantekening.client_id).where(QueryAantekening.query_id == query)
    source = select(
        literal(query).label("query_id"), included.c.client_id, literal(on).label("datum")
    ).where(included.c.client_id.not_in(noted))
    columns = ["query_id", "client_id", "datum"]
    with transaction(engine) as connection:
        # SQLite's driver does not count the rows of an INSERT with a common table expression.
        new = connection.scalar(select(func.count()).select_from(source.subquery())) or 0
        connection.execute(insert(QueryAantekening).from_select(columns, source))
    return new


def notes_per_query(engine: Engine) -> dict[str, int]:
    """Return how many clients have the note of each question.

    Raises:
        RecordsUnavailable: or a subclass.
    """
    query = select(QueryAantekening.query_id, func.count()).group_by(QueryAantekening.query_id)
    with reading(engine) as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def notes(engine: Engine, identity: Identity, since: date) -> Iterator[Note]:
    """Yield every note of ``since`` or later, by day, question and client.

    Raises:
        RecordsUnavailable: or a subclass.
        IdentityKeyUnknown: a BSN is under a key that is not here.
    """
    sealed = (Client.bsn_index, Client.bsn_versleuteld, Client.bsn_sleutel)
    statement = (
        select(QueryAantekening.query_id, QueryAantekening.datum, *sealed)
        .join(Client, Client.client_id == QueryAantekening.client_id)
        .where(QueryAantekening.datum >= since)
        .order_by(QueryAantekening.datum, QueryAantekening.query_id, Client.client_id)
    )
    with (
        reading(engine) as connection,
        connection.execution_options(yield_per=_CHUNK).execute(statement) as result,
    ):
        for query, on, index, ciphertext, key_id in result:
            bsn = identity.open(SealedBsn(index, ciphertext or b"", key_id or ""))
            yield Note(bsn, query, on)
