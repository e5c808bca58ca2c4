# SPDX-License-Identifier: EUPL-1.2
"""Where clients live on a day, and who of them stays somewhere: parts of larger statements.

Which addresses are no household is not decided here. That must follow from the clients of one slot
alone (``ontschot.node.provider.vectors.households``), and slots are not known to a database.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, func, or_, select

from ontschot.node.provider.intake.codes import STAY_CATEGORIES
from ontschot.node.provider.records.models import (
    BRP_ADDRESS,
    STAY_ADDRESS,
    Adres,
    Client,
    Prestatie,
)
from ontschot.node.provider.records.period import Period

_ADDRESS = ("postcode", "huisnummer", "huisletter", "toevoeging")


def counts() -> ColumnElement[bool]:
    """Return the condition that a client counts: no objection (Jeugdwet 7.3.12), not shielded."""
    return and_(Client.bezwaar_statistiek.is_(False), Client.afgeschermd.is_(False))


def at_home(
    counted: CTE, columns: Sequence[ColumnElement[Any]], on: date
) -> Select[*tuple[Any, ...]]:
    """Return clients with their address and what was counted.

    Args:
        counted: one row per client, with ``client_id`` and ``gemeente``.
        columns: of ``counted``, to stand behind the address.
        on: the address is the one valid on this day.

    The columns are client, postcode, huisnummer, huisletter, toevoeging, gemeente and those given;
    in order of client.
    """
    lives = _lives(on)
    return (
        select(counted.c.client_id, *_address(lives, counted), *columns)
        .outerjoin_from(counted, lives, lives.c.client_id == counted.c.client_id)
        .order_by(counted.c.client_id)
    )


def residents(
    counted: CTE, columns: Sequence[ColumnElement[Any]], on: date, period: Period
) -> Select[*tuple[Any, ...]]:
    """Return the same of everyone who was counted or lives somewhere, and two flags behind it.

    The flags: whether the client was counted, and whether it had help with a stay in ``period``.
    Where a client was not counted, the columns of ``counted`` are 0.
    """
    lives, stays = _lives(on), _stays(period)
    return (
        select(
            Client.client_id,
            *_address(lives, counted),
            *(func.coalesce(column, 0) for column in columns),
            counted.c.client_id.is_not(None),
            stays.c.client_id.is_not(None),
        )
        .outerjoin(lives, lives.c.client_id == Client.client_id)
        .outerjoin(counted, counted.c.client_id == Client.client_id)
        .outerjoin(stays, stays.c.client_id == Client.client_id)
        .where(or_(lives.c.client_id.is_not(None), counted.c.client_id.is_not(None)))
        .order_by(Client.client_id)
    )


def _address(lives: CTE, counted: CTE) -> tuple[ColumnElement[Any], ...]:
    return (
        func.coalesce(lives.c.postcode, ""),
        func.coalesce(lives.c.huisnummer, 0),
        func.coalesce(lives.c.huisletter, ""),
        func.coalesce(lives.c.toevoeging, ""),
        func.coalesce(lives.c.gemeente, counted.c.gemeente),
    )


def _lives(on: date) -> CTE:
    order = (Adres.soort, Adres.geldig_van.desc().nulls_last(), Adres.adres_id.desc())
    ranked = (
        select(
            Adres.client_id,
            *(getattr(Adres, name) for name in _ADDRESS),
            Adres.gemeente,
            func.row_number().over(partition_by=Adres.client_id, order_by=order).label("rang"),
        )
        .where(Adres.soort.in_((BRP_ADDRESS, STAY_ADDRESS)))
        .where(or_(Adres.geldig_van.is_(None), Adres.geldig_van <= on))
        .where(or_(Adres.geldig_tot.is_(None), Adres.geldig_tot >= on))
        .subquery()
    )
    return select(ranked).where(ranked.c.rang == 1).cte("woont")


def _stays(period: Period) -> Subquery:
    return (
        select(Prestatie.client_id)
        .where(Prestatie.categorie.in_(sorted(STAY_CATEGORIES)))
        .where(period.covers(Prestatie.periode_van))
        .distinct()
        .subquery("verblijft")
    )
