# SPDX-License-Identifier: EUPL-1.2
"""Why a helper refuses.

::

    Refusal
    ├── UploadRefused        an upload that does not fit its envelope, round or another upload
    ├── ManifestRefused      a manifest that fails a check of protocol section 6
    │   ├── AlreadyAnswered  the same question over the same uploads has its answer
    │   └── AnswerUnderWay   another release of the same question over the same uploads is not over
    ├── NoiseInGate          an upload with its node's own noise, for a gate
    ├── TooFewProviders      a list that the rules on lists do not allow
    ├── AreaTooSmall         an area with fewer public addresses than the statistic needs
    ├── BatchRefused         gate keys that are unknown, unaudited, or bound to something else
    └── PeerDeviates         the other helper's words do not fit this release
"""

from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text

_TELL = Text(
    "Geef deze code door aan de coördinator.",
    "Pass this code on to the coordinator.",
)


class UploadRefused(Refusal):
    """The upload does not fit."""

    code = "upload-refused"
    title = Text("Deze inzending past niet", "This upload does not fit")
    remedy = Text("De aanbieder moet opnieuw insturen.", "The provider must upload again.")


class ManifestRefused(Refusal):
    """A check of section 6 failed; the detail names it."""

    code = "manifest-refused"
    title = Text("Dit voorstel klopt niet", "This manifest is not right")
    remedy = _TELL


class AlreadyAnswered(ManifestRefused):
    """This question over these uploads was answered before: that answer is sent again, for free."""

    code = "already-answered"
    title = Text("Deze vraag is al beantwoord", "This question was answered before")
    remedy = Text("Gebruik het eerdere antwoord.", "Use the earlier answer.")


class AnswerUnderWay(ManifestRefused):
    """Another release of this question over these uploads is not over yet."""

    code = "answer-under-way"
    title = Text("Deze vraag loopt al", "This question is being answered already")
    remedy = Text("Wacht tot die meting klaar is.", "Wait until that release has ended.")


class NoiseInGate(Refusal):
    """An upload that its node noised goes through no gate: a threshold on noise means nothing."""

    code = "noise-in-gate"
    title = Text(
        "Een inzending met eigen ruis kan hier niet mee",
        "An upload with its own noise cannot be used here",
    )
    remedy = Text(
        "De aanbieder moet opnieuw insturen, zonder eigen ruis.",
        "The provider must upload again, without noise of its own.",
    )


class TooFewProviders(Refusal):
    """The list of providers is too short, or differs too little from an earlier list."""

    code = "too-few-providers"
    title = Text(
        "Er doen te weinig aanbieders mee, of de lijst lijkt te veel op een eerdere",
        "Too few providers take part, or the list is too close to an earlier one",
    )
    remedy = Text("Wacht tot meer aanbieders meedoen.", "Wait until more providers take part.")


class AreaTooSmall(Refusal):
    """An area with too few addresses."""

    code = "area-too-small"
    title = Text("Een gebied is te klein", "An area is too small")
    remedy = Text("Gebruik een kaart met grotere gebieden.", "Use a map with larger areas.")


class BatchRefused(Refusal):
    """Gate keys that may not be used here."""

    code = "batch-refused"
    title = Text("Deze sleutels mogen hier niet", "These gate keys may not be used here")
    remedy = Text("Vraag de dealer om nieuwe sleutels.", "Ask the dealer for new keys.")


class PeerDeviates(Refusal):
    """The other helper says something that does not fit."""

    code = "peer-deviates"
    title = Text("De andere helper wijkt af", "The other helper deviates")
    remedy = Text(
        "Stop, en vergelijk de logboeken van beide helpers.",
        "Stop, and compare the logs of both helpers.",
    )
