# SPDX-License-Identifier: EUPL-1.2
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
import structlog
from starlette.testclient import TestClient

from ontschot.coordinator.rest import create_app as create_coordinator
from ontschot.coordinator.results import Area, build_result, encode_result
from ontschot.coordinator.results.document import Localised
from ontschot.portal.app import create_app
from ontschot.portal.coordinator_client import CoordinatorClient
from ontschot.protocol.results import to_csv
from unit.coordinator.rest.readers import CONTACT, PUBLIC_URL, BrokenReader, MemoryReader
from unit.coordinator.results import samples
from unit.portal.samples import boundaries, q01_result

Q13, Q01 = samples.q13(), q01_result()
READER = MemoryReader([Q13, Q01], {"buurt": boundaries()})
ALL_PATHS = (
    "/",
    "/antwoorden/q01-2025",
    "/antwoorden/q01-2025/kaart.svg",
    "/antwoorden/q13-2025/grafiek.svg",
    "/antwoorden/q13-2025/cijfers.csv",
    "/antwoorden/q01-2025/kaart.geojson",
    "/antwoorden/q13-2025/antwoord.json",
    "/static/portal.css",
    "/static/figure.css",
    "/static/icon.svg",
    "/healthz",
    "/none",
)


def portal(reader: MemoryReader = READER) -> TestClient:
    app = create_coordinator(reader, contact=CONTACT, public_url=PUBLIC_URL)
    client = CoordinatorClient("http://coordinator", transport=httpx.ASGITransport(app=app))
    return TestClient(create_app(client, organisation="Regio Voorbeeld"))


class Tags(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_list_links_to_every_answer() -> None:
    page = portal().get("/")
    links = [attributes.get("href") for tag, attributes in Tags(page.text).tags if tag == "a"]
    assert "/antwoorden/q01-2025" in links
    assert "/antwoorden/q13-2025" in links
    assert "9 maart 2026" in page.text
    assert "Regio Voorbeeld" in page.text


def test_an_empty_list_says_so() -> None:
    assert "Er zijn nog geen antwoorden" in portal(MemoryReader([])).get("/").text


@pytest.mark.parametrize("path", ALL_PATHS)
def test_every_response_carries_the_safety_headers(path: str) -> None:
    headers = portal().get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self' 'sha256-")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "max-age=31536000" in headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/", "/antwoorden/q01-2025", "/antwoorden/q13-2025", "/none"])
def test_pages_hold_no_script_no_inline_style_and_nothing_from_elsewhere(path: str) -> None:
    for tag, attributes in Tags(portal().get(path).text).tags:
        assert tag not in ("script", "style", "iframe", "object", "embed")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("src", "href", "action"):
            assert not (attributes.get(name) or "").startswith(("http:", "https:", "//", "data:"))


def test_a_page_has_the_landmarks_and_labels_that_readers_need() -> None:
    tags = Tags(portal().get("/antwoorden/q13-2025").text).tags
    names = [tag for tag, _ in tags]
    assert names.count("main") == names.count("h1") == 1
    assert next(attributes for tag, attributes in tags if tag == "a")["href"] == "#main"
    ids = {attributes.get("id") for _, attributes in tags}
    labels = {attributes["for"] for tag, attributes in tags if tag == "label"}
    selects = {attributes["id"] for tag, attributes in tags if tag == "select"}
    assert selects == labels == {"table", "outcome", "measure"}
    for _, attributes in tags:
        for name in (attributes.get("aria-labelledby") or "").split():
            assert name in ids
    assert len([i for i in ids if i]) == len([1 for _, a in tags if a.get("id")])


