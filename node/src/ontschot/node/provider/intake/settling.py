# SPDX-License-Identifier: EUPL-1.2
"""From the waiting room into the record store, within the load's one transaction."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ontschot.node.provider.intake.addresses import settle_addresses
from ontschot.node.provider.intake.bulk import refresh_statistics
from ontschot.node.provider.intake.rules.across import ROW, Mode
from ontschot.node.provider.intake.trajects import forget_trajects, settle_trajects
from ontschot.node.provider.records.models import (
    Client,
    InladingRegel,
    Prestatie,
    QueryAantekening,
    Toewijzing,
)

ACCEPTED = ROW.fout.is_(None)
_COPIED = (
    "referentie",
    "vorige_referentie",
    "gemeente",
    "wet",
    "categorie",
    "productcode",
    "toewijzing_nr",
    "hulpvorm",
    "begin",
    "einde",
    "reden_einde",
    "periode_van",
    "periode_tot",
    "volume",
    "eenheid",
    "bedrag_cent",
    "dc",
)
_EARLY = date(1, 1, 1)
_GRANTED = ("categorie", "productcode", "toewijzingsdatum", "ingang", "verwijzer")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the waiting room will bring in.

    ``loaded``: rows; ``net_cent``: debits minus credits; ``with_address`` and ``without_bsn``:
    rows; ``months``: (gemeente, first day of a month), in order.
    """

    loaded: int
    net_cent: int
    with_address: int
    without_bsn: int
    months: tuple[tuple[str, date], ...]

    @property
    def gemeenten(self) -> list[str]:
        """The gemeenten, in order, each once."""
        return sorted({gemeente for gemeente, _ in self.months})

    @property
    def first(self) -> date | None:
        """The first day of the first month."""
        return min((month for _, month in self.months), default=None)

    @property
    def last(self) -> date | None:
        """The last day of the last month."""
        month = max((month for _, month in self.months), default=None)
        return month and month.replace(day=monthrange(month.year, month.month)[1])


def accepted(connection: Connection) -> Accepted:
    """Count the rows of the waiting room that no rule rejected."""
    cents = func.sum(ROW.bedrag_cent)
    totals = connection.execute(
        select(
            func.count(),
            func.coalesce(cents.filter(ROW.dc == "D"), 0),
            func.coalesce(cents.filter(ROW.dc == "C"), 0),
            func.count(ROW.postcode),
            func.count().filter(Client.bsn_versleuteld.is_(None)),
        )
        .join_from(ROW, Client, Client.bsn_index == ROW.bsn_index)
        .where(ACCEPTED)
    ).one()
    months = connection.execute(
        select(ROW.gemeente, ROW.maand).where(ACCEPTED).distinct().order_by(ROW.gemeente, ROW.maand)
    )
    loaded, debit, credit, placed, unlinked = map(int, totals)
    return Accepted(loaded, debit - credit, placed, unlinked, tuple((g, m) for g, m in months))


def settle(connection: Connection, mode: Mode, load: int, coming: Accepted) -> tuple[int, int]:
    """Bring the accepted rows in under load number ``load``.

    Returns how many rows they replaced, and how many trajecten were merged into another.
    """
    replaced = _replace(connection, coming) if mode == "vervangen" else 0
    _bring_in(connection, load)
    refresh_statistics(connection, "prestatie")
    _update_persons(connection)
    _settle_granted(connection)
    settle_addresses(connection)
    merged = settle_trajects(connection)
    _forget_empty_clients(connection)
    empty(connection)
    refresh_statistics(connection, "adres", "levering", "toewijzing")
    return replaced, merged


def empty(connection: Connection) -> None:
    """Empty the waiting room."""
    connection.execute(delete(InladingRegel))


def _replace(connection: Connection, coming: Accepted) -> int:
    """Remove what was loaded for the same gemeenten and months."""
    removed = 0
    for gemeente, first in coming.months:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        condition = and_(Prestatie.gemeente == gemeente, Prestatie.periode_van.between(first, last))
        forget_trajects(connection, select(Prestatie.client_id).where(condition))
        removed += connection.execute(delete(Prestatie).where(condition)).rowcount
    return removed


def _bring_in(connection: Connection, load: int) -> None:
    source = (
        select(literal(load), Client.client_id, *(getattr(ROW, name) for name in _COPIED))
        .join_from(ROW, Client, Client.bsn_index == ROW.bsn_index)
        .where(ACCEPTED)
        .order_by(ROW.regelnr)
    )
    columns = ["inlading_id", "client_id", *_COPIED]
    connection.execute(insert(Prestatie).from_select(columns, source))


def _update_persons(connection: Connection) -> None:
    """Take birth date and sex over from each client's latest line."""
    latest = (ROW.periode_tot.desc(), ROW.geboortedatum.desc().nulls_last(), ROW.geslacht.desc())
    place = func.row_number().over(partition_by=ROW.bsn_index, order_by=latest)
    ranked = (
        select(ROW.bsn_index, ROW.geboortedatum, ROW.geslacht, place.label("place"))
        .where(ACCEPTED)
        .subquery()
    )
    connection.execute(
        update(Client)
        .values(geboortedatum=ranked.c.geboortedatum, geslacht=ranked.c.geslacht)
        .where(Client.bsn_index == ranked.c.bsn_index, ranked.c.place == 1)
        .where(
            or_(
                Client.geboortedatum.is_distinct_from(ranked.c.geboortedatum),
                Client.geslacht != ranked.c.geslacht,
            )
        )
    )


def _settle_granted(connection: Connection) -> None:
    """Insert or replace toewijzingen: the latest ``toewijzingsdatum`` wins (OP033x1).

    Where lines of one day differ, the last period decides, then the values themselves: never the
    order of the lines.
    """
    key = ("gemeente", "wet", "toewijzing_nr")
    keys = [getattr(ROW, name) for name in key]
    values = [getattr(ROW, name) for name in _GRANTED]
    latest = (
        ROW.toewijzingsdatum.desc().nulls_last(),
        ROW.periode_tot.desc(),
        *(value.desc().nulls_last() for value in values),
        ROW.bsn_index,
    )
    place = func.row_number().over(partition_by=keys, order_by=latest).label("place")
    ranked = (
        select(*keys, ROW.bsn_index, *values, place)
        .where(ACCEPTED, ROW.toewijzing_nr.is_not(None))
        .subquery()
    )
    source = (
        select(*(ranked.c[name] for name in key), Client.client_id)
        .add_columns(*(ranked.c[name] for name in _GRANTED))
        .join_from(ranked, Client, Client.bsn_index == ranked.c.bsn_index)
        .where(ranked.c.place == 1)
    )
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Toewijzing).from_select([*key, "client_id", *_GRANTED], source)
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=key,
            set_={name: new[name] for name in ("client_id", *_GRANTED)},
            where=func.coalesce(new.toewijzingsdatum, _EARLY)
            >= func.coalesce(Toewijzing.toewijzingsdatum, _EARLY),
        )
    )


def _forget_empty_clients(connection: Connection) -> None:
    """Remove clients of whom nothing is left: storage limitation (AVG art. 5).

    Whoever objected, is shielded, or has a note in the dossier stays.
    """
    helped = select(Prestatie.prestatie_id).where(Prestatie.client_id == Client.client_id)
    noted = select(QueryAantekening.client_id).where(QueryAantekening.client_id == Client.client_id)
    connection.execute(
        delete(Client).where(
            Client.bezwaar_statistiek.is_(False),
            Client.afgeschermd.is_(False),
            ~helped.correlate(Client).exists(),
            ~noted.correlate(Client).exists(),
        )
    )
