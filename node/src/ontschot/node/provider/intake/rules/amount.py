# SPDX-License-Identifier: EUPL-1.2
"""Rules about volume and amount."""

from ontschot.node.provider.intake.columns import Line
from ontschot.node.provider.intake.facts import Facts, is_number
from ontschot.node.provider.intake.rule import RowRule
from ontschot.protocol.language import Text

DIGITS = 8
"""Volume and amount go up to 99,999,999 (``LDT_Volume``, ``LDT_Bedrag``)."""
TIMES_PUBLIC_MAXIMUM = 2


def _volume(line: Line, _: Facts) -> bool:
    return not line.volume or is_number(line.volume, DIGITS)


def _unit(line: Line, facts: Facts) -> bool:
    if not line.eenheid:
        return not line.volume
    return line.eenheid in facts.units


def _amount(line: Line, _: Facts) -> bool:
    return is_number(line.bedrag_cent, DIGITS)


def _debit_credit(line: Line, _: Facts) -> bool:
    return line.dc in {"D", "C"}


def _tariff(line: Line, facts: Facts) -> bool:
    if not (line.volume and _volume(line, facts) and _amount(line, facts)):
        return True
    return not facts.tariffs.is_above(
        line.categorie,
        line.productcode,
        line.eenheid,
        int(line.volume),
        int(line.bedrag_cent),
        TIMES_PUBLIC_MAXIMUM,
    )


AMOUNT_RULES = (
    RowRule(
        "volume",
        "R",
        "volume",
        Text(
            "Het volume is een heel getal van hoogstens 8 cijfers.",
            "The volume is a whole number of 8 digits at most.",
        ),
        holds=_volume,
    ),
    RowRule(
        "eenheid",
        "R",
        "eenheid",
        Text(
            "De eenheid ontbreekt of is onbekend. Gebruik 01, 04, 14, 16, 82, 83 of 84.",
            "The unit is missing or unknown. Use 01, 04, 14, 16, 82, 83 or 84.",
        ),
        holds=_unit,
    ),
    RowRule(
        "bedrag",
        "R",
        "bedrag_cent",
        Text(
            "Het bedrag is een heel getal in centen, hoogstens 99999999, zonder punt of min.",
            "The amount is a whole number of cents, 99999999 at most, without point or minus.",
        ),
        holds=_amount,
    ),
    RowRule(
        "dc",
        "R",
        "dc",
        Text(
            "Gebruik D voor een bedrag dat erbij komt. Gebruik C voor een aftrek.",
            "Use D for an amount that is added. Use C for one that is taken off.",
        ),
        holds=_debit_credit,
    ),
    RowRule(
        "tarief-hoog",
        "M",
        "bedrag_cent",
        Text(
            "Het bedrag is meer dan 2 keer het hoogste openbare tarief. Klopt het volume?",
            "The amount is over twice the highest public tariff. Is the volume right?",
        ),
        holds=_tariff,
    ),
)
