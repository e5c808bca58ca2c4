# SPDX-License-Identifier: EUPL-1.2
"""Every failure as ``application/problem+json`` (RFC 9457) with a stable code.

The one place where errors become HTTP. What a caller may fix is explained; what went wrong inside
stays inside: status 5xx shows no detail.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from ontschot.coordinator.rest.errors import InvalidRequest, MethodNotAllowed, NotFound
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import DEFAULT, Language

MEDIA_TYPE = "application/problem+json"

_BY_STATUS: dict[int, type[OntschotError]] = {404: NotFound, 405: MethodNotAllowed}

_log = structlog.get_logger()


class Problem(BaseModel):
    """Problem details (RFC 9457) with two extension members: ``code`` and ``remedy``."""

    type: Annotated[str, Field(description="urn:ontschot:error: and the code")]
    title: Annotated[str, Field(description="What happened")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What happened in this case")]
    code: Annotated[str, Field(description="Stable code of this kind of problem")]
    remedy: Annotated[str, Field(description="What the caller can do")]


def problem_response(
    error: OntschotError, language: Language, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return ``error`` as a response, in the caller's language."""
    status = error.http_status
    title = error.title.in_language(language)
    inside = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    body = Problem(
        type=f"urn:ontschot:error:{error.code}",
        title=title,
        status=status,
        detail=title if inside else error.detail or title,
        code=error.code,
        remedy=error.remedy.in_language(language),
    )
    extra = {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language"}
    return JSONResponse(
        body.model_dump(), status, media_type=MEDIA_TYPE, headers=extra | dict(headers or {})
    )


def preferred_language(header: str) -> Language:
    """Return the first of Dutch and English in an Accept-Language header; Dutch without either.

    Weights are taken as the order in which people's programs write them: falling.
    """
    for item in header.lower().split(","):
        tag = item.split(";")[0].strip()
        if tag.startswith("en"):
            return "en"
        if tag.startswith("nl"):
            return "nl"
    return DEFAULT


def register(app: FastAPI) -> None:
    """Make ``app`` answer every failure with a problem."""
    app.add_exception_handler(OntschotError, _ontschot_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


def _ontschot_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, OntschotError):
        raise error
    if error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request-failed", code=error.code, path=request.url.path)
    return problem_response(error, _language(request))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    # Names of fields only: the value may be anything, and does not belong in logs either.
    faults: list[Any] = list(error.errors()) if isinstance(error, RequestValidationError) else []
    names = sorted({".".join(str(part) for part in fault["loc"]) for fault in faults})
    return problem_response(InvalidRequest(", ".join(names)), _language(request))


def _http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        kind = (
            OntschotError if error.status_code >= HTTPStatus.BAD_REQUEST + 100 else InvalidRequest
        )
    headers = dict(error.headers or {})
    if "GET" in headers.get("Allow", ""):
        headers["Allow"] = "GET, HEAD"
    return problem_response(kind(), _language(request), headers)


def unexpected(path: str, header: str, error: Exception) -> JSONResponse:
    """Return the response to a fault inside, and log where it was.

    The error's type is enough to find the place; its text might hold a value.
    """
    _log.error("request-crashed", error=type(error).__name__, path=path)
    return problem_response(OntschotError(), preferred_language(header))


def _language(request: Request) -> Language:
    return preferred_language(request.headers.get("accept-language", ""))