def test_the_answer_page_has_all_that_an_answer_must_carry() -> None:
    text = portal().get("/antwoorden/q01-2025").text
    for part in (
        "Kosten per gebied",
        "€ 705.000 tot € 1.095.000",
        "te onzeker",
        "een huishouden, over alle aanbieders samen",
        "ε 1, δ 0,000001, ρ 0,024356",
        "Een huishouden telt hoogstens voor € 50.000 mee.",
        "6 aanbieders, samen ongeveer 80 % van de hulp",
        "nulmeting-2025",
        "Elke aanbieder deelt zijn getallen in twee helften.",
        "ab" * 32,
        "Stichting Rekenhulp, Universiteit Noord",
    ):
        assert part in text, part


def test_choices_change_the_page() -> None:
    client = portal()
    default = client.get("/antwoorden/q13-2025").text
    other = client.get(
        "/antwoorden/q13-2025",
        params={"table": "providers-gemeente", "outcome": "atLeast2", "measure": "value"},
    ).text
    title = "<caption>Aantal hulpverleners in een gezin: "
    assert f"{title}1 aanbieder, per wijk</caption>" in default
    assert f"{title}2 aanbieders of meer, per gemeente</caption>" in other
    assert "Hendrik-Ido-Ambacht" in other


def test_a_page_says_how_many_areas_have_no_figure() -> None:
    client = portal()
    page = client.get("/antwoorden/q01-2025").text
    assert "<p>Gebieden met een cijfer: 3 van de 4. " in page
    # There are no larger areas to choose in this answer.
    assert "grotere gebieden" not in page
    assert "Gebieden met een cijfer" not in client.get("/antwoorden/q13-2025").text


def test_an_outcome_of_another_table_falls_back_to_the_first() -> None:
    metadata = samples.METADATA
    both = build_result(
        metadata,
        [
            samples.sum_block([9_000], [Area("BU06420101", "Centrum", 900)]),
            samples.bins_block([[100] * 5, [50] * 5]),
        ],
    )
    client = portal(MemoryReader([both]))
    page = client.get("/antwoorden/q13-2025?table=sum-buurt&outcome=atLeast2")
    assert page.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/none",
        "/antwoorden",
        "/antwoorden/",
        "/antwoorden/none",
        "/antwoorden/none/kaart.svg",
        "/antwoorden/none/cijfers.csv",
        "/antwoorden/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/antwoorden/q13-2025?table=none",
        "/antwoorden/q13-2025?outcome=none",
        "/antwoorden/q13-2025?measure=none",
        "/antwoorden/q13-2025/kaart.svg",
        "/antwoorden/q13-2025/kaart.geojson",
        "/static/../settings.py",
        "/static/none.css",
    ],
)
def test_what_does_not_exist_is_a_page_that_says_so(path: str) -> None:
    page = portal().get(path)
    assert page.status_code == 404
    assert "bestaat niet" in page.text
    assert "<script>alert" not in page.text


def test_pages_are_read_only() -> None:
    client = portal()
    for method in ("POST", "PUT", "DELETE"):
        page = client.request(method, "/")
        assert page.status_code == 405
        assert page.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ALL_PATHS)
def test_head_is_get_without_body(path: str) -> None:
    client = portal()
    full, head = client.get(path), client.head(path)
    assert head.status_code == full.status_code
    assert head.content == b""


def test_a_silent_coordinator_is_explained() -> None:
    page = portal(BrokenReader()).get("/")
    assert page.status_code == 503
    assert "Wij kunnen de cijfers nu niet ophalen" in page.text
    assert "coordinator-unavailable" in page.text


def test_a_fault_inside_is_a_page_that_tells_nothing() -> None:
    def crash(_: httpx.Request) -> httpx.Response:
        raise ValueError("secret 999900006")

    client = CoordinatorClient("http://coordinator", transport=httpx.MockTransport(crash))
    app = create_app(client)
    with structlog.testing.capture_logs() as logs:
        page = TestClient(app, raise_server_exceptions=False).get("/")
    assert page.status_code == 500
    assert "Er ging iets mis" in page.text
    assert "content-security-policy" in page.headers
    assert "999900006" not in page.text
    assert "999900006" not in str(logs)


