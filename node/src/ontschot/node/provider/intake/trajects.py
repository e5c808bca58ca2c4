# SPDX-License-Identifier: EUPL-1.2
"""Trajecten: overlapping deliveries of one hulpvorm to one client are one, as CBS counts them.

Source: Regeling Jeugdwet, bijlage 2 (Informatieprotocol Beleidsinformatie Jeugd): records of the
same hulpvorm by one provider that overlap are merged. Deliveries that only follow each other are
not. Of the lines that report one delivery (same toewijzing, same begin) the last period decides
about its end; a debit that was credited reports nothing.

Trajecten are computed anew for the clients of a load, from all that is known of them, so the order
of loads and lines does not matter.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Subquery,
    case,
    delete,
    func,
    insert,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from ontschot.node.provider.intake.codes import CRISIS_CATEGORIES
from ontschot.node.provider.intake.rules.across import ROW
from ontschot.node.provider.records.models import Client, Levering, Prestatie

OPEN = date(9999, 12, 31)
_COLUMNS = (
    "client_id",
    "wet",
    "hulpvorm",
    "gemeente",
    "begin",
    "einde",
    "reden_einde",
    "toewijzing_nr",
    "gestart_met_crisis",
    "leveringen",
)


def forget_trajects(connection: Connection, clients: Select[int]) -> None:
    """Remove the trajecten of ``clients``; ``settle_trajects`` computes them again."""
    connection.execute(delete(Levering).where(Levering.client_id.in_(clients)))


def settle_trajects(connection: Connection) -> int:
    """Compute the trajecten of the waiting room's clients, and of those without any.

    Returns how many deliveries of the waiting room's clients are merged into another.
    """
    loaded = select(Client.client_id).join(ROW, ROW.bsn_index == Client.bsn_index)
    forget_trajects(connection, loaded)
    connection.execute(insert(Levering).from_select(_COLUMNS, _merged(_reported())))
    merged = select(func.coalesce(func.sum(Levering.leveringen - 1), 0))
    return int(connection.scalar(merged.where(Levering.client_id.in_(loaded))) or 0)


def _reported() -> Subquery:
    """Return one row per delivery of clients that have no traject yet."""
    credit = aliased(Prestatie)
    credited = select(credit.prestatie_id).where(
        credit.vorige_referentie == Prestatie.referentie, credit.dc == "C"
    )
    has_one = select(Levering.levering_id).where(Levering.client_id == Client.client_id)
    until = func.coalesce(Prestatie.einde, OPEN)
    delivery = (
        Prestatie.client_id,
        Prestatie.wet,
        Prestatie.hulpvorm,
        Prestatie.gemeente,
        func.coalesce(Prestatie.toewijzing_nr, 0).label("toewijzing_nr"),
        Prestatie.begin,
    )
    last = (
        Prestatie.periode_tot.desc(),
        Prestatie.inlading_id.desc(),
        until.desc(),
        Prestatie.reden_einde.desc().nulls_last(),
        Prestatie.categorie.desc(),
    )
    ranked = (
        select(
            *delivery,
            until.label("until"),
            Prestatie.reden_einde,
            case((Prestatie.categorie.in_(sorted(CRISIS_CATEGORIES)), 1), else_=0).label("crisis"),
            func.row_number().over(partition_by=delivery, order_by=last).label("rank"),
        )
        .join(Client, Client.client_id == Prestatie.client_id)
        .where(~has_one.correlate(Client).exists())
        .where(Prestatie.begin.is_not(None), Prestatie.dc == "D")
        .where(~credited.correlate(Prestatie).exists())
        .subquery("gemeld")
    )
    return select(ranked).where(ranked.c.rank == 1).subquery("leveringen")


def _merged(one: Subquery) -> Select[*tuple[Any, ...]]:
    help_of = (one.c.client_id, one.c.wet, one.c.hulpvorm)
    order = (one.c.begin, one.c.until, one.c.gemeente, one.c.toewijzing_nr)
    earlier = func.max(one.c.until).over(partition_by=help_of, order_by=order, rows=(None, -1))
    starts = case((or_(earlier.is_(None), one.c.begin > earlier), 1), else_=0)
    marked = select(one, starts.label("starts")).subquery("begonnen")
    kind = (marked.c.client_id, marked.c.wet, marked.c.hulpvorm)
    sequence = (marked.c.begin, marked.c.until, marked.c.gemeente, marked.c.toewijzing_nr)
    number = func.sum(marked.c.starts).over(partition_by=kind, order_by=sequence, rows=(None, 0))
    numbered = select(marked, number.label("traject")).subquery("genummerd")
    traject = (
        numbered.c.client_id,
        numbered.c.wet,
        numbered.c.hulpvorm,
        numbered.c.traject,
    )
    tie = (numbered.c.gemeente, numbered.c.toewijzing_nr)
    opening = func.row_number().over(
        partition_by=traject, order_by=(numbered.c.begin, numbered.c.until, *tie)
    )
    closing = func.row_number().over(
        partition_by=traject, order_by=(numbered.c.until.desc(), numbered.c.begin.desc(), *tie)
    )
    placed = select(numbered, opening.label("opening"), closing.label("closing")).subquery(
        "geplaatst"
    )
    first, last = placed.c.opening == 1, placed.c.closing == 1
    end = func.max(placed.c.until)
    return select(
        placed.c.client_id,
        placed.c.wet,
        placed.c.hulpvorm,
        func.max(case((last, placed.c.gemeente))),
        func.min(placed.c.begin),
        case((end == OPEN, null()), else_=end),
        func.max(case((last, placed.c.reden_einde))),
        func.nullif(func.max(case((first, placed.c.toewijzing_nr))), 0),
        func.max(case((first, placed.c.crisis))) == 1,
        func.count(),
    ).group_by(placed.c.client_id, placed.c.wet, placed.c.hulpvorm, placed.c.traject)
