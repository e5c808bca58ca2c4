# SPDX-License-Identifier: EUPL-1.2
"""The one address normaliser: what every party of a federation takes a postal address to be.

Nothing is looked up here; the same text gives the same address everywhere. Part of ``ENCODER``,
together with the mapping rules of ``ontschot.protocol.universe.placing``: change a rule, change
the version.

Rules, in this order (all are about ASCII; every other character is dropped, so no Unicode table of
some Python version takes part):

1. Of each field only the first 32 characters are read. Letters become upper case.
2. *Postcode*: what is no letter or digit is dropped; then it must be PC6, ``1000AA`` to ``9999ZZ``
   without SA, SD and SS (PostNL does not issue these).
3. *House number*: the digits at the start (after spaces), 1 to 99999, without leading zeros. What
   follows them ("12A", "12-2", "12 bis") is read as if it stood before the addition.
4. *House letter*: one letter. A longer or other text is read as if it stood before the addition,
   behind what followed the number.
5. *Addition* (huisnummertoevoeging, at most four characters in the BAG and in iStandaarden): what
   is no letter or digit is dropped, then leading zeros ("01" is "1", "00" is "0").
6. Without a house letter, a letter that opens the addition and stands alone or before a digit is
   the house letter ("A" and "A1", but not "HS" or "BIS"); rule 5 is then repeated for the rest.
7. Of the addition the first four characters count.

The result is a fixed point: normalising it again changes nothing. Case of a house letter is
folded, so the rare pair "12a" and "12A" is one address.

Internally an address is two integers, exact and ordered like its text: ``place`` is
``postcode * 2^17 + house number`` with the postcode as a number below 9000 * 26^2; ``suffix`` is
``letter * 37^4 + addition`` with the addition as four digits in base 37 (0 absent, then 0-9, A-Z).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.universe import codes
from ontschot.protocol.universe.codes import Characters, Integers
from ontschot.protocol.universe.errors import AddressUnusable

ENCODER = "ontschot-address-1"
"""Version of the normaliser and the mapping rules together; part of every universe file."""

USABLE, NO_POSTCODE, NO_NUMBER = 0, 1, 2
"""Values of ``Addresses.fault``."""

NUMBER_BITS = 17
ADDITION_LENGTH = 4
ADDITIONS = 37**ADDITION_LENGTH
"""Size of the addition's part of ``suffix``."""

_MAX_NUMBER = 99_999
_PAIRS = 26 * 26
_NOT_ISSUED = tuple((ord(a) - 65) * 26 + ord(b) - 65 for a, b in ("SA", "SD", "SS"))

Column: TypeAlias = Sequence[str | int | None] | NDArray[np.str_] | NDArray[np.object_]
"""One field of many addresses; ``None`` is an empty text."""


@dataclass(frozen=True, slots=True)
class Address:
    """One normalised address; ``letter`` and ``addition`` may be empty."""

    postcode: str
    number: int
    letter: str = ""
    addition: str = ""

    @property
    def text(self) -> str:
        """The address as one ASCII text, ``1234AB|12|A|2``: what an overflow slot is hashed of."""
        return f"{self.postcode}|{self.number}|{self.letter}|{self.addition}"


