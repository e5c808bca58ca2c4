# SPDX-License-Identifier: EUPL-1.2
"""Made-up addresses: real buurt codes and sizes where a test has them, invented PC6 letters."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ontschot.protocol.universe import Listing, Universe, codes, lines, normalise_columns

Row = tuple[str, int | str, str, str, str]
"""Postcode, house number, letter, addition, buurt code."""

YEAR = 2023

ROWS: tuple[Row, ...] = (
    ("3342AB", 1, "", "", "BU05310101"),
    ("3342AB", 3, "", "", "BU05310101"),
    ("3342AB", 3, "A", "", "BU05310101"),
    ("3342AB", 3, "A", "2", "BU05310101"),
    ("3342CD", 10, "", "", "BU05310102"),
    ("3331AB", 1, "", "", "BU06420100"),
    ("3331AB", 2, "", "BIS", "BU06420100"),
    ("3331XZ", 12, "B", "", "BU06420201"),
)
OVERFLOW = {"GM0531": 4, "GM0642": 3}


def listing(rows: Iterable[Row]) -> Listing:
    """Return rows as a listing."""
    postcode, number, letter, addition, buurt = zip(*rows, strict=True)
    return Listing(
        lines.buurt_numbers(codes.characters(buurt)),
        normalise_columns(postcode, number, letter, addition),
    )


def small_universe(rows: Iterable[Row] = ROWS) -> Universe:
    """Return a universe of a few addresses, with few overflow slots."""
    return Universe.build([listing(rows)], YEAR, OVERFLOW)


def synthetic_rows(sizes: Mapping[str, int], seed: int = 1) -> list[Row]:
    """Return made-up addresses: ``sizes`` gives their number per buurt; one PC6 per 20 of them."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    street = 0
    for buurt, size in sorted(sizes.items()):
        letters = random.choice(np.array(["", "", "", "A", "B"]), size)
        for house in range(size):
            if house % 20 == 0:
                street += 1
            rows.append((_pc6(street), 1 + house % 20, str(letters[house]), "", buurt))
    return rows


def synthetic_universe(sizes: Mapping[str, int], seed: int = 1) -> Universe:
    """Return the universe of ``synthetic_rows``."""
    return Universe.build([listing(synthetic_rows(sizes, seed))], YEAR)


def columns(rows: Sequence[Row]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the four address columns of rows."""
    return (
        [row[0] for row in rows],
        [str(row[1]) for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
    )


def _pc6(street: int) -> str:
    # The first letter stays below S, where no pair is reserved.
    digits, pair = divmod(street, 18 * 26)
    return f"{3300 + digits}{chr(65 + pair // 26)}{chr(65 + pair % 26)}"
