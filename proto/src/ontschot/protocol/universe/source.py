# SPDX-License-Identifier: EUPL-1.2
"""Readers of public address files: what a universe is built from.

Two kinds of CSV, told apart by their header (upper or lower case, quoted or not, ``;`` or ``,``):

* Ontschot's own: ``postcode;huisnummer;huisletter;toevoeging;buurtcode``, for BAG addresses;
* "buurt, wijk en gemeente voor postcode-huisnummer" of CBS, whose header carries the year
  (``PC6;Huisnummer;Buurt2025;Wijk2025;Gemeente2025``; 2016 has ``gwb2016_code;wijkcode;
  gemeentecode``, 2017 ``Gem2017``). Codes stand there without prefix and may have lost their
  leading zeros. There are no house letters, so homes that differ only by letter share a slot.

Encoding does not matter: only ASCII counts in an address and a code, and in UTF-8, cp1252 and
latin-1 alike what is not ASCII are bytes above 127. A file in UTF-16 is refused at its header.

A row that is wrong stops the reading and is named by its line: a public list has no bad rows, so a
bad row means a wrong file. An empty line may only stand at the end.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from ontschot.protocol.universe import codes, lines
from ontschot.protocol.universe.address import NO_NUMBER, NO_POSTCODE, Addresses, normalise_columns
from ontschot.protocol.universe.codes import Characters, Flags, Integers
from ontschot.protocol.universe.errors import SourceUnreadable
from ontschot.protocol.universe.universe import Listing

OWN_HEADER = ("postcode", "huisnummer", "huisletter", "toevoeging", "buurtcode")
"""Columns of Ontschot's own layout."""

_CBS_HEADER = re.compile(
    r"(?:pc6|postcode) huisnummer (?:buurt|gwb)(20\d\d)(?:_code)?"
    r" wijk(?:20\d\d|code) gem(?:eente)?(?:20\d\d|code)"
)
_GEMEENTE = re.compile(r"GM[0-9]{4}")
_CHUNK = 100_000
_LONGEST_HEADER = 500
_BOM = b"\xef\xbb\xbf"


class _Rows(Protocol):
    """What the reader of module csv offers."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: its delimiter, and the year of its codes (None in our own layout)."""

    delimiter: str
    year: int | None

    @property
    def is_cbs(self) -> bool:
        """Whether this is the layout of CBS."""
        return self.year is not None


