# SPDX-License-Identifier: EUPL-1.2
"""The tracked files of this repository."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[3]
MEMBERS: Final = ("proto", "node", "coordinator", "portal")


@cache
def tracked() -> tuple[Path, ...]:
    """Return every tracked file that is there; skips the test where this is no checkout."""
    done = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  (git of the path, as everybody has it)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    found = (ROOT / name for name in done.stdout.split("\0") if name)
    return tuple(path for path in found if path.is_file())


def sources() -> tuple[Path, ...]:
    """Return the tracked Python files of the product: not generated, no migrations, no tests."""
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in MEMBERS
        and "src" in path.parts
        and "migrations" not in path.parts
        and not is_stub(path)
    )


def is_stub(path: Path) -> bool:
    """Return whether protoc wrote the file."""
    return "_pb2" in path.name
