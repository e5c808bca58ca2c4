# SPDX-License-Identifier: EUPL-1.2
"""Rules about files: licence lines, the namespace, what no file may mention."""

import re

from unit.house.tree import ROOT, is_stub, tracked

_SPDX = re.compile(r"^(#|//) SPDX-License-Identifier: EUPL-1\.2$")
_FORBIDDEN = re.compile(
    r"pypi\.org/simple|files\.pythonhosted\.org|registry\.npmjs\.org|crates\.io"
    r"|--(?:extra-)?index-url"
    r"|(?<![\w.:/-])/(?:work|root|home|Users|tmp)/[\w.]"
)
"""Addresses of package indexes, and absolute paths of somebody's machine."""

_MAY_NAME_THEM = {"tests/unit/house/test_files.py"}


def test_every_source_begins_with_its_licence() -> None:
    missing = []
    for path in tracked():
        if path.suffix not in {".py", ".proto", ".sh"} or is_stub(path):
            continue
        first, second = [*path.read_text("utf-8").splitlines()[:2], "", ""][:2]
        line = second if first.startswith("#!") else first
        if not _SPDX.match(line):
            missing.append(path.relative_to(ROOT).as_posix())
    assert missing == []


def test_nobody_owns_the_namespace() -> None:
    owners = [path for path in tracked() if path.match("ontschot/__init__.py*")]
    assert owners == []


def test_no_file_names_a_package_index_or_a_machine() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        match = _FORBIDDEN.search(text)
        if match and name not in _MAY_NAME_THEM:
            found.append(f"{name}: {match[0]}")
    assert found == []


def test_the_lock_of_uv_is_not_committed() -> None:
    assert not [path for path in tracked() if path.name == "uv.lock"]
