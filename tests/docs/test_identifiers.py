# SPDX-License-Identifier: EUPL-1.2
"""Names of code in the documentation are names of code in the product."""

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

from docs.sources import DOCS, ROOT

_MODULE = re.compile(r"`(ontschot(?:\.[A-Za-z_]\w*)+)`")
_NAMED = re.compile(r"`(ontschot(?:\.\w+)+)`\s+`([A-Za-z_]\w*(?:\.\w+)?)`")
_SHORT = re.compile(r"\(`([a-z_]+(?:\.[a-z_]+)+)`")
_PATH = re.compile(r"`((?:tests|proto|node|coordinator|portal|deploy)/[\w./-]+)`")

PAGES = sorted(DOCS.rglob("*.md"))


def named(dotted: str) -> object:
    """Return the module, or the name in a module, that ``dotted`` says."""
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        module, _, name = dotted.rpartition(".")
        return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_modules_import(page: Path) -> None:
    for dotted in set(_MODULE.findall(page.read_text("utf-8"))):
        assert named(dotted) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_names_beside_a_module_are_in_it(page: Path) -> None:
    for dotted, name in _NAMED.findall(page.read_text("utf-8")):
        found = named(dotted)
        for part in name.split("."):
            assert hasattr(found, part) or _method(found, part), f"{dotted} has no {name}"
            found = getattr(found, part, found)


def test_short_names_of_the_wire_protocol_are_modules_of_the_protocol() -> None:
    text = (DOCS / "wire-protocol.md").read_text("utf-8")
    found = {name for name in _SHORT.findall(text) if not name.startswith("ontschot")}
    assert len(found) > 10
    for name in found:
        assert isinstance(named(f"ontschot.protocol.{name}"), ModuleType), name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_exist(page: Path) -> None:
    for name in set(_PATH.findall(page.read_text("utf-8"))):
        matches = list(ROOT.glob(name.rstrip("/"))) if "*" in name else [ROOT / name.rstrip("/")]
        assert matches, name
        assert all(path.exists() for path in matches), name


def test_the_architecture_names_modules() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    assert len(_MODULE.findall(text)) >= 15


def _method(module: object, name: str) -> bool:
    classes = [one for one in vars(module).values() if isinstance(one, type)]
    return any(hasattr(one, name) for one in classes)
