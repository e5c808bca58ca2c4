# SPDX-License-Identifier: EUPL-1.2
"""Texts of many rows at once, as matrices of character codes: the arithmetic of the normaliser.

A ``Characters`` matrix is int32[n, width]: row i holds a text, one ASCII code per cell; 0 is no
character. Every function returns a new matrix.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Characters: TypeAlias = NDArray[np.int32]
Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

READ = 32
"""How many characters of a field are read."""

BASE = 37
_SPACE = ord(" ")
_NONE = np.array(None, dtype=np.object_)


def characters(column: "Sequence[str | int | None] | NDArray[np.generic]") -> Characters:
    """Return the first ``READ`` characters of each text, upper case, ASCII only.

    White space becomes a space; other characters outside printable ASCII are dropped. ``None`` is
    an empty text, an integer its decimal digits.
    """
    text = _fixed_width(column)
    if not len(text):
        return np.zeros((0, 1), dtype=np.int32)
    found = text.view(np.uint32).reshape(len(text), -1).astype(np.int32)
    used = np.flatnonzero(found.any(axis=0))
    found = found[:, : used[-1] + 1 if len(used) else 1]
    found = np.where((found >= 9) & (found <= 13), _SPACE, found)
    found = np.where((found >= ord("a")) & (found <= ord("z")), found - 32, found)
    return keep(found, (found >= _SPACE) & (found < 127))


def keep(text: Characters, wanted: Flags) -> Characters:
    """Return each text with only its ``wanted`` characters, moved together to the left."""
    if not (wanted[:, 1:] & ~wanted[:, :-1]).any():
        return np.where(wanted, text, 0).astype(np.int32)
    rows, columns = np.nonzero(wanted)
    target = np.cumsum(wanted, axis=1) - 1
    out = np.zeros_like(text)
    out[rows, target[rows, columns]] = text[rows, columns]
    return out


def packed(text: Characters) -> Characters:
    """Return each text with only its letters and digits."""
    return keep(text, is_letter(text) | is_digit(text))


def without_leading(text: Characters, unwanted: Callable[[Characters], Flags]) -> Characters:
    """Return each text from its first character that is not ``unwanted``."""
    leading = np.logical_and.accumulate(unwanted(text), axis=1)
    return keep(text, ~leading & (text > 0))


def without_zeros(text: Characters) -> Characters:
    """Return each text without leading zeros; what held nothing else is one zero."""
    short = without_leading(text, is_zero)
    only_zeros = (text[:, 0] > 0) & (short[:, 0] == 0)
    short[only_zeros, 0] = ord("0")
    return short


def left(text: Characters, width: int) -> Characters:
    """Return the first ``width`` columns, filled up with empty ones."""
    missing = max(0, width - text.shape[1])
    return np.pad(text[:, :width], ((0, 0), (0, missing)))


def is_letter(text: Characters) -> Flags:
    """Return where an upper-case letter stands."""
    found: Flags = (text >= ord("A")) & (text <= ord("Z"))
    return found


def is_digit(text: Characters) -> Flags:
    """Return where a digit stands."""
    found: Flags = (text >= ord("0")) & (text <= ord("9"))
    return found


def is_zero(text: Characters) -> Flags:
    """Return where the digit zero stands."""
    found: Flags = text == ord("0")
    return found


def is_space(text: Characters) -> Flags:
    """Return where a space stands."""
    found: Flags = text == _SPACE
    return found


def base37(text: Characters, width: int) -> Integers:
    """Return letters and digits as ``width`` base-37 digits: 0 absent, 1-10 0-9, 11-36 A-Z.

    Numeric order is the order of the texts.
    """
    value = np.zeros(len(text), dtype=np.int64)
    for column in left(text, width).T:
        digit = np.where(is_digit(column), column - ord("0") + 1, 0)
        digit = np.where(is_letter(column), column - ord("A") + 11, digit)
        value = value * BASE + digit
    return value


def base37_characters(value: Integers, width: int) -> Characters:
    """Return the inverse of ``base37``: a matrix of ``width`` columns."""
    out = np.zeros((len(value), width), dtype=np.int32)
    for column in reversed(range(width)):
        value, digit = np.divmod(value, BASE)
        out[:, column] = np.where(digit > 10, digit + ord("A") - 11, digit + ord("0") - 1)
        out[digit == 0, column] = 0
    return out


def _fixed_width(column: "Sequence[str | int | None] | NDArray[np.generic]") -> NDArray[np.str_]:
    values: Any = column
    if not isinstance(column, np.ndarray) or column.dtype.kind == "O":
        values = np.empty(len(column), dtype=np.object_)
        values[:] = column
        values[np.equal(values, _NONE).astype(np.bool_)] = ""
    text: NDArray[np.str_] = np.ascontiguousarray(values.astype(f"U{READ}"))
    return text
