# SPDX-License-Identifier: EUPL-1.2
"""Public attributes of buurten, from a GeoJSON FeatureCollection (RFC 7946) of CBS.

Each feature's properties hold ``buurtcode``, ``buurtnaam``, ``wijkcode``, ``gemeentecode``,
``gemeentenaam`` and, where CBS knows it, ``aantalHuishoudens``; ``wijknaam`` may be there. All
else, the boundaries included, is left alone. A wijk without a name is called after its number.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ontschot.protocol.universe.areas import CODES, code_at
from ontschot.protocol.universe.errors import SourceUnreadable

MAX_BYTES = 256 * 1024 * 1024
"""Largest file; all buurten of the Netherlands take about 100 MB."""

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Buurt:
    """One buurt; ``households`` is rounded to 5 by CBS, None where it is not published."""

    code: str
    name: str
    wijk: str
    wijk_name: str
    gemeente: str
    gemeente_name: str
    households: int | None


def read_buurten(data: bytes) -> tuple[Buurt, ...]:
    """Return the buurten of a file, by code.

    Raises:
        SourceUnreadable: not such a FeatureCollection, a feature without what is needed, codes
            that do not belong together, or one buurt twice; names the feature, counted from 1.
    """
    if len(data) > MAX_BYTES:
        raise SourceUnreadable(f"larger than {MAX_BYTES} bytes")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceUnreadable("not JSON in UTF-8") from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise SourceUnreadable("not a GeoJSON FeatureCollection")
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise SourceUnreadable("no features")
    found = [_buurt(feature, i) for i, feature in enumerate(features, start=1)]
    by_code = {buurt.code: buurt for buurt in found}
    if len(by_code) != len(found):
        raise SourceUnreadable("one buurt twice")
    return tuple(by_code[code] for code in sorted(by_code))


def area_names(buurten: Iterable[Buurt]) -> dict[str, str]:
    """Return the names of all buurten, wijken and gemeenten, by code."""
    names: dict[str, str] = {}
    for buurt in buurten:
        names[buurt.code] = buurt.name
        names[buurt.wijk] = buurt.wijk_name
        names[buurt.gemeente] = buurt.gemeente_name
    return names


def _buurt(feature: Any, place: int) -> Buurt:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise SourceUnreadable(f"feature {place}: no properties")
    code = _text(properties, "buurtcode", place)
    if not CODES["buurt"].fullmatch(code):
        raise SourceUnreadable(f"feature {place}: buurtcode")
    wijk, gemeente = code_at("wijk", code), code_at("gemeente", code)
    for name, expected in (("wijkcode", wijk), ("gemeentecode", gemeente)):
        if _text(properties, name, place) != expected:
            raise SourceUnreadable(f"feature {place}: {name} is not that of the buurt")
    gemeente_name = _text(properties, "gemeentenaam", place)
    wijk_name = f"Wijk {wijk[6:]} {gemeente_name}"[:_LONGEST_NAME]
    if "wijknaam" in properties:
        wijk_name = _text(properties, "wijknaam", place)
    name = _text(properties, "buurtnaam", place)
    return Buurt(code, name, wijk, wijk_name, gemeente, gemeente_name, _count(properties, place))


def _text(properties: dict[str, Any], name: str, place: int) -> str:
    value = properties.get(name)
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= _LONGEST_NAME:
        raise SourceUnreadable(f"feature {place}: {name}")
    return value.strip()


def _count(properties: dict[str, Any], place: int) -> int | None:
    value = properties.get("aantalHuishoudens")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise SourceUnreadable(f"feature {place}: aantalHuishoudens")
    # CBS writes -99997 and -99999999 for "not published".
    return value if value >= 0 else None
