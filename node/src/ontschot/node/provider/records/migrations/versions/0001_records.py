# SPDX-License-Identifier: EUPL-1.2
"""The tables of the record store."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "client",
    "adres",
    "toewijzing",
    "levering",
    "inlading",
    "kwaliteit",
    "prestatie",
    "query_aantekening",
    "inlading_regel",
)


def upgrade() -> None:
    _create_client()
    _create_adres()
    _create_toewijzing()
    _create_levering()
    _create_inlading()
    _create_kwaliteit()
    _create_prestatie()
    _create_query_aantekening()
    _create_inlading_regel()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_client() -> None:
    op.create_table(
        "client",
        sa.Column("client_id", KEY, nullable=False),
        sa.Column("bsn_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("bsn_versleuteld", sa.LargeBinary(length=64)),
        sa.Column("bsn_sleutel", sa.String(length=16)),
        sa.Column("geboortedatum", sa.Date()),
        sa.Column("geslacht", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("afgeschermd", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("afgeschermd_op", sa.Date()),
        sa.Column("bezwaar_statistiek", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("bezwaar_op", sa.Date()),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client")),
        sa.UniqueConstraint("bsn_index", name=op.f("uq_client_bsn_index")),
    )
    op.create_index(op.f("ix_client_bsn_sleutel"), "client", ["bsn_sleutel"])


def _create_adres() -> None:
    op.create_table(
        "adres",
        sa.Column("adres_id", KEY, nullable=False),
        sa.Column("client_id", KEY, nullable=False),
        sa.Column("soort", sa.String(length=2), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("huisnummer", sa.Integer(), nullable=False),
        sa.Column("huisletter", sa.String(length=1), nullable=False),
        sa.Column("toevoeging", sa.String(length=4), nullable=False),
        sa.Column("gemeente", sa.String(length=4), nullable=False),
        sa.Column("geldig_van", sa.Date()),
        sa.Column("geldig_tot", sa.Date()),
        sa.Column("gezien_van", sa.Date(), nullable=False),
        sa.Column("gezien_tot", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["client.client_id"],
            name=op.f("fk_adres_client_id_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("adres_id", name=op.f("pk_adres")),
    )
    op.create_index(op.f("ix_adres_client_id"), "adres", ["client_id"])


def _create_toewijzing() -> None:
    op.create_table(
        "toewijzing",
        sa.Column("gemeente", sa.String(length=4), nullable=False),
        sa.Column("wet", sa.String(length=3), nullable=False),
        sa.Column("toewijzing_nr", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", KEY, nullable=False),
        sa.Column("categorie", sa.String(length=2), nullable=False),
        sa.Column("productcode", sa.String(length=5)),
        sa.Column("toewijzingsdatum", sa.Date()),
        sa.Column("ingang", sa.Date()),
        sa.Column("verwijzer", sa.String(length=2)),
        sa.CheckConstraint("wet IN ('JW', 'WMO')", name=op.f("ck_toewijzing_wet")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["client.client_id"],
            name=op.f("fk_toewijzing_client_id_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("gemeente", "wet", "toewijzing_nr", name=op.f("pk_toewijzing")),
    )
    op.create_index(op.f("ix_toewijzing_client_id"), "toewijzing", ["client_id"])


def _create_levering() -> None:
    op.create_table(
        "levering",
        sa.Column("levering_id", KEY, nullable=False),
        sa.Column("client_id", KEY, nullable=False),
        sa.Column("gemeente", sa.String(length=4), nullable=False),
        sa.Column("wet", sa.String(length=3), nullable=False),
        sa.Column("hulpvorm", sa.String(length=2), nullable=False),
        sa.Column("toewijzing_nr", sa.Integer()),
        sa.Column("begin", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date()),
        sa.Column("reden_einde", sa.String(length=2)),
        sa.Column("gestart_met_crisis", sa.Boolean(), nullable=False),
        sa.Column("leveringen", sa.Integer(), nullable=False),
        sa.CheckConstraint("wet IN ('JW', 'WMO')", name=op.f("ck_levering_wet")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["client.client_id"],
            name=op.f("fk_levering_client_id_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("levering_id", name=op.f("pk_levering")),
    )
    op.create_index(op.f("ix_levering_client_id"), "levering", ["client_id"])


def _create_inlading() -> None:
    op.create_table(
        "inlading",
        sa.Column("inlading_id", KEY, nullable=False),
        sa.Column("bestand_sha256", sa.String(length=64), nullable=False),
        sa.Column("agb", sa.String(length=8), nullable=False),
        sa.Column("profiel", sa.String(length=16), nullable=False),
        sa.Column("modus", sa.String(length=16), nullable=False),
        sa.Column("geladen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("regels", sa.Integer(), nullable=False),
        sa.Column("geladen", sa.Integer(), nullable=False),
        sa.Column("afgewezen", sa.Integer(), nullable=False),
        sa.Column("dubbel", sa.Integer(), nullable=False),
        sa.Column("netto_cent", sa.BigInteger(), nullable=False),
        sa.Column("periode_van", sa.Date()),
        sa.Column("periode_tot", sa.Date()),
        sa.PrimaryKeyConstraint("inlading_id", name=op.f("pk_inlading")),
    )
    op.create_index(op.f("ix_inlading_bestand_sha256"), "inlading", ["bestand_sha256"])


def _create_kwaliteit() -> None:
    op.create_table(
        "kwaliteit",
        sa.Column("inlading_id", KEY, nullable=False),
        sa.Column("regel", sa.String(length=40), nullable=False),
        sa.Column("ernst", sa.String(length=1), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.Column("eerste_regelnr", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["inlading_id"],
            ["inlading.inlading_id"],
            name=op.f("fk_kwaliteit_inlading_id_inlading"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inlading_id", "regel", name=op.f("pk_kwaliteit")),
    )


def _create_prestatie() -> None:
    op.create_table(
        "prestatie",
        sa.Column("prestatie_id", KEY, nullable=False),
        sa.Column("inlading_id", KEY, nullable=False),
        sa.Column("referentie", sa.String(length=20)),
        sa.Column("vorige_referentie", sa.String(length=20)),
        sa.Column("client_id", KEY, nullable=False),
        sa.Column("gemeente", sa.String(length=4), nullable=False),
        sa.Column("wet", sa.String(length=3), nullable=False),
        sa.Column("categorie", sa.String(length=2), nullable=False),
        sa.Column("productcode", sa.String(length=5)),
        sa.Column("toewijzing_nr", sa.Integer()),
        sa.Column("hulpvorm", sa.String(length=2), nullable=False),
        sa.Column("begin", sa.Date()),
        sa.Column("einde", sa.Date()),
        sa.Column("reden_einde", sa.String(length=2)),
        sa.Column("periode_van", sa.Date(), nullable=False),
        sa.Column("periode_tot", sa.Date(), nullable=False),
        sa.Column("volume", sa.Integer()),
        sa.Column("eenheid", sa.String(length=2)),
        sa.Column("bedrag_cent", sa.BigInteger(), nullable=False),
        sa.Column("dc", sa.String(length=1), nullable=False),
        sa.Column(
            "net_cent",
            sa.BigInteger(),
            sa.Computed(
                "CASE WHEN dc = 'D' THEN bedrag_cent ELSE -bedrag_cent END", persisted=True
            ),
            nullable=False,
        ),
        sa.CheckConstraint("dc IN ('D', 'C')", name=op.f("ck_prestatie_dc")),
        sa.CheckConstraint("wet IN ('JW', 'WMO')", name=op.f("ck_prestatie_wet")),
        sa.CheckConstraint("bedrag_cent BETWEEN 0 AND 99999999", name=op.f("ck_prestatie_bedrag")),
        sa.CheckConstraint("periode_van <= periode_tot", name=op.f("ck_prestatie_periode")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.client_id"], name=op.f("fk_prestatie_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["inlading_id"],
            ["inlading.inlading_id"],
            name=op.f("fk_prestatie_inlading_id_inlading"),
        ),
        sa.PrimaryKeyConstraint("prestatie_id", name=op.f("pk_prestatie")),
        sa.UniqueConstraint("referentie", name=op.f("uq_prestatie_referentie")),
    )
    op.create_index(op.f("ix_prestatie_client_id"), "prestatie", ["client_id"])
    op.create_index(op.f("ix_prestatie_gemeente_periode"), "prestatie", ["gemeente", "periode_van"])
    only_credits = sa.text("vorige_referentie IS NOT NULL")
    op.create_index(
        op.f("ix_prestatie_vorige_referentie"),
        "prestatie",
        ["vorige_referentie"],
        sqlite_where=only_credits,
        postgresql_where=only_credits,
    )


def _create_query_aantekening() -> None:
    op.create_table(
        "query_aantekening",
        sa.Column("query_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", KEY, nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["client.client_id"],
            name=op.f("fk_query_aantekening_client_id_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("query_id", "client_id", name=op.f("pk_query_aantekening")),
    )
    op.create_index(op.f("ix_query_aantekening_client_id"), "query_aantekening", ["client_id"])


def _create_inlading_regel() -> None:
    op.create_table(
        "inlading_regel",
        sa.Column("regelnr", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("referentie", sa.String(length=20)),
        sa.Column("vorige_referentie", sa.String(length=20)),
        sa.Column("bsn_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("geboortedatum", sa.Date()),
        sa.Column("geslacht", sa.SmallInteger(), nullable=False),
        sa.Column("postcode", sa.String(length=6)),
        sa.Column("huisnummer", sa.Integer()),
        sa.Column("huisletter", sa.String(length=1), nullable=False),
        sa.Column("toevoeging", sa.String(length=4), nullable=False),
        sa.Column("gemeente", sa.String(length=4), nullable=False),
        sa.Column("wet", sa.String(length=3), nullable=False),
        sa.Column("categorie", sa.String(length=2), nullable=False),
        sa.Column("productcode", sa.String(length=5)),
        sa.Column("hulpvorm", sa.String(length=2), nullable=False),
        sa.Column("toewijzing_nr", sa.Integer()),
        sa.Column("toewijzingsdatum", sa.Date()),
        sa.Column("ingang", sa.Date()),
        sa.Column("begin", sa.Date()),
        sa.Column("einde", sa.Date()),
        sa.Column("reden_einde", sa.String(length=2)),
        sa.Column("verwijzer", sa.String(length=2)),
        sa.Column("maand", sa.Date(), nullable=False),
        sa.Column("periode_van", sa.Date(), nullable=False),
        sa.Column("periode_tot", sa.Date(), nullable=False),
        sa.Column("volume", sa.Integer()),
        sa.Column("eenheid", sa.String(length=2)),
        sa.Column("bedrag_cent", sa.BigInteger(), nullable=False),
        sa.Column("dc", sa.String(length=1), nullable=False),
        sa.Column("fout", sa.String(length=40)),
        sa.PrimaryKeyConstraint("regelnr", name=op.f("pk_inlading_regel")),
    )
