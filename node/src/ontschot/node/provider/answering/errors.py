# SPDX-License-Identifier: EUPL-1.2
"""Why a provider's node refuses.

::

    Refusal
    ├── NotAccepted          a release of a question that this provider did not accept
    ├── ReleaseNotAllowed    a manifest that this node cannot consent to; the detail says why
    ├── EarlierAttemptOpen   an earlier release of the same question is not over
    ├── VectorFailed         the records gave no vector; outside, nobody learns why
    ├── UploadsUsedUp        a variable was uploaded as often in this round as helpers take
    └── ForeignReceipt       a receipt that the helper did not sign for this node
"""

from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text


class NotAccepted(Refusal):
    """The question was refused, or still waits for a person."""

    code = "question-not-accepted"
    title = Text("Deze aanbieder heeft de vraag niet aanvaard", "This provider did not accept it")
    remedy = Text("Vraag de contactpersoon van de aanbieder.", "Ask the provider's contact.")


class ReleaseNotAllowed(Refusal):
    """The manifest is not one that this node consents to."""

    code = "release-not-allowed"
    title = Text("Deze meting mag hier niet", "This release is not allowed here")
    remedy = Text("Doe een nieuw voorstel.", "Make a new manifest.")


class EarlierAttemptOpen(Refusal):
    """An earlier release of this question holds budget, and nobody has said that it is over."""

    code = "earlier-attempt-open"
    title = Text("Een eerdere meting van deze vraag loopt nog", "An earlier release is not over")
    remedy = Text(
        "Wacht tot beide helpers de eerdere meting hebben gestopt.",
        "Wait until both helpers have given up the earlier release.",
    )


class VectorFailed(Refusal):
    """The records gave no vector; why may depend on a record, so it is in the local log only."""

    code = "failed"
    title = Text("Het antwoord is niet gelukt", "The answer failed")
    remedy = Text(
        "De aanbieder ziet met 'ontschot-node check', en in het logboek, wat er mis is.",
        "The provider sees with 'ontschot-node check', and in its log, what is wrong.",
    )


class UploadsUsedUp(Refusal):
    """Helpers take no further upload of this variable in this round: none is made or paid for."""

    code = "uploads-used-up"
    title = Text(
        "Deze aanbieder stuurde in deze meetronde al zo vaak in als mag",
        "This provider has uploaded as often in this round as is allowed",
    )
    remedy = Text(
        "Doe weer mee in een volgende meetronde.",
        "Take part again in a next round.",
    )


class ForeignReceipt(Refusal):
    """A receipt that the helper did not sign, or that is about someone else."""

    code = "foreign-receipt"
    title = Text("Dit ontvangstbewijs klopt niet", "This receipt is not right")
    remedy = Text("Vraag de helper om een nieuw bewijs.", "Ask the helper for a new receipt.")
