# SPDX-License-Identifier: EUPL-1.2
"""Tables of the record store: what a provider knows of its clients, and nothing more.

Field names are those of iJw/iWmo 3.2 in snake case. Amounts are integer euro cents, dates are days
without zone, codes are texts with their leading zeros. Names, telephone numbers, e-mail addresses
and comments have no column, so they cannot be stored.

The tables hold what the CSV intake fills. ``inlading_regel`` is the waiting room of a running load:
it is filled and emptied within the load's one transaction.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ontschot.node.database import NAMING

MAX_CENT = 99_999_999
"""Largest amount of one prestatie, in euro cents (``LDT_Bedrag`` of iJw/iWmo 3.2)."""

BRP_ADDRESS = "01"
STAY_ADDRESS = "03"

Key = BigInteger().with_variant(Integer, "sqlite")
"""Surrogate keys; SQLite numbers rows by itself only for INTEGER."""

LAWS = "wet IN ('JW', 'WMO')"


class Base(DeclarativeBase):
    """The tables of the record store."""

    metadata = MetaData(naming_convention=NAMING)


class Client(Base):
    """A person who gets or got help.

    ``bsn_index`` is the keyed index of the BSN; for a person without BSN it is a hash of the
    toewijzing (or of birth date and address), and ``bsn_versleuteld`` is empty.
    """

    __tablename__ = "client"

    client_id: Mapped[int] = mapped_column(Key, primary_key=True)
    bsn_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    bsn_versleuteld: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    bsn_sleutel: Mapped[str | None] = mapped_column(String(16), index=True)
    geboortedatum: Mapped[date | None]
    geslacht: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    afgeschermd: Mapped[bool] = mapped_column(server_default=false())
    afgeschermd_op: Mapped[date | None]
    bezwaar_statistiek: Mapped[bool] = mapped_column(server_default=false())
    bezwaar_op: Mapped[date | None]


class Adres(Base):
    """An address of a client and the days it was valid.

    An empty ``geldig_van`` means: since before the first month we know of. ``gezien_van`` and
    ``gezien_tot`` are the first and last day of a month in which a file named this address.
    """

    __tablename__ = "adres"
    __table_args__ = (Index("ix_adres_client_id", "client_id"),)

    adres_id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.client_id", ondelete="CASCADE"))
    soort: Mapped[str] = mapped_column(String(2))
    postcode: Mapped[str] = mapped_column(String(6))
    huisnummer: Mapped[int]
    huisletter: Mapped[str] = mapped_column(String(1))
    toevoeging: Mapped[str] = mapped_column(String(4))
    gemeente: Mapped[str] = mapped_column(String(4))
    geldig_van: Mapped[date | None]
    geldig_tot: Mapped[date | None]
    gezien_van: Mapped[date]
    gezien_tot: Mapped[date]


class Toewijzing(Base):
    """What a gemeente granted; the latest ``toewijzingsdatum`` wins (OP033x1)."""

    __tablename__ = "toewijzing"
    __table_args__ = (
        CheckConstraint(LAWS, name="wet"),
        Index("ix_toewijzing_client_id", "client_id"),
    )

    gemeente: Mapped[str] = mapped_column(String(4), primary_key=True)
    wet: Mapped[str] = mapped_column(String(3), primary_key=True)
    toewijzing_nr: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.client_id", ondelete="CASCADE"))
    categorie: Mapped[str] = mapped_column(String(2))
    productcode: Mapped[str | None] = mapped_column(String(5))
    toewijzingsdatum: Mapped[date | None]
    ingang: Mapped[date | None]
    verwijzer: Mapped[str | None] = mapped_column(String(2))


class Levering(Base):
    """A traject: overlapping deliveries of one hulpvorm to one client, merged as CBS does.

    ``leveringen``: how many deliveries it was made of.
    """

    __tablename__ = "levering"
    __table_args__ = (
        CheckConstraint(LAWS, name="wet"),
        Index("ix_levering_client_id", "client_id"),
    )

    levering_id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.client_id", ondelete="CASCADE"))
    gemeente: Mapped[str] = mapped_column(String(4))
    wet: Mapped[str] = mapped_column(String(3))
    hulpvorm: Mapped[str] = mapped_column(String(2))
    toewijzing_nr: Mapped[int | None]
    begin: Mapped[date]
    einde: Mapped[date | None]
    reden_einde: Mapped[str | None] = mapped_column(String(2))
    gestart_met_crisis: Mapped[bool]
    leveringen: Mapped[int]


class Prestatie(Base):
    """Help delivered in (part of) one calendar month, with its amount.

    ``net_cent`` is computed by the database: plus for a debit, minus for a credit.
    """

    __tablename__ = "prestatie"
    __table_args__ = (
        CheckConstraint(LAWS, name="wet"),
        CheckConstraint("dc IN ('D', 'C')", name="dc"),
        CheckConstraint(f"bedrag_cent BETWEEN 0 AND {MAX_CENT}", name="bedrag"),
        CheckConstraint("periode_van <= periode_tot", name="periode"),
        Index("ix_prestatie_client_id", "client_id"),
        Index("ix_prestatie_gemeente_periode", "gemeente", "periode_van"),
        Index(
            "ix_prestatie_vorige_referentie",
            "vorige_referentie",
            sqlite_where=text("vorige_referentie IS NOT NULL"),
            postgresql_where=text("vorige_referentie IS NOT NULL"),
        ),
    )

    prestatie_id: Mapped[int] = mapped_column(Key, primary_key=True)
    inlading_id: Mapped[int] = mapped_column(ForeignKey("inlading.inlading_id"))
    referentie: Mapped[str | None] = mapped_column(String(20), unique=True)
    vorige_referentie: Mapped[str | None] = mapped_column(String(20))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.client_id"))
    gemeente: Mapped[str] = mapped_column(String(4))
    wet: Mapped[str] = mapped_column(String(3))
    categorie: Mapped[str] = mapped_column(String(2))
    productcode: Mapped[str | None] = mapped_column(String(5))
    toewijzing_nr: Mapped[int | None]
    hulpvorm: Mapped[str] = mapped_column(String(2))
    begin: Mapped[date | None]
    einde: Mapped[date | None]
    reden_einde: Mapped[str | None] = mapped_column(String(2))
    periode_van: Mapped[date]
    periode_tot: Mapped[date]
    volume: Mapped[int | None]
    eenheid: Mapped[str | None] = mapped_column(String(2))
    bedrag_cent: Mapped[int] = mapped_column(BigInteger)
    dc: Mapped[str] = mapped_column(String(1))
    net_cent: Mapped[int] = mapped_column(
        BigInteger,
        Computed("CASE WHEN dc = 'D' THEN bedrag_cent ELSE -bedrag_cent END", persisted=True),
    )


class Inlading(Base):
    """One load that was completed: which file, in which way, and how many rows."""

    __tablename__ = "inlading"

    inlading_id: Mapped[int] = mapped_column(Key, primary_key=True)
    bestand_sha256: Mapped[str] = mapped_column(String(64), index=True)
    agb: Mapped[str] = mapped_column(String(8))
    profiel: Mapped[str] = mapped_column(String(16))
    modus: Mapped[str] = mapped_column(String(16))
    geladen_op: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    regels: Mapped[int]
    geladen: Mapped[int]
    afgewezen: Mapped[int]
    dubbel: Mapped[int]
    netto_cent: Mapped[int] = mapped_column(BigInteger)
    periode_van: Mapped[date | None]
    periode_tot: Mapped[date | None]


class Kwaliteit(Base):
    """How often one rule spoke in one load, and the first line where it did."""

    __tablename__ = "kwaliteit"

    inlading_id: Mapped[int] = mapped_column(
        ForeignKey("inlading.inlading_id", ondelete="CASCADE"), primary_key=True
    )
    regel: Mapped[str] = mapped_column(String(40), primary_key=True)
    ernst: Mapped[str] = mapped_column(String(1))
    aantal: Mapped[int]
    eerste_regelnr: Mapped[int | None]


class QueryAantekening(Base):
    """The note in a client's dossier that it was counted in a query (Jeugdwet 7.3.12 lid 3)."""

    __tablename__ = "query_aantekening"

    query_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[int] = mapped_column(
        ForeignKey("client.client_id", ondelete="CASCADE"), primary_key=True, index=True
    )
    datum: Mapped[date]


