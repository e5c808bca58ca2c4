# SPDX-License-Identifier: EUPL-1.2
"""Rules over several lines, or over a line and what was loaded before.

They run in the database, over the waiting room ``inlading_regel``, in the order below: a credit is
judged after the debits it may refer to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from ontschot.node.provider.intake.rule import Rule
from ontschot.node.provider.records.models import Client, InladingRegel, Prestatie, Toewijzing
from ontschot.protocol.language import Text

Mode: TypeAlias = Literal["referentie", "vervangen"]
"""With references a file adds lines; without, it replaces its gemeenten and months."""

Breaches: TypeAlias = Select[int]

ROW = InladingRegel
ACCEPTED = ROW.fout.is_(None)


@dataclass(frozen=True, slots=True)
class AcrossRule(Rule):
    """``breaches`` selects the line numbers that break it; ``modes``: in which loads it is used."""

    breaches: Callable[[], Breaches] = lambda: select(ROW.regelnr)
    modes: tuple[Mode, ...] = ("referentie", "vervangen")


def _later_ones(*columns: ColumnElement[Any]) -> Breaches:
    """Return the accepted lines that have an earlier line with the same columns."""
    place = func.row_number().over(partition_by=columns, order_by=ROW.regelnr).label("place")
    ranked = select(ROW.regelnr, place).where(ACCEPTED).subquery()
    return select(ranked.c.regelnr).where(ranked.c.place > 1)


def _same_reference() -> Breaches:
    return _later_ones(ROW.referentie.expression)


def _same_line() -> Breaches:
    skip = {"regelnr", "referentie", "vorige_referentie", "fout"}
    return _later_ones(*(c for c in ROW.__table__.columns if c.name not in skip))


def _is_the_same() -> ColumnElement[bool]:
    return and_(
        Client.bsn_index == ROW.bsn_index,
        Prestatie.gemeente == ROW.gemeente,
        Prestatie.wet == ROW.wet,
        Prestatie.categorie == ROW.categorie,
        Prestatie.periode_van == ROW.periode_van,
        Prestatie.periode_tot == ROW.periode_tot,
        Prestatie.bedrag_cent == ROW.bedrag_cent,
        Prestatie.dc == ROW.dc,
    )


def _known_reference(condition: ColumnElement[bool]) -> Breaches:
    return (
        select(ROW.regelnr)
        .join(Prestatie, Prestatie.referentie == ROW.referentie)
        .join(Client, Client.client_id == Prestatie.client_id)
        .where(ACCEPTED, condition)
    )


def _orphan_credit() -> Breaches:
    wanted = select(ROW.vorige_referentie).where(ROW.dc == "C").scalar_subquery()
    here = select(ROW.referentie, ROW.bsn_index).where(
        ACCEPTED, ROW.dc == "D", ROW.referentie.in_(wanted)
    )
    before = (
        select(Prestatie.referentie, Client.bsn_index)
        .join(Client, Client.client_id == Prestatie.client_id)
        .where(Prestatie.dc == "D", Prestatie.referentie.in_(wanted))
    )
    debits = here.union_all(before).subquery()
    match = and_(debits.c.referentie == ROW.vorige_referentie, debits.c.bsn_index == ROW.bsn_index)
    return (
        select(ROW.regelnr)
        .outerjoin(debits, match)
        .where(ACCEPTED, ROW.dc == "C", debits.c.referentie.is_(None))
    )


def _orphan_credit_without_reference() -> Breaches:
    debits = func.sum(case((ROW.dc == "D", 1), else_=0)).over(
        partition_by=(
            ROW.bsn_index,
            ROW.gemeente,
            ROW.wet,
            ROW.categorie,
            ROW.productcode,
            ROW.toewijzing_nr,
            ROW.maand,
        )
    )
    counted = select(ROW.regelnr, ROW.dc, debits.label("debits")).where(ACCEPTED).subquery()
    return select(counted.c.regelnr).where(counted.c.dc == "C", counted.c.debits == 0)


def _second_credit() -> Breaches:
    place = func.row_number().over(partition_by=ROW.vorige_referentie, order_by=ROW.regelnr)
    ranked = (
        select(ROW.regelnr, ROW.vorige_referentie, place.label("place"))
        .where(ACCEPTED, ROW.dc == "C")
        .subquery()
    )
    before = (
        select(Prestatie.prestatie_id)
        .where(Prestatie.vorige_referentie == ranked.c.vorige_referentie, Prestatie.dc == "C")
        .correlate(ranked)
    )
    return select(ranked.c.regelnr).where(or_(ranked.c.place > 1, before.exists()))


def _piled_up() -> Breaches:
    lowest = func.min(ROW.toewijzing_nr).over(
        partition_by=(ROW.bsn_index, ROW.wet, ROW.categorie, ROW.productcode, ROW.maand)
    )
    found = select(ROW.regelnr, ROW.toewijzing_nr, lowest.label("lowest")).where(ACCEPTED)
    ranked = found.subquery()
    return select(ranked.c.regelnr).where(ranked.c.toewijzing_nr > ranked.c.lowest)


def _other_client() -> Breaches:
    lowest = func.first_value(ROW.bsn_index).over(
        partition_by=(ROW.gemeente, ROW.wet, ROW.toewijzing_nr), order_by=ROW.bsn_index
    )
    ranked = (
        select(ROW.regelnr, ROW.bsn_index, lowest.label("lowest"))
        .where(ACCEPTED, ROW.toewijzing_nr.is_not(None))
        .subquery()
    )
    here = select(ranked.c.regelnr).where(ranked.c.bsn_index != ranked.c.lowest)
    same = and_(
        Toewijzing.gemeente == ROW.gemeente,
        Toewijzing.wet == ROW.wet,
        Toewijzing.toewijzing_nr == ROW.toewijzing_nr,
    )
    before = (
        select(ROW.regelnr)
        .join(Toewijzing, same)
        .join(Client, Client.client_id == Toewijzing.client_id)
        .where(ACCEPTED, Client.bsn_index != ROW.bsn_index)
    )
    both = here.union(before).subquery()
    return select(both.c.regelnr)


ALREADY_LOADED = AcrossRule(
    "al-geladen",
    "M",
    "referentie",
    Text(
        "Deze regel was al geladen. Wij slaan hem over.",
        "This line was loaded before. We skip it.",
    ),
    "8021",
    lambda: _known_reference(_is_the_same()),
    ("referentie",),
)

ORPHAN = Text(
    "Deze aftrek (C) hoort bij geen enkel bedrag (D) dat wij kennen. Lever dat eerst aan.",
    "This credit (C) belongs to no debit (D) that we know. Send that first.",
)

ACROSS_RULES: tuple[AcrossRule, ...] = (
    AcrossRule(
        "referentie-dubbel",
        "R",
        "referentie",
        Text(
            "Deze referentie staat twee keer in het bestand. Alleen de eerste regel telt.",
            "This reference is in the file twice. Only the first line counts.",
        ),
        "8021",
        _same_reference,
        ("referentie",),
    ),
    AcrossRule(
        "regel-dubbel",
        "R",
        "",
        Text(
            "Deze regel staat twee keer in het bestand. Alleen de eerste telt.",
            "This line is in the file twice. Only the first one counts.",
        ),
        "8021",
        _same_line,
        ("vervangen",),
    ),
    ALREADY_LOADED,
    AcrossRule(
        "referentie-in-gebruik",
        "R",
        "referentie",
        Text(
            "Deze referentie is al van een andere regel. Stuur eerst een aftrek (C).",
            "This reference belongs to another line already. Send a credit (C) first.",
        ),
        "8021",
        lambda: _known_reference(~_is_the_same()),
        ("referentie",),
    ),
    AcrossRule(
        "credit-zonder-debet",
        "R",
        "vorige_referentie",
        ORPHAN,
        "8017",
        _orphan_credit,
        ("referentie",),
    ),
    AcrossRule(
        "credit-zonder-debet-in-bestand",
        "R",
        "dc",
        ORPHAN,
        "8017",
        _orphan_credit_without_reference,
        ("vervangen",),
    ),
    AcrossRule(
        "credit-dubbel",
        "R",
        "vorige_referentie",
        Text(
            "Dit bedrag is al eerder afgetrokken. Een bedrag gaat er maar één keer af.",
            "This amount was taken off before. An amount is taken off once.",
        ),
        "9390",
        _second_credit,
        ("referentie",),
    ),
    AcrossRule(
        "stapeling",
        "M",
        "toewijzingsnummer",
        Text(
            "Deze cliënt heeft in deze maand twee toewijzingen voor hetzelfde. Klopt dat?",
            "This client has two toewijzingen for the same help this month. Is that right?",
        ),
        "9361",
        _piled_up,
    ),
    AcrossRule(
        "toewijzing-andere-client",
        "M",
        "toewijzingsnummer",
        Text(
            "Deze toewijzing is ook van een andere cliënt. Controleer het nummer.",
            "This toewijzing also belongs to another client. Check the number.",
        ),
        "8187",
        _other_client,
    ),
)

TRAJECT_OVERLAP = Rule(
    "traject-overlap",
    "M",
    "begin",
    Text(
        "Twee keer dezelfde hulp liep tegelijk. Wij tellen dit als één traject.",
        "The same help ran twice at the same time. We count it as one traject.",
    ),
)
"""Counted when trajecten are merged; it names no line."""
