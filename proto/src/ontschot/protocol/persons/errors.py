# SPDX-License-Identifier: EUPL-1.2
"""Why a key for persons is not made.

::

    Refusal
    └── PersonKeyRefused   a set, contribution or check that does not fit what was promised
"""

from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text


class PersonKeyRefused(Refusal):
    """A part of the key for persons does not fit; the detail names it, never its value."""

    code = "person-key-refused"
    title = Text(
        "De sleutel om mensen te tellen klopt niet",
        "The key for counting persons is not right",
    )
    remedy = Text(
        "Vergelijk de logboeken van de aanbieders. Blijft het misgaan, open dan een nieuwe ronde.",
        "Compare the logs of the providers. If it keeps failing, open a new round.",
    )
