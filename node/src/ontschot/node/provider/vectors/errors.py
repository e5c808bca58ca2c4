# SPDX-License-Identifier: EUPL-1.2
"""Errors of household vectors.

::

    OntschotError
    └── AmountsTooLarge    the sum of all amounts might not fit in 64 bits
"""

from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import Text


class AmountsTooLarge(OntschotError):
    """The amounts together might not fit in 64 bits: such records cannot be right."""

    code = "amounts-too-large"
    title = Text("De bedragen zijn te groot", "The amounts are too large")
    remedy = Text(
        "Controleer de bedragen in uw gegevens. Ze moeten in eurocenten zijn.",
        "Check the amounts in your records. They must be in euro cents.",
    )
