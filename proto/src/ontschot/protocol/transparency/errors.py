# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with notes, checkpoints and proofs.

::

    MalformedMessage
    └── MalformedNote        text that is no signed note, or no checkpoint
    Refusal
    ├── CheckpointNotSigned  the log's own signature is missing
    └── ProofRefused         a proof that does not lead to the root
"""

from ontschot.protocol.errors import MalformedMessage, Refusal
from ontschot.protocol.language import Text


class MalformedNote(MalformedMessage):
    """Text that is no signed note, or no checkpoint; the detail says what is wrong."""

    code = "malformed-note"
    title = Text("Dit is geen getekende stand van het logboek", "This is no signed log checkpoint")


class CheckpointNotSigned(Refusal):
    """The log did not sign this checkpoint with the key that the roster gives."""

    code = "checkpoint-not-signed"
    title = Text(
        "Deze stand van het logboek is niet getekend door het logboek",
        "This checkpoint is not signed by the log",
    )
    remedy = Text(
        "Vraag de stand opnieuw aan de coördinator. Meld het als het weer gebeurt.",
        "Ask the coordinator for the checkpoint again. Report it if it happens again.",
    )


class ProofRefused(Refusal):
    """Hashes that do not lead from what they should prove to the root."""

    code = "log-proof-refused"
    title = Text("Het bewijs uit het logboek klopt niet", "The proof from the log does not hold")
    remedy = Text(
        "Doe niets met wat bewezen moest worden. Meld het aan de functionaris gegevensbescherming.",
        "Do nothing with what was to be proved. Report it to the privacy officer.",
    )
