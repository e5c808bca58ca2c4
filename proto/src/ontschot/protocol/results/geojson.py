# SPDX-License-Identifier: EUPL-1.2
"""A result as GeoJSON, for maps; a feature that is taken out of its file still says what it is."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from ontschot.protocol.results.csv_file import remarks_of
from ontschot.protocol.results.errors import BadBoundaries
from ontschot.protocol.results.joining import assign_features
from ontschot.protocol.results.shapes import Area, Output, Result, Table
from ontschot.protocol.results.words import RAW_UNITS

FeatureCollection: TypeAlias = dict[str, Any]
"""GeoJSON (RFC 7946); every feature's ``id`` is its CBS code."""


def to_geojson(result: Result, table: Table, boundaries: Mapping[str, Any]) -> FeatureCollection:
    """Return the boundaries with the figures of one table joined to them.

    Every feature keeps its own geometry; features that share one value carry the same ``areaCode``.
    A feature without value keeps ``areaCode`` null. Values are in the table's unit.

    Raises:
        BadBoundaries: no FeatureCollection with ids, or a feature belongs to two areas.
    """
    features = boundaries.get("features")
    if boundaries.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise BadBoundaries("no FeatureCollection")
    codes = [_feature_code(feature) for feature in features]
    owners = assign_features(table.areas, codes)
    context = _context(result, table)
    return {
        "type": "FeatureCollection",
        "result": context | {"outputs": [_output(output) for output in table.outputs]},
        "attribution": boundaries.get("attribution"),
        "features": [
            {
                "type": "Feature",
                "id": code,
                "geometry": feature.get("geometry"),
                "properties": _properties(code, feature, owners.get(code), table, context),
            }
            for code, feature in zip(codes, features, strict=True)
        ],
    }


def _output(output: Output) -> dict[str, Any]:
    label = {"nl": output.label.nl, "en": output.label.en}
    return {"key": output.key, "label": label, "derived": output.derived}


def _feature_code(feature: Any) -> str:
    code = feature.get("id") if isinstance(feature, dict) else None
    if not isinstance(code, str) or not code:
        raise BadBoundaries("a feature without a code as id")
    return code


def _properties(
    code: str,
    feature: dict[str, Any],
    area: Area | None,
    table: Table,
    context: dict[str, Any],
) -> dict[str, Any]:
    known = feature.get("properties") or {}
    name = next((str(known[key]) for key in ("name", "naam", "buurtnaam") if known.get(key)), code)
    properties: dict[str, Any] = {"code": code, "name": name, "areaCode": None}
    if area is None:
        return properties
    properties |= {"areaCode": area.code, "areaName": area.name, "slots": area.slots}
    for output, figure in zip(table.outputs, area.figures, strict=True):
        key = output.key
        properties |= {
            key: figure.value,
            f"{key}StandardError": figure.standard_error,
            f"{key}Low": figure.low,
            f"{key}High": figure.high,
            f"{key}Shown": figure.shown.text.nl,
        }
    return properties | context


def _context(result: Result, table: Table) -> dict[str, Any]:
    return {
        "resultId": result.id,
        "question": result.question,
        "title": result.title.nl,
        "table": table.id,
        "tableTitle": table.title.nl,
        "level": table.level,
        "estimator": table.estimator,
        "noise": table.noise,
        "unit": table.unit,
        "unitName": RAW_UNITS[table.unit].nl,
        "round": result.round,
        "firstDay": result.period.first_day.isoformat(),
        "lastDay": result.period.last_day.isoformat(),
        "protectedUnit": result.privacy.protected_unit.nl,
        "rho": result.privacy.rho,
        "epsilon": result.privacy.epsilon,
        "delta": result.privacy.delta,
        "clamp": (table.clamp or result.clamp).nl,
        "capCents": table.cap_cents,
        "participants": result.coverage.participants,
        "coverage": result.coverage.text.nl,
        "method": result.method.nl,
        "note": table.note.nl if table.note else None,
        "remarks": remarks_of(result),
    }
