# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with the coordinator's own log.

::

    Misconfigured
    └── LogBroken            the stored log does not add up, or is older than what was signed
    Refusal
    └── NoSuchCheckpoint     a cosignature of a checkpoint that was never signed here
"""

from ontschot.protocol.errors import Misconfigured, Refusal
from ontschot.protocol.language import Text


class LogBroken(Misconfigured):
    """The stored log does not lead to what was signed of it; the detail names the place."""

    code = "log-broken"
    title = Text(
        "Het logboek klopt niet met wat ervan is getekend",
        "The log does not fit what was signed of it",
    )
    remedy = Text(
        "Stop de coördinator. Zoek uit wie bij de database kon. Is er een oude kopie teruggezet? "
        "Zet dan de nieuwste terug.",
        "Stop the coordinator. Find out who could reach the database. Was an old copy put back? "
        "Then put the newest one back.",
    )


class NoSuchCheckpoint(Refusal):
    """A cosignature of a checkpoint that this log never signed."""

    code = "no-such-checkpoint"
    title = Text(
        "Deze stand van het logboek is hier nooit getekend",
        "This checkpoint of the log was never signed here",
    )
    remedy = Text(
        "Vraag de laatste stand op, en teken die na controle.",
        "Ask for the latest checkpoint, and sign that one after checking it.",
    )
    http_status = 409
