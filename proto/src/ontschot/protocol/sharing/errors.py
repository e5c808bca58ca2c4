# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with a share that someone else sent.

::

    MalformedMessage
    └── MalformedShare   bytes that are not a share of the agreed length
"""

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.language import Text


class MalformedShare(MalformedMessage):
    """Bytes that are not a seed, share or pad of exactly the agreed length."""

    code = "malformed-share"
    title = Text("Dit halve bestand is niet te lezen", "This share cannot be read")
    remedy = Text(
        "Vraag de afzender om het opnieuw te sturen. Gebruikt u dezelfde lijst met adressen?",
        "Ask the sender to send it again. Do you use the same list of addresses?",
    )
