# SPDX-License-Identifier: EUPL-1.2
"""The rules of the NLgov API Design Rules linter, checked on our OpenAPI document.

Each test names the rule it stands for (github.com/Logius-standaarden/API-Design-Rules,
``media/linter.yaml``), so that the check works without node.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from ontschot.coordinator.rest import create_app
from unit.coordinator.rest.readers import CONTACT, PUBLIC_URL, MemoryReader

DOCUMENT: dict[str, Any] = (
    TestClient(create_app(MemoryReader([]), contact=CONTACT, public_url=PUBLIC_URL))
    .get("/v1/openapi.json")
    .json()
)
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
KEBAB = re.compile(r"^(/|(/[a-z0-9-]+|/\{[^}]+\})(/([a-z0-9.-]+|\{[^}]+\}))*)$")
LOWER_CAMEL = re.compile(r"^[a-z][a-z\d]*([A-Z][a-z\d]*)*$")
UPPER_CAMEL = re.compile(r"^[A-Z][A-Za-z\d]*$")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(p, m, o) for p, item in DOCUMENT["paths"].items() for m, o in item.items()]


OPERATIONS = pytest.mark.parametrize(
    "operation", [o for _, _, o in operations()], ids=[f"{m} {p}" for p, m, _ in operations()]
)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from nodes(child)
    elif isinstance(value, list):
        for child in value:
            yield from nodes(child)


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        target: Any = DOCUMENT
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def test_openapi3() -> None:
    assert re.fullmatch(r"3(.\d+){1,2}", DOCUMENT["openapi"])


def test_there_is_something_to_check() -> None:
    assert set(DOCUMENT["paths"]) == {
        "/results",
        "/results/{id}",
        "/results/{id}/export.csv",
        "/results/{id}/evidence",
        "/results/{id}/map.geojson",
    }


def test_semver() -> None:
    assert SEMVER.fullmatch(DOCUMENT["info"]["version"])


def test_info_contact_fields_exist() -> None:
    assert DOCUMENT["info"]["contact"] == {
        "name": CONTACT.name,
        "email": CONTACT.email,
        "url": CONTACT.url,
    }


def test_include_major_version_in_uri_and_servers_use_https() -> None:
    assert [server["url"] for server in DOCUMENT["servers"]] == [f"{PUBLIC_URL}/v1"]
    assert all(server["url"].startswith("https://") for server in DOCUMENT["servers"])


def test_paths_kebab_case_without_trailing_slash() -> None:
    for path in DOCUMENT["paths"]:
        assert KEBAB.match(path), path
        assert not path.endswith("/")


def test_http_methods() -> None:
    assert {method for _, method, _ in operations()} <= {"get", "post", "put", "patch", "delete"}


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)


def test_path_params_are_declared() -> None:
    for path, _, operation in operations():
        declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert declared == set(re.findall(r"\{([^}]+)\}", path))


@OPERATIONS
def test_query_keys_camel_case(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            assert LOWER_CAMEL.match(parameter["name"])


@OPERATIONS
def test_version_header(operation: dict[str, Any]) -> None:
    good = [r for code, r in operation["responses"].items() if code[0] in "23"]
    assert good
    assert all("API-Version" in response["headers"] for response in good)


@OPERATIONS
def test_use_problem_schema_with_its_members(operation: dict[str, Any]) -> None:
    bad = {code: r for code, r in operation["responses"].items() if code[0] in "45"}
    assert {"405", "500", "503"} <= set(bad)
    for response in bad.values():
        assert set(response["content"]) == {"application/problem+json"}
        schema = resolve(response["content"]["application/problem+json"]["schema"])
        assert {"status", "title", "detail"} <= set(schema["properties"])
        assert {"status", "title", "detail", "code", "remedy"} <= set(schema["required"])


@OPERATIONS
def test_problem_invalid_input(operation: dict[str, Any]) -> None:
    assert "422" not in operation["responses"]
    if operation.get("parameters"):
        assert "400" in operation["responses"]


def test_schema_camel_case() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert UPPER_CAMEL.match(name), name
        for key in schema.get("properties", {}):
            assert LOWER_CAMEL.match(key), key
    assert not {"HTTPValidationError", "ValidationError"} & set(DOCUMENT["components"]["schemas"])


def test_dates_are_dates_and_moments_have_a_zone() -> None:
    properties = [p for n in nodes(DOCUMENT) for p in n.get("properties", {}).items()]
    formats = {name: schema.get("format") for name, schema in properties}
    assert formats["firstDay"] == formats["lastDay"] == "date"
    assert formats["publishedAt"] == "date-time"
    assert not {"date-time-local", "time"} & set(formats.values())


def test_every_reference_resolves() -> None:
    for node in nodes(DOCUMENT):
        if isinstance(node.get("$ref"), str):
            assert resolve(node)
