# SPDX-License-Identifier: EUPL-1.2
"""What CELL vectors read: per client, how many allocations (toewijzingen) of each class.

The classes are columns of the statement, made from the public list of codes: a code that is not in
the list is counted in the last class and is never a key. Who is left out is as in ``store``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CTE, BigInteger, ColumnElement, Engine, Select, cast, func, select

from ontschot.node.provider.intake.codes import Law
from ontschot.node.provider.records.living import at_home, counts
from ontschot.node.provider.records.models import Client, Toewijzing
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.sessions import reading

CHUNK: Final = 50_000
CLASSED_BY: Final = {"verwijzer": Toewijzing.verwijzer}
"""What allocations can be classed by."""


@dataclass(frozen=True, slots=True)
class AllocationChunk:
    """Up to 50,000 clients as columns of equal length, one entry per client.

    The address and ``institution`` are as in ``HouseholdChunk``; ``counts``: int64[m, classes].
    """

    postcode: tuple[str, ...] = field(repr=False)
    huisnummer: NDArray[np.int64] = field(repr=False)
    huisletter: tuple[str, ...] = field(repr=False)
    toevoeging: tuple[str, ...] = field(repr=False)
    gemeente: tuple[str, ...] = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)
    institution: NDArray[np.bool_] = field(repr=False)


def allocation_inputs(
    engine: Engine,
    period: Period,
    laws: frozenset[Law],
    classed: tuple[str, Sequence[str]],
    reference_date: date,
    *,
    chunk_rows: int = CHUNK,
) -> Iterator[AllocationChunk]:
    """Yield every client with an allocation under ``laws`` that begins in ``period``.

    An allocation without a first day counts on the day that it was made. ``classed`` is what it is
    classed by and the codes of the classes; the last class takes every other code.

    Raises:
        RecordsUnavailable: or a subclass; the caller answers "failed" and logs locally.
        KeyError: allocations cannot be classed by that.
    """
    granted = _granted(period, laws, *classed)
    columns = [granted.c[f"class_{number}"] for number in range(len(classed[1]))]
    statement, _ = at_home(granted, columns, reference_date, period)
    with reading(engine) as connection:
        result = connection.execution_options(yield_per=chunk_rows).execute(statement)
        for rows in result.partitions():
            yield _chunk(list(zip(*rows, strict=True)))


def included(period: Period, laws: frozenset[Law], on: date) -> Select[*tuple[Any, ...]]:
    """Return the statement of every client of a household with an allocation that counts."""
    granted = (
        select(Toewijzing.client_id, func.max(Toewijzing.gemeente).label("gemeente"))
        .join(Client, Client.client_id == Toewijzing.client_id)
        .where(counts(), Toewijzing.wet.in_(sorted(laws)), period.covers(_begins()))
        .group_by(Toewijzing.client_id)
        .cte("toegewezen")
    )
    statement, institution = at_home(granted, [], on, period)
    return statement.where(~institution)


def _begins() -> ColumnElement[date]:
    return func.coalesce(Toewijzing.ingang, Toewijzing.toewijzingsdatum)


def _granted(period: Period, laws: frozenset[Law], by: str, classes: Sequence[str]) -> CTE:
    code = CLASSED_BY[by]
    known = [func.count().filter(code == name) for name in classes[:-1]]
    other = func.count() - sum(known[1:], known[0])
    return (
        select(
            Toewijzing.client_id,
            func.max(Toewijzing.gemeente).label("gemeente"),
            *(
                cast(count, BigInteger).label(f"class_{number}")
                for number, count in enumerate([*known, other])
            ),
        )
        .join(Client, Client.client_id == Toewijzing.client_id)
        .where(counts(), Toewijzing.wet.in_(sorted(laws)), period.covers(_begins()))
        .group_by(Toewijzing.client_id)
        .cte("toegewezen")
    )


def _chunk(columns: list[tuple[object, ...]]) -> AllocationChunk:
    _, postcode, number, letter, addition, gemeente, *classes, institution = columns
    return AllocationChunk(
        postcode=_texts(postcode),
        huisnummer=np.array(number, dtype=np.int64),
        huisletter=_texts(letter),
        toevoeging=_texts(addition),
        gemeente=_texts(gemeente),
        counts=np.array(classes, dtype=np.int64).T,
        institution=np.array(institution, dtype=np.bool_),
    )


def _texts(column: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(str, column))
