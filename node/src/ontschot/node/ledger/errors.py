# SPDX-License-Identifier: EUPL-1.2
"""Errors of the ledger.

::

    Refusal
    └── LedgerRefusal
        ├── LedgerClosed             ledger-closed
        │   └── LedgerMissing        ledger-missing
        ├── BudgetExhausted          budget-exhausted
        ├── NoBudget                 no-budget
        ├── CapFixed                 cap-fixed
        ├── TooManyReservations      too-many-reservations
        ├── NotCharged               not-charged
        ├── StillCharged             still-charged
        ├── ReleaseEnded             release-ended
        ├── ChargeDiffers            charge-differs
        ├── BatchBound               batch-bound
        ├── AnswerFixed              answer-fixed
        ├── RebuildRefused           rebuild-refused
        ├── OtherKeysNeeded          other-keys-needed
        └── LedgerDiverged
            ├── LedgerRolledBack     ledger-rolled-back
            ├── LedgerForked         ledger-forked
            └── LedgerRestored       ledger-restored
    Misconfigured
    ├── LedgerExists                 ledger-exists
    ├── LedgerOpen                   ledger-open
    └── LedgerBroken                 ledger-broken
"""

from typing import Final

from ontschot.protocol.errors import Misconfigured, Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.charge import Unit
from ontschot.protocol.privacy.conversion import epsilon_text
from ontschot.protocol.privacy.units import Rho, rho_text

_ASK_ADMINISTRATOR: Final = Text(
    "Vraag de beheerder. Start niets opnieuw.", "Ask the administrator. Restart nothing."
)


class LedgerRefusal(Refusal):
    """Base of what the ledger does not allow."""

    code = "ledger-refused"
    title = Text("Het privacyboek staat dit niet toe", "The privacy ledger does not allow this")


class LedgerClosed(LedgerRefusal):
    """The ledger closed itself; the detail is the code of what closed it."""

    code = "ledger-closed"
    title = Text("Het privacyboek is gesloten", "The privacy ledger is closed")
    remedy = Text(
        "Het boek moet worden hersteld. Daar zijn handtekeningen van de ankers voor nodig.",
        "The ledger must be rebuilt. That needs the signatures of the anchors.",
    )


class LedgerMissing(LedgerClosed):
    """There is no ledger. It is made once, by hand, and never by starting the program."""

    code = "ledger-missing"
    title = Text("Er is geen privacyboek", "There is no privacy ledger")
    remedy = Text(
        "Is dit een nieuwe installatie? Voer dan 'init' uit. Is het boek weg? Laat het herstellen.",
        "Is this a new installation? Then run 'init'. Is the ledger lost? Have it rebuilt.",
    )


class BudgetExhausted(LedgerRefusal):
    """An account has less left than the price."""

    code = "budget-exhausted"
    title = Text("Er is niet genoeg privacybudget over", "There is not enough privacy budget left")
    remedy = Text(
        "Stel een goedkopere vraag, of wacht op een nieuw jaar met nieuwe gegevens.",
        "Ask a cheaper question, or wait for a new year of records.",
    )

    def __init__(self, unit: Unit, year: int, asked: Rho, left: Rho) -> None:
        super().__init__(
            f"{unit} {year}: asked rho {rho_text(asked)} (epsilon {epsilon_text(asked)}), "
            f"left rho {rho_text(left)} (epsilon {epsilon_text(left)})"
        )
        self.unit, self.year, self.asked, self.left = unit, year, asked, left


class NoBudget(LedgerRefusal):
    """No cap was ever set for this account, so nothing may be taken from it."""

    code = "no-budget"
    title = Text(
        "Voor dit jaar is geen privacybudget vastgesteld",
        "No privacy budget was set for this year",
    )
    remedy = Text(
        "De ankers moeten eerst een budget voor dit jaar ondertekenen.",
        "The anchors must first sign a budget for this year.",
    )


class CapFixed(LedgerRefusal):
    """The cap of an account is set once."""

    code = "cap-fixed"
    title = Text(
        "Het privacybudget van dit jaar staat al vast", "The privacy budget of this year is fixed"
    )
    remedy = Text("Een budget wordt nooit gewijzigd.", "A budget is never changed.")


class TooManyReservations(LedgerRefusal):
    """One asker holds as many reservations as it may."""

    code = "too-many-reservations"
    title = Text("Er lopen te veel vragen tegelijk", "Too many questions run at the same time")
    remedy = Text(
        "Wacht tot een lopende vraag klaar is.", "Wait until a running question has ended."
    )
    http_status = 429


class NotCharged(LedgerRefusal):
    """Nothing was reserved, or spent, under this manifest."""

    code = "not-charged"
    title = Text(
        "Voor dit antwoord is geen budget opgenomen", "No budget was taken for this release"
    )
    remedy = _ASK_ADMINISTRATOR