def sniff(path: Path) -> Layout:
    """Return the layout of an address file, from its header.

    Raises:
        SourceUnreadable: neither of the layouts that are known.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        header = file.readline(_LONGEST_HEADER).removeprefix(_BOM).decode("latin-1")
    for delimiter in (";", ","):
        names = [name.strip().strip('"').lower() for name in header.split(delimiter)]
        if tuple(names) == OWN_HEADER:
            return Layout(delimiter, None)
        if found := _CBS_HEADER.fullmatch(" ".join(names)):
            return Layout(delimiter, int(found[1]))
    raise SourceUnreadable(f"need {';'.join(OWN_HEADER)} or the file of CBS", 1)


def read(
    path: Path,
    gemeenten: Collection[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Listing]:
    """Yield the addresses of a file, at most 100,000 at a time.

    Args:
        path: the file.
        gemeenten: codes (``GM0642``) of the gemeenten to keep; none given keeps all.
        progress: called after every part with the bytes read and the bytes in all.

    Raises:
        SourceUnreadable: another layout, or a row that is wrong; names the line.
        OSError: the file cannot be read.
        ValueError: a code of a gemeente has another form.
    """
    wanted = _gemeente_numbers(gemeenten)
    layout = sniff(path)
    total = path.stat().st_size
    with path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding="latin-1", newline="")
        rows = csv.reader(text, delimiter=layout.delimiter)
        next(rows)
        for first_line, columns in _chunks(rows):
            yield _listing(columns, layout, wanted, first_line)
            if progress:
                progress(raw.tell(), total)


def _gemeente_numbers(gemeenten: Collection[str] | None) -> Integers | None:
    if gemeenten is None:
        return None
    for code in gemeenten:
        if not _GEMEENTE.fullmatch(code):
            raise ValueError(code)
    padded = [f"BU{code[2:]}0000" for code in sorted(gemeenten)]
    return lines.buurt_numbers(codes.characters(padded)) // lines.GEMEENTE_UNIT


def _chunks(rows: _Rows) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
    # Columns of up to _CHUNK rows, with the line of the first.
    line, empty = 2, 0
    try:
        while part := list(islice(rows, _CHUNK)):
            if rows.line_num != line + len(part) - 1:
                raise SourceUnreadable("a line break inside quotes", line)
            filled = next((i for i, row in enumerate(part) if not row), len(part))
            empty = empty or (line + filled if filled < len(part) else 0)
            if empty and any(part[max(0, empty - line) :]):
                raise SourceUnreadable("an empty line before the end", empty)
            if filled:
                yield line, _columns(part[:filled], line)
            line += len(part)
    except csv.Error as error:
        raise SourceUnreadable("not a CSV line", rows.line_num) from error


def _columns(rows: list[list[str]], line: int) -> list[tuple[str, ...]]:
    if set(map(len, rows)) != {5}:
        bad = next(i for i, row in enumerate(rows) if len(row) != 5)
        raise SourceUnreadable("not five columns", line + bad)
    return list(zip(*rows, strict=True))


def _listing(
    columns: list[tuple[str, ...]], layout: Layout, wanted: Integers | None, line: int
) -> Listing:
    postcode, number, third, fourth, fifth = columns
    if layout.is_cbs:
        buurten = lines.buurt_numbers(_padded(codes.characters(third)))
        empty = ("",) * len(postcode)
        addresses = normalise_columns(postcode, number, empty, empty)
        gemeente = lines.buurt_numbers(_padded(_with_zeros(codes.characters(fifth))))
        same = gemeente // lines.GEMEENTE_UNIT == buurten // lines.GEMEENTE_UNIT
    else:
        buurten = lines.buurt_numbers(codes.characters(fifth))
        addresses = normalise_columns(postcode, number, third, fourth)
        same = np.ones(len(buurten), dtype=np.bool_)
    _require(buurten >= 0, "buurtcode", line)
    _require(same, "the gemeente is not that of the buurt", line)
    kept = _kept(buurten, wanted)
    _require_usable(addresses, kept, line)
    return Listing(buurten[kept], addresses[kept])


def _padded(text: Characters) -> Characters:
    # A code of CBS as BU + 8, leading zeros restored: right-aligned in ten cells.
    text = codes.packed(text)
    prefixed = (text[:, :1] == ord("B")) & (codes.left(text, 2)[:, 1:2] == ord("U"))
    bare = np.where(prefixed, codes.left(text[:, 2:], text.shape[1]), text)
    length = (bare > 0).sum(axis=1)
    wide = codes.left(bare, 9)
    column = np.arange(8) - (8 - np.minimum(length, 8))[:, None]
    digits = np.take_along_axis(wide, np.maximum(column, 0), axis=1)
    out = np.zeros((len(text), 11), dtype=np.int32)
    out[:, 0], out[:, 1] = ord("B"), ord("U")
    out[:, 2:10] = np.where(column >= 0, digits, ord("0"))
    out[:, 10] = np.where((length > 8) | (length == 0), ord("?"), 0)
    return out


def _with_zeros(text: Characters) -> Characters:
    # A gemeente code as the number of its buurt 0000, so that both are read in one way.
    text = codes.packed(text)
    prefixed = (text[:, :1] == ord("G")) & (codes.left(text, 2)[:, 1:2] == ord("M"))
    bare = np.where(prefixed, codes.left(text[:, 2:], text.shape[1]), text)
    length = (bare > 0).sum(axis=1)
    wide = codes.left(bare, bare.shape[1] + 4)
    column = np.arange(wide.shape[1])
    behind = (column >= length[:, None]) & (column < length[:, None] + 4)
    return np.where(behind, ord("0"), wide)


def _kept(buurten: Integers, wanted: Integers | None) -> Flags:
    if wanted is None:
        return np.ones(len(buurten), dtype=np.bool_)
    return np.isin(buurten // lines.GEMEENTE_UNIT, wanted)


def _require_usable(addresses: Addresses, kept: Flags, line: int) -> None:
    _require(~kept | (addresses.fault != NO_POSTCODE), "postcode", line)
    _require(~kept | (addresses.fault != NO_NUMBER), "huisnummer", line)


def _require(good: Flags, what: str, line: int) -> None:
    if not good.all():
        raise SourceUnreadable(what, line + int(np.argmin(good)))
