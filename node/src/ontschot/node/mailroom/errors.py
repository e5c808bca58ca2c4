# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with the mailroom itself.

::

    Unavailable
    └── NoRoster           no roster has arrived yet: nothing can be sent or handled
    Refusal
    └── NotListed          the roster in force does not list this installation with these keys
    Misconfigured
    └── AnchorsPinned      anchors are pinned once, at installation
"""

from ontschot.protocol.errors import Misconfigured, Refusal, Unavailable
from ontschot.protocol.language import Text


class NoRoster(Unavailable):
    """No roster has arrived yet: nothing can be sent or handled."""

    code = "no-roster"
    title = Text("Er is nog geen deelnemerslijst", "There is no roster yet")
    remedy = Text(
        "De beheerders van de regio moeten u op de deelnemerslijst zetten. Wacht daarop.",
        "The region's anchors must put you on the roster. Wait for it.",
    )


class NotListed(Refusal):
    """The roster in force does not list this installation, or lists another key for it."""

    code = "not-listed"
    title = Text("U staat niet op de deelnemerslijst", "You are not on the roster")
    remedy = Text(
        "Vergelijk uw vingerafdruk met die op de deelnemerslijst. Vraag het de regio.",
        "Compare your fingerprint with the one on the roster. Ask the region.",
    )


class AnchorsPinned(Misconfigured):
    """Anchors are pinned once; other ones need a new installation."""

    code = "anchors-pinned"
    title = Text(
        "De ondertekenaars van de deelnemerslijst staan al vast",
        "The signers of the roster are already pinned",
    )
    remedy = Text(
        "Andere ondertekenaars? Richt dan een nieuwe installatie in.",
        "Other signers? Then set up a new installation.",
    )
