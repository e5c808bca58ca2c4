# SPDX-License-Identifier: EUPL-1.2
"""Made-up addresses below the PC4 of each buurt: streets of houses and blocks of flats.

The digits of a postcode are those of the buurt where they are known; **its letters, and all house
numbers, are invented.** One postcode is one side of a street or one block of flats, in one buurt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.buurten import Buurt
from ontschot_demo.errors import TooManyAddresses

HEADER = "postcode;huisnummer;huisletter;toevoeging;buurtcode"

_VACANT = 0.03
"""Share of addresses without a household: empty homes, second homes."""

_PER_POSTCODE = 19
_HOUSES, _FLATS, _STAIRS, _DOWN_UP, _BIS = range(5)
"""Kinds of street: houses; flats with own numbers; flats with additions; A and B; with and BIS."""

_KINDS_LOW = (0.90, 0.03, 0.03, 0.02, 0.02)
_KINDS_HIGH = (0.42, 0.22, 0.22, 0.08, 0.06)
_EXTRA_HOUSE = 0.02
"""Share of houses that were built later and share a number: 12A beside 12."""

_USUAL, _ALL = "ABCDEGHJKLMNPRSTVWXZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NOT_ISSUED = ("SA", "SD", "SS")


@dataclass(frozen=True, slots=True, eq=False)
class AddressTable:
    """Addresses in order of postcode, number, letter, addition; arrays of one length a.

    ``postcode`` U6, ``number`` int64, ``letter`` U1, ``addition`` U4, ``buurt`` int64: index in the
    town's buurten.
    """

    postcode: NDArray[np.str_]
    number: NDArray[np.int64]
    letter: NDArray[np.str_]
    addition: NDArray[np.str_]
    buurt: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of addresses."""
        return len(self.number)


def make_addresses(rng: np.random.Generator, buurten: Sequence[Buurt]) -> AddressTable:
    """Return an address for every household of every buurt, and a few more.

    Raises:
        TooManyAddresses: a PC4 with more streets than postcodes.
    """
    counts = np.array([round(buurt.households * (1 + _VACANT)) for buurt in buurten])
    sizes, street_buurt = _streets(rng, buurten, counts)
    kind = _kinds(rng, street_buurt, counts)
    postcode = _letters(np.array([buurt.pc4 for buurt in buurten])[street_buurt])
    street = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(street)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    number, letter, addition = _numbers(rng, kind, street, place)
    table = AddressTable(postcode[street], number, letter, addition, street_buurt[street])
    return _sorted(table)


def write_addresses(path: Path, table: AddressTable, buurten: Sequence[Buurt]) -> None:
    """Write the public address file: ``HEADER``, then one line per address, in order."""
    codes = np.array([buurt.code for buurt in buurten])[table.buurt]
    columns = (table.postcode, table.number.astype(str), table.letter, table.addition, codes)
    lines = map(";".join, zip(*(column.tolist() for column in columns), strict=True))
    path.write_text("\n".join((HEADER, *lines, "")), encoding="utf-8", newline="")


def _streets(
    rng: np.random.Generator, buurten: Sequence[Buurt], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # Lengths of streets, and the buurt of each.
    sizes: list[int] = []
    owners: list[int] = []
    per_pc4: dict[int, int] = {}
    for buurt, count in zip(buurten, counts, strict=True):
        per_pc4[buurt.pc4] = per_pc4.get(buurt.pc4, 0) + int(count)
    for index, (buurt, count) in enumerate(zip(buurten, counts, strict=True)):
        if count:
            typical = max(_PER_POSTCODE, per_pc4[buurt.pc4] / 500)
            number = max(1, round(int(count) / typical))
            parts = rng.multinomial(int(count) - number, rng.dirichlet(np.full(number, 6.0))) + 1
            sizes.extend(parts.tolist())
            owners.extend([index] * number)
    return np.array(sizes, dtype=np.int64), np.array(owners, dtype=np.int64)


def _kinds(
    rng: np.random.Generator, street_buurt: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.int64]:
    # A third of the buurten has many flats.
    flats = (rng.random(len(counts)) < 0.35)[street_buurt]
    draw = rng.random(len(street_buurt))
    low = np.searchsorted(np.cumsum(_KINDS_LOW), draw).clip(max=_BIS)
    high = np.searchsorted(np.cumsum(_KINDS_HIGH), draw).clip(max=_BIS)
    return np.where(flats, high, low)


def _letters(pc4: NDArray[np.int64]) -> NDArray[np.str_]:
    # The streets below one PC4 get letters in order: the usual twenty letters first.
    usual = [a + b for a, b in product(_USUAL, repeat=2) if a + b not in _NOT_ISSUED]
    every = [a + b for a, b in product(_ALL, repeat=2) if a + b not in _NOT_ISSUED]
    pairs = np.array(usual + [pair for pair in every if pair not in set(usual)])
    order = np.argsort(pc4, kind="stable")
    values, starts, lengths = np.unique(pc4[order], return_index=True, return_counts=True)
    if lengths.max(initial=0) > len(pairs):
        raise TooManyAddresses(f"PC4 {values[int(np.argmax(lengths))]}")
    rank = np.empty(len(pc4), dtype=np.int64)
    rank[order] = np.arange(len(pc4)) - np.repeat(starts, lengths)
    return np.char.add(pc4.astype("U4"), pairs[rank])


def _numbers(
    rng: np.random.Generator,
    kind: NDArray[np.int64],
    street: NDArray[np.int64],
    place: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.str_], NDArray[np.str_]]:
    # House number, house letter and addition of every address, by the kind of its street.
    kinds = kind[street]
    step = np.where(rng.random(len(kind)) < 0.88, 2, 1)
    start = 1 + rng.integers(0, 12, len(kind)) * 2 + rng.integers(0, 2, len(kind))
    per_number = np.where(kind == _STAIRS, rng.integers(4, 13, len(kind)), 1)
    per_number[(kind == _DOWN_UP) | (kind == _BIS)] = 2
    extra = (kinds == _HOUSES) & (place > 0) & (rng.random(len(street)) < _EXTRA_HOUSE)
    extra[1:] &= ~extra[:-1]
    before = np.cumsum(extra)
    first = before[np.flatnonzero(place == 0)]
    passed = place - (before - first[street])
    rank, inside = np.divmod(passed, per_number[street])
    number = start[street] + step[street] * rank
    letter = np.full(len(street), "", dtype="U1")
    letter[extra] = "A"
    letter[(kinds == _DOWN_UP) & (inside == 0)] = "A"
    letter[(kinds == _DOWN_UP) & (inside == 1)] = "B"
    addition = np.where(kinds == _STAIRS, (inside + 1).astype("U4"), "").astype("U4")
    addition[(kinds == _BIS) & (inside == 1)] = "BIS"
    return number, letter, addition


def _sorted(table: AddressTable) -> AddressTable:
    order = np.lexsort((table.addition, table.letter, table.number, table.postcode))
    return AddressTable(
        table.postcode[order],
        table.number[order],
        table.letter[order],
        table.addition[order],
        table.buurt[order],
    )
