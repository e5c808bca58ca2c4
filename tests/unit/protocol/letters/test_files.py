# SPDX-License-Identifier: EUPL-1.2
"""Files named by their hash: whole and durable, or absent."""

import os
from pathlib import Path

import pytest

from ontschot.protocol.canonical import sha256
from ontschot.protocol.letters import AttachmentMissing, AttachmentRef, MalformedLetter
from ontschot.protocol.letters.files import CHUNK, ContentFolder

CONTENT = b"0123456789" * 60_000
REF = AttachmentRef(sha256(CONTENT), len(CONTENT))


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    return ContentFolder(tmp_path / "files")


def test_bytes_and_paths(folder: ContentFolder, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    assert folder.put(source) == folder.put(CONTENT) == REF
    assert folder.require(REF).read_bytes() == CONTENT
    assert [path.name for path in folder.folder.iterdir()] == [REF.sha256]


def test_a_file_that_is_here_already_is_not_copied(folder: ContentFolder) -> None:
    path = folder.require(folder.put(CONTENT))
    before = path.stat().st_ino
    assert folder.put(path) == REF
    assert path.stat().st_ino == before


def test_readable_by_this_user_only(folder: ContentFolder) -> None:
    folder.put(CONTENT)
    assert folder.folder.stat().st_mode & 0o777 == 0o700
    assert folder.path(REF.sha256).stat().st_mode & 0o777 == 0o600


def test_received_in_pieces(folder: ContentFolder) -> None:
    pieces = [CONTENT[start : start + CHUNK] for start in range(0, len(CONTENT), CHUNK)]
    assert folder.receive(REF, pieces).read_bytes() == CONTENT
    empty = AttachmentRef(sha256(b""), 0)
    assert folder.receive(empty, []).read_bytes() == b""


@pytest.mark.parametrize(
    "pieces",
    [[], [CONTENT[:-1]], [CONTENT, b"x"], [CONTENT[:-1] + b"x"]],
    ids=["nothing", "too short", "too long", "another"],
)
def test_something_else_leaves_no_trace(folder: ContentFolder, pieces: list[bytes]) -> None:
    with pytest.raises(MalformedLetter):
        folder.receive(REF, pieces)
    assert not any(folder.folder.iterdir())
    assert not folder.has(REF)


@pytest.mark.parametrize("name", ["", "..", "../x", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n"])
def test_only_hashes_name_files(folder: ContentFolder, name: str) -> None:
    with pytest.raises(MalformedLetter):
        folder.path(name)


def test_absent(folder: ContentFolder) -> None:
    with pytest.raises(AttachmentMissing) as caught:
        folder.require(REF)
    assert caught.value.missing == (REF,)
    folder.remove(REF.sha256)


def test_of_another_size_is_absent(folder: ContentFolder) -> None:
    folder.put(CONTENT)
    assert not folder.has(AttachmentRef(REF.sha256, REF.size + 1))


def test_moved_from_one_folder_to_another(folder: ContentFolder, tmp_path: Path) -> None:
    incoming = ContentFolder(tmp_path / "incoming")
    path = incoming.require(incoming.put(CONTENT))
    assert folder.adopt(path) == REF
    assert folder.has(REF)
    assert not incoming.has(REF)


def test_sweeping_leaves_only_what_is_needed(folder: ContentFolder) -> None:
    folder.put(CONTENT)
    folder.put(b"other")
    (folder.folder / "part-of-a-killed-process").write_bytes(b"half")
    assert folder.sweep({REF.sha256}) == 2
    assert [path.name for path in folder.folder.iterdir()] == [REF.sha256]


def test_a_name_appears_only_after_the_bytes_are_on_disk(
    folder: ContentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        order.append("flush")
        fsync(handle)

    def noted_replace(self: Path, target: Path) -> Path:
        order.append("name")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    folder.put(CONTENT)
    assert order == ["flush", "name", "flush"]
