# SPDX-License-Identifier: EUPL-1.2
"""What a question costs, in words that someone reads before asking it or saying yes to it."""

from collections.abc import Sequence

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.charge import (
    HOUSEHOLD_PERSONS,
    PERSON_PROVIDERS,
    household_price,
    person_squares,
)
from ontschot.protocol.privacy.conversion import epsilon_text


def price_for_persons(blocks: Sequence[Block]) -> Text:
    """Return what the price of a question about persons means for a person and for a household.

    Raises:
        MalformedParameter: a block's sigma is no sigma.
    """
    rho = sum(int(block.rho) for block in blocks)
    household = epsilon_text(household_price(blocks))
    one, several = (epsilon_text(rho * person_squares(k)) for k in (1, PERSON_PROVIDERS))
    return Text(
        f"Dat is voor één plek in de telling. Een persoon bij 1 aanbieder: hoogstens epsilon "
        f"{one}. Bij {PERSON_PROVIDERS} aanbieders: hoogstens epsilon {several}. Een huishouden "
        f"met {HOUSEHOLD_PERSONS} mensen met hulp: epsilon {household}.",
        f"This is for one place in the count. A person at 1 provider: at most epsilon {one}. At "
        f"{PERSON_PROVIDERS} providers: at most epsilon {several}. A household with "
        f"{HOUSEHOLD_PERSONS} people with care: epsilon {household}.",
    )
