# SPDX-License-Identifier: EUPL-1.2
"""Rules about who a line is about, and where that person lives."""

import re
from datetime import date

from ontschot.node.provider.intake.columns import Line
from ontschot.node.provider.intake.facts import (
    EMPTY,
    FIRST_BIRTH,
    FORM,
    NOBODY,
    REAL,
    TEST,
    WITHOUT,
    WRONG,
    Facts,
    is_agb,
    is_number,
)
from ontschot.node.provider.intake.rule import RowRule
from ontschot.protocol.language import Text

ADULT_CARE = 23
"""From this age a person is outside the Jeugdwet (18, in some cases 23)."""
_REFERENCE = re.compile(r"[ -~]{0,20}", re.ASCII)
_POSTCODE = re.compile(r"[1-9][0-9]{3}\s?(?!SA|SD|SS)[A-Z]{2}", re.ASCII | re.IGNORECASE)
_LETTER = re.compile(r"[A-Z]?", re.ASCII | re.IGNORECASE)


def _agb(line: Line, _: Facts) -> bool:
    return is_agb(line.agb)


def _reference(line: Line, _: Facts) -> bool:
    return _REFERENCE.fullmatch(line.referentie) is not None


def _previous(line: Line, _: Facts) -> bool:
    return _REFERENCE.fullmatch(line.vorige_referentie) is not None


def _bsn_form(line: Line, facts: Facts) -> bool:
    return facts.kinds[line.bsn] != FORM


def _eleven(line: Line, facts: Facts) -> bool:
    kind = facts.kinds[line.bsn]
    # Rehearsal and demo may use remainder 1: such a number was never given to anyone.
    return kind != WRONG and not (kind == NOBODY and facts.production)


def _profile(line: Line, facts: Facts) -> bool:
    return facts.kinds[line.bsn] != (TEST if facts.production else REAL)


def _elsewhere(line: Line, facts: Facts) -> bool:
    bsn = line.bsn
    if facts.kinds[bsn] in {FORM, WITHOUT}:
        return True
    return (
        bsn not in line.referentie
        and bsn not in line.vorige_referentie
        and bsn != line.toewijzingsnummer.zfill(9)
    )


def _has_bsn(line: Line, facts: Facts) -> bool:
    return facts.kinds[line.bsn] != WITHOUT


def _birth(line: Line, facts: Facts) -> bool:
    day = facts.days[line.geboortedatum]
    return day == EMPTY or FIRST_BIRTH <= day <= facts.today


def _age(line: Line, facts: Facts) -> bool:
    born, day = facts.days[line.geboortedatum], facts.days[line.periode_van]
    if line.wet != "JW" or day <= EMPTY or not FIRST_BIRTH <= born <= facts.today:
        return True
    if born > day:
        return False
    birth, start = date.fromordinal(born), date.fromordinal(day)
    return start.year - birth.year - ((start.month, start.day) < (birth.month, birth.day)) < (
        ADULT_CARE
    )


def _sex(line: Line, _: Facts) -> bool:
    return line.geslacht in {"0", "1", "2"}


def _postcode(line: Line, _: Facts) -> bool:
    return _POSTCODE.fullmatch(line.postcode) is not None


def _number(line: Line, _: Facts) -> bool:
    return is_number(line.huisnummer, 5) and int(line.huisnummer) > 0


def _letter(line: Line, _: Facts) -> bool:
    return _LETTER.fullmatch(line.huisletter) is not None


def _addition(line: Line, _: Facts) -> bool:
    return len(line.toevoeging) <= 4


def _gemeente(line: Line, facts: Facts) -> bool:
    return line.gemeentecode in facts.gemeenten


def _contract(line: Line, facts: Facts) -> bool:
    return line.gemeentecode in facts.contracts or line.gemeentecode not in facts.gemeenten


