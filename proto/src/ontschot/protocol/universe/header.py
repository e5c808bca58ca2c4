# SPDX-License-Identifier: EUPL-1.2
"""The first line of a universe file: what it counts and the rules it was made for."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ontschot.protocol import canonical
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.universe.address import ENCODER
from ontschot.protocol.universe.errors import MalformedUniverse, UnknownEncoder

FORMAT = "ontschot-universe/1"
YEARS = range(2000, 2100)
"""Years that a division in buurten can have."""

MAX_OVERFLOW = 2**20
"""Most overflow slots of one gemeente."""

_MAX_LINE = 1 << 20
_GEMEENTE = re.compile(r"GM[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Gemeente:
    """One gemeente: its code, its number of addresses and of overflow slots."""

    code: str
    addresses: int
    overflow: int

    @property
    def slots(self) -> int:
        """Addresses and overflow together."""
        return self.addresses + self.overflow


@dataclass(frozen=True, slots=True)
class Header:
    """Encoder version, year of the division in buurten, and the gemeenten by code."""

    encoder: str
    year: int
    gemeenten: tuple[Gemeente, ...]

    @property
    def addresses(self) -> int:
        """The number of address lines."""
        return sum(gemeente.addresses for gemeente in self.gemeenten)

    @property
    def slots(self) -> int:
        """The number of slots n."""
        return sum(gemeente.slots for gemeente in self.gemeenten)

    def to_document(self) -> canonical.Document:
        """Return the header as it stands in the file."""
        return {
            "addresses": self.addresses,
            "encoder": self.encoder,
            "format": FORMAT,
            "gemeenten": [
                {"addresses": g.addresses, "code": g.code, "overflow": g.overflow}
                for g in self.gemeenten
            ],
            "year": self.year,
        }


def read_header(data: bytes) -> tuple[Header, int]:
    """Return the header of a universe file and the byte at which its lines begin.

    Raises:
        MalformedUniverse: no header in its one form.
        UnknownEncoder: a header for other mapping rules.
    """
    end = data.find(b"\n", 0, _MAX_LINE)
    if end < 0:
        raise MalformedUniverse("line 1: no end")
    try:
        document = canonical.decode(data[:end])
    except MalformedMessage as error:
        raise MalformedUniverse("line 1: not canonical JSON") from error
    if document.get("format") != FORMAT:
        raise MalformedUniverse("line 1: another format")
    if document.get("encoder") != ENCODER:
        raise UnknownEncoder(f"this program has {ENCODER}")
    header = Header(ENCODER, _year(document.get("year")), _gemeenten(document.get("gemeenten")))
    if header.to_document() != document:
        raise MalformedUniverse("line 1: another field, or another number of addresses")
    return header, end + 1


def _year(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in YEARS:
        raise MalformedUniverse("line 1: year")
    return value


def _gemeenten(value: object) -> tuple[Gemeente, ...]:
    if not isinstance(value, list) or not value:
        raise MalformedUniverse("line 1: gemeenten")
    found = tuple(map(_gemeente, value))
    if any(a.code >= b.code for a, b in pairwise(found)):
        raise MalformedUniverse("line 1: gemeenten not in order")
    return found


def _gemeente(value: Any) -> Gemeente:
    if not isinstance(value, dict) or set(value) != {"addresses", "code", "overflow"}:
        raise MalformedUniverse("line 1: gemeente")
    code, addresses, overflow = value["code"], value["addresses"], value["overflow"]
    if not isinstance(code, str) or not _GEMEENTE.fullmatch(code):
        raise MalformedUniverse("line 1: code of a gemeente")
    if not _whole(addresses, 2**31) or not _whole(overflow, MAX_OVERFLOW):
        raise MalformedUniverse(f"line 1: counts of {code}")
    return Gemeente(code, addresses, overflow)


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
