# SPDX-License-Identifier: EUPL-1.2
"""Rules about which help a line is about."""

import re

from ontschot.node.provider.intake.columns import Line
from ontschot.node.provider.intake.facts import Facts, is_number
from ontschot.node.provider.intake.rule import RowRule
from ontschot.protocol.language import Text

LAWS = frozenset({"JW", "WMO"})
_PRODUCT = re.compile(r"[0-9A-Za-z]{0,5}", re.ASCII)


def _law(line: Line, _: Facts) -> bool:
    return line.wet in LAWS


def _category(line: Line, facts: Facts) -> bool:
    return line.wet not in LAWS or (line.wet, line.categorie) in facts.categories


def _product_form(line: Line, _: Facts) -> bool:
    return _PRODUCT.fullmatch(line.productcode) is not None


def _product_known(line: Line, facts: Facts) -> bool:
    code = line.productcode
    return not facts.products or code in facts.products or not (code and _product_form(line, facts))


def _granted(line: Line, _: Facts) -> bool:
    number = line.toewijzingsnummer
    return not number or (is_number(number, 9) and int(number) > 0)


def _reason(line: Line, facts: Facts) -> bool:
    return not line.reden_einde or (line.wet, line.reden_einde) in facts.reasons


def _referrer(line: Line, facts: Facts) -> bool:
    return not line.verwijzer or line.verwijzer in facts.referrers


PRODUCT_RULES = (
    RowRule(
        "wet",
        "R",
        "wet",
        Text("De wet moet JW of WMO zijn.", "The law must be JW or WMO."),
        holds=_law,
    ),
    RowRule(
        "categorie",
        "R",
        "categorie",
        Text(
            "Deze categorie hoort niet bij deze wet. Kijk in de codelijst JZ020 of WMO020.",
            "This category does not belong to this law. See code list JZ020 or WMO020.",
        ),
        "9339",
        _category,
    ),
    RowRule(
        "productcode-vorm",
        "R",
        "productcode",
        Text(
            "De productcode mag hoogstens 5 letters en cijfers hebben.",
            "The product code may have 5 letters and digits at most.",
        ),
        holds=_product_form,
    ),
    RowRule(
        "productcode-onbekend",
        "M",
        "productcode",
        Text(
            "Deze productcode staat niet in uw contracten. Klopt de code?",
            "This product code is not in your contracts. Is the code right?",
        ),
        "S329",
        _product_known,
    ),
    RowRule(
        "toewijzingsnummer",
        "R",
        "toewijzingsnummer",
        Text(
            "Het toewijzingsnummer is een getal van hoogstens 9 cijfers.",
            "The toewijzing number is a number of 9 digits at most.",
        ),
        holds=_granted,
    ),
    RowRule(
        "reden-einde",
        "M",
        "reden_einde",
        Text(
            "Deze reden kennen wij niet bij deze wet. De reden blijft leeg.",
            "We do not know this reason under this law. The reason stays empty.",
        ),
        holds=_reason,
    ),
    RowRule(
        "verwijzer",
        "M",
        "verwijzer",
        Text(
            "Deze verwijzer kennen wij niet. De verwijzer blijft leeg.",
            "We do not know this referrer. The referrer stays empty.",
        ),
        holds=_referrer,
    ),
)
