# SPDX-License-Identifier: EUPL-1.2
"""Why a letter is not accepted.

::

    MalformedMessage
    ├── MalformedLetter       not a letter, or parts that do not belong together
    └── UnknownVersion        a letter of another protocol version
    Refusal
    ├── LetterTooLarge        more payload or attachments than a letter may carry
    ├── WrongSender           not signed by the participant it names, or sent over another's line
    ├── WrongRecipient        addressed to someone else, or to nobody in the roster
    ├── RosterOutdated        written under a roster that was replaced
    ├── RosterDiffers         the same serial, another roster
    ├── SequenceReused        a number that was used before, for another letter
    └── UnknownLetterType     nobody here handles letters of this type
    Unavailable
    ├── RosterAhead           written under a roster that has not arrived here yet
    └── AttachmentMissing     an attachment has not arrived yet
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ontschot.protocol.errors import MalformedMessage, Refusal, Unavailable
from ontschot.protocol.language import Text

if TYPE_CHECKING:
    from ontschot.protocol.letters.model import AttachmentRef


class MalformedLetter(MalformedMessage):
    """Not a letter, or its header, payload and signature do not belong together."""

    code = "malformed-letter"


class UnknownVersion(MalformedMessage):
    """A letter of a protocol version that this program does not speak."""

    code = "protocol-version-unknown"
    title = Text("Dit bericht hoort bij een andere versie", "This message is of another version")
    remedy = Text(
        "Gebruik overal dezelfde versie van het programma.",
        "Use the same version of the program everywhere.",
    )


class LetterTooLarge(Refusal):
    """More payload or attachments than a letter may carry."""

    code = "letter-too-large"
    title = Text("Dit bericht is te groot", "This message is too large")
    remedy = Text(
        "Stuur grote gegevens mee als bijlage. Verdeel een te grote bijlage.",
        "Send large data as an attachment. Split an attachment that is too large.",
    )
    http_status = 413


class WrongSender(Refusal):
    """Not signed by the participant it names, or sent over another participant's line."""

    code = "letter-sender-wrong"
    title = Text("De afzender klopt niet", "The sender is not who the message says")
    remedy = Text(
        "Staat de juiste sleutel in de deelnemerslijst? Vraag het de beheerder.",
        "Does the roster hold the right key? Ask the administrator.",
    )


class WrongRecipient(Refusal):
    """Addressed to someone else, or to nobody in the roster."""

    code = "letter-recipient-unknown"
    title = Text("De ontvanger is hier niet bekend", "The recipient is not known here")
    remedy = Text(
        "Kijk in de deelnemerslijst hoe de ontvanger heet.",
        "Look up the recipient's name in the roster.",
    )
    http_status = 404


class RosterOutdated(Refusal):
    """Written under a roster that was replaced since; the sender writes it again under the new."""

    code = "letter-roster-outdated"
    title = Text("De deelnemerslijst is vernieuwd", "The roster was replaced")
    remedy = Text(
        "De afzender moet dit opnieuw doen met de nieuwe deelnemerslijst.",
        "The sender must do this again under the new roster.",
    )
    http_status = 409


class RosterDiffers(Refusal):
    """Two different rosters have one serial number: someone was given a false one."""

    code = "letter-roster-differs"
    title = Text("De afzender heeft een andere deelnemerslijst", "The sender has another roster")
    remedy = Text(
        "Vergelijk de vingerafdruk van de deelnemerslijst met die van de afzender. Meld dit.",
        "Compare the fingerprint of the roster with the sender's. Report this.",
    )
    http_status = 409


class SequenceReused(Refusal):
    """A number that was used before for another letter: the sender lost its memory."""

    code = "sequence-reused"
    title = Text("Dit nummer is al gebruikt", "This number was used before")
    remedy = Text(
        "Is de afzender hersteld uit een oude reservekopie? Volg dan de handleiding voor herstel.",
        "Was the sender restored from an old back-up? Then follow the manual for recovery.",
    )
    http_status = 409


class UnknownLetterType(Refusal):
    """Nobody here handles letters of this type."""

    code = "letter-type-unknown"
    title = Text("Dit soort bericht is hier niet bekend", "This kind of message is not known here")
    remedy = Text(
        "Heeft de ontvanger de juiste rol en dezelfde versie van het programma?",
        "Does the recipient have the right role and the same version of the program?",
    )


class RosterAhead(Unavailable):
    """Written under a roster that has not arrived here yet: the letter waits for it."""

    code = "letter-roster-ahead"
    title = Text("De nieuwe deelnemerslijst is er nog niet", "The new roster is not here yet")


class AttachmentMissing(Unavailable):
    """An attachment has not arrived yet; ``missing`` says which."""

    code = "attachment-missing"
    title = Text("Een bijlage is er nog niet", "An attachment is not here yet")

    def __init__(self, missing: Sequence["AttachmentRef"]) -> None:
        super().__init__(f"{len(missing)} of them")
        self.missing = tuple(missing)
