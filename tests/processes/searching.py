# SPDX-License-Identifier: EUPL-1.2
"""Search everything a party has on disk for many byte patterns at once.

Files are searched as they lie there: also erased rows that SQLite left in its pages, its
write-ahead log, and whatever is no file of ours. An SQLite database is read row by row as well,
since there an integer is stored big-endian in as few bytes as it needs, and a long value is cut
over several pages. Whatever looks like hexadecimal or base64 is decoded, from each character that
it may begin at, and searched too; and once more, for the one inside the other.

All offsets are compared with all patterns by numpy: the first 6 bytes (24 of a long pattern) at
every offset are hashed into a table of 2^22 marks, and what is marked is compared byte by byte. It
takes about 0.1 s per 10 MB whatever the number of patterns.
"""

import base64
import hashlib
import re
import shutil
import sqlite3
import string
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

SHORTEST: Final = 6
LONGEST_WORD: Final = 20
"""Letters and digits in a row from which on a text is a hash, a key or base64: see ``Pattern``."""

PASSAGE: Final = 128
"""Bytes in a row of the public file (four addresses and more) that show that it is that file."""

STRETCH: Final = 17
"""Bytes in a row of public texts about areas that show that they are those texts: as many as one
code has, ``BU99010101-1995AA``."""

_LONG: Final = 24
_BITS: Final = 22
_MASK: Final = np.uint64((1 << 8 * SHORTEST) - 1)
_FACTORS: Final = tuple(
    np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93)
)
_DEPTH: Final = 2
_REMNANT: Final = 12
_HEX_DIGITS: Final = frozenset(b"0123456789abcdef")
_HEX_LETTERS: Final = frozenset(b"abcdef")
_LETTERS_AND_DIGITS: Final = frozenset((string.ascii_letters + string.digits).encode())
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{12,}")
_BASE64: Final = re.compile(rb"[0-9A-Za-z+/_-]{8,}")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_BETWEEN: Final = b"\n\0\n"
_SQLITE: Final = b"SQLite format 3\0"

Words: TypeAlias = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Bytes to look for; ``what`` they would give away, and in which ``form``.

    A ``text`` of a few digits also occurs by chance inside every hash in hexadecimal: the seven
    digits of one amount once in 2^28 characters, and there are hundreds of amounts and millions of
    characters. So a text counts only outside words of ``LONGEST_WORD`` letters and digits or more,
    and not inside a longer number, nor inside what SQLite left of a hash that it wrote over.

    ``pages``: whether it is looked for in raw pages of SQLite too. Not where zeros are most of the
    pattern: three given bytes and five zeros stand at the end of some page's list of cells by
    SQLite's own doing, once in 2^24 pages and values. The rows themselves are searched for all.
    """

    what: str
    form: str
    data: bytes = field(repr=False)
    text: bool = False
    pages: bool = True


Wholes: TypeAlias = dict[int, dict[bytes, Pattern]]
"""Patterns that begin alike, by length and content."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, and where: an offset in a file, or in the rows of a table."""

    what: str
    form: str
    place: str