PERSON_RULES = (
    RowRule(
        "agb-vorm",
        "R",
        "agb",
        Text("De AGB-code moet 8 cijfers hebben.", "The AGB code must have 8 digits."),
        holds=_agb,
    ),
    RowRule(
        "referentie-vorm",
        "R",
        "referentie",
        Text(
            "De referentie mag hoogstens 20 gewone tekens hebben.",
            "The reference may have 20 plain characters at most.",
        ),
        holds=_reference,
    ),
    RowRule(
        "vorige-referentie-vorm",
        "R",
        "vorige_referentie",
        Text(
            "De vorige referentie mag hoogstens 20 gewone tekens hebben.",
            "The previous reference may have 20 plain characters at most.",
        ),
        holds=_previous,
    ),
    RowRule(
        "bsn-vorm",
        "R",
        "bsn",
        Text(
            "Het BSN moet 9 cijfers hebben. Is er geen BSN? Vul dan 999999999 in.",
            "The BSN must have 9 digits. Is there none? Then fill in 999999999.",
        ),
        holds=_bsn_form,
    ),
    RowRule(
        "bsn-elfproef",
        "R",
        "bsn",
        Text(
            "Dit BSN bestaat niet. Er zit een tikfout in.",
            "This BSN does not exist. It has a typing error.",
        ),
        holds=_eleven,
    ),
    RowRule(
        "bsn-profiel",
        "R",
        "bsn",
        Text(
            "Dit BSN past hier niet. Een test mag alleen testnummers hebben, en echt werk geen.",
            "This BSN does not fit here. A test may have test numbers only, and real work none.",
        ),
        holds=_profile,
    ),
    RowRule(
        "bsn-in-ander-veld",
        "R",
        "referentie",
        Text(
            "Het BSN staat ook in een andere kolom. Haal het daar weg.",
            "The BSN is in another column too. Remove it there.",
        ),
        holds=_elsewhere,
    ),
    RowRule(
        "bsn-geen",
        "M",
        "bsn",
        Text(
            "Deze cliënt heeft geen BSN. De regel telt mee, maar is niet te koppelen.",
            "This client has no BSN. The line counts, but cannot be linked.",
        ),
        holds=_has_bsn,
    ),
    RowRule(
        "geboortedatum",
        "R",
        "geboortedatum",
        Text(
            "De geboortedatum kan niet. Schrijf jaar-maand-dag, na 1899 en niet na vandaag.",
            "This date of birth cannot be. Write year-month-day, after 1899 and not after today.",
        ),
        holds=_birth,
    ),
    RowRule(
        "leeftijd-jeugdwet",
        "M",
        "geboortedatum",
        Text(
            "Deze leeftijd past niet bij de Jeugdwet (0 tot en met 22 jaar). Klopt de wet?",
            "This age does not fit the Jeugdwet (0 to 22 years). Is the law right?",
        ),
        holds=_age,
    ),
    RowRule(
        "geslacht",
        "M",
        "geslacht",
        Text(
            "Deze code kennen wij niet. Gebruik 0 (onbekend), 1 (man) of 2 (vrouw).",
            "We do not know this code. Use 0 (unknown), 1 (male) or 2 (female).",
        ),
        holds=_sex,
    ),
    RowRule(
        "postcode",
        "M",
        "postcode",
        Text(
            "Dit is geen Nederlandse postcode. Deze regel staat op geen enkele kaart.",
            "This is no Dutch postcode. This line is on no map.",
        ),
        holds=_postcode,
    ),
    RowRule(
        "huisnummer",
        "M",
        "huisnummer",
        Text(
            "Het huisnummer moet een getal zijn van 1 tot en met 99999.",
            "The house number must be a number from 1 to 99999.",
        ),
        holds=_number,
    ),
    RowRule(
        "huisletter",
        "M",
        "huisletter",
        Text("De huisletter is één letter.", "The house letter is one letter."),
        holds=_letter,
    ),
    RowRule(
        "toevoeging",
        "M",
        "toevoeging",
        Text(
            "De toevoeging heeft hoogstens 4 tekens. Wij gebruiken de eerste 4.",
            "The addition has 4 characters at most. We use the first 4.",
        ),
        holds=_addition,
    ),
    RowRule(
        "gemeente-onbekend",
        "R",
        "gemeentecode",
        Text(
            "Deze gemeente bestaat niet. Gebruik de 4 cijfers van het CBS.",
            "This gemeente does not exist. Use the 4 digits of CBS.",
        ),
        "S300",
        _gemeente,
    ),
    RowRule(
        "gemeente-contract",
        "R",
        "gemeentecode",
        Text(
            "U hebt geen contract met deze gemeente. Klopt de code? Pas dan de instelling aan.",
            "You have no contract with this gemeente. Is the code right? Change the setting.",
        ),
        holds=_contract,
    ),
)
