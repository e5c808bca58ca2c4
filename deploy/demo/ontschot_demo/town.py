# SPDX-License-Identifier: EUPL-1.2
"""The town of the demo: Voorbeeldstad, which does not exist, or the buurten of a given map.

Voorbeeldstad has a gemeente code above all real ones (GM9901), lies where there is only water, and
has PC4s from 1995. Its numbers look like those of a Dutch town: busy small buurten with few
families in the centre, larger ones with many families around it, a few without or with hardly any
households, so that an answer must join areas.
"""

from dataclasses import dataclass
from pathlib import Path

from ontschot_demo.addresses import AddressTable, make_addresses
from ontschot_demo.buurten import Buurt, FeatureCollection, from_features, read_features
from ontschot_demo.sampling import stream
from ontschot_demo.voorbeeldstad import NAME, YEAR, make_boundaries

HOUSEHOLDS = 9_600
BUURTEN = 40
WIJKEN = 6


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """A town: buurten by code, their borders, and its addresses (``buurt`` indexes ``buurten``)."""

    name: str
    year: int
    buurten: tuple[Buurt, ...]
    boundaries: FeatureCollection
    addresses: AddressTable

    @property
    def households(self) -> int:
        """Number of households in the town."""
        return sum(buurt.households for buurt in self.buurten)

    @property
    def gemeenten(self) -> tuple[str, ...]:
        """Codes of the gemeenten, without GM, in order."""
        return tuple(sorted({buurt.gemeente[2:] for buurt in self.buurten}))


def generate_town(
    seed: int,
    households: int = HOUSEHOLDS,
    buurten: int = BUURTEN,
    wijken: int = WIJKEN,
) -> Town:
    """Return Voorbeeldstad.

    Args:
        seed: the same seed gives the same town.
        households: about this many, rounded to a multiple of 5 as CBS publishes them.
        buurten: at least 12.
        wijken: 2 to 6.

    Raises:
        ValueError: a number outside these bounds.
    """
    collection = make_boundaries(stream(seed, "town"), households, buurten, wijken)
    found = from_features(collection)
    table = make_addresses(stream(seed, "addresses"), found)
    return Town(NAME, YEAR, found, collection, table)


def read_town(path: Path, seed: int) -> Town:
    """Return the town in a GeoJSON file of CBS buurten, with made-up addresses.

    Raises:
        TownUnreadable: not such a file.
        TooManyAddresses: a PC4 with more streets than postcodes.
    """
    collection = read_features(path)
    buurten = from_features(collection)
    names = sorted({buurt.gemeente_name for buurt in buurten})
    years = {str(feature["properties"].get("jaar", "")) for feature in collection["features"]}
    year = max((int(text) for text in years if text.isdigit()), default=YEAR)
    addresses = make_addresses(stream(seed, "addresses"), buurten)
    return Town(" / ".join(names), year, buurten, collection, addresses)
