# SPDX-License-Identifier: EUPL-1.2
"""Errors of the made-up world.

::

    OntschotError
    ├── TownUnreadable      a GeoJSON file that cannot serve as a town
    ├── TooManyAddresses    more addresses below one PC4 than it has postcodes for
    ├── FolderInUse         the output folder holds files that are not of a demo
    └── NoDemo              the folder holds no finished demo
"""

from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import Text


class TownUnreadable(OntschotError):
    """A GeoJSON file without buurten, or without their codes, households or WGS84 borders."""

    code = "town-unreadable"
    title = Text("Dit kaartbestand is niet te gebruiken", "This map file cannot be used")
    remedy = Text(
        "Neem een GeoJSON-bestand van het CBS met buurten, in graden (WGS84).",
        "Take a GeoJSON file of Statistics Netherlands with buurten, in degrees (WGS84).",
    )


class TooManyAddresses(OntschotError):
    """A PC4 has 673 postcodes; the buurten below it need more."""

    code = "town-too-many-addresses"
    title = Text("Er zijn te veel adressen bij één postcode", "Too many addresses for one postcode")
    remedy = Text(
        "Neem minder buurten, of vul per buurt de meest voorkomende postcode in.",
        "Take fewer buurten, or fill in the most frequent postcode of each buurt.",
    )


class FolderInUse(OntschotError):
    """The output folder is emptied first, so it must hold nothing but an earlier demo."""

    code = "demo-folder-in-use"
    title = Text("In deze map staat al iets anders", "This folder holds something else")
    remedy = Text(
        "Kies een lege map, met make demo OUT=map.",
        "Choose an empty folder, with make demo OUT=folder.",
    )


class NoDemo(OntschotError):
    """There are no answers to show in this folder."""

    code = "demo-not-there"
    title = Text("In deze map staat geen demo die klaar is", "This folder holds no finished demo")
    remedy = Text(
        "Draai eerst make demo, met dezelfde map.", "Run make demo first, with the same folder."
    )
