# SPDX-License-Identifier: EUPL-1.2
"""How providers write down addresses: mostly well, sometimes not as the public file does.

All spellings but two mean the same address once normalised. A missing addition points to another
address or to none; an address that is in no public file can only be counted in its gemeente.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.addresses import AddressTable

UNKNOWN = 0.006
"""Share of households with care at an address that is not in the address file: newly built."""

_NEW_HOUSES = 900
"""Added to the house number of such an address; no street has so many houses."""

_LOWER, _SPACED, _BOTH, _ADDITION, _MOVED, _MISSING = range(1, 7)
_SHARES = {_LOWER: 0.025, _SPACED: 0.05, _BOTH: 0.015, _ADDITION: 0.10, _MOVED: 0.05}
_MISSES = 0.03
"""Share of addresses with a letter or addition that are written without."""


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """Addresses as written by providers, arrays of texts of one length."""

    postcode: NDArray[np.str_]
    number: NDArray[np.str_]
    letter: NDArray[np.str_]
    addition: NDArray[np.str_]


def spell(
    rng: np.random.Generator,
    table: AddressTable,
    address: NDArray[np.int64],
    unknown: NDArray[np.bool_],
) -> Spelled:
    """Return k addresses as written down.

    Args:
        rng: the stream of spellings.
        table: the public addresses.
        address: int64[k], indices in ``table``.
        unknown: bool[k], which are written with a house number that does not exist.
    """
    postcode, letter = table.postcode[address], table.letter[address].astype("U2")
    addition = table.addition[address].astype("U6")
    number = (table.number[address] + np.where(unknown, _NEW_HOUSES, 0)).astype("U6")
    how = _manner(rng, len(address))
    has_suffix = (letter != "") | (addition != "")
    how[has_suffix & (rng.random(len(address)) < _MISSES)] = _MISSING
    spaced = np.char.add(np.char.add(_part(postcode, 0, 4), " "), _part(postcode, 4, 6))
    written = np.where((how == _SPACED) | (how == _BOTH), spaced, postcode.astype("U7"))
    written = np.where((how == _LOWER) | (how == _BOTH), np.char.lower(written), written)
    padded = np.char.add("0", addition)
    styled = np.where(np.char.isdigit(addition), padded, np.char.lower(addition))
    moved = (how == _MOVED) & (letter != "")
    merged = np.char.add(letter, addition)
    addition = np.where(how == _ADDITION, styled, np.where(moved, merged, addition))
    gone = how == _MISSING
    return Spelled(
        written,
        number,
        np.where(gone | moved, "", letter),
        np.where(gone, "", addition),
    )


def _manner(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    edges = np.cumsum(list(_SHARES.values()))
    manners = np.array([*_SHARES, 0])
    found: NDArray[np.int64] = manners[np.searchsorted(edges, rng.random(count), side="right")]
    return found


def _part(text: NDArray[np.str_], start: int, end: int) -> NDArray[np.str_]:
    return np.array([value[start:end] for value in text.tolist()], dtype="U4")