@dataclass(frozen=True, slots=True, eq=False)
class Addresses:
    """Many normalised addresses, as arrays of one length n.

    ``place`` int64 (-1 where unusable), ``suffix`` int64 (0 where unusable), ``fault`` uint8 (why
    it is unusable). See the module for the two integers.
    """

    place: Integers
    suffix: Integers
    fault: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return the number of addresses, the unusable ones included."""
        return len(self.place)

    def __getitem__(self, rows: slice | NDArray[np.bool_] | NDArray[np.signedinteger]) -> Self:
        """Return the chosen rows."""
        return type(self)(self.place[rows], self.suffix[rows], self.fault[rows])

    def address(self, row: int) -> Address:
        """Return the address in one row, spelled out.

        Raises:
            AddressUnusable: that row holds no Dutch address.
        """
        _require_usable(int(self.fault[row]))
        postcode, number, suffix = spell(self[row : row + 1])
        letter, addition = suffix[0, :1], suffix[0, 1:]
        return Address(
            "".join(map(chr, postcode[0])),
            int(number[0]),
            "".join(map(chr, letter[letter > 0])),
            "".join(map(chr, addition[addition > 0])),
        )


def normalise(
    postcode: str | None,
    number: str | int | None,
    letter: str | None = None,
    addition: str | None = None,
) -> Address:
    """Return one address in normal form.

    Raises:
        AddressUnusable: no Dutch postcode, or no house number from 1 to 99999.
    """
    return normalise_columns([postcode], [number], [letter], [addition]).address(0)


def normalise_columns(
    postcode: Column,
    number: Column | NDArray[np.integer],
    letter: Column,
    addition: Column,
) -> Addresses:
    """Return many addresses in normal form; four columns of one length.

    Never raises on the content of a field: ``fault`` says which rows are unusable and why.

    Raises:
        ValueError: the columns differ in length.
    """
    if len({len(column) for column in (postcode, number, letter, addition)}) != 1:
        msg = "the columns of an address must have one length"
        raise ValueError(msg)
    return normalise_characters(*map(codes.characters, (postcode, number, letter, addition)))


def normalise_characters(
    postcode: Characters, number: Characters, letter: Characters, addition: Characters
) -> Addresses:
    """Return many addresses in normal form, from matrices of upper-case ASCII (``codes``)."""
    pc6 = _postcodes(postcode)
    numbers, tail = _numbers(number)
    first, rest = _settle(*_suffix_fields(tail, letter, addition))
    fault = np.where(numbers < 0, NO_NUMBER, USABLE)
    fault = np.where(pc6 < 0, NO_POSTCODE, fault).astype(np.uint8)
    usable = fault == USABLE
    place = np.where(usable, pc6 << NUMBER_BITS | numbers, -1)
    suffix = np.where(usable, first * ADDITIONS + codes.base37(rest, ADDITION_LENGTH), 0)
    return Addresses(place, suffix, fault)


def spell(addresses: Addresses) -> tuple[Characters, Integers, Characters]:
    """Return usable addresses as postcode (6 columns), number, and letter with addition (5)."""
    pc6, number = np.divmod(addresses.place, 1 << NUMBER_BITS)
    digits, pair = np.divmod(pc6, _PAIRS)
    postcode = np.empty((len(addresses), 6), dtype=np.int32)
    for column, unit in enumerate((1000, 100, 10, 1)):
        postcode[:, column] = (digits + 1000) // unit % 10 + ord("0")
    postcode[:, 4], postcode[:, 5] = pair // 26 + ord("A"), pair % 26 + ord("A")
    letter, addition = np.divmod(addresses.suffix, ADDITIONS)
    suffix = np.empty((len(addresses), 1 + ADDITION_LENGTH), dtype=np.int32)
    suffix[:, 0] = np.where(letter > 0, letter + 64, 0)
    suffix[:, 1:] = codes.base37_characters(addition, ADDITION_LENGTH)
    return postcode, number, suffix


def _require_usable(fault: int) -> None:
    if fault == NO_POSTCODE:
        raise AddressUnusable("postcode")
    if fault == NO_NUMBER:
        raise AddressUnusable("huisnummer")


def _postcodes(text: Characters) -> Integers:
    # Rule 2. A cleaned text of any other shape than 9999AA becomes -1.
    clean = codes.left(codes.packed(text), 7)
    digits, letters = clean[:, :4] - ord("0"), clean[:, 4:6] - ord("A")
    shaped = (
        ((digits >= 0) & (digits <= 9)).all(axis=1)
        & (digits[:, 0] >= 1)
        & ((letters >= 0) & (letters <= 25)).all(axis=1)
        & (clean[:, 6] == 0)
    )
    pair = letters[:, 0].astype(np.int64) * 26 + letters[:, 1]
    value = digits.astype(np.int64) @ np.array([1000, 100, 10, 1]) - 1000
    return np.where(shaped & ~np.isin(pair, _NOT_ISSUED), value * _PAIRS + pair, -1)


def _numbers(text: Characters) -> tuple[Integers, Characters]:
    # Rule 3: the number (-1 where there is none), and the text behind it.
    text = codes.without_leading(text, codes.is_space)
    leading = np.logical_and.accumulate(codes.is_digit(text), axis=1)
    digits = codes.without_leading(np.where(leading, text, 0), codes.is_zero)
    width = min(digits.shape[1], 5)
    value = np.zeros(len(text), dtype=np.int64)
    for column in range(width):
        present = digits[:, column] > 0
        value = np.where(present, value * 10 + digits[:, column] - ord("0"), value)
    fits = ~(digits[:, 5:] > 0).any(axis=1) & (value >= 1) & (value <= _MAX_NUMBER)
    return np.where(fits, value, -1), np.where(leading, 0, text)


def _suffix_fields(
    tail: Characters, letter: Characters, addition: Characters
) -> tuple[Integers, Characters]:
    # Rule 4: a house letter of one letter as 1..26 (0 for none), all else in front of the addition.
    field = codes.left(codes.packed(letter), max(2, letter.shape[1]))
    single = codes.is_letter(field[:, 0]) & (field[:, 1] == 0)
    first = np.where(single, field[:, 0].astype(np.int64) - 64, 0)
    field[single] = 0
    return first, codes.packed(np.concatenate((tail, field, addition), axis=1))


def _settle(first: Integers, rest: Characters) -> tuple[Integers, Characters]:
    # Rules 5 to 7 on a cleaned addition.
    rest = codes.left(codes.without_zeros(rest), max(2, rest.shape[1]))
    head, second = rest[:, 0], rest[:, 1]
    alone = codes.is_letter(head) & ((second == 0) | codes.is_digit(second))
    moves = (first == 0) & alone
    first = np.where(moves, head.astype(np.int64) - 64, first)
    shifted = codes.without_zeros(codes.left(rest[:, 1:], rest.shape[1]))
    return first, codes.left(np.where(moves[:, None], shifted, rest), ADDITION_LENGTH)
