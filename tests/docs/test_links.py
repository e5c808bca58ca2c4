# SPDX-License-Identifier: EUPL-1.2
"""Every relative link leads somewhere, and no page names a machine."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.sources import DOCS, ROOT

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_ELSEWHERE = ("https://", "http://", "mailto:")
_MACHINE = re.compile(r"(?<![\w.])/(?:work|tmp|root|home|Users|mnt)/[\w.]")
"""Folders of somebody's machine; ``/srv`` and ``/etc`` are advice."""


def pages() -> list[Path]:
    """Return every page of the documentation."""
    top = [ROOT / name for name in ("README.md", "SECURITY.md", "CHANGELOG.md")]
    return [*top, *sorted(DOCS.rglob("*.md"))]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    return {slug(title) for title in _HEADING.findall(_FENCE.sub("", path.read_text("utf-8")))}


def slug(title: str) -> str:
    """Return the anchor of a heading: lower case, no punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def links(path: Path) -> Iterator[str]:
    """Yield the relative links of a page."""
    for target in _LINK.findall(_FENCE.sub("", path.read_text("utf-8"))):
        if not target.startswith(_ELSEWHERE):
            yield target


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_resolve(page: Path) -> None:
    for target in links(page):
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), f"{target}: no such file"
        if anchor:
            assert anchor in anchors(found), f"{target}: no such heading"


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_names_a_machine(page: Path) -> None:
    assert _MACHINE.search(page.read_text("utf-8")) is None


def test_every_page_is_in_an_index() -> None:
    for folder in (DOCS, DOCS / "adr"):
        listed = {target.partition("#")[0] for target in links(folder / "README.md")}
        # Measurements are those of one machine: `make bench` may have written them, or not.
        here = {path.name for path in folder.glob("*.md")} - {"README.md", "benchmarks.md"}
        assert here <= listed


def test_slugs_are_those_of_forges() -> None:
    assert slug("Roster (`roster.model`)") == "roster-rostermodel"
    assert slug("What a slot is, and is not") == "what-a-slot-is-and-is-not"
