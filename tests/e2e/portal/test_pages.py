# SPDX-License-Identifier: EUPL-1.2
"""What a reader meets in a real browser: nothing blocked, nothing from elsewhere, all readable."""

import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "vendor" / "axe-core"
PATHS = (
    "/",
    "/antwoorden/q01-2025",
    "/antwoorden/q06-2025?lang=en&measure=value",
    "/antwoorden/q13-2025?outcome=atLeast2",
    "/antwoorden/q13-2025?table=providers-gemeente",
    "/antwoorden/q17-2025",
    "/antwoorden/q22-2025",
    "/antwoorden/none",
)
_WATCH = """
window.violations = [];
document.addEventListener(
    'securitypolicyviolation', e => window.violations.push(e.violatedDirective));
"""


class Visit:
    """A page with a record of what was blocked and what was asked of other hosts."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.foreign: list[str] = []
        self.messages: list[str] = []
        page.add_init_script(_WATCH)
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda message: self.messages.append(message.text))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.site, "data:")):
            self.foreign.append(url)

    def open(self, path: str) -> Page:
        """Open a page and wait until everything on it, down to the bottom, has loaded."""
        self.page.goto(self.site + path)
        self.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def require_quiet(self) -> None:
        """Check that the policy blocked nothing and that no other host was asked."""
        assert self.page.evaluate("window.violations") == []
        assert not [m for m in self.messages if "Content Security Policy" in m]
        assert self.foreign == []

    def axe(self) -> list[str]:
        """Return what axe finds, best practices included."""
        self.page.evaluate((AXE / "axe.min.js").read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate("axe.run().then(r => r.violations)")
        return [f"{v['id']}: {n['target']}" for v in found for n in v["nodes"]]


@contextmanager
def visit(browser: Browser, site: str, width: int = 1000, **options: Any) -> Iterator[Visit]:
    """Open a fresh browser profile."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    try:
        yield Visit(context.new_page(), site)
    finally:
        context.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (1000, "dark"), (320, "light")])
def test_a_page_is_accessible_quiet_and_fits(
    browser: Browser, site: str, path: str, width: int, scheme: str
) -> None:
    with visit(browser, site, width, color_scheme=scheme) as reader:
        page = reader.open(path)
        reader.require_quiet()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert reader.axe() == []


@pytest.mark.parametrize(
    "path",
    [
        "/antwoorden/q06-2025/kaart.svg",
        "/antwoorden/q06-2025/kaart.svg?layout=narrow",
        "/antwoorden/q13-2025/grafiek.svg",
    ],
)
def test_a_figure_opened_by_itself_may_use_its_own_style(
    browser: Browser, site: str, path: str
) -> None:
    def surface(scheme: str) -> str:
        with visit(browser, site, color_scheme=scheme) as reader:
            page = reader.open(path)
            reader.require_quiet()
            colour: str = page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
            return colour

    assert surface("light") == "rgb(255, 255, 255)"
    assert surface("dark") == "rgb(21, 24, 28)"


def test_everything_works_without_script(browser: Browser, site: str) -> None:
    with visit(browser, site, java_script_enabled=False) as reader:
        page = reader.page
        page.goto(site)
        page.get_by_role("link", name="Aantal hulpverleners in een gezin").click()
        page.get_by_label("Uitkomst", exact=True).select_option("atLeast2")
        page.get_by_role("button", name="Laat zien").click()
        drawing = page.get_by_role("img", name="Aantal hulpverleners in een gezin: 2 aanbieders")
        assert drawing.first.is_visible()
        assert page.get_by_role("table", name="2 aanbieders of meer").is_visible()


def test_the_keyboard_reaches_the_content_first(browser: Browser, site: str) -> None:
    with visit(browser, site) as reader:
        page = reader.open("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_chosen_language_stays(browser: Browser, site: str) -> None:
    with visit(browser, site) as reader:
        page = reader.open("/antwoorden/q13-2025?outcome=atLeast2")
        assert page.evaluate("document.documentElement.lang") == "nl"
        page.get_by_role("link", name="English").click()
        assert "outcome=atLeast2" in page.url
        assert (
            page.get_by_role("heading", level=1).inner_text() == "Number of providers in a family"
        )
        reader.open("/")
        assert page.evaluate("document.documentElement.lang") == "en"
        page.get_by_role("link", name="Nederlands").click()
        assert page.evaluate("document.documentElement.lang") == "nl"


def test_the_table_says_what_the_map_shows(browser: Browser, site: str) -> None:
    with visit(browser, site) as reader:
        page = reader.open("/antwoorden/q13-2025")
        titles = page.eval_on_selector_all(
            ".wide use.area > title", "nodes => nodes.map(n => n.textContent)"
        )
        cells = page.eval_on_selector_all(
            "section[aria-labelledby='table-heading'] > div:first-of-type tbody tr",
            "rows => rows.map(r => [...r.children].map(c => c.textContent))",
        )
        assert cells
        for area, figure, interval, *_ in cells:
            matching = [title for title in titles if title.startswith(f"{area}: {figure}")]
            assert any(interval in title for title in matching), area


def test_downloads_are_files(browser: Browser, site: str) -> None:
    with visit(browser, site, accept_downloads=True) as reader:
        page = reader.open("/antwoorden/q06-2025")
        for name, suffix in (("CSV", "csv"), ("GeoJSON", "geojson"), ("JSON)", "json")):
            with page.expect_download() as download:
                page.get_by_role("link", name=name).last.click()
            assert download.value.suggested_filename == f"ontschot-q06-2025.{suffix}"


def test_a_silent_coordinator_is_explained(browser: Browser, broken_site: str) -> None:
    with visit(browser, broken_site, 320) as reader:
        page = reader.open("/")
        assert "Wij kunnen de cijfers nu niet ophalen" in page.get_by_role("main").inner_text()
        reader.require_quiet()
        assert reader.axe() == []


@pytest.mark.testdata
@pytest.mark.parametrize("width", [900, 320])
def test_the_real_map_draws_every_buurt(browser: Browser, real_site: str, width: int) -> None:
    with visit(browser, real_site, width) as reader:
        page = reader.open("/antwoorden/q06-2025")
        reader.require_quiet()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert reader.axe() == []
        # 92 + 12 buurten, of which the small ones of a wijk share a shape.
        assert page.locator(".wide defs > path").count() > 60


def test_the_vendored_checker_is_what_its_note_says() -> None:
    note = tomllib.loads((AXE / "VENDOR.toml").read_text(encoding="utf-8"))
    for name, digest in note["sha256"].items():
        assert hashlib.sha256((AXE / name).read_bytes()).hexdigest() == digest
