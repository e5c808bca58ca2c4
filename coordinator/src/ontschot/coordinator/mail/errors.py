# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with the relay itself.

::

    Unavailable
    └── NoRosterYet         no roster was adopted yet: nobody can post
    Refusal
    └── CoordinatorUnlisted the roster in force does not list this coordinator with these keys
    Misconfigured
    └── AnchorsFixed        anchors are pinned once, at installation
"""

from ontschot.protocol.errors import Misconfigured, Refusal, Unavailable
from ontschot.protocol.language import Text


class NoRosterYet(Unavailable):
    """No roster was adopted yet: nobody can post."""

    code = "coordinator-no-roster"
    title = Text("De regio heeft nog geen deelnemerslijst", "The region has no roster yet")
    remedy = Text(
        "Laat de deelnemerslijst ondertekenen en lees hem in bij de coördinator.",
        "Have the roster signed and load it at the coordinator.",
    )


class CoordinatorUnlisted(Refusal):
    """The roster in force does not list this coordinator, or lists another key for it."""

    code = "coordinator-not-listed"
    title = Text(
        "De deelnemerslijst noemt deze coördinator niet",
        "The roster does not list this coordinator",
    )
    remedy = Text(
        "Zet de coördinator met de juiste sleutel op de deelnemerslijst.",
        "Put the coordinator on the roster with the right key.",
    )


class AnchorsFixed(Misconfigured):
    """Anchors are pinned once; other ones need a new installation."""

    code = "coordinator-anchors-pinned"
    title = Text(
        "De ondertekenaars van de deelnemerslijst staan al vast",
        "The signers of the roster are already pinned",
    )
    remedy = Text(
        "Andere ondertekenaars? Richt dan een nieuwe coördinator in.",
        "Other signers? Then set up a new coordinator.",
    )