class Searcher:
    """Finds any of many patterns in bytes, files and folders.

    ``public`` is the content of the public file, and ``areas`` the public texts about areas whose
    codes and names are postcodes: nothing else may hold what is looked for. A hit beside
    ``PASSAGE`` bytes that stand so in that file is not reported, nor one inside ``STRETCH`` bytes
    of those texts, in whichever file, page or row the content is kept.
    """

    def __init__(
        self, patterns: Iterable[Pattern], public: bytes = b"", areas: bytes = b""
    ) -> None:
        """Index the patterns.

        Raises:
            ValueError: one is shorter than ``SHORTEST`` bytes.
        """
        self.searched = 0
        self._public, self._areas = public, areas
        self._seen: set[bytes] = set()
        self._anchors: dict[int, dict[bytes, Wholes]] = {SHORTEST: {}, _LONG: {}}
        for pattern in patterns:
            if len(pattern.data) < SHORTEST:
                msg = f"{pattern.what} as {pattern.form} is too short to be told from chance"
                raise ValueError(msg)
            size = _LONG if len(pattern.data) >= _LONG else SHORTEST
            wholes = self._anchors[size].setdefault(pattern.data[:size], {})
            wholes.setdefault(len(pattern.data), {})[pattern.data] = pattern
        self._marks = {size: _marks(size, found) for size, found in self._anchors.items()}

    def in_folder(self, folder: Path) -> list[Hit]:
        """Return what is found in all files below ``folder``."""
        hits: list[Hit] = []
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                hits.extend(self.in_file(path, path.relative_to(folder).as_posix()))
        return hits

    def in_file(self, path: Path, name: str) -> Iterator[Hit]:
        """Yield what is found in one file, called ``name``; its rows too if it is a database.

        A file with the content of one that was searched before is not searched again.
        """
        data = path.read_bytes()
        is_database = data.startswith(_SQLITE)
        log = path.with_name(path.name + "-wal")
        waiting = log.read_bytes() if is_database and log.exists() else b""
        digest = hashlib.sha256(data + waiting).digest()
        if digest in self._seen:
            return
        self._seen.add(digest)
        pages = is_database or path.name.endswith((".db-wal", ".db-shm"))
        for place, pattern in self.in_bytes(data, pages=pages):
            yield Hit(pattern.what, pattern.form, f"{name}: {place}")
        if is_database:
            for table, content in _tables(path):
                for place, pattern in self.in_bytes(content):
                    yield Hit(pattern.what, pattern.form, f"{name}, rows of {table}: {place}")

    def in_bytes(
        self, data: bytes, *, pages: bool = False, depth: int = _DEPTH
    ) -> Iterator[tuple[str, Pattern]]:
        """Yield the place and pattern of everything in ``data``, ``pages`` of SQLite or not."""
        self.searched += len(data)
        for offset, pattern in self._plain(data):
            may_count = not pages or pattern.pages
            if may_count and _counts(pattern, data, offset) and not self._is_public(data, offset):
                yield f"{offset}", pattern
        if depth:
            for name, origins, starts, decoded in _decoded(data):
                for place, pattern in self.in_bytes(decoded, depth=depth - 1):
                    row = bisect_right(starts, int(place.split()[0])) - 1
                    yield f"{origins[row]} in {name} ({place})", pattern

    def _plain(self, data: bytes) -> Iterator[tuple[int, Pattern]]:
        padded = data + bytes(_LONG + 8)
        for shift in range(8):
            count = max(0, len(data) - shift + 7) // 8
            words = np.frombuffer(padded, "<u8", count + 2, shift)
            for size, anchors in self._anchors.items():
                marked = self._marks[size][_hashes(words, size)]
                for index in np.flatnonzero(marked).tolist():
                    start = shift + 8 * index
                    wholes = anchors.get(data[start : start + size], {})
                    for length, patterns in wholes.items():
                        pattern = patterns.get(data[start : start + length])
                        if pattern is not None:
                            yield start, pattern

    def _is_public(self, data: bytes, offset: int) -> bool:
        # Content of the public file lies in pieces of 256 bytes and more: SQLite cuts off no less.
        before, after = data[max(0, offset - PASSAGE) : offset], data[offset : offset + PASSAGE]
        return any(
            len(passage) == PASSAGE and passage in self._public for passage in (before, after)
        ) or any(
            data[start : start + STRETCH] in self._areas
            for start in range(max(0, offset + SHORTEST - STRETCH), offset + 1)
            if start + STRETCH <= len(data)
        )


def expected_by_chance(patterns: Iterable[Pattern], size: int) -> float:
    """Return how many hits ``size`` uniformly random bytes would give."""
    return sum(size * 256.0 ** -len(pattern.data) for pattern in patterns)


