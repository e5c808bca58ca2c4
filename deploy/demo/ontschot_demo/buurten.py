# SPDX-License-Identifier: EUPL-1.2
"""Buurten with their public numbers, from a GeoJSON file of Statistics Netherlands (CBS).

Reads both spellings of a property: ``aantalHuishoudens`` (WFS) and ``aantal_huishoudens`` (PDOK OGC
API). A missing number is null or negative (-99999999); then the average of the file is taken.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ontschot_demo.errors import TownUnreadable

FeatureCollection: TypeAlias = dict[str, Any]
"""GeoJSON (RFC 7946), WGS84; every feature has properties as in the CBS file of buurten."""

_BUURT = re.compile(r"BU[0-9]{4}[0-9A-Z]{4}")
_NETHERLANDS = ((2.5, 7.5), (50.5, 54.0))
_FALLBACK_PC4 = 1994
_FAMILIES, _SINGLES, _SENIORS = 0.33, 0.38, 0.20
"""Dutch averages, for a file that has no number at all: KWB 2023, rounded."""


@dataclass(frozen=True, slots=True)
class Buurt:
    """One buurt; shares are between 0 and 1 of its households, ``seniors`` of its inhabitants."""

    code: str
    name: str
    gemeente_name: str
    households: int
    families: float
    singles: float
    seniors: float
    pc4: int

    @property
    def wijk(self) -> str:
        """Code of the wijk: the first six positions behind BU."""
        return "WK" + self.code[2:8]

    @property
    def gemeente(self) -> str:
        """Code of the gemeente."""
        return "GM" + self.code[2:6]


def read_features(path: Path) -> FeatureCollection:
    """Return the land features of a GeoJSON file of buurten.

    Raises:
        TownUnreadable: see the class.
    """
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TownUnreadable(f"{path.name}: no GeoJSON") from error
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise TownUnreadable(f"{path.name}: no FeatureCollection")
    features = [feature for feature in collection["features"] if _is_land(feature)]
    if not features:
        raise TownUnreadable(f"{path.name}: no buurten")
    for number, feature in enumerate(features, start=1):
        _require_degrees(feature, number)
    return {"type": "FeatureCollection", "features": features}


def from_features(collection: FeatureCollection) -> tuple[Buurt, ...]:
    """Return the buurten of a GeoJSON file, by code.

    Raises:
        TownUnreadable: no or a double code, or no households at all.
    """
    rows = [_plain(feature["properties"]) for feature in collection["features"]]
    _require_codes(rows)
    households = [_number(row, "aantalhuishoudens") or 0 for row in rows]
    if not sum(households):
        raise TownUnreadable("no households")
    families = _shares(rows, households, "percentagehuishoudensmetkinderen", _FAMILIES)
    singles = _shares(rows, households, "percentageeenpersoonshuishoudens", _SINGLES)
    seniors = _shares(rows, households, "percentagepersonen65jaarenouder", _SENIORS)
    pc4 = _postcodes(rows)
    found = [
        Buurt(
            code=row["buurtcode"],
            name=str(row.get("buurtnaam") or row["buurtcode"]),
            gemeente_name=str(row.get("gemeentenaam") or "GM" + row["buurtcode"][2:6]),
            households=int(households[index]),
            families=families[index],
            singles=min(singles[index], 1 - families[index]),
            seniors=seniors[index],
            pc4=pc4[index],
        )
        for index, row in enumerate(rows)
    ]
    return tuple(sorted(found, key=lambda buurt: buurt.code))


def _is_land(feature: Any) -> bool:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return False
    return str(_plain(feature["properties"]).get("water", "NEE")).upper() != "JA"


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    return {key.replace("_", "").lower(): value for key, value in properties.items()}


def _require_degrees(feature: dict[str, Any], number: int) -> None:
    place: Any = (feature.get("geometry") or {}).get("coordinates")
    while isinstance(place, list) and place and isinstance(place[0], list):
        place = place[0]
    inside = (
        isinstance(place, list)
        and len(place) >= 2
        and all(
            isinstance(value, int | float) and low <= value <= high
            for value, (low, high) in zip(place, _NETHERLANDS, strict=False)
        )
    )
    if not inside:
        raise TownUnreadable(f"feature {number}: no borders in degrees")


def _require_codes(rows: list[dict[str, Any]]) -> None:
    codes = [str(row.get("buurtcode")) for row in rows]
    for number, code in enumerate(codes, start=1):
        if not _BUURT.fullmatch(code):
            raise TownUnreadable(f"feature {number}: no buurt code")
    if len(set(codes)) != len(codes):
        raise TownUnreadable("a buurt code occurs twice")


def _number(row: dict[str, Any], key: str) -> float | None:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return float(value)


def _shares(
    rows: list[dict[str, Any]], households: list[float], key: str, fallback: float
) -> list[float]:
    found = [_number(row, key) for row in rows]
    known = [
        (value, weight)
        for value, weight in zip(found, households, strict=True)
        if value is not None and weight > 0
    ]
    weight = sum(weight for _, weight in known)
    average = sum(value * weight for value, weight in known) / weight if weight else 100 * fallback
    return [min(value if value is not None else average, 100.0) / 100 for value in found]


def _postcodes(rows: list[dict[str, Any]]) -> list[int]:
    # A buurt without PC4 takes that of most buurten in its wijk, else in its gemeente.
    own = [int(_number(row, "meestvoorkomendepostcode") or 0) for row in rows]
    known = [(row["buurtcode"], pc4) for row, pc4 in zip(rows, own, strict=True) if pc4 >= 1000]

    def nearest(code: str) -> int:
        for length in (8, 6):
            near = Counter(pc4 for other, pc4 in known if other[:length] == code[:length])
            if near:
                return _most_frequent(near.items())
        return _FALLBACK_PC4

    return [
        pc4 if pc4 >= 1000 else nearest(row["buurtcode"])
        for row, pc4 in zip(rows, own, strict=True)
    ]


def _most_frequent(counts: Iterable[tuple[int, int]]) -> int:
    return max(counts, key=lambda item: (item[1], -item[0]))[0]
