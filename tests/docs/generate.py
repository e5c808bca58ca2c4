# SPDX-License-Identifier: EUPL-1.2
"""Write the generated parts of ``docs/``, or with ``--check`` say which are stale.

``python -m tests.docs.generate [--check]``, from the root of the repository. Whole pages begin with
a line that says so; parts of other pages stand between two comments with their name.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from . import command_page, data_tables, error_page, setting_page
from .sources import DOCS

_NOTICE: Final = "<!-- Written by `make docs`; changes made by hand are lost. -->\n\n"
_PART: Final = re.compile(
    r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL
)

PAGES: Final[dict[str, Callable[[], str]]] = {
    "errors.md": error_page.page,
    "settings.md": setting_page.page,
    "commands.md": command_page.page,
}
PARTS: Final[dict[str, Callable[[], str]]] = {
    "record-store": data_tables.record_store,
    "intake-columns": data_tables.intake_columns,
    "intake-rules": data_tables.intake_rules,
}


def generated() -> dict[Path, str]:
    """Return what every page with generated content should hold."""
    fresh = {DOCS / name: _NOTICE + page() for name, page in PAGES.items()}
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text("utf-8")
        if path not in fresh and _PART.search(text):
            fresh[path] = _PART.sub(_part, text)
    return fresh


def stale(fresh: Mapping[Path, str]) -> list[str]:
    """Return the pages that do not hold what they should, relative to ``docs``."""
    return [
        str(path.relative_to(DOCS))
        for path, text in fresh.items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]


def main() -> None:
    """Write, or check; exit code 1 when something is stale."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("usage: python -m tests.docs.generate [--check]")
    fresh = generated()
    if sys.argv[1:]:
        found = stale(fresh)
        sys.exit(f"stale, run 'make docs': {', '.join(found)}" if found else 0)
    for path, text in fresh.items():
        path.write_text(text, "utf-8")


def _part(match: re.Match[str]) -> str:
    return f"{match[1]}\n{PARTS[match['name']]()}\n{match[3]}"


if __name__ == "__main__":
    main()
