# SPDX-License-Identifier: EUPL-1.2
"""The address lines of a universe file: fixed width, so that line i starts at a known byte.

::

    BU05310101;3342AB;00012;A;BIS <newline>
    buurt      PC6    number letter addition      31 bytes, ASCII, padded with spaces

Fixed width makes reading and writing array arithmetic (8.3 million lines in seconds), and byte
order is the order of the addresses, so ``LC_ALL=C sort -c`` checks a file.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.universe import codes
from ontschot.protocol.universe.address import USABLE, Addresses, normalise_characters, spell
from ontschot.protocol.universe.codes import Characters, Flags, Integers
from ontschot.protocol.universe.errors import MalformedUniverse

WIDTH = 31
"""Bytes per line, the newline included."""

GEMEENTE_UNIT = 37**4
"""Dividing a buurt number by this leaves its gemeente: the number holds eight base-37 digits."""

_BLOCK = 1 << 18
_SPACE = ord(" ")
_SEPARATORS = (10, 17, 23, 25)


def buurt_numbers(text: Characters) -> Integers:
    """Return buurt codes ``BU`` + 4 digits + 4 of [0-9A-Z] as integers in text order, else -1."""
    text = codes.left(text, 11)
    digits, rest = text[:, 2:6], text[:, 6:10]
    valid = (
        (text[:, 0] == ord("B"))
        & (text[:, 1] == ord("U"))
        & codes.is_digit(digits).all(axis=1)
        & (codes.is_digit(rest) | codes.is_letter(rest)).all(axis=1)
        & (text[:, 10] == 0)
    )
    return np.where(valid, codes.base37(text[:, 2:10], 8), -1)


def buurt_codes(numbers: Integers) -> tuple[str, ...]:
    """Return the codes that ``buurt_numbers`` numbered."""
    rows = codes.base37_characters(numbers, 8)
    return tuple("BU" + "".join(map(chr, row)) for row in rows)


def encode(buurten: Integers, addresses: Addresses) -> Iterator[bytes]:
    """Yield the lines of usable addresses, block by block; ``buurten`` as ``buurt_numbers``."""
    for start in range(0, len(addresses), _BLOCK):
        block = slice(start, start + _BLOCK)
        yield _block_bytes(buurten[block], addresses[block]).tobytes()


def decode(data: memoryview, first_line: int) -> tuple[Integers, Addresses]:
    """Return the buurt numbers and addresses of whole lines; the inverse of ``encode``.

    Each line is read, normalised and written again: it must come back as it was.

    Raises:
        MalformedUniverse: a line in any other than its one form; the line is named, counted from
            ``first_line``.
    """
    rows = np.frombuffer(data, dtype=np.uint8).reshape(-1, WIDTH)
    parts = [_decode_block(rows[i : i + _BLOCK], first_line + i) for i in _starts(len(rows))]
    return (
        np.concatenate([buurten for buurten, _ in parts]),
        Addresses(
            np.concatenate([addresses.place for _, addresses in parts]),
            np.concatenate([addresses.suffix for _, addresses in parts]),
            np.concatenate([addresses.fault for _, addresses in parts]),
        ),
    )


def _starts(count: int) -> range:
    return range(0, count, _BLOCK)


def _decode_block(rows: NDArray[np.uint8], first_line: int) -> tuple[Integers, Addresses]:
    text = rows.astype(np.int32)
    buurten = buurt_numbers(text[:, 0:10])
    addresses = normalise_characters(text[:, 11:17], text[:, 18:23], text[:, 24:25], text[:, 26:30])
    good = (buurten >= 0) & (addresses.fault == USABLE)
    _require(good, "no buurt code or no address", first_line)
    same = (_block_bytes(buurten, addresses) == rows).all(axis=1)
    _require(same, "not in its one form", first_line)
    return buurten, addresses


def _require(good: Flags, what: str, first_line: int) -> None:
    if not good.all():
        raise MalformedUniverse(f"line {first_line + int(np.argmin(good))}: {what}")


def _block_bytes(buurten: Integers, addresses: Addresses) -> NDArray[np.uint8]:
    rows = np.full((len(addresses), WIDTH), _SPACE, dtype=np.int32)
    postcode, number, suffix = spell(addresses)
    rows[:, 0], rows[:, 1] = ord("B"), ord("U")
    rows[:, 2:10] = codes.base37_characters(buurten, 8)
    rows[:, 11:17] = postcode
    for column, unit in enumerate((10_000, 1_000, 100, 10, 1)):
        rows[:, 18 + column] = number // unit % 10 + ord("0")
    rows[:, 24] = np.where(suffix[:, 0] > 0, suffix[:, 0], _SPACE)
    rows[:, 26:30] = np.where(suffix[:, 1:] > 0, suffix[:, 1:], _SPACE)
    rows[:, _SEPARATORS] = ord(";")
    rows[:, WIDTH - 1] = ord("\n")
    return rows.astype(np.uint8)
