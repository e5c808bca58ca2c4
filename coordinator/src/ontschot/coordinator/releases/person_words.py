# SPDX-License-Identifier: EUPL-1.2
"""The words of an answer about persons, and what must stand beside it. Dutch first, B1."""

from decimal import ROUND_UP, Decimal

from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.charge import HOUSEHOLD_PERSONS, PERSON_PROVIDERS, person_squares
from ontschot.protocol.privacy.conversion import DELTA, epsilon_of

PROTECTED = Text(
    f"één persoon, bij hoogstens {PERSON_PROVIDERS} aanbieders",
    f"one person, at {PERSON_PROVIDERS} providers at most",
)
LABEL = Text("Mensen", "People")

_WETTEN = {"JW": Text("Jeugdwet", "Youth Act"), "WMO": Text("Wmo", "Social Support Act")}

KEY = Text(
    "Elke aanbieder die meedoet, heeft de sleutel van deze telling. Lekt die bij één aanbieder, en "
    "werken ook twee van deze drie samen: helper A, helper B en de dealer? Dan kunnen zij van elk "
    "BSN zien bij hoeveel aanbieders die persoon hulp krijgt.",
    "Every provider that takes part has the key of this count. Does one provider leak it, and do "
    "two of these three work together as well: helper A, helper B and the dealer? Then they can "
    "see for each BSN how many providers help that person.",
)
"""Protocol, section 8: print this."""

COLLISIONS = Text(
    "Soms vallen twee mensen in deze telling samen. Daarvoor is het getal verbeterd, en de marge "
    "is er iets groter door.",
    "Sometimes two people coincide in this count. The number is corrected for that, and the margin "
    "is a little wider for it.",
)


def title(variable: VariableDocument) -> Text:
    """Return what a table of persons is about."""
    if len(variable.wetten) > 1:
        return Text("Mensen met hulp", "People with care")
    law = _WETTEN[variable.wetten[0]]
    return Text(f"Mensen met hulp uit de {law.nl}", f"People with care under the {law.en}")


def remarks(rho: int, full: int) -> tuple[Text, ...]:
    """Return what must stand beside a count of persons.

    Args:
        rho: what one bucket costs, in units of 1e-12; a person at k providers, or a household with
            p clients in one area, loses at most (k + 1)^2 or p^2 times as much.
        full: how many figures there are too many persons for.
    """
    single, several, lone, many = (
        _decimal(epsilon_of(rho * squares, DELTA))
        for squares in (
            *(person_squares(providers) for providers in (1, PERSON_PROVIDERS)),
            *(persons**2 for persons in (1, HOUSEHOLD_PERSONS)),
        )
    )
    loss = Text(
        "Beschermd is één persoon. Wie hulp krijgt van meer aanbieders, is minder goed beschermd. "
        f"Een huishouden met meer mensen met hulp ook. Epsilon van een persoon: hoogstens "
        f"{_nl(single)} bij 1 aanbieder, hoogstens {_nl(several)} bij {PERSON_PROVIDERS} "
        f"aanbieders. Epsilon van een huishouden: {_nl(lone)} met 1 persoon, {_nl(many)} met "
        f"{HOUSEHOLD_PERSONS} personen in één gebied.",
        "Protected is one person. Whoever gets care from more providers is protected less well. So "
        f"is a household with more people with care. Epsilon of a person: at most {single} at 1 "
        f"provider, at most {several} at {PERSON_PROVIDERS} providers. Epsilon of a household: "
        f"{lone} with 1 person, {many} with {HOUSEHOLD_PERSONS} persons in one area.",
    )
    return (loss, KEY, COLLISIONS, *((_full(full),) if full else ()))


def _full(number: int) -> Text:
    return Text(
        f"Op {number} plaats(en) zijn er te veel mensen voor deze telling. Daar staat geen getal.",
        f"In {number} place(s) there are too many people for this count. No number stands there.",
    )


def _nl(number: str) -> str:
    return number.replace(".", ",")


def _decimal(epsilon: Decimal) -> str:
    return str(epsilon.quantize(Decimal("0.01"), ROUND_UP))
