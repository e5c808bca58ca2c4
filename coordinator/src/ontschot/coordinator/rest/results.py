# SPDX-License-Identifier: EUPL-1.2
"""Addresses of published answers: the list, one answer, and its exports."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from ontschot.coordinator.rest.conditional import LIST_CACHE, RESULT_CACHE, conditional
from ontschot.coordinator.rest.errors import (
    NoBoundaries,
    NoSuchResult,
    StoredResultDamaged,
)
from ontschot.coordinator.rest.reader import ResultReader
from ontschot.coordinator.results import Result, decode_result, to_csv, to_geojson
from ontschot.coordinator.results.document import Localised
from ontschot.coordinator.results.errors import MalformedResult

CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
"""ADR module Geospatial: GeoJSON is in WGS84, longitude first, and the header says so."""

ResultId = Annotated[
    str,
    Path(
        alias="id",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="Name of a published answer",
    ),
]
TableId = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Name of a table of the answer; by default the first of the finest level",
    ),
]


class ResultItem(BaseModel):
    """One published answer in the list."""

    id: str
    question: str
    title: Localised
    round: str
    publishedAt: datetime  # noqa: N815 - the wire is camelCase


class ResultList(BaseModel):
    """Published answers, newest first."""

    items: list[ResultItem]


def results_router(reader: ResultReader) -> APIRouter:
    """Return the routes of published answers, read from ``reader``."""
    router = APIRouter(prefix="/v1/results", tags=["results"])

    @router.get("", response_model=ResultList, operation_id="listResults")
    def list_results(request: Request) -> Response:
        """List the published answers, newest first."""
        found = sorted(reader.list_results(), key=lambda item: item.id)
        found.sort(key=lambda item: item.published_at, reverse=True)
        items = [
            ResultItem(
                id=item.id,
                question=item.question,
                title=Localised(nl=item.title.nl, en=item.title.en),
                round=item.round_id,
                publishedAt=item.published_at,
            )
            for item in found
        ]
        body = ResultList(items=items).model_dump_json().encode()
        return conditional(request, body, "application/json", LIST_CACHE)

    @router.get(
        "/{id}",  # noqa: FAST003 - the alias is in ResultId
        response_model=Result,
        operation_id="getResult",
    )
    def get_result(request: Request, result_id: ResultId) -> Response:
        """Return one published answer: figures, intervals, and the privacy promise."""
        return conditional(request, _bytes(result_id), "application/json", RESULT_CACHE)

    @router.get(
        "/{id}/export.csv",  # noqa: FAST003 - idem
        response_class=Response,
        operation_id="getResultCsv",
        responses=_file("text/csv"),
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
        responses=_file("application/geo+json"),
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
            return decode_result(_bytes(result_id))
        except MalformedResult as error:
            raise StoredResultDamaged from error

    def _bytes(result_id: str) -> bytes:
        data = reader.get_result(result_id)
        if data is None:
            raise NoSuchResult
        return data

    return router


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string"} if media_type == "text/csv" else {"type": "object"}
    return {200: {"description": "The file", "content": {media_type: {"schema": schema}}}}
