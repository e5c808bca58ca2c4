# SPDX-License-Identifier: EUPL-1.2
"""What levels, units and the rows of a rest are called, on pages and in files alike.

Files say it in Dutch; pages in both languages.
"""

from typing import Final

from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.language import Text
from ontschot.protocol.results.shapes import Unit

LEVELS: Final[dict[Level, Text]] = {
    "gemeente": Text("gemeente", "municipality"),
    "wijk": Text("wijk", "district"),
    "buurt": Text("buurt", "neighbourhood"),
    "pc6-cluster": Text("stukje buurt", "piece of a neighbourhood"),
}
"""Levels, singular; the English words of CBS levels are CBS's own."""

UNITS: Final[dict[Unit, Text]] = {
    "households": Text("huishoudens", "households"),
    "persons": Text("personen", "persons"),
    "allocations": Text("toewijzingen", "allocations"),
    "trajects": Text("trajecten", "periods of care"),
    "euroCents": Text("euro", "euros"),
    "permille": Text("procent", "per cent"),
}
"""What a number is a number of where people read it: money in euros, shares in per cent."""

RAW_UNITS: Final[dict[Unit, Text]] = UNITS | {
    "euroCents": Text("eurocent", "euro cents"),
    "permille": Text("promille: 10 is 1 procent", "per mille: 10 is 1 per cent"),
}
"""The same where a number is as in the result document."""


def rest_name(area: str, level: Level) -> Text:
    """Return how the row is called of what is in an area and in none of a smaller level.

    Args:
        area: the name of the area, of the coarsest level.
        level: that of the table the row is in.
    """
    name = LEVELS[level]
    return Text(f"{area}, in geen {name.nl}", f"{area}, in no {name.en}")
