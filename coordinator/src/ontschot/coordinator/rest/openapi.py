# SPDX-License-Identifier: EUPL-1.2
"""The OpenAPI document, shaped as the NLgov API Design Rules ask.

FastAPI describes the routes; this module adds what it does not know: the version header, problems
for every failure, 400 instead of 422, and the version in the server's address instead of in every
path.
"""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ontschot.coordinator.rest.edge import API_VERSION
from ontschot.coordinator.rest.problems import MEDIA_TYPE, Problem

_PREFIX = "/v1"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_VERSION_HEADER = {
    "API-Version": {"description": "Full version of this interface", "schema": {"type": "string"}}
}
_TEXTS = {
    "400": "The request is not valid",
    "404": "There is no such thing",
    "405": "The address has no such method",
    "500": "Something went wrong inside",
    "503": "Not possible right now",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers questions about this interface."""

    name: str
    email: str
    url: str


def describe(app: FastAPI, contact: Contact, public_url: str) -> dict[str, Any]:
    """Return the OpenAPI document of ``app`` as served under ``public_url``."""
    document = get_openapi(
        title="Ontschot",
        version=API_VERSION,
        summary="Published answers of a federation of care providers",
        description=(
            "Noised sums over areas, with their uncertainty. Every figure is differentially "
            "private; the answer says what is protected and how well."
        ),
        routes=app.routes,
        tags=[{"name": "results", "description": "Published answers and their exports"}],
        servers=[{"url": public_url.rstrip("/") + _PREFIX}],
        contact={"name": contact.name, "email": contact.email, "url": contact.url},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    document["paths"] = {
        path.removeprefix(_PREFIX): {
            method: _operation(operation) for method, operation in item.items()
        }
        for path, item in document["paths"].items()
    }
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema()
    return document


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    responses = operation["responses"]
    responses.pop("422", None)
    for response in responses.values():
        response["headers"] = _VERSION_HEADER | response.get("headers", {})
    responses["304"] = {"description": "You already have this", "headers": _VERSION_HEADER}
    codes = ["405", "500", "503"]
    parameters = operation.get("parameters", [])
    if parameters or "requestBody" in operation:
        codes.append("400")
    if any(parameter["in"] == "path" for parameter in parameters):
        codes.append("404")
    for code in codes:
        responses[code] = {
            "description": _TEXTS[code],
            "content": {MEDIA_TYPE: {"schema": _PROBLEM}},
        }
    operation["responses"] = dict(sorted(responses.items()))
    return operation
