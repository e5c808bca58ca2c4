# SPDX-License-Identifier: EUPL-1.2
"""Errors of witnessing.

::

    Refusal
    └── ForeignStatement   foreign-statement
"""

from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text


class ForeignStatement(Refusal):
    """A statement that its writer did not sign, or someone else's; the detail is its kind."""

    code = "foreign-statement"
    title = Text(
        "Deze verklaring is niet van wie hem stuurde", "This statement is not its sender's own"
    )
    remedy = Text("Vergelijk de logboeken van beide kanten.", "Compare the logs of both sides.")