class StillCharged(LedgerRefusal):
    """Budget is still reserved or spent under this manifest."""

    code = "still-charged"
    title = Text(
        "Voor dit antwoord is nog budget opgenomen", "Budget is still taken for this release"
    )
    remedy = _ASK_ADMINISTRATOR


class ReleaseEnded(LedgerRefusal):
    """This manifest ended without an answer and is never used again."""

    code = "release-ended"
    title = Text("Deze poging is al beëindigd", "This attempt has already ended")
    remedy = Text("Begin een nieuwe poging.", "Start a new attempt.")


class ChargeDiffers(LedgerRefusal):
    """The same manifest was charged otherwise before."""

    code = "charge-differs"
    title = Text(
        "Voor dit antwoord is eerder een andere prijs opgenomen",
        "Another price was taken for this release before",
    )
    remedy = _ASK_ADMINISTRATOR


class BatchBound(LedgerRefusal):
    """A batch of gate keys is used for one list of uploads and no other."""

    code = "batch-bound"
    title = Text(
        "Deze sleutels zijn al voor iets anders gebruikt",
        "These gate keys were already used for something else",
    )
    remedy = Text("Neem een nieuwe voorraad sleutels.", "Take a new batch of keys.")


class AnswerFixed(LedgerRefusal):
    """A question over the same uploads has one answer."""

    code = "answer-fixed"
    title = Text("Deze vraag heeft al een antwoord", "This question already has an answer")
    remedy = Text("Gebruik het bewaarde antwoord.", "Use the stored answer.")


class LedgerDiverged(LedgerRefusal):
    """A ledger does not continue what its owner showed before; the detail names the holder."""

    code = "ledger-diverged"
    title = Text(
        "Het privacyboek past niet bij wat anderen ervan weten",
        "The privacy ledger does not fit what others know of it",
    )
    remedy = LedgerClosed.remedy


class LedgerRolledBack(LedgerDiverged):
    """A later head was shown before: an older copy was put back."""

    code = "ledger-rolled-back"
    title = Text(
        "Er is een oude kopie van het privacyboek teruggezet",
        "An older copy of the privacy ledger was put back",
    )


class LedgerForked(LedgerDiverged):
    """Another entry was shown before with the same number."""

    code = "ledger-forked"
    title = Text(
        "Er zijn twee versies van het privacyboek", "There are two versions of the privacy ledger"
    )


class LedgerRestored(LedgerDiverged):
    """An operator said that a back-up was put back: what came after it is not known here."""

    code = "ledger-restored"
    title = Text(
        "Er is een reservekopie teruggezet; het privacyboek mist wat daarna kwam",
        "A back-up was put back; the privacy ledger lacks what came after it",
    )


class RebuildRefused(LedgerRefusal):
    """A document that does not rebuild this ledger; the detail says why."""

    code = "rebuild-refused"
    title = Text(
        "Met dit document is het boek niet te herstellen",
        "This document does not rebuild the ledger",
    )
    remedy = Text(
        "Vraag nieuwe verklaringen aan de helpers, maak het document opnieuw en laat het tekenen.",
        "Ask the helpers for fresh views, make the document anew and have it signed.",
    )


class OtherKeysNeeded(LedgerRefusal):
    """A helper that forgot what it signed may not go on with the key that it signed it with."""

    code = "other-keys-needed"
    title = Text(
        "Een helper gaat alleen verder met nieuwe sleutels",
        "A helper goes on with new keys only",
    )
    remedy = Text(
        "Maak nieuwe sleutels, laat de ankers ze in het rooster zetten, neem dat rooster aan en "
        "wissel. Vraag de verklaringen daarna opnieuw.",
        "Make new keys, have the anchors list them, adopt that roster and switch. Then ask for "
        "the views again.",
    )


class LedgerExists(Misconfigured):
    """A ledger is created once."""

    code = "ledger-exists"
    title = Text("Er is al een privacyboek", "There is already a privacy ledger")
    remedy = Text("Maak geen tweede.", "Do not make a second one.")


class LedgerOpen(Misconfigured):
    """Only a closed ledger is rebuilt."""

    code = "ledger-open"
    title = Text("Het privacyboek is niet gesloten", "The privacy ledger is not closed")
    remedy = Text("Herstellen is niet nodig.", "There is nothing to rebuild.")


class LedgerBroken(Misconfigured):
    """The chain does not add up: an entry, or what follows from it, was changed."""

    code = "ledger-broken"
    title = Text("Het privacyboek is veranderd", "The privacy ledger was tampered with")
    remedy = Text(
        "Zoek uit wie bij het bestand kon. Laat het boek daarna herstellen.",
        "Find out who could reach the file. Then have the ledger rebuilt.",
    )