class InladingRegel(Base):
    """The waiting room of a running load: rows that passed the rules one row can be checked by.

    ``maand`` is the first day of the month of the period. ``fout`` is the code of a rule over
    several rows that rejected the row, or ``al-geladen``.
    """

    __tablename__ = "inlading_regel"

    regelnr: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    referentie: Mapped[str | None] = mapped_column(String(20))
    vorige_referentie: Mapped[str | None] = mapped_column(String(20))
    bsn_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    geboortedatum: Mapped[date | None]
    geslacht: Mapped[int] = mapped_column(SmallInteger)
    postcode: Mapped[str | None] = mapped_column(String(6))
    huisnummer: Mapped[int | None]
    huisletter: Mapped[str] = mapped_column(String(1))
    toevoeging: Mapped[str] = mapped_column(String(4))
    gemeente: Mapped[str] = mapped_column(String(4))
    wet: Mapped[str] = mapped_column(String(3))
    categorie: Mapped[str] = mapped_column(String(2))
    productcode: Mapped[str | None] = mapped_column(String(5))
    hulpvorm: Mapped[str] = mapped_column(String(2))
    toewijzing_nr: Mapped[int | None]
    toewijzingsdatum: Mapped[date | None]
    ingang: Mapped[date | None]
    begin: Mapped[date | None]
    einde: Mapped[date | None]
    reden_einde: Mapped[str | None] = mapped_column(String(2))
    verwijzer: Mapped[str | None] = mapped_column(String(2))
    maand: Mapped[date]
    periode_van: Mapped[date]
    periode_tot: Mapped[date]
    volume: Mapped[int | None]
    eenheid: Mapped[str | None] = mapped_column(String(2))
    bedrag_cent: Mapped[int] = mapped_column(BigInteger)
    dc: Mapped[str] = mapped_column(String(1))
    fout: Mapped[str | None] = mapped_column(String(40))
