# SPDX-License-Identifier: EUPL-1.2
"""Where the worlds of the utility benchmark are: towns with their public maps and numbers.

The addresses are made up (CBS gives numbers of households, not addresses); what is made of them is
the product's: the universe, and the maps with their smallest areas. So areas are joined as they
are in a round, and each gemeente has overflow slots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.universe import Listing, Universe, area_map, codes, lines, normalise_columns
from ontschot.protocol.universe.areas import NO_AREA, AreaMap
from ontschot_demo.town import Town, generate_town, read_town

SEED: Final = 2023
BOUNDARIES: Final = Path("cbs") / "buurten_2023_GM0642_GM0531.geojson"
"""Inside the folder of public test data: the buurten of Zwijndrecht and Hendrik-Ido-Ambacht."""

MINIMA: Final = (100, 250)
LEVELS: Final[tuple[Level, ...]] = ("gemeente", "wijk", "buurt")

Slots = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Place:
    """A town as a round sees it, and what made-up care depends on.

    Attributes:
        name: for the page.
        providers: how many providers its people go to.
        universe: the slots.
        maps: by level and minimum.
        boundaries: public GeoJSON with covariates.
        covariates: float64[buurten, 2], families and people of 65 or more, standardised.
        buurt: int64[addresses], the buurt of each address line.
    """

    name: str
    providers: int
    universe: Universe
    maps: Mapping[tuple[Level, int], AreaMap]
    boundaries: Mapping[str, Any]
    covariates: Floats
    buurt: Slots

    @cached_property
    def slots(self) -> Slots:
        """The slot of each address line, int64[addresses]."""
        return self.universe.slots_of_lines(np.arange(len(self.buurt))).astype(np.int64)

    @cached_property
    def overflow(self) -> tuple[Slots, Slots]:
        """For each gemeente: its first overflow slot, and how many it has."""
        counts = [gemeente.overflow for gemeente in self.universe.gemeenten]
        return self.universe.first_overflow.astype(np.int64), np.array(counts, dtype=np.int64)


def real_place(data: Path) -> Place:
    """Return the two gemeenten of the public CBS file in the folder ``data``.

    Raises:
        TownUnreadable: the file is not there.
    """
    return place_of(read_town(data / BOUNDARIES, SEED), "Zwijndrecht and Hendrik-Ido-Ambacht", 20)


def made_up_place(households: int = 9_600, buurten: int = 40, wijken: int = 6) -> Place:
    """Return the demo's generated town, of the demo's six providers."""
    return place_of(generate_town(SEED, households, buurten, wijken), "Voorbeeldstad", 6)


def place_of(town: Town, name: str, providers: int) -> Place:
    """Return a town as a round sees it."""
    table = town.addresses
    buurtcodes = np.array([buurt.code for buurt in town.buurten])[table.buurt]
    addresses = normalise_columns(
        table.postcode.tolist(),
        table.number.astype(str).tolist(),
        table.letter.tolist(),
        table.addition.tolist(),
    )
    numbers = lines.buurt_numbers(codes.characters(buurtcodes.tolist()))
    universe = Universe.build([Listing(numbers, addresses)], town.year)
    found, buurt = np.unique(universe.buurten, return_inverse=True)
    known = {one.code: (one.families, one.seniors) for one in town.buurten}
    raw = np.array([known[code] for code in lines.buurt_codes(found)])
    spread = np.where(raw.std(axis=0) > 0, raw.std(axis=0), 1.0)
    return Place(
        name=name,
        providers=providers,
        universe=universe,
        maps={(lv, least): area_map(universe, lv, least) for lv in LEVELS for least in MINIMA},
        boundaries=town.boundaries,
        covariates=(raw - raw.mean(axis=0)) / spread,
        buurt=buurt.astype(np.int64),
    )


def area_sums(area_map: AreaMap, slots: Slots, values: NDArray[Any]) -> Floats:
    """Return sums per area of a value of some slots: float64[areas]."""
    areas = area_map.index[slots].astype(np.int64)
    inside = areas != NO_AREA
    found = np.bincount(areas[inside], weights=values[inside], minlength=len(area_map.areas))
    return found.astype(np.float64)
