# SPDX-License-Identifier: EUPL-1.2
import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from ontschot.coordinator.rest import create_app
from ontschot.coordinator.results import Area, encode_result
from ontschot.protocol.errors import Misconfigured, Unavailable
from unit.coordinator.rest.readers import (
    CONTACT,
    PUBLIC_URL,
    BrokenReader,
    DamagedReader,
    MemoryReader,
)
from unit.coordinator.results.samples import grid, q01, q13

Q13 = q13()
Q01 = q01([Area("BU06420101", "Centrum", 900), Area("BU06420102", "Oost", 600)], [4_000, 2_500])
READER = MemoryReader([Q13, Q01], {"buurt": grid(["BU06420101", "BU06420102"])})


@pytest.fixture
def client() -> TestClient:
    app = create_app(READER, contact=CONTACT, public_url=PUBLIC_URL)
    return TestClient(app, raise_server_exceptions=False)


def test_the_list_is_newest_first(client: TestClient) -> None:
    answer = client.get("/v1/results")
    assert answer.json() == {
        "items": [
            {
                "id": "q01-2025", "question": "Q01",
                "title": {"nl": "Kosten per gebied", "en": "Cost per area"},
                "round": "nulmeting-2025", "publishedAt": "2026-03-09T09:15:00Z",
            },
            {
                "id": "q13-2025", "question": "Q13",
                "title": {
                    "nl": "Aantal hulpverleners in een gezin",
                    "en": "Number of providers in a family",
                },
                "round": "nulmeting-2025", "publishedAt": "2026-03-02T09:15:00Z",
            },
        ]
    }  # fmt: skip


def test_a_result_is_served_as_the_stored_bytes(client: TestClient) -> None:
    answer = client.get("/v1/results/q13-2025")
    assert answer.content == encode_result(Q13)
    assert answer.headers["content-type"] == "application/json"


