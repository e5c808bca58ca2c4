# SPDX-License-Identifier: EUPL-1.2
"""Where a client lived when, from what the lines of successive months say.

A file names an address per month. Equal addresses in a row are one stay; a stay ends the day
before the next one begins. The first stay has no beginning: before the first month that we know of
the best guess is the same address. Of two addresses in one month the newest load decides, and
within a load the last in the order of the address itself, so the order of lines does not matter.
"""

from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Select,
    Subquery,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from ontschot.node.provider.intake.rules.across import ROW
from ontschot.node.provider.records.models import BRP_ADDRESS, Adres, Client

_ADDRESS = ("postcode", "huisnummer", "huisletter", "toevoeging", "gemeente")


class DayBefore(GenericFunction[Any]):
    """The day before a day, on both databases."""

    type = Date()
    inherit_cache = True
    name = "day_before"


@compiles(DayBefore, "sqlite")
def _day_before_sqlite(element: DayBefore, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '-1 day')"


@compiles(DayBefore, "postgresql")
def _day_before_postgresql(element: DayBefore, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)}) - 1"


def settle_addresses(connection: Connection) -> None:
    """Bring the addresses of the waiting room's clients up to date."""
    newest = connection.scalar(select(func.coalesce(func.max(Adres.adres_id), 0))) or 0
    columns = ["client_id", *_ADDRESS, "gezien_van", "gezien_tot", "geldig_van", "geldig_tot"]
    connection.execute(insert(Adres).from_select([*columns, "soort"], _stays()))
    connection.execute(
        delete(Adres).where(
            Adres.adres_id <= newest,
            Adres.soort == BRP_ADDRESS,
            Adres.client_id.in_(select(Adres.client_id).where(Adres.adres_id > newest)),
        )
    )


def _seen() -> Subquery:
    """Return every (client, month, address) that the waiting room or an earlier load named."""
    fresh = (
        select(
            Client.client_id,
            ROW.maand,
            *(getattr(ROW, name) for name in _ADDRESS),
            literal(1).label("fresh"),
        )
        .join_from(ROW, Client, Client.bsn_index == ROW.bsn_index)
        .where(ROW.fout.is_(None), ROW.postcode.is_not(None))
        .distinct()
        .cte("gezien")
    )
    touched = select(fresh.c.client_id)
    old = [
        select(
            Adres.client_id, day, *(getattr(Adres, name) for name in _ADDRESS), literal(0)
        ).where(Adres.soort == BRP_ADDRESS, Adres.client_id.in_(touched))
        for day in (Adres.gezien_van, Adres.gezien_tot)
    ]
    return select(fresh).union_all(*old).subquery("genoemd")


def _stays() -> Select[*tuple[Any, ...]]:
    seen = _seen()
    deciding = [seen.c.fresh.desc(), *(seen.c[name].desc() for name in _ADDRESS)]
    rank = func.row_number().over(partition_by=(seen.c.client_id, seen.c.maand), order_by=deciding)
    ranked = select(seen, rank.label("rank")).subquery("gekozen")
    one = select(ranked).where(ranked.c.rank == 1).subquery("maanden")
    same = and_(
        *(
            column == func.lag(column).over(partition_by=one.c.client_id, order_by=one.c.maand)
            for column in (one.c[name] for name in _ADDRESS)
        )
    )
    marked = select(one, case((same, 0), else_=1).label("moved")).subquery("verhuisd")
    number = func.sum(marked.c.moved).over(
        partition_by=marked.c.client_id, order_by=marked.c.maand, rows=(None, 0)
    )
    numbered = select(marked, number.label("stay")).subquery("genummerd")
    address = [numbered.c[name] for name in _ADDRESS]
    stays = (
        select(
            numbered.c.client_id,
            numbered.c.stay,
            *address,
            func.min(numbered.c.maand).label("van"),
            func.max(numbered.c.maand).label("tot"),
        )
        .group_by(numbered.c.client_id, numbered.c.stay, *address)
        .subquery("verblijven")
    )
    following = func.lead(stays.c.van).over(partition_by=stays.c.client_id, order_by=stays.c.stay)
    return select(
        stays.c.client_id,
        *(stays.c[name] for name in _ADDRESS),
        stays.c.van,
        stays.c.tot,
        case((stays.c.stay == 1, null()), else_=stays.c.van),
        DayBefore(following),
        literal(BRP_ADDRESS),
    )
