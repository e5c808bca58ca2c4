# SPDX-License-Identifier: EUPL-1.2
"""Errors of variables.

::

    MalformedMessage
    └── MalformedVariable    a variable that breaks a rule of the protocol
"""

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.language import Text


class MalformedVariable(MalformedMessage):
    """A variable that breaks a rule of the protocol, whoever wrote it."""

    code = "malformed-variable"
    title = Text("Dit gegeven is niet goed beschreven", "This variable is not described well")
    remedy = Text(
        "De maker van de meetronde moet dit verbeteren.",
        "The maker of the measurement round must mend this.",
    )
