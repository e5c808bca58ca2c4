# SPDX-License-Identifier: EUPL-1.2
"""Why there is no connection to the coordinator, or a call over it failed.

::

    Unavailable
    ├── CoordinatorDown      nothing listens there, or it does not answer
    └── ConnectionLost       it was there, and the connection ended
    Refusal
    ├── CertificateRefused   the coordinator does not accept this installation's certificate
    └── CallRefused          the coordinator answered a call with an error's code
    Misconfigured
    ├── CoordinatorUntrusted the coordinator's certificate is not of the pinned authority
    └── ClockDiffers         this clock and the coordinator's are too far apart

``ConnectionReplaced`` and ``ProtocolDiffers``, which both ends know, are in
``ontschot.protocol.letters.connections``.
"""

from ontschot.protocol.errors import Misconfigured, Refusal, Unavailable, all_errors
from ontschot.protocol.language import Language, Text


class CoordinatorDown(Unavailable):
    """Nothing listens at the coordinator's address, or it does not answer."""

    code = "coordinator-down"
    title = Text("De coördinator is niet te bereiken", "The coordinator cannot be reached")
    remedy = Text(
        "Klopt het adres? Mag deze computer naar buiten? Het programma probeert het opnieuw.",
        "Is the address right? May this machine connect out? The program keeps trying.",
    )


class ConnectionLost(Unavailable):
    """The connection was there, and ended."""

    code = "connection-lost"
    title = Text("De verbinding is verbroken", "The connection was lost")
    remedy = Text(
        "U hoeft niets te doen. Het programma maakt zelf opnieuw verbinding.",
        "You need not do anything. The program connects again by itself.",
    )


class CertificateRefused(Refusal):
    """The coordinator does not accept this installation's certificate."""

    code = "certificate-refused"
    title = Text(
        "De coördinator weigert uw certificaat", "The coordinator refuses your certificate"
    )
    remedy = Text(
        "Is het verlopen, of van een andere regio? Meld de installatie opnieuw aan.",
        "Has it expired, or is it of another region? Enrol the installation again.",
    )


class CallRefused(Refusal):
    """The coordinator answered with an error's code: ``remote``."""

    code = "call-refused"
    title = Text("De coördinator weigert dit", "The coordinator refuses this")

    def __init__(self, remote: str, detail: str = "") -> None:
        super().__init__(f"{remote}: {detail}" if detail else remote)
        self.remote = remote

    def explain(self, language: Language) -> str:
        """Return what the coordinator's error means, when this program knows its code."""
        known = all_errors().get(self.remote)
        if known is None:
            return super().explain(language)
        happened = f"{self.title.in_language(language)}: {known.title.in_language(language)}"
        return f"{happened}\n{known.remedy.in_language(language)} [{self.remote}]"


class CoordinatorUntrusted(Misconfigured):
    """The coordinator's certificate is not of the pinned authority, or not for this address."""

    code = "coordinator-untrusted"
    title = Text(
        "De coördinator is niet wie hij moet zijn", "The coordinator is not who it should be"
    )
    remedy = Text(
        "Klopt het adres? Zo ja: ga niet verder en bel de beheerder van de regio.",
        "Is the address right? If so: go no further, and call the region's administrator.",
    )


class ClockDiffers(Misconfigured):
    """This clock and the coordinator's are further apart than the roster allows."""

    code = "clock-differs"
    title = Text("De klok loopt niet gelijk", "The clocks differ")
    remedy = Text(
        "Zet de klok van deze computer gelijk, het liefst automatisch (NTP).",
        "Set this machine's clock right, best automatically (NTP).",
    )
