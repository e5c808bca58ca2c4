# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with a roster (deelnemerslijst).

::

    MalformedMessage
    └── RosterRuleBroken      well-formed, but against a rule that every roster must follow
    Refusal
    ├── RosterNotSigned       not signed by the quorum that may appoint it
    ├── RosterOutOfOrder      not the successor of the roster held here: lower, skipped, or forked
    ├── RosterOfAnother       of another federation, or of another profile
    ├── RosterNotInForce      expired, or not yet valid
    └── UnknownParticipant    nobody of that name or key takes part, or no longer does
"""

from ontschot.protocol.errors import MalformedMessage, Refusal
from ontschot.protocol.language import Text

_WARN_ANCHORS = Text(
    "Gebruik deze deelnemerslijst niet. Bel de mensen die de lijst ondertekenen.",
    "Do not use this roster. Call the people who sign it.",
)


class RosterRuleBroken(MalformedMessage):
    """Well-formed, but against a rule that every roster must follow; the detail says which."""

    code = "roster-rule-broken"
    title = Text(
        "Deze deelnemerslijst houdt zich niet aan de regels", "This roster breaks the rules"
    )
    remedy = Text(
        "Verbeter de lijst. Laat hem daarna opnieuw ondertekenen.",
        "Mend the roster. Then have it signed again.",
    )


class RosterNotSigned(Refusal):
    """Not signed by the quorum that may appoint it, the providers' council included."""

    code = "roster-not-signed"
    title = Text(
        "Deze deelnemerslijst heeft te weinig handtekeningen",
        "This roster has too few signatures",
    )
    remedy = Text(
        "Laat genoeg ondertekenaars tekenen. De aanbiedersraad hoort daar altijd bij.",
        "Have enough anchors sign it. The providers' council is always one of them.",
    )


class RosterOutOfOrder(Refusal):
    """Not the successor of the roster held here."""

    code = "roster-out-of-order"
    title = Text(
        "Deze deelnemerslijst volgt niet op de vorige", "This roster does not follow the last one"
    )
    remedy = _WARN_ANCHORS


class RosterOfAnother(Refusal):
    """Of another federation, or of another profile: production, rehearsal and demo never mix."""

    code = "roster-of-another"
    title = Text(
        "Deze deelnemerslijst is van een ander samenwerkingsverband",
        "This roster belongs to another federation",
    )
    remedy = _WARN_ANCHORS


class RosterNotInForce(Refusal):
    """Expired, or not yet valid."""

    code = "roster-not-in-force"
    title = Text("Deze deelnemerslijst geldt nu niet", "This roster is not in force now")
    remedy = Text(
        "Klopt de klok van deze computer? Vraag anders om een nieuwe lijst.",
        "Is the clock of this machine right? Otherwise ask for a new roster.",
    )


class UnknownParticipant(Refusal):
    """Nobody of that name or key takes part, or no longer does."""

    code = "unknown-participant"
    title = Text("Deze deelnemer staat niet op de lijst", "This participant is not on the roster")
    remedy = Text(
        "Vraag de regio wie er meedoet. Een ingetrokken deelnemer telt niet meer mee.",
        "Ask the region who takes part. A revoked participant no longer counts.",
    )
