# SPDX-License-Identifier: EUPL-1.2
"""From clients' addresses to slots: the mapping rules, part of ``address.ENCODER``.

The gemeente of a record is the one responsible for the client (woonplaatsbeginsel). A client is
placed in that gemeente or not at all; the rules, first that fits:

1. no usable postcode or house number: not placed (``NO_ADDRESS``);
2. a gemeente that is not in the universe: not placed (``OUTSIDE``);
3. the address is a slot of that gemeente: ``EXACT``;
4. it is one without its addition: ``WITHOUT_ADDITION``;
5. it is one without house letter and addition: ``WITHOUT_LETTER``;
6. an overflow slot of that gemeente: ``OVERFLOW``.

Where a record names no gemeente, rules 3 to 5 look in all of them, and what is not found is
``OUTSIDE``. A client who stays in a group home in another gemeente thus counts in the responsible
gemeente's overflow, and in no buurt.

The overflow slot is SHA-256 of ``Address.text``, as a big-endian integer, modulo the gemeente's
number of overflow slots. It is unkeyed so that all providers put one household in one slot, and
it may be: the index exists only inside a node and, as a position in a vector, inside secret shares,
where every position holds something random. It is never sent, logged or released.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.universe import codes
from ontschot.protocol.universe.address import ADDITIONS, USABLE, Addresses
from ontschot.protocol.universe.codes import Flags, Integers
from ontschot.protocol.universe.universe import Universe

NOT_PLACED = -1
"""The slot of a client who is not placed."""

_NO_GEMEENTE, _UNKNOWN = -1, -2


class How(IntEnum):
    """How a client was placed; the first four have a slot."""

    EXACT = 0
    WITHOUT_ADDITION = 1
    WITHOUT_LETTER = 2
    OVERFLOW = 3
    NO_ADDRESS = 4
    OUTSIDE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where n clients live: ``slots`` int32[n] (-1 not placed) and ``how`` uint8[n] (``How``)."""

    slots: NDArray[np.int32]
    how: NDArray[np.uint8]


def slots_of(
    universe: Universe,
    addresses: Addresses,
    gemeenten: Sequence[str | None] | NDArray[np.str_] | NDArray[np.object_],
) -> Placement:
    """Return the slot of each client.

    Args:
        universe: the slots.
        addresses: n normalised addresses.
        gemeenten: n codes of the responsible gemeente, ``GM0642`` or ``0642``, or none.

    Raises:
        ValueError: the two differ in length.
    """
    if len(addresses) != len(gemeenten):
        msg = "as many gemeenten as addresses"
        raise ValueError(msg)
    gemeente = _gemeente_indices(universe, gemeenten)
    usable = (addresses.fault == USABLE) & (gemeente != _UNKNOWN)
    how = np.where(addresses.fault == USABLE, How.OUTSIDE, How.NO_ADDRESS).astype(np.uint8)
    slots = np.full(len(addresses), NOT_PLACED, dtype=np.int32)
    letter_only = addresses.suffix // ADDITIONS * ADDITIONS
    attempts = (
        (How.EXACT, addresses.suffix),
        (How.WITHOUT_ADDITION, letter_only),
        (How.WITHOUT_LETTER, np.zeros_like(letter_only)),
    )
    for kind, suffix in attempts:
        _place(universe, (slots, how), kind, _found(universe, addresses, suffix, gemeente, usable))
    rest = usable & (slots == NOT_PLACED) & (gemeente >= 0)
    slots[rest] = _overflow_slots(universe, addresses[rest], gemeente[rest])
    how[rest] = How.OVERFLOW
    return Placement(slots, how)


def _found(
    universe: Universe, addresses: Addresses, suffix: Integers, gemeente: Integers, usable: Flags
) -> Integers:
    # The line of each address with this suffix in its own gemeente, -1 where there is none.
    line = universe.index.find(np.where(usable, addresses.place, -1), suffix)
    own = (gemeente == _NO_GEMEENTE) | (universe.gemeente_of_line[line] == gemeente)
    return np.where(own, line, -1)


def _place(
    universe: Universe,
    target: tuple[NDArray[np.int32], NDArray[np.uint8]],
    kind: How,
    line: Integers,
) -> None:
    slots, how = target
    new = (slots == NOT_PLACED) & (line >= 0)
    slots[new] = universe.slots_of_lines(line[new])
    how[new] = kind


def _gemeente_indices(
    universe: Universe, column: Sequence[str | None] | NDArray[np.str_] | NDArray[np.object_]
) -> Integers:
    text = codes.left(codes.packed(codes.characters(column)), 7)
    prefixed = (text[:, 0] == ord("G")) & (text[:, 1] == ord("M"))
    text = np.where(prefixed[:, None], codes.left(text[:, 2:], 7), text)
    shaped = codes.is_digit(text[:, :4]).all(axis=1) & (text[:, 4] == 0)
    number = np.where(shaped, (text[:, :4] - ord("0")) @ np.array([1000, 100, 10, 1]), -1)
    known = np.array([int(gemeente.code[2:]) for gemeente in universe.gemeenten])
    index = np.minimum(np.searchsorted(known, number), len(known) - 1)
    index = np.where(known[index] == number, index, _UNKNOWN)
    return np.where((text[:, 0] == 0) & ~prefixed, _NO_GEMEENTE, index).astype(np.int64)


def _overflow_slots(
    universe: Universe, addresses: Addresses, gemeente: Integers
) -> NDArray[np.int32]:
    # Hashing has no vector form; these are the few addresses that no public list holds.
    counts = [universe.gemeenten[int(index)].overflow for index in gemeente]
    texts = [addresses.address(row).text for row in range(len(addresses))]
    offsets = [
        int.from_bytes(hashlib.sha256(text.encode()).digest()) % count
        for text, count in zip(texts, counts, strict=True)
    ]
    return (universe.first_overflow[gemeente] + np.array(offsets, dtype=np.int64)).astype(np.int32)
