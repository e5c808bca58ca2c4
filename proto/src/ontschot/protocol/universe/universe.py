# SPDX-License-Identifier: EUPL-1.2
"""The universe: every public address of the region in a fixed order, each with a slot number.

**Order.** Gemeenten by code; inside a gemeente its addresses by (buurt code, postcode, number,
letter, addition), then its overflow slots. A buurt code begins with the codes of its wijk and
gemeente, so every buurt and every wijk is one run of slots, and a gemeente, with its overflow, too.
Slots are numbered from 0.

**File.** One line of canonical JSON (``{addresses, encoder, format, gemeenten: [{addresses, code,
overflow}], year}``), then one fixed-width line per address (``lines``). Overflow slots have no
line: the header counts them. ``digest`` (``uh`` in the protocol) is the SHA-256 of these bytes.

**Overflow.** Clients whose address is not in the file still count in their gemeente: their
normalised address is hashed onto the gemeente's overflow slots (``placing``). By default there is
one such slot per 64 addresses, at least 64. With a hundredth of the households served and a
hundredth of those not found, about 1 in 130 of the latter shares its slot with another.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol import canonical
from ontschot.protocol.universe import lines
from ontschot.protocol.universe.address import ENCODER, NUMBER_BITS, Addresses, spell
from ontschot.protocol.universe.codes import Integers
from ontschot.protocol.universe.errors import MalformedUniverse, NoAddresses, UniverseTooLarge
from ontschot.protocol.universe.header import MAX_OVERFLOW, YEARS, Gemeente, Header, read_header
from ontschot.protocol.universe.lookup import AddressIndex, duplicates

MAX_SLOTS = 2**26
"""Bound of the protocol; all of the Netherlands has about 2^23."""

OVERFLOW_SHARE = 64
"""Addresses per overflow slot, and the least number of overflow slots of a gemeente."""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Addresses of a public file: n buurt numbers (``lines.buurt_numbers``) and n addresses."""

    buurten: Integers
    addresses: Addresses


