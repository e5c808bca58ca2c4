# SPDX-License-Identifier: EUPL-1.2
"""Addresses of published answers: the list, one answer, and its evidence."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from ontschot.coordinator.rest.conditional import LIST_CACHE, RESULT_CACHE, conditional
from ontschot.coordinator.rest.errors import (
    NoSuchResult,
)
from ontschot.coordinator.rest.reader import ResultReader
from ontschot.coordinator.results import Result
from ontschot.coordinator.results.document import Localised

ResultId = Annotated[
    str,
    Path(
        alias="id",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="Name of a published answer",
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
        return conditional(
            request, stored_bytes(reader, result_id), "application/json", RESULT_CACHE
        )

    @router.get(
        "/{id}/evidence",  # noqa: FAST003 - idem
        response_class=Response,
        operation_id="getResultEvidence",
        responses=file_answer("application/json"),
    )
    def evidence(request: Request, result_id: ResultId) -> Response:
        """Return what both helpers signed, and both noised halves: enough to check the answer."""
        body = reader.get_evidence(result_id)
        if body is None:
            raise NoSuchResult
        return conditional(request, body, "application/json", RESULT_CACHE)

    return router


def stored_bytes(reader: ResultReader, result_id: str) -> bytes:
    """Return the bytes of a published answer.

    Raises:
        NoSuchResult: there is none of this name.
    """
    data = reader.get_result(result_id)
    if data is None:
        raise NoSuchResult
    return data


def file_answer(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of an answer that is a file."""
    schema = {"type": "string"} if media_type == "text/csv" else {"type": "object"}
    return {200: {"description": "The file", "content": {media_type: {"schema": schema}}}}
