# SPDX-License-Identifier: EUPL-1.2
"""Where the generated pages get their facts: every module of the product, imported."""

import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic_settings import BaseSettings

from ontschot.protocol.errors import OntschotError, all_errors

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
MEMBERS: Final = ("proto", "node", "coordinator", "portal")
PARTS: Final = ("protocol", "node", "coordinator", "portal")


def import_everything() -> None:
    """Import every module of the namespace, so that every class has been made."""
    for name in module_names():
        importlib.import_module(name)


def module_names() -> Iterator[str]:
    """Yield the name of every module of the product; migrations are scripts and not among them."""
    namespace = importlib.import_module("ontschot")
    for found in pkgutil.walk_packages(namespace.__path__, "ontschot."):
        if not found.name.endswith(".__main__"):
            yield found.name


def part_of(module: str) -> str:
    """Return which of ``PARTS`` a module belongs to."""
    return module.split(".")[1]


def errors_by_part() -> dict[str, list[type[OntschotError]]]:
    """Return every error class with a code of its own, by part and code."""
    import_everything()
    found: dict[str, list[type[OntschotError]]] = {part: [] for part in PARTS}
    kinds: list[type[OntschotError]] = [OntschotError, *all_errors().values()]
    for kind in kinds:
        if kind.__module__.startswith("ontschot."):
            found[part_of(kind.__module__)].append(kind)
    return {part: sorted(kinds, key=lambda kind: kind.code) for part, kinds in found.items()}


def settings_classes() -> list[type[BaseSettings]]:
    """Return the settings classes, in the order of ``PARTS``."""
    import_everything()
    found = [one for one in _subclasses(BaseSettings) if one.__module__.startswith("ontschot.")]
    return sorted(found, key=lambda one: (PARTS.index(part_of(one.__module__)), one.__qualname__))


def programs() -> dict[str, str]:
    """Return the console scripts of the distributions: name, and ``module:function``."""
    scripts: dict[str, str] = {}
    for member in MEMBERS:
        project = tomllib.loads((ROOT / member / "pyproject.toml").read_text("utf-8"))["project"]
        scripts |= project.get("scripts", {})
    return scripts


def _subclasses(kind: type[BaseSettings]) -> Iterator[type[BaseSettings]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)
