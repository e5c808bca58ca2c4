# SPDX-License-Identifier: EUPL-1.2
"""Why a provider's node refuses.

Refusal
├── NotAccepted         a release of a question that this provider did not accept
└── ReleaseNotAllowed   a manifest that this node cannot consent to; the detail says why
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
