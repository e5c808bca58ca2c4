# SPDX-License-Identifier: EUPL-1.2
"""A folder of files named by their SHA-256, for attachments: complete and durable, or absent.

A file is written under a temporary name, its hash and size are checked, it is flushed to disk
(``fsync`` of the file and of its folder), and only then renamed to its hash. So a name in the
folder means: these bytes, all of them, also after a power cut. Who needs a file is a matter of the
database beside it; this module only stores and removes.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ontschot.protocol.letters.errors import AttachmentMissing, MalformedLetter
from ontschot.protocol.letters.model import AttachmentRef

CHUNK = 256 * 1024
"""Bytes read, written or sent at a time."""

_NAME = re.compile(r"[0-9a-f]{64}")


class ContentFolder:
    """Files by SHA-256 below ``folder``, readable by this user only (0700, 0600)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where the file with this hash is, or would be.

        Raises:
            MalformedLetter: not a hash (nothing else may name a file here).
        """
        if not _NAME.fullmatch(sha256):
            raise MalformedLetter("an attachment's name that is not a hash")
        return self.folder / sha256

    def has(self, ref: AttachmentRef) -> bool:
        """Return whether the file is here, whole."""
        path = self.path(ref.sha256)
        return path.is_file() and path.stat().st_size == ref.size

    def require(self, ref: AttachmentRef) -> Path:
        """Return the file's path.

        Raises:
            AttachmentMissing: it is not here.
        """
        if not self.has(ref):
            raise AttachmentMissing([ref])
        return self.path(ref.sha256)

    def put(self, content: Path | bytes) -> AttachmentRef:
        """Store a copy of ``content`` and return its name and size."""
        if isinstance(content, bytes):
            return self._store([content], None)
        if content.parent == self.folder and _NAME.fullmatch(content.name):
            return AttachmentRef(content.name, content.stat().st_size)
        return self._store(read_chunks(content), None)

    def receive(self, ref: AttachmentRef, chunks: Iterable[bytes]) -> Path:
        """Store what ``chunks`` bring, if it is the file that ``ref`` names.

        Raises:
            MalformedLetter: other bytes than ``ref`` names, or more.
        """
        self._store(chunks, ref)
        return self.path(ref.sha256)

    def begin(self, ref: AttachmentRef) -> "PartialFile":
        """Return a file to write piece by piece, for callers that receive asynchronously."""
        return PartialFile(self, ref)

    def adopt(self, source: Path) -> AttachmentRef:
        """Move a complete file of another content folder on the same disk into this one."""
        target = self.path(source.name)
        size = source.stat().st_size
        source.replace(target)
        sync_folder(self.folder)
        return AttachmentRef(target.name, size)

    def remove(self, sha256: str) -> None:
        """Remove the file; nothing happens when it is not there."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, needed: Collection[str]) -> int:
        """Remove everything but the files ``needed``, also half-written ones; return how many."""
        surplus = [path for path in self.folder.iterdir() if path.name not in needed]
        for path in surplus:
            path.unlink(missing_ok=True)
        return len(surplus)

    def _store(self, chunks: Iterable[bytes], ref: AttachmentRef | None) -> AttachmentRef:
        partial = PartialFile(self, ref)
        try:
            for chunk in chunks:
                partial.write(chunk)
            return partial.finish()
        finally:
            partial.discard()


class PartialFile:
    """A file on its way in: ``write`` pieces, then ``finish``; ``discard`` in any case.

    ``ref`` is the name and size it must turn out to have; None takes it as it comes.
    """

    def __init__(self, folder: ContentFolder, ref: AttachmentRef | None) -> None:
        handle, name = tempfile.mkstemp(prefix="part-", dir=folder.folder)  # mode 0600
        self._file = os.fdopen(handle, "wb")
        self._temporary = Path(name)
        self._folder = folder
        self._ref = ref
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes) -> None:
        """Add the next piece.

        Raises:
            MalformedLetter: more bytes than announced.
        """
        self._size += len(data)
        if self._ref is not None and self._size > self._ref.size:
            raise MalformedLetter("an attachment longer than announced")
        self._digest.update(data)
        self._file.write(data)

    def finish(self) -> AttachmentRef:
        """Make the file durable and give it its name.

        Raises:
            MalformedLetter: other bytes than announced.
        """
        found = AttachmentRef(self._digest.hexdigest(), self._size)
        if self._ref is not None and found != self._ref:
            raise MalformedLetter("an attachment with other content than announced")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.replace(self._folder.path(found.sha256))
        sync_folder(self._folder.folder)
        return found

    def discard(self) -> None:
        """Remove what is left of an unfinished file; nothing happens to a finished one."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)


def read_chunks(path: Path, size: int = CHUNK) -> Iterator[bytes]:
    """Yield the content of a file in pieces of at most ``size`` bytes."""
    with path.open("rb") as file:
        while piece := file.read(size):
            yield piece


def sync_folder(folder: Path) -> None:
    """Flush the folder itself, so that a rename in it survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
