# SPDX-License-Identifier: EUPL-1.2
"""Why a helper refuses.

Refusal
├── UploadRefused        an upload that does not fit its envelope, its round, or another upload
├── ManifestRefused      a manifest that fails a check of protocol section 6
├── TooFewProviders      a list that the rules on lists do not allow
├── AreaTooSmall         an area with fewer public addresses than the statistic needs
├── BatchRefused         gate keys that are unknown, unaudited, or bound to something else
├── PeerDeviates         the other helper's words do not fit this release
├── ReleaseOver          a release that was aborted or has expired
└── DealerCheats         an audit found a crafted candidate
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


class ReleaseOver(Refusal):
    """Aborted or expired."""

    code = "release-over"
    title = Text("Deze meting is gestopt of verlopen", "This release was stopped or has expired")
    remedy = Text("Doe een nieuw voorstel.", "Make a new manifest.")


class DealerCheats(Refusal):
    """A candidate is not what its seed derives."""

    code = "dealer-cheats"
    title = Text("De dealer leverde valse sleutels", "The dealer delivered crafted keys")
    remedy = Text(
        "Haal deze dealer uit het rooster. Het bewijs staat bij de helper.",
        "Remove this dealer from the roster. The helper holds the proof.",
    )
