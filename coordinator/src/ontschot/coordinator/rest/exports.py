# SPDX-License-Identifier: EUPL-1.2
"""Addresses of exports: one published answer as CSV, or on a map."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ontschot.coordinator.rest.conditional import RESULT_CACHE, conditional
from ontschot.coordinator.rest.errors import NoBoundaries, StoredResultDamaged
from ontschot.coordinator.rest.reader import ResultReader
from ontschot.coordinator.rest.results import ResultId, file_answer, stored_bytes
from ontschot.coordinator.results import Result, decode_result
from ontschot.coordinator.results.errors import MalformedResult
from ontschot.protocol.results import to_csv, to_geojson

CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
"""ADR module Geospatial: GeoJSON is in WGS84, longitude first, and the header says so."""

TableId = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Name of a table of the answer; by default the first of the finest level",
    ),
]


def exports_router(reader: ResultReader) -> APIRouter:
    """Return the routes of exports, read from ``reader``."""
    router = APIRouter(prefix="/v1/results", tags=["results"])

    @router.get(
        "/{id}/export.csv",  # noqa: FAST003 - idem
        response_class=Response,
        operation_id="getResultCsv",
        responses=file_answer("text/csv"),
    )
    def export_csv(request: Request, result_id: ResultId) -> Response:
        """Return one answer as CSV: semicolons, decimal comma, one row for each figure."""
        body = to_csv(_result(result_id)).encode()
        name = {"Content-Disposition": f'attachment; filename="ontschot-{result_id}.csv"'}
        return conditional(request, body, "text/csv; charset=utf-8", RESULT_CACHE, name)

    @router.get(
        "/{id}/map.geojson",  # noqa: FAST003 - idem
        response_class=Response,
        operation_id="getResultMap",
        responses=file_answer("application/geo+json"),
    )
    def map_geojson(request: Request, result_id: ResultId, table: TableId = None) -> Response:
        """Return the areas of one table with their boundaries and figures (WGS84)."""
        result = _result(result_id)
        chosen = result.table(table)
        boundaries = reader.boundaries(result.round, chosen.level)
        if boundaries is None:
            raise NoBoundaries(f"{result.round} {chosen.level}")
        joined = to_geojson(result, chosen, boundaries)
        body = json.dumps(joined, ensure_ascii=False, separators=(",", ":")).encode()
        crs = {"Content-Crs": CRS84}
        return conditional(request, body, "application/geo+json", RESULT_CACHE, crs)

    def _result(result_id: str) -> Result:
        try:
            return decode_result(stored_bytes(reader, result_id))
        except MalformedResult as error:
            raise StoredResultDamaged from error

    return router
