# SPDX-License-Identifier: EUPL-1.2
"""Universe files and area maps composed once more, from text, without the product's code."""

import json

from ontschot.protocol.universe import Address

Row = tuple[str, Address]
"""Buurt code and address."""


def universe_text(rows: list[Row], overflow: dict[str, int], year: int) -> str:
    """Return the file of a universe."""
    lines = sorted(line(buurt, address) for buurt, address in rows)
    gemeenten = [
        {
            "addresses": sum(text.startswith(f"BU{code[2:]}") for text in lines),
            "code": code,
            "overflow": count,
        }
        for code, count in sorted(overflow.items())
    ]
    header = {
        "addresses": len(lines),
        "encoder": "ontschot-address-1",
        "format": "ontschot-universe/1",
        "gemeenten": gemeenten,
        "year": year,
    }
    return compact(header) + "\n" + "".join(f"{text}\n" for text in lines)


def line(buurt: str, address: Address) -> str:
    """Return one line, without its end."""
    letter, addition = address.letter or " ", f"{address.addition:<4}"
    return f"{buurt};{address.postcode};{address.number:05d};{letter};{addition}"


def slots(rows: list[Row], overflow: dict[str, int]) -> tuple[dict[Address, int], dict[str, int]]:
    """Return the slot of every address, and the first overflow slot of every gemeente."""
    found: dict[Address, int] = {}
    first: dict[str, int] = {}
    slot = 0
    for code, count in sorted(overflow.items()):
        own = [row for row in rows if row[0][2:6] == code[2:]]
        for _, address in sorted(own, key=lambda row: line(*row)):
            found[address] = slot
            slot += 1
        first[code] = slot
        slot += count
    return found, first


def compact(document: dict[str, object]) -> str:
    """Return canonical JSON (RFC 8785) of a document whose texts are ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
