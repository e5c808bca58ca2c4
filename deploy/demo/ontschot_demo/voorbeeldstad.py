# SPDX-License-Identifier: EUPL-1.2
"""Voorbeeldstad: its wijken and buurten, their borders, and the numbers CBS would publish."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.buurten import FeatureCollection
from ontschot_demo.geometry import Cells, area_km2, make_cells, to_wgs84
from ontschot_demo.sampling import apportion

NAME = "Voorbeeldstad"
GEMEENTE = "9901"
"""Above every real gemeente code."""

YEAR = 2024

_WIJK_NAMES = ("Centrum", "Zuid", "Oost", "Noord", "West", "Nieuwland")
_FIRST_PC4 = 1995
_CENTRAL = (
    "Kerkplein", "Marktkwartier", "Stationsbuurt", "Grachtengordel", "Havenkwartier", "Weverswijk",
    "Gildenbuurt", "Schoolbuurt", "Vestingbuurt", "Kasteelbuurt",
)  # fmt: skip
_USUAL = (
    "Componistenbuurt", "Schildersbuurt", "Dichtersbuurt", "Bomenbuurt", "Bloemenbuurt",
    "Vogelbuurt", "Sterrenbuurt", "Rivierenbuurt", "Molenkwartier", "Tramkwartier", "Fabrieksbuurt",
    "Het Spoor", "Sluisbuurt", "Zonnehof", "Parkzicht", "De Linden", "De Wilgen", "De Hoven",
    "De Tuinen", "De Lanen", "De Erven", "Boomgaard", "Waterkant", "Dijkzicht", "Polderbuurt",
    "Weidebuurt", "Het Veer", "De Akkers", "De Eilanden", "Rietlanden",
)  # fmt: skip
_QUIET = (("Bedrijventerrein", 0), ("Buitengebied", 15), ("Recreatiepark", 45))
"""Buurten at the edge with hardly any households, as every town has."""


def make_boundaries(
    rng: np.random.Generator, households: int, buurten: int, wijken: int
) -> FeatureCollection:
    """Return the buurten as GeoJSON, with properties as in the CBS file of buurten.

    Args:
        rng: the stream of the town.
        households: at least 500; rounded to a multiple of 5.
        buurten: at least 12.
        wijken: 2 to 6.

    Raises:
        ValueError: a number outside these bounds.
    """
    if not (households >= 500 and buurten >= 12 and 2 <= wijken <= len(_WIJK_NAMES)):
        msg = "a town has at least 500 households, 12 buurten and 2 to 6 wijken"
        raise ValueError(msg)
    cells = make_cells(rng, buurten)
    wijk = _wijken(cells, wijken)
    number = _households(rng, cells, wijk, households)
    names = _names(rng, cells)
    codes = _codes(wijk)
    shares = np.stack(_shares(rng, wijk), axis=1).tolist()
    features = [
        {
            "type": "Feature",
            "id": codes[cell],
            "properties": {
                **_identity(codes[cell], names[cell]),
                **_numbers(int(number[cell]), *shares[cell]),
                "oppervlakteTotaalInHa": round(100 * area_km2(cells.rings[cell])),
            },
            "geometry": {"type": "Polygon", "coordinates": [to_wgs84(cells.rings[cell])]},
        }
        for cell in range(buurten)
    ]
    return {
        "type": "FeatureCollection",
        "attribution": {"nl": "verzonnen voor deze demo", "en": "made up for this demo"},
        "features": sorted(features, key=lambda feature: str(feature["id"])),
    }


def _wijken(cells: Cells, count: int) -> NDArray[np.int64]:
    # The middle, and slices around it; a cell cut off from its slice goes to a neighbour's wijk.
    x, y = cells.centres.T
    distance = np.hypot(x / np.ptp(x), y / np.ptp(y))
    middle = np.argsort(distance)[: max(2, len(x) // count)]
    angle = (np.arctan2(y, x) + np.pi / 2) % (2 * np.pi)
    wijk = 1 + np.minimum((angle / (2 * np.pi) * (count - 1)).astype(np.int64), count - 2)
    wijk[middle] = 0
    return _connect(wijk, cells.neighbours)


def _connect(wijk: NDArray[np.int64], pairs: frozenset[tuple[int, int]]) -> NDArray[np.int64]:
    near: dict[int, set[int]] = {cell: set() for cell in range(len(wijk))}
    for a, b in pairs:
        near[a].add(b)
        near[b].add(a)
    changed = True
    while changed:
        changed = False
        for value in sorted(set(wijk.tolist())):
            parts = _parts({cell for cell in near if wijk[cell] == value}, near)
            for cell in sorted(set().union(*parts[1:])):
                others = [int(wijk[other]) for other in near[cell] if wijk[other] != value]
                if others:
                    wijk[cell] = max(sorted(set(others)), key=others.count)
                    changed = True
    return wijk


def _parts(cells: set[int], near: dict[int, set[int]]) -> list[set[int]]:
    # Connected parts, the largest first.
    parts = []
    while cells:
        part, edge = set(), [min(cells)]
        while edge:
            cell = edge.pop()
            if cell in cells:
                cells.discard(cell)
                part.add(cell)
                edge.extend(near[cell])
        parts.append(part)
    return sorted(parts, key=lambda part: (-len(part), min(part)))


def _households(
    rng: np.random.Generator, cells: Cells, wijk: NDArray[np.int64], households: int
) -> NDArray[np.int64]:
    # Uneven; in units of 5, as CBS rounds.
    weight = rng.lognormal(0, 0.55, len(wijk)) * np.where(wijk == 0, 1.15, 1.0)
    fixed = np.zeros(len(wijk), dtype=np.int64)
    for cell, (_, number) in zip(_quiet(cells), _QUIET, strict=True):
        weight[cell] = 0
        fixed[cell] = number
    return fixed + 5 * apportion((households - int(fixed.sum())) // 5, weight)


def _quiet(cells: Cells) -> list[int]:
    # The cells farthest from the centre.
    order: list[int] = np.argsort(-np.hypot(*cells.centres.T))[: len(_QUIET)].tolist()
    return order


def _codes(wijk: NDArray[np.int64]) -> list[str]:
    codes = [""] * len(wijk)
    for value in range(int(wijk.max()) + 1):
        for rank, cell in enumerate(np.flatnonzero(wijk == value).tolist(), start=1):
            codes[cell] = f"BU{GEMEENTE}{value + 1:02d}{rank:02d}"
    return codes


def _shares(
    rng: np.random.Generator, wijk: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    # Families with children, people who live alone, and inhabitants of 65 and over.
    families = np.where(wijk == 0, 0.19, 0.36) + rng.normal(0, 0.06, len(wijk))
    seniors = 0.21 + rng.normal(0, 0.06, len(wijk)) - 0.35 * (families - 0.33)
    families = families.clip(0.08, 0.60)
    singles = 0.80 - 1.15 * families + rng.normal(0, 0.03, len(wijk))
    return families, singles.clip(0.12, 0.70), seniors.clip(0.06, 0.45)


def _names(rng: np.random.Generator, cells: Cells) -> list[str]:
    # Names that sound central go to the centre.
    count = len(cells.rings)
    central = rng.permutation(_CENTRAL).tolist()
    usual = rng.permutation(_USUAL).tolist()
    more = [f"Buurt {rank + 1}" for rank in range(len(central) + len(usual), count)]
    names = central[: count // 4] + usual + central[count // 4 :] + more
    nearest = np.argsort(np.hypot(*cells.centres.T)).tolist()
    named = dict(zip(nearest, names, strict=False))
    named.update(zip(_quiet(cells), (name for name, _ in _QUIET), strict=True))
    return [named[cell] for cell in range(count)]


def _identity(buurtcode: str, name: str) -> dict[str, Any]:
    wijk = int(buurtcode[6:8]) - 1
    return {
        "buurtcode": buurtcode,
        "buurtnaam": name,
        "wijkcode": "WK" + buurtcode[2:8],
        "wijknaam": _WIJK_NAMES[wijk],
        "gemeentecode": f"GM{GEMEENTE}",
        "gemeentenaam": NAME,
        "indelingswijzigingWijkenEnBuurten": 1,
        "water": "NEE",
        "meestVoorkomendePostcode": _FIRST_PC4 + wijk // 2,
        "dekkingspercentage": 1,
        "jrstatcode": f"{YEAR}{buurtcode}",
        "jaar": str(YEAR),
    }


def _numbers(
    households: int, families: float, singles: float, seniors: float
) -> dict[str, int | float | None]:
    # CBS leaves numbers of tiny buurten out; so do we.
    shown = households >= 25
    couples = 1 - families - singles
    size = singles + 2 * couples + 3.55 * families
    return {
        "aantalInwoners": 5 * round(households * size / 5),
        "aantalHuishoudens": households,
        "percentageEenpersoonshuishoudens": round(100 * singles) if shown else None,
        "percentageHuishoudensZonderKinderen": round(100 * couples) if shown else None,
        "percentageHuishoudensMetKinderen": round(100 * families) if shown else None,
        "gemiddeldeHuishoudsgrootte": round(size, 1) if shown else None,
        "percentagePersonen65JaarEnOuder": round(100 * seniors) if shown else None,
    }
