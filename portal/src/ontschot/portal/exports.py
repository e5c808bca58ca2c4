# SPDX-License-Identifier: EUPL-1.2
"""An answer in a file as CSV and GeoJSON, without a coordinator at hand.

The coordinator makes the same files; a test holds both to the same bytes.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from ontschot.portal.answers import Answer, Area, Figure, Output, Table
from ontschot.portal.errors import UnreadableBoundaries
from ontschot.portal.figures.join import assign_features

CSV_COLUMNS = (
    "resultaat", "vraag", "titel", "meetronde", "periode_van", "periode_tot",
    "tabel", "niveau", "gebied", "naam", "adressen",
    "uitkomst", "omschrijving", "afgeleid", "eenheid",
    "waarde", "standaardfout", "laag_95", "hoog_95", "getoond", "getoond_laag", "getoond_hoog",
    "beschermde_eenheid", "rho", "epsilon", "delta", "grens",
    "aanbieders", "dekking", "proef", "methode", "opmerkingen", "manifest",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNIT = {
    "euroCents": "euro",
    "households": "huishoudens",
    "persons": "personen",
    "allocations": "toewijzingen",
}


def to_csv(answer: Answer) -> str:
    """Return all tables as CSV: ``;``, decimal comma, sums in euros, one row for each figure.

    Texts that a spreadsheet would run as a formula get an apostrophe in front (OWASP, CSV
    injection).
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for table in answer.tables:
        for area in table.areas:
            for output, figure in zip(table.outputs, area.figures, strict=True):
                writer.writerow(_csv_row(answer, table, area, output, figure))
    return target.getvalue()


def to_geojson(answer: Answer, table: Table, boundaries: Mapping[str, Any]) -> dict[str, Any]:
    """Return the boundaries with the figures of one table joined to them.

    Raises:
        UnreadableBoundaries: no FeatureCollection with ids, or a feature belongs to two areas.
    """
    features = boundaries.get("features")
    if boundaries.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise UnreadableBoundaries("no FeatureCollection")
    if not all(isinstance(f, dict) and isinstance(f.get("id"), str) for f in features):
        raise UnreadableBoundaries("a feature without a code as id")
    owners = assign_features(table, [feature["id"] for feature in features])
    context = _context(answer, table)
    outputs = [output.model_dump(by_alias=True) for output in table.outputs]
    return {
        "type": "FeatureCollection",
        "result": context | {"outputs": outputs},
        "attribution": boundaries.get("attribution"),
        "features": [
            {
                "type": "Feature",
                "id": feature["id"],
                "geometry": feature.get("geometry"),
                "properties": _properties(feature, owners.get(feature["id"]), table, context),
            }
            for feature in features
        ],
    }


def _properties(
    feature: dict[str, Any], area: Area | None, table: Table, context: dict[str, Any]
) -> dict[str, Any]:
    known, code = feature.get("properties") or {}, feature["id"]
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


def _context(answer: Answer, table: Table) -> dict[str, Any]:
    return {
        "resultId": answer.id,
        "question": answer.question,
        "title": answer.title.nl,
        "table": table.id,
        "level": table.level,
        "unit": table.unit,
        "round": answer.round,
        "protectedUnit": answer.privacy.protected_unit.nl,
        "epsilon": answer.privacy.epsilon,
        "delta": answer.privacy.delta,
        "clamp": answer.clamp.nl,
        "coverage": answer.coverage.text.nl,
        "method": answer.method.nl,
        "remarks": _remarks(answer),
    }


def _csv_row(answer: Answer, table: Table, area: Area, output: Output, figure: Figure) -> list[str]:
    shown, privacy = figure.shown, answer.privacy

    def number(value: float) -> str:
        return _number(value / 100 if table.unit == "euroCents" else value)

    return [
        *_text(answer.id, answer.question, answer.title.nl, answer.round),
        answer.period.first_day.isoformat(), answer.period.last_day.isoformat(),
        *_text(table.id, table.level, area.code, area.name), str(area.slots),
        *_text(output.key, output.label.nl), "ja" if output.derived else "nee",
        _UNIT[table.unit],
        number(figure.value), number(figure.standard_error),
        number(figure.low), number(figure.high),
        shown.text.nl if shown.value is None else number(shown.value),
        number(shown.low), number(shown.high),
        *_text(privacy.protected_unit.nl),
        _comma(privacy.rho), _comma(privacy.epsilon), _comma(privacy.delta),
        *_text(answer.clamp.nl), str(answer.coverage.participants),
        *_text(answer.coverage.text.nl), "ja" if answer.pilot else "nee",
        *_text(answer.method.nl, _remarks(answer), answer.provenance.manifest_hash),
    ]  # fmt: skip


def _remarks(answer: Answer) -> str:
    return " ".join(remark.nl for remark in answer.remarks)


def _text(*cells: str) -> Iterator[str]:
    for cell in cells:
        yield f"'{cell}" if cell.startswith(_FORMULA) else cell


def _number(value: float) -> str:
    return _comma(f"{value:.3f}".rstrip("0").rstrip("."))


def _comma(decimal: str) -> str:
    return decimal.replace(".", ",")