def _counts(pattern: Pattern, data: bytes, start: int) -> bool:
    if not pattern.text:
        return True
    end = start + len(pattern.data)
    if data[start : start + 1].isdigit() and data[max(0, start - 1) : start].isdigit():
        return False
    if data[end - 1 : end].isdigit() and data[end : end + 1].isdigit():
        return False
    word = _run(data, start, end, _LETTERS_AND_DIGITS)
    return len(word) < LONGEST_WORD and not _is_remnant(data, start, end)


def _is_remnant(data: bytes, start: int, end: int) -> bool:
    # Numbers and a postcode that stand against each other have three letters at most.
    run = _run(data, start, end, _HEX_DIGITS)
    return len(run) >= _REMNANT and sum(letter in _HEX_LETTERS for letter in run) > 3


def _run(data: bytes, start: int, end: int, letters: frozenset[int]) -> bytes:
    # What stands around a text and is of the same letters; at most ``LONGEST_WORD`` on each side.
    if not letters.issuperset(data[start:end]):
        return b""
    first, last = start, end
    while first > max(0, start - LONGEST_WORD) and data[first - 1] in letters:
        first -= 1
    while last < min(len(data), end + LONGEST_WORD) and data[last] in letters:
        last += 1
    return data[first:last]


def _marks(size: int, anchors: Iterable[bytes]) -> NDArray[np.bool_]:
    marks = np.zeros(1 << _BITS, dtype=np.bool_)
    joined = b"".join(anchor.ljust(_LONG, b"\0") for anchor in anchors)
    if joined:
        marks[_hashes(np.frombuffer(joined, "<u8"), size)[::3]] = True
    return marks


def _hashes(words: Words, size: int) -> NDArray[np.intp]:
    # One hash for each word that two others follow, of its first 6 bytes or of all 24.
    if size == SHORTEST:
        mixed = (words[:-2] & _MASK) * _FACTORS[0]
    else:
        mixed = np.zeros(len(words) - 2, dtype=np.uint64)
        for part, factor in zip((words[:-2], words[1:-1], words[2:]), _FACTORS, strict=True):
            mixed = (mixed ^ part) * factor
    return (mixed >> np.uint64(64 - _BITS)).astype(np.intp)


def _decoded(data: bytes) -> Iterator[tuple[str, Sequence[int], Sequence[int], bytes]]:
    # For each encoding: where in ``data`` each piece began, where it begins now, and all pieces.
    for name, form, step in (("hex", _HEX, 2), ("base64", _BASE64, 4)):
        origins: list[int] = []
        starts: list[int] = []
        pieces: list[bytes] = []
        length = 0
        for match in form.finditer(data):
            text = match[0].translate(_URL_SAFE)
            for offset in range(step):
                piece = _BETWEEN + _decode(text[offset:], step)
                origins.append(match.start() + offset)
                starts.append(length)
                pieces.append(piece)
                length += len(piece)
        if pieces:
            yield name, origins, starts, b"".join(pieces) + _BETWEEN


def _decode(text: bytes, step: int) -> bytes:
    if step == 2:
        return bytes.fromhex(text[: len(text) // 2 * 2].decode("ascii"))
    rest = len(text) % 4
    text = text[: len(text) - 1] if rest == 1 else text
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _tables(path: Path) -> Iterator[tuple[str, bytes]]:
    # Each table's name and all its values as bytes, one after another; numbers as decimal text.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        for suffix in ("", "-wal"):
            source = path.with_name(path.name + suffix)
            if source.exists():
                shutil.copy(source, copy.with_name(source.name))
        with closing(sqlite3.connect(copy)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in names.fetchall():
                quoted = table.replace('"', '""')
                rows = connection.execute(f'SELECT * FROM "{quoted}"').fetchall()  # noqa: S608
                yield table, _BETWEEN.join(_bytes(value) for row in rows for value in row)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
