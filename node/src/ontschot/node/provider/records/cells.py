# SPDX-License-Identifier: EUPL-1.2
"""What CELL vectors read: per client, how many things of each class (``classed``).

The classes are columns of the statement, made from the public list of codes: a code of a record is
never a key. Who is left out is as in ``store``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CTE, BigInteger, Engine, Select, cast, func, select

from ontschot.node.provider.intake.codes import Law
from ontschot.node.provider.records.classed import things
from ontschot.node.provider.records.living import at_home, counts, residents
from ontschot.node.provider.records.models import Client
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.sessions import reading
from ontschot.protocol.documents.rounds import CellGrid

CHUNK: Final = 50_000


@dataclass(frozen=True, slots=True)
class CellChunk:
    """Up to 50,000 clients as columns of equal length, one entry per client.

    The address, ``counted`` and ``stays`` are as in ``HouseholdChunk``; ``counts``: int64[m,
    classes], zeros of who is not counted.
    """

    postcode: tuple[str, ...] = field(repr=False)
    huisnummer: NDArray[np.int64] = field(repr=False)
    huisletter: tuple[str, ...] = field(repr=False)
    toevoeging: tuple[str, ...] = field(repr=False)
    gemeente: tuple[str, ...] = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)
    counted: NDArray[np.bool_] = field(repr=False)
    stays: NDArray[np.bool_] = field(repr=False)


def cell_inputs(
    engine: Engine,
    period: Period,
    laws: frozenset[Law],
    grid: CellGrid,
    reference_date: date,
    *,
    chunk_rows: int = CHUNK,
) -> Iterator[CellChunk]:
    """Yield every client with something that counts in ``period`` under ``laws``.

    With them comes everyone else who lives at an address, not counted.

    Raises:
        RecordsUnavailable: or a subclass; the caller answers "failed" and logs locally.
        MalformedVariable: ``grid`` has classes that nothing can be classed in.
    """
    counted = _counted(period, laws, grid)
    columns = [counted.c[f"class_{number}"] for number in range(len(grid.classes))]
    statement = residents(counted, columns, reference_date, period)
    with reading(engine) as connection:
        result = connection.execution_options(yield_per=chunk_rows).execute(statement)
        for rows in result.partitions():
            yield _chunk(list(zip(*rows, strict=True)))


def included(
    period: Period, laws: frozenset[Law], grid: CellGrid, on: date
) -> Select[*tuple[Any, ...]]:
    """Return the statement of every client with something that counts, the client first.

    Raises:
        MalformedVariable: as for ``cell_inputs``.
    """
    return at_home(_counted(period, laws, grid), [], on)


def _counted(period: Period, laws: frozenset[Law], grid: CellGrid) -> CTE:
    thing = things(period, laws, grid.by, grid.classes).subquery("geteld")
    return (
        select(
            thing.c.client_id,
            func.max(thing.c.gemeente).label("gemeente"),
            *(
                cast(func.count().filter(thing.c.klasse == code), BigInteger).label(
                    f"class_{number}"
                )
                for number, code in enumerate(grid.classes)
            ),
        )
        .join(Client, Client.client_id == thing.c.client_id)
        .where(counts())
        .group_by(thing.c.client_id)
        .cte("per_client")
    )


def _chunk(columns: list[tuple[object, ...]]) -> CellChunk:
    _, postcode, number, letter, addition, gemeente, *classes, counted, stays = columns
    return CellChunk(
        postcode=_texts(postcode),
        huisnummer=np.array(number, dtype=np.int64),
        huisletter=_texts(letter),
        toevoeging=_texts(addition),
        gemeente=_texts(gemeente),
        counts=np.array(classes, dtype=np.int64).T,
        counted=np.array(counted, dtype=np.bool_),
        stays=np.array(stays, dtype=np.bool_),
    )


def _texts(column: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(str, column))
