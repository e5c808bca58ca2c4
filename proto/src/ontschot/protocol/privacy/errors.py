# SPDX-License-Identifier: EUPL-1.2
"""Errors of the privacy parameters.

::

    MalformedMessage
    └── MalformedParameter   malformed-privacy-parameter
    Refusal
    └── PriceTooSmall        price-too-small
"""

from ontschot.protocol.errors import MalformedMessage, Refusal
from ontschot.protocol.language import Text


class MalformedParameter(MalformedMessage):
    """A rho or a sigma that is not written in its one strict form."""

    code = "malformed-privacy-parameter"
    title = Text(
        "Een getal over privacy is niet goed geschreven",
        "A privacy parameter is not written in its one form",
    )


class PriceTooSmall(Refusal):
    """A price of nothing: no finite noise keeps a release that cheap."""

    code = "price-too-small"
    title = Text("De prijs in privacy is te klein", "The price in privacy is too small")
    remedy = Text(
        "Kies een hogere prijs. Een antwoord kost altijd iets.",
        "Choose a higher price. An answer always costs something.",
    )
