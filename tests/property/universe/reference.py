# SPDX-License-Identifier: EUPL-1.2
"""The rules of the normaliser and of placing once more, one address at a time, in plain Python.

Written from the docstrings, with other means (regular expressions, dicts): what the two agree on
is what the docstrings say.
"""

import hashlib
import re

from ontschot.protocol.universe import Address

ALNUM = re.compile(r"[^0-9A-Z]")


def upper(text: str | int | None) -> str:
    """Rule 1: 32 characters, ASCII only, upper case, white space as spaces."""
    read = "" if text is None else str(text)[:32]
    ascii_only = "".join(c for c in read if c.isascii() and (c.isprintable() or c in "\t\n\v\f\r"))
    return re.sub(r"[\t\n\v\f\r]", " ", ascii_only).upper()


def normalise(
    postcode: str | None, number: str | int | None, letter: str | None, addition: str | None
) -> Address | None:
    """Return the address, or None where it is unusable."""
    pc6 = ALNUM.sub("", upper(postcode))
    if not re.fullmatch(r"[1-9][0-9]{3}(?!SA|SD|SS)[A-Z]{2}", pc6):
        return None
    found = re.match(r" *0*([1-9][0-9]{0,4})(?![0-9])", upper(number))
    if not found:
        return None
    tail = ALNUM.sub("", upper(number)[found.end() :])
    first = ALNUM.sub("", upper(letter))
    if not re.fullmatch(r"[A-Z]", first):
        tail, first = tail + first, ""
    rest = zeros(tail + ALNUM.sub("", upper(addition)))
    if not first and re.match(r"[A-Z](?![A-Z])", rest):
        first, rest = rest[0], zeros(rest[1:])
    return Address(pc6, int(found[1]), first, rest[:4])


def zeros(text: str) -> str:
    """Rule 5."""
    return text.lstrip("0") or text[:1]


def place(
    lines: dict[Address, int],
    overflow: dict[str, tuple[int, int]],
    gemeente_of: dict[Address, str],
    address: Address | None,
    gemeente: str | None,
) -> int:
    """Return the slot: ``lines`` by address, ``overflow`` (first, count) by gemeente."""
    if address is None or (gemeente is not None and gemeente not in overflow):
        return -1
    bare = Address(address.postcode, address.number)
    for attempt in (address, Address(bare.postcode, bare.number, address.letter), bare):
        if attempt in lines and gemeente in (None, gemeente_of[attempt]):
            return lines[attempt]
    if gemeente is None:
        return -1
    first, count = overflow[gemeente]
    return first + int(hashlib.sha256(address.text.encode()).hexdigest(), 16) % count
