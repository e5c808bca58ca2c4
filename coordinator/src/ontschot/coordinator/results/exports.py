# SPDX-License-Identifier: EUPL-1.2
"""A result as CSV and as GeoJSON, for spreadsheets and maps.

A row or feature that is taken out of its file still says what it is: each carries the interval,
the protected unit, epsilon, the clamp, the coverage, the round and the method.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, TypeAlias

from ontschot.coordinator.results.document import AreaRow, Figure, Output, Result, Table
from ontschot.coordinator.results.errors import BadBoundaries

FeatureCollection: TypeAlias = dict[str, Any]
"""GeoJSON (RFC 7946); every feature's ``id`` is its CBS code."""

CSV_COLUMNS = (
    "resultaat", "vraag", "titel", "meetronde", "periode_van", "periode_tot",
    "tabel", "niveau", "gebied", "naam", "adressen",
    "uitkomst", "omschrijving", "afgeleid", "eenheid",
    "waarde", "standaardfout", "laag_95", "hoog_95", "getoond", "getoond_laag", "getoond_hoog",
    "beschermde_eenheid", "rho", "epsilon", "delta", "grens",
    "aanbieders", "dekking", "proef", "methode", "opmerkingen", "manifest",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(result: Result) -> str:
    """Return all tables of ``result`` as CSV: ``;``, decimal comma, one row for each figure.

    Sums are in euros. Texts that a spreadsheet would run as a formula get an apostrophe in front
    (OWASP, CSV injection); numbers are written by this module and are never texts.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for table in result.tables:
        for area in table.areas:
            for output, figure in zip(table.outputs, area.figures, strict=True):
                writer.writerow(_csv_row(result, table, area, output, figure))
    return target.getvalue()


def to_geojson(result: Result, table: Table, boundaries: FeatureCollection) -> FeatureCollection:
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
    owners = assign_features(table, codes)
    context = _context(result, table)
    return {
        "type": "FeatureCollection",
        "result": context | {"outputs": [o.model_dump(by_alias=True) for o in table.outputs]},
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


def assign_features(table: Table, codes: list[str]) -> dict[str, AreaRow]:
    """Return which area of ``table`` owns each boundary feature.

    In this order: the area that has or lists the feature's own code; the area that has or lists the
    wijk, then the gemeente, whose CBS number begins the buurt's number.

    Raises:
        BadBoundaries: two areas list the same feature, or a code appears twice.
    """
    if len(set(codes)) != len(codes):
        raise BadBoundaries("two features with one id")
    listed: dict[str, AreaRow] = {}
    for area in table.areas:
        for member in area.members:
            if listed.setdefault(member, area) is not area:
                raise BadBoundaries(f"{member} belongs to two areas")
    by_code = {area.code: area for area in table.areas if not area.members}
    owners = ((code, _by_number(code, by_code | listed)) for code in codes)
    return {code: area for code, area in owners if area is not None}


def _by_number(code: str, areas: dict[str, AreaRow]) -> AreaRow | None:
    # CBS: buurt BU0642 01 01 lies in wijk WK0642 01 and in gemeente GM0642.
    number = code[2:]
    for candidate in (code, f"WK{number[:6]}", f"GM{number[:4]}"):
        if candidate in areas:
            return areas[candidate]
    return None


def _feature_code(feature: Any) -> str:
    code = feature.get("id") if isinstance(feature, dict) else None
    if not isinstance(code, str) or not code:
        raise BadBoundaries("a feature without a code as id")
    return code


def _properties(
    code: str,
    feature: dict[str, Any],
    area: AreaRow | None,
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
        "level": table.level,
        "unit": table.unit,
        "round": result.round,
        "protectedUnit": result.privacy.protected_unit.nl,
        "epsilon": result.privacy.epsilon,
        "delta": result.privacy.delta,
        "clamp": result.clamp.nl,
        "coverage": result.coverage.text.nl,
        "method": result.method.nl,
        "remarks": _remarks(result),
    }


_UNITS = {
    "euroCents": "euro",
    "households": "huishoudens",
    "persons": "personen",
    "allocations": "toewijzingen",
}


def _csv_row(
    result: Result, table: Table, area: AreaRow, output: Output, figure: Figure
) -> list[str]:
    euros = table.unit == "euroCents"

    def number(value: float) -> str:
        return _number(value / 100 if euros else value)

    shown = figure.shown
    return [
        *_text(result.id, result.question, result.title.nl, result.round),
        result.period.first_day.isoformat(), result.period.last_day.isoformat(),
        *_text(table.id, table.level, area.code, area.name), str(area.slots),
        *_text(output.key, output.label.nl), "ja" if output.derived else "nee",
        _UNITS[table.unit],
        number(figure.value), number(figure.standard_error),
        number(figure.low), number(figure.high),
        shown.text.nl if shown.value is None else number(shown.value),
        number(shown.low), number(shown.high),
        *_text(result.privacy.protected_unit.nl),
        *(_comma(p) for p in (result.privacy.rho, result.privacy.epsilon, result.privacy.delta)),
        *_text(result.clamp.nl), str(result.coverage.participants),
        *_text(result.coverage.text.nl), "ja" if result.pilot else "nee",
        *_text(result.method.nl, _remarks(result), result.provenance.manifest_hash),
    ]  # fmt: skip


def _remarks(result: Result) -> str:
    return " ".join(remark.nl for remark in result.remarks)


def _text(*cells: str) -> Iterator[str]:
    for cell in cells:
        yield f"'{cell}" if cell.startswith(_FORMULA) else cell


def _number(value: float) -> str:
    return _comma(f"{value:.3f}".rstrip("0").rstrip("."))


def _comma(decimal: str) -> str:
    return decimal.replace(".", ",")