@dataclass(frozen=True, eq=False)
class Universe:
    """The slots of a region; see the module.

    ``header`` counts, ``buurten`` are the a buurt numbers of the address lines (int64[a]),
    ``addresses`` the a addresses themselves. Make one with ``build``, ``from_bytes`` or ``load``.
    """

    header: Header
    buurten: Integers
    addresses: Addresses

    @classmethod
    def build(
        cls, listings: Iterable[Listing], year: int, overflow: Mapping[str, int] | None = None
    ) -> Self:
        """Return the universe of the addresses in ``listings``.

        An address that is listed twice (after normalisation) is one slot, in the buurt with the
        lowest code.

        Args:
            listings: usable addresses with valid buurt numbers, in any order.
            year: year of the division in buurten.
            overflow: overflow slots of a gemeente, where it should not be the default.

        Raises:
            NoAddresses: no address at all.
            UniverseTooLarge: more than ``MAX_SLOTS``.
            ValueError: an unusable address or buurt number, no such year, or an overflow outside
                1 to ``header.MAX_OVERFLOW``.
        """
        parts = list(listings)
        if not sum(len(part.addresses) for part in parts):
            raise NoAddresses
        buurten = np.concatenate([part.buurten for part in parts])
        place = np.concatenate([part.addresses.place for part in parts])
        suffix = np.concatenate([part.addresses.suffix for part in parts])
        if min(place.min(), buurten.min()) < 0:
            msg = "an unusable address or buurt in a listing"
            raise ValueError(msg)
        order = np.lexsort((buurten, suffix, place))
        order = order[~duplicates(place[order], suffix[order])]
        order = order[np.lexsort((suffix[order], place[order], buurten[order]))]
        addresses = Addresses(place[order], suffix[order], np.zeros(len(order), dtype=np.uint8))
        header = _count(buurten[order], year, overflow or {})
        _require_bounds(header)
        if header.slots > MAX_SLOTS:
            raise UniverseTooLarge(f"{header.slots} slots, at most {MAX_SLOTS}")
        return cls(header, buurten[order], addresses)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the universe in a file's bytes.

        Raises:
            MalformedUniverse: anything but the one form of a universe file.
            UnknownEncoder: made for other mapping rules.
        """
        header, start = read_header(data)
        body = memoryview(data)[start:]
        if header.slots > MAX_SLOTS or len(body) != header.addresses * lines.WIDTH:
            raise MalformedUniverse("another number of lines than the header says")
        buurten, addresses = lines.decode(body, first_line=2)
        _require_order(buurten, addresses)
        overflow = {gemeente.code: gemeente.overflow for gemeente in header.gemeenten}
        if _count(buurten, header.year, overflow) != header:
            raise MalformedUniverse("the header counts other gemeenten than the lines hold")
        universe = cls(header, buurten, addresses)
        universe.index.require_unique()
        return universe

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the universe in a file.

        Raises:
            MalformedUniverse: not a universe file.
            OSError: the file cannot be read.
        """
        return cls.from_bytes(path.read_bytes())

    def save(self, path: Path) -> None:
        """Write the file."""
        with path.open("wb") as file:
            file.writelines(self._chunks())

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return b"".join(self._chunks())

    @cached_property
    def digest(self) -> str:
        """``uh``: SHA-256 of the file, in hexadecimal."""
        state = hashlib.sha256()
        for chunk in self._chunks():
            state.update(chunk)
        return state.hexdigest()

    @cached_property
    def index(self) -> AddressIndex:
        """Finds the line of an address."""
        return AddressIndex(self.addresses)

    @property
    def slots(self) -> int:
        """The number of slots n: addresses and overflow."""
        return self.header.slots

    @property
    def year(self) -> int:
        """The year of the division in buurten."""
        return self.header.year

    @property
    def gemeenten(self) -> tuple[Gemeente, ...]:
        """The gemeenten, by code."""
        return self.header.gemeenten

    @cached_property
    def gemeente_of_line(self) -> NDArray[np.int32]:
        """Index into ``gemeenten`` of each address line, int32[a]."""
        counts = [gemeente.addresses for gemeente in self.gemeenten]
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def slots_of_lines(self, address_lines: NDArray[np.signedinteger]) -> NDArray[np.int32]:
        """Return the slots of address lines (counted from 0): overflow before them is skipped."""
        before = np.cumsum([0, *(gemeente.overflow for gemeente in self.gemeenten)])
        slots: NDArray[np.int32] = (
            address_lines + before[self.gemeente_of_line[address_lines]]
        ).astype(np.int32)
        return slots

    @cached_property
    def first_overflow(self) -> Integers:
        """The first overflow slot of each gemeente, int64[gemeenten]."""
        ends = np.cumsum([gemeente.slots for gemeente in self.gemeenten], dtype=np.int64)
        first: Integers = ends - np.array([gemeente.overflow for gemeente in self.gemeenten])
        return first

    @cached_property
    def buurt_runs(self) -> tuple[tuple[str, int], ...]:
        """Each buurt that has addresses, by code, with their number."""
        starts = np.flatnonzero(np.diff(self.buurten, prepend=-1))
        counts = np.diff(starts, append=len(self.buurten))
        names = lines.buurt_codes(self.buurten[starts])
        return tuple(zip(names, counts.tolist(), strict=True))

    @cached_property
    def pc6_runs(self) -> tuple[tuple[str, int], ...]:
        """Each PC6 inside a buurt, in slot order, with its number of addresses.

        Codes are ``BU05310101-3342AB``; a PC6 that lies in two buurten stands here twice.
        """
        pc6 = self.addresses.place >> NUMBER_BITS
        starts = np.flatnonzero((np.diff(self.buurten, prepend=-1) | np.diff(pc6, prepend=-1)) != 0)
        counts = np.diff(starts, append=len(pc6))
        buurten = lines.buurt_codes(self.buurten[starts])
        rows = spell(self.addresses[starts])[0]
        names = (
            f"{code}-{''.join(map(chr, row))}" for code, row in zip(buurten, rows, strict=True)
        )
        return tuple(zip(names, counts.tolist(), strict=True))

    def _chunks(self) -> Iterator[bytes]:
        yield canonical.encode(self.header.to_document()) + b"\n"
        yield from lines.encode(self.buurten, self.addresses)


def _count(buurten: Integers, year: int, overflow: Mapping[str, int]) -> Header:
    found, counts = np.unique(buurten // lines.GEMEENTE_UNIT, return_counts=True)
    names = [f"GM{code[2:6]}" for code in lines.buurt_codes(found * lines.GEMEENTE_UNIT + _ZEROS)]
    usual = [max(OVERFLOW_SHARE, -(-count // OVERFLOW_SHARE)) for count in counts.tolist()]
    gemeenten = (
        Gemeente(name, count, overflow.get(name, default))
        for name, count, default in zip(names, counts.tolist(), usual, strict=True)
    )
    return Header(ENCODER, year, tuple(gemeenten))


def _require_bounds(header: Header) -> None:
    if header.year not in YEARS:
        msg = f"no division in buurten has the year {header.year}"
        raise ValueError(msg)
    if not all(1 <= gemeente.overflow <= MAX_OVERFLOW for gemeente in header.gemeenten):
        msg = f"a gemeente has 1 to {MAX_OVERFLOW} overflow slots"
        raise ValueError(msg)


def _require_order(buurten: Integers, addresses: Addresses) -> None:
    keys = (buurten, addresses.place, addresses.suffix)
    rises = np.zeros(max(0, len(buurten) - 1), dtype=np.bool_)
    equal = ~rises
    for key in keys:
        rises |= equal & (key[:-1] < key[1:])
        equal &= key[:-1] == key[1:]
    if not rises.all():
        raise MalformedUniverse(f"line {int(np.argmin(rises)) + 3}: not in order, or twice")


_ZEROS = sum(37**power for power in range(4))  # "0000" as base-37 digits