def test_the_log_says_what_was_served_and_not_to_whom() -> None:
    with structlog.testing.capture_logs() as logs:
        portal().get("/antwoorden/q13-2025?outcome=atLeast2", headers={"User-Agent": "me"})
    assert logs == [
        {
            "event": "page",
            "log_level": "info",
            "method": "GET",
            "path": "/antwoorden/q13-2025",
            "status": 200,
        }
    ]


def test_the_language_is_chosen_and_remembered() -> None:
    client = portal()
    assert 'lang="nl"' in client.get("/", headers={"Accept-Language": "en"}).text
    english = client.get("/antwoorden/q13-2025?outcome=atLeast2&lang=en")
    assert '<html lang="en">' in english.text
    cookie = english.headers["set-cookie"].lower()
    assert cookie.startswith("language=en;")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert '<html lang="en">' in client.get("/").text
    assert "Number of providers in a family" in client.get("/").text
    assert '<html lang="nl">' in client.get("/?lang=nl").text
    assert "set-cookie" not in client.get("/?lang=xx").headers


def test_the_cookie_is_secure_behind_tls() -> None:
    app = portal().app
    answer = TestClient(app, base_url="https://testserver").get("/?lang=en")
    assert "secure" in answer.headers["set-cookie"].lower()


def test_names_are_text_and_never_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    area = Area("BU06420101", evil, 900)
    result = samples.q01([area], [9_000]).model_copy(update={"title": Localised(nl=evil, en=evil)})
    text = portal(MemoryReader([result], {"buurt": boundaries()})).get("/antwoorden/q01-2025").text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_an_answer_without_usable_map_still_has_its_table() -> None:
    broken: dict[str, Any] = {"type": "Feature", "id": "BU06420101"}
    empty = {"type": "FeatureCollection", "features": [broken]}
    for reader in (MemoryReader([Q01]), MemoryReader([Q01], {"buurt": empty})):
        page = portal(reader).get("/antwoorden/q01-2025")
        assert page.status_code == 200
        assert "Van deze gebieden is er geen kaart." in page.text
        assert "€ 705.000 tot € 1.095.000" in page.text
        assert "kaart.svg" not in page.text


def test_downloads_are_what_the_coordinator_made() -> None:
    client = portal()
    csv = client.get("/antwoorden/q13-2025/cijfers.csv")
    assert csv.content == to_csv(Q13).encode()
    assert csv.headers["content-disposition"] == 'attachment; filename="ontschot-q13-2025.csv"'
    assert client.get("/antwoorden/q13-2025/antwoord.json").content == encode_result(Q13)
    geojson = client.get("/antwoorden/q01-2025/kaart.geojson")
    assert geojson.headers["content-type"] == "application/geo+json"
    assert len(geojson.json()["features"]) == 6


def test_figures_come_in_two_widths() -> None:
    client = portal()
    for figure in ("q01-2025/kaart.svg", "q13-2025/grafiek.svg"):
        wide = client.get(f"/antwoorden/{figure}")
        narrow = client.get(f"/antwoorden/{figure}?layout=narrow&lang=en")
        assert wide.headers["content-type"] == "image/svg+xml"
        assert 'width="900"' in wide.text
        assert 'width="360"' in narrow.text
        assert "set-cookie" not in narrow.headers


def test_a_chart_of_very_many_areas_is_left_out() -> None:
    areas = [Area(f"BU0642{i:04}", f"buurt {i}", 300) for i in range(60)]
    client = portal(MemoryReader([samples.q01(areas, [5_000] * 60)]))
    assert "grafiek.svg" not in client.get("/antwoorden/q01-2025").text
    assert client.get("/antwoorden/q01-2025/grafiek.svg").status_code == 404


def test_the_process_says_that_it_lives() -> None:
    assert portal(BrokenReader()).get("/healthz").json() == {"status": "ok"}


def test_stopping_closes_the_connections() -> None:
    with portal() as client:
        assert client.get("/").status_code == 200
    assert client.get("/").status_code == 500
