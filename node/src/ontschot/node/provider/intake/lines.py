# SPDX-License-Identifier: EUPL-1.2
"""Reading a CSV file in bounded pieces.

The file is read as bytes, one mebibyte at a time. A line ends at LF; what follows the last LF is
kept until the next piece, but never more than the limit of a line, so a file of one endless line
costs no memory. A record is one physical line: no column of ours may hold a line break, and so an
unclosed quotation mark spoils its own line only.
"""

import csv
from collections.abc import Iterator
from typing import Protocol

from ontschot.node.provider.intake.columns import COLUMNS, SEPARATOR
from ontschot.node.provider.intake.rule import FileStopped
from ontschot.node.provider.intake.rules import whole

BLOCK = 2**20
_QUOTE = '"'
_BLANKS = " \t"
_OTHER_SEPARATORS = (",", "\t", "|")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


class Readable(Protocol):
    """What lines are read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, and none at the end only."""
        ...


def blocks(file: Readable, line_bytes: int, block_bytes: int = BLOCK) -> Iterator[list[str]]:
    """Yield the lines of ``file`` in blocks, without their line ends.

    A last line without line end is a line; the empty text after the last line end is not.

    Raises:
        FileStopped: a mark at the start, a NUL byte, not UTF-8, or a line above ``line_bytes``.
    """
    carry, number = b"", 1
    while piece := file.read(block_bytes):
        data = carry + piece
        if number == 1 and not carry:
            _refuse_marks(data)
        cut = data.rfind(b"\n") + 1
        if len(data) - cut > line_bytes:
            # The rest holds no line end, so it is one line that is too long.
            _check(data[:cut], number, line_bytes)
            raise FileStopped(whole.LINE_TOO_LONG, number + data.count(b"\n"))
        carry = data[cut:]
        if cut:
            lines = _check(data[:cut], number, line_bytes)
            number += len(lines)
            yield lines
    if carry:
        yield _check(carry + b"\n", number, line_bytes)


def header(line: str) -> tuple[int, ...] | None:
    """Return for each of our columns its place in the file; None when the order is ours.

    Raises:
        FileStopped: another separator, or missing, unknown or repeated columns.
    """
    names = [name.strip(_BLANKS).strip(_QUOTE) for name in line.split(SEPARATOR)]
    if len(names) == 1 and any(mark in line for mark in _OTHER_SEPARATORS):
        raise FileStopped(whole.SEPARATOR, 1)
    if set(names) - set(COLUMNS):
        raise FileStopped(whole.HEADER_UNKNOWN, 1)
    if len(set(names)) < len(names):
        raise FileStopped(whole.HEADER_DOUBLE, 1)
    if set(COLUMNS) - set(names):
        raise FileStopped(whole.HEADER_MISSING, 1)
    order = tuple(names.index(name) for name in COLUMNS)
    return None if order == tuple(range(len(COLUMNS))) else order


def fields(line: str) -> list[str] | None:
    """Return the fields of one line, blanks at both ends removed; None for wrong quotes."""
    if _QUOTE in line:
        try:
            (row,) = csv.reader([line], delimiter=SEPARATOR, strict=True)
        except (csv.Error, ValueError):
            return None
        return [field.strip(_BLANKS) for field in row]
    if " " in line or "\t" in line:
        return [field.strip(_BLANKS) for field in line.split(SEPARATOR)]
    return line.split(SEPARATOR)


def _refuse_marks(data: bytes) -> None:
    if data.startswith(_UTF16):
        raise FileStopped(whole.ENCODING)
    if data.startswith(_UTF8_MARK):
        raise FileStopped(whole.BYTE_ORDER_MARK)


def _check(data: bytes, first: int, line_bytes: int) -> list[str]:
    """Return the lines in ``data``, which ends with a line end or is empty."""
    if not data:
        return []
    place = data.find(b"\0")
    if place >= 0:
        raise FileStopped(whole.NUL_BYTE, first + data.count(b"\n", 0, place))
    raw = data[:-1].split(b"\n")
    if max(map(len, raw)) > line_bytes:
        long = next(place for place, line in enumerate(raw) if len(line) > line_bytes)
        raise FileStopped(whole.LINE_TOO_LONG, first + long)
    try:
        text = data[:-1].decode("utf-8")
    except UnicodeDecodeError as error:
        # Not chained: the error carries the bytes.
        line = first + data.count(b"\n", 0, error.start)
        raise FileStopped(whole.ENCODING, line) from None
    return [line.removesuffix("\r") for line in text.split("\n")]
