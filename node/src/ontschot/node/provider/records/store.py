# SPDX-License-Identifier: EUPL-1.2
"""What household vectors read: one row per client, summed by the database itself.

Nothing here leaves the node. The caller places each address in a slot of the public universe,
adds up per slot, and shares the vector out.

Who is left out, always: clients who objected to statistics (Jeugdwet 7.3.12) and shielded clients.
Both are read at the moment of the question, so an objection works at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Engine,
    Select,
    case,
    cast,
    func,
    select,
)

from ontschot.node.provider.intake.codes import Law, categories
from ontschot.node.provider.records.living import at_home, counts, residents
from ontschot.node.provider.records.models import (
    MAX_CENT,
    Client,
    Prestatie,
)
from ontschot.node.provider.records.period import Period
from ontschot.node.provider.records.sessions import reading

CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which prestaties count; an empty set means no limit in that respect.

    ``groups`` are the publication groups 1 to 8; ``row_max_cent`` is the public maximum of one
    prestatie in euro cents, applied to each row before the sum (``privacy.md`` 0.15).
    """

    laws: frozenset[Law] = frozenset()
    categories: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    gemeenten: frozenset[str] = frozenset()
    row_max_cent: int = MAX_CENT

    def __post_init__(self) -> None:
        """Check that codes exist, so that a typing error does not read as "no clients".

        Raises:
            ValueError: an unknown categorie or group, or a maximum outside 0..99,999,999 cent.
        """
        known = categories()
        if self.categories - known.keys() or self.groups - set(range(1, 9)):
            raise ValueError("an unknown categorie or group")
        if not 0 <= self.row_max_cent <= MAX_CENT:
            raise ValueError("a row maximum outside the range of an amount")

    def codes(self) -> frozenset[str]:
        """Return the categories that pass all three filters."""
        return frozenset(
            item.code
            for item in categories().values()
            if (not self.laws or item.law in self.laws)
            and (not self.categories or item.code in self.categories)
            and (not self.groups or item.group in self.groups)
        )


@dataclass(frozen=True, slots=True)
class HouseholdChunk:
    """Up to 50,000 clients as columns of equal length; one entry per client.

    ``client``: int64, the node's own key, in ascending order over all chunks. ``postcode``
    (``1234AB``), ``huisletter``, ``toevoeging``: empty when there is no usable address;
    ``huisnummer`` is then 0. ``gemeente``: four digits, always filled (the paying gemeente when
    there is no address). ``net_cent``: int64, debits minus credits, may be negative. ``served``:
    bool, more debits than credits. ``counted``: bool, the client has prestaties that count and did
    not object; of others the first two say nothing, and they only tell how many live at an address.
    ``stays``: bool, help with a stay in the period.
    """

    client: NDArray[np.int64] = field(repr=False)
    postcode: tuple[str, ...] = field(repr=False)
    huisnummer: NDArray[np.int64] = field(repr=False)
    huisletter: tuple[str, ...] = field(repr=False)
    toevoeging: tuple[str, ...] = field(repr=False)
    gemeente: tuple[str, ...] = field(repr=False)
    net_cent: NDArray[np.int64] = field(repr=False)
    served: NDArray[np.bool_] = field(repr=False)
    counted: NDArray[np.bool_] = field(repr=False)
    stays: NDArray[np.bool_] = field(repr=False)

    def __len__(self) -> int:
        """Return the number of clients."""
        return len(self.postcode)


def household_inputs(
    engine: Engine,
    period: Period,
    selection: Selection,
    reference_date: date,
    *,
    chunk_rows: int = CHUNK,
) -> Iterator[HouseholdChunk]:
    """Yield every client with prestaties in ``period`` that pass ``selection``.

    With them comes everyone else who lives at an address, not counted.

    The address is the one valid on ``reference_date``: BRP (Soort 01), else stay (03). The sums
    are computed by the database over int64; 99,999,999 cent per row leaves room for 9 * 10^10
    rows. One statement reads one state of the database; no writer waits for it.

    Raises:
        RecordsUnavailable: or a subclass; the caller answers "failed" and logs locally.
    """
    delivered = _delivered(period, selection)
    statement = residents(delivered, _sums(delivered), reference_date, period)
    with reading(engine) as connection:
        result = connection.execution_options(yield_per=chunk_rows).execute(statement)
        for rows in result.partitions():
            yield chunk_of(list(zip(*rows, strict=True)))


def included(period: Period, selection: Selection, on: date) -> Select[*tuple[Any, ...]]:
    """Return the statement of every client whose prestaties count; its first column is the client.

    The columns are those of ``at_home``, then net cents and whether the client was served.
    """
    delivered = _delivered(period, selection)
    return at_home(delivered, _sums(delivered), on)


def _sums(delivered: CTE) -> list[ColumnElement[Any]]:
    return [delivered.c.net_cent, delivered.c.served]


def _delivered(period: Period, selection: Selection) -> CTE:
    clamped = case(
        (Prestatie.bedrag_cent > selection.row_max_cent, selection.row_max_cent),
        else_=Prestatie.bedrag_cent,
    )
    sign = case((Prestatie.dc == "D", 1), else_=-1)
    statement = (
        select(
            Prestatie.client_id,
            func.max(Prestatie.gemeente).label("gemeente"),
            cast(func.sum(clamped * sign), BigInteger).label("net_cent"),
            case((func.sum(sign) > 0, 1), else_=0).label("served"),
        )
        .join(Client, Client.client_id == Prestatie.client_id)
        .where(counts())
        .where(
            period.covers(Prestatie.periode_van), Prestatie.categorie.in_(sorted(selection.codes()))
        )
        .group_by(Prestatie.client_id)
    )
    if selection.gemeenten:
        statement = statement.where(Prestatie.gemeente.in_(sorted(selection.gemeenten)))
    return statement.cte("geleverd")


def chunk_of(columns: Sequence[tuple[object, ...]]) -> HouseholdChunk:
    """Return rows of ``residents``, turned into columns; of ``included``, everyone counts."""
    client, postcode, number, letter, addition, gemeente, net, served, *flags = columns
    counted, stays = flags or ([True] * len(client), [False] * len(client))
    return HouseholdChunk(
        client=np.array(client, dtype=np.int64),
        postcode=_texts(postcode),
        huisnummer=np.array(number, dtype=np.int64),
        huisletter=_texts(letter),
        toevoeging=_texts(addition),
        gemeente=_texts(gemeente),
        net_cent=np.array(net, dtype=np.int64),
        served=np.array(served, dtype=np.bool_),
        counted=np.array(counted, dtype=np.bool_),
        stays=np.array(stays, dtype=np.bool_),
    )


def _texts(column: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(str, column))