def test_the_csv_is_a_download(client: TestClient) -> None:
    answer = client.get("/v1/results/q01-2025/export.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ontschot-q01-2025.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))
    assert [row["gebied"] for row in rows] == ["BU06420101", "BU06420102"]


def test_the_map_is_geojson_in_crs84(client: TestClient) -> None:
    answer = client.get("/v1/results/q01-2025/map.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    features = answer.json()["features"]
    assert [f["properties"]["areaCode"] for f in features] == ["BU06420101", "BU06420102"]


def test_a_table_is_chosen_by_name(client: TestClient) -> None:
    answer = client.get("/v1/results/q01-2025/map.geojson", params={"table": "sum-buurt"})
    assert answer.json()["result"]["table"] == "sum-buurt"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/results/q99", 404, "no-such-result"),
        ("/v1/results/q99/export.csv", 404, "no-such-result"),
        ("/v1/results/q99/map.geojson", 404, "no-such-result"),
        ("/v1/results/q13-2025/map.geojson", 404, "no-boundaries"),
        ("/v1/results/q01-2025/map.geojson?table=other", 400, "no-such-table"),
        ("/v1/results/q01-2025/map.geojson?table=..%2F", 400, "invalid-request"),
        ("/v1/results/%3Cscript%3E", 400, "invalid-request"),
        ("/v1/results/", 404, "not-found"),
        ("/v1", 404, "not-found"),
        ("/", 404, "not-found"),
        ("/docs", 404, "not-found"),
    ],
)
def test_failures_are_problems(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    body = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:ontschot:error:{code}"
    assert body["title"]
    assert body["detail"]
    assert body["remedy"]
    assert "script" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_are_refused_with_what_is_allowed(client: TestClient, method: str) -> None:
    answer = client.request(method, "/v1/results")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method-not-allowed"
    assert answer.headers["allow"] == "GET, HEAD"


def test_problems_speak_dutch_unless_asked_for_english(client: TestClient) -> None:
    def title(language: str) -> tuple[str, str]:
        answer = client.get("/v1/results/q99", headers={"Accept-Language": language})
        return answer.headers["content-language"], answer.json()["title"]

    assert title("nl") == ("nl", "Dit antwoord is er niet")
    assert title("en-GB,nl;q=0.5") == ("en", "There is no such answer")
    assert title("fr, de;q=0.7") == ("nl", "Dit antwoord is er niet")
    assert title("nl-NL,nl;q=0.9,en;q=0.5") == ("nl", "Dit antwoord is er niet")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/results",
        "/v1/results/q01-2025",
        "/v1/results/q01-2025/export.csv",
        "/v1/results/q01-2025/map.geojson",
        "/v1/openapi.json",
        "/v1/results/q99",
    ],
)
def test_every_response_carries_version_and_safety_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["api-version"] == "1.0.0"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/results",
        "/v1/results/q01-2025",
        "/v1/results/q01-2025/export.csv",
        "/v1/results/q01-2025/map.geojson",
    ],
)
def test_a_caller_who_has_the_bytes_gets_304(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["cache-control"].startswith("public, max-age=")
    tag = first.headers["etag"]
    for header in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": header})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["api-version"] == "1.0.0"
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_problems_are_not_kept(client: TestClient) -> None:
    assert client.get("/v1/results/q99").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/v1/results", "/v1/results/q13-2025", "/v1/results/q99", "/x"])
def test_head_is_get_without_body(client: TestClient, path: str) -> None:
    full, head = client.get(path), client.head(path)
    assert head.status_code == full.status_code
    assert head.content == b""
    assert head.headers["content-length"] == full.headers["content-length"]
    assert head.headers.get("etag") == full.headers.get("etag")


def test_a_store_that_is_away_is_503_without_inside_detail() -> None:
    app = create_app(BrokenReader(), contact=CONTACT, public_url=PUBLIC_URL)
    answer = TestClient(app, raise_server_exceptions=False).get("/v1/results")
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert "database" not in answer.text


def test_a_fault_inside_is_500_and_tells_nothing() -> None:
    reader = BrokenReader(ValueError("secret 999900006"))
    app = create_app(reader, contact=CONTACT, public_url=PUBLIC_URL)
    answer = TestClient(app, raise_server_exceptions=False).get("/v1/results/q13-2025")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert answer.headers["api-version"] == "1.0.0"
    assert "999900006" not in answer.text


def test_a_stored_document_that_does_not_decode_is_our_fault() -> None:
    app = create_app(DamagedReader([Q13]), contact=CONTACT, public_url=PUBLIC_URL)
    answer = TestClient(app, raise_server_exceptions=False).get("/v1/results/q13-2025/export.csv")
    assert (answer.status_code, answer.json()["code"]) == (500, "stored-result-damaged")


def test_health_is_about_the_process_and_ready_about_what_it_needs() -> None:
    def broken() -> None:
        raise error

    for error in (Unavailable("database"), Misconfigured("schema")):
        app = create_app(READER, contact=CONTACT, public_url=PUBLIC_URL, ready=broken)
        client = TestClient(app, raise_server_exceptions=False)
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").status_code == error.http_status
    app = create_app(READER, contact=CONTACT, public_url=PUBLIC_URL)
    assert TestClient(app).get("/readyz").json() == {"status": "ok"}


def test_json_has_no_floats_where_privacy_is_stated(client: TestClient) -> None:
    privacy = json.loads(client.get("/v1/results/q13-2025").content)["privacy"]
    assert {type(privacy[key]) for key in ("rho", "epsilon", "delta")} == {str}


def test_other_rooms_add_their_routes_and_share_the_edge() -> None:
    router = APIRouter()

    @router.get("/v1/stream")
    def stream() -> StreamingResponse:
        def parts() -> Iterator[bytes]:
            yield b"half"
            raise ValueError

        return StreamingResponse(parts())

    @router.get("/v1/teapot")
    def teapot() -> None:
        raise HTTPException(418)

    app = create_app(READER, contact=CONTACT, public_url=PUBLIC_URL, routers=[router])
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/v1/teapot").json()["code"] == "invalid-request"
        assert client.get("/v1/stream").headers["api-version"] == "1.0.0"
    assert "/stream" in app_document(app)["paths"]


def app_document(app: FastAPI) -> dict[str, Any]:
    document: dict[str, Any] = TestClient(app).get("/v1/openapi.json").json()
    return document


def test_evidence_is_given_as_it_was_signed(client: TestClient) -> None:
    answer = client.get("/v1/results/q01-2025/evidence")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == b'{"type":"evidence"}'


def test_there_is_no_evidence_of_what_is_not_published(client: TestClient) -> None:
    answer = client.get("/v1/results/q99/evidence")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-result")
