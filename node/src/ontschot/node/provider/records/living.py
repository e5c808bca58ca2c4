# SPDX-License-Identifier: EUPL-1.2
"""Where clients live on a day, and which addresses are no household: parts of larger statements."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select

from ontschot.node.provider.intake.codes import STAY_CATEGORIES
from ontschot.node.provider.records.models import (
    BRP_ADDRESS,
    STAY_ADDRESS,
    Adres,
    Client,
    Prestatie,
)
from ontschot.node.provider.records.period import Period

INSTITUTION_CLIENTS = 8
"""An address with more clients than this is an institution."""
INSTITUTION_STAYS = 3
"""So is one with more clients than this in a category with a bed. A family whose own child stays
elsewhere keeps its address; a group home does not pass for a household."""

_ADDRESS = ("postcode", "huisnummer", "huisletter", "toevoeging")


def counts() -> ColumnElement[bool]:
    """Return the condition that a client counts: no objection (Jeugdwet 7.3.12), not shielded."""
    return and_(Client.bezwaar_statistiek.is_(False), Client.afgeschermd.is_(False))


def at_home(
    counted: CTE, columns: Sequence[ColumnElement[Any]], on: date, period: Period
) -> tuple[Select[*tuple[Any, ...]], ColumnElement[bool]]:
    """Return clients with their address and what was counted, and which live in an institution.

    Args:
        counted: one row per client, with ``client_id`` and ``gemeente``.
        columns: of ``counted``, to stand behind the address.
        on: the address is the one valid on this day.
        period: stays in it make an address an institution.

    The columns are client, postcode, huisnummer, huisletter, toevoeging, gemeente, those given,
    and whether the address is no household; in order of client.
    """
    lives = _lives(on)
    homes = _institutions(lives, period)
    institution = homes.c.postcode.is_not(None)
    statement: Select[*tuple[Any, ...]] = (
        select(
            counted.c.client_id,
            func.coalesce(lives.c.postcode, ""),
            func.coalesce(lives.c.huisnummer, 0),
            func.coalesce(lives.c.huisletter, ""),
            func.coalesce(lives.c.toevoeging, ""),
            func.coalesce(lives.c.gemeente, counted.c.gemeente),
            *columns,
            institution,
        )
        .outerjoin_from(counted, lives, lives.c.client_id == counted.c.client_id)
        .outerjoin(homes, and_(*(homes.c[name] == lives.c[name] for name in _ADDRESS)))
        .order_by(counted.c.client_id)
    )
    return statement, institution


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


def _institutions(lives: CTE, period: Period) -> CTE:
    """Return the addresses that are no household, counted over all clients who live there."""
    stays = (
        select(Prestatie.client_id)
        .where(Prestatie.categorie.in_(sorted(STAY_CATEGORIES)))
        .where(period.covers(Prestatie.periode_van))
        .distinct()
        .subquery()
    )
    address = [lives.c[name] for name in _ADDRESS]
    return (
        select(*address)
        .outerjoin_from(lives, stays, stays.c.client_id == lives.c.client_id)
        .group_by(*address)
        .having(
            or_(
                func.count() > INSTITUTION_CLIENTS,
                func.count(stays.c.client_id) > INSTITUTION_STAYS,
            )
        )
        .cte("instelling")
    )
