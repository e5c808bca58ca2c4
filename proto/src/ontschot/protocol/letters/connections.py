# SPDX-License-Identifier: EUPL-1.2
"""Errors that both ends of a connection know by their code.

::

    MalformedMessage
    └── CallWithoutDeadline  a call that would wait for ever
    Unavailable
    ├── ConnectionReplaced   another connection of the same participant took its place
    └── NoRenewal            the coordinator issues no certificates over this connection
    Misconfigured
    └── ProtocolDiffers      the two ends speak different versions of the protocol
"""

from ontschot.protocol.errors import MalformedMessage, Misconfigured, Unavailable
from ontschot.protocol.language import Text


class CallWithoutDeadline(MalformedMessage):
    """A call that would wait for ever; every call but the long-lived stream has a deadline."""

    code = "call-without-deadline"


class ConnectionReplaced(Unavailable):
    """Another connection of the same participant took its place."""

    code = "connection-replaced"
    title = Text(
        "Een andere verbinding van u kwam hiervoor in de plaats",
        "Another connection of yours took the place of this one",
    )
    remedy = Text(
        "Draait deze installatie twee keer? Stop er dan een.",
        "Is this installation running twice? Then stop one.",
    )


class NoRenewal(Unavailable):
    """The coordinator issues no certificates over this connection."""

    code = "no-renewal"
    title = Text(
        "De coördinator vernieuwt zelf geen certificaten",
        "The coordinator does not renew certificates by itself",
    )
    remedy = Text(
        "Vraag de beheerder om een eenmalige code, en meld de installatie opnieuw aan.",
        "Ask the administrator for a one-time token, and enrol the installation again.",
    )


class ProtocolDiffers(Misconfigured):
    """The two ends speak different versions of the protocol."""

    code = "protocol-differs"
    title = Text(
        "De coördinator gebruikt een andere versie", "The coordinator uses another version"
    )
    remedy = Text(
        "Gebruik overal dezelfde versie van het programma.",
        "Use the same version of the program everywhere.",
    )
