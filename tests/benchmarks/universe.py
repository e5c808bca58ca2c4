# SPDX-License-Identifier: EUPL-1.2
"""What a universe costs: building, its file, and placing 50,000 clients, next to a plain dict.

``python tests/benchmarks/universe.py [addresses ...]`` prints the rows; ``run`` returns them. One
thread; best of a few runs, since everything else on a machine only makes it slower. The dict does
less: it gets texts that are normalised already, knows no rule but the exact one, and has no file.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.universe import (
    Listing,
    Universe,
    area_map,
    codes,
    lines,
    normalise_columns,
    slots_of,
)

Row = tuple[str, float, str]

CLIENTS = 50_000
YEAR = 2025
_HOUSES = 20


@dataclass(frozen=True)
class Columns:
    """Made-up addresses as texts: 20 houses per PC6, half with a letter, ten PC6 per buurt."""

    postcode: list[str]
    number: list[str]
    letter: list[str]
    buurt: list[str]

    def __len__(self) -> int:
        """Return the number of addresses."""
        return len(self.postcode)

    def chosen(self, rows: NDArray[np.int64]) -> "Columns":
        """Return some of the rows."""
        fields = (self.postcode, self.number, self.letter, self.buurt)
        return Columns(*([field[row] for row in rows] for field in fields))


def run(addresses: Sequence[int] = (200_000, 2_000_000)) -> list[Row]:
    """Return rows of name, value and unit for each number of addresses."""
    rows: list[Row] = []
    for n in addresses:
        made = made_columns(n)
        universe = made_universe(made)
        rows += _building(n, made)
        rows += _file(n, universe)
        rows += _placing(n, made, universe)
    return rows


def _best(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs, in seconds."""
    shortest = float("inf")
    for _ in range(times):
        start = perf_counter()
        work()
        shortest = min(shortest, perf_counter() - start)
    return shortest


def made_columns(n: int) -> Columns:
    """Return ``n`` made-up addresses; the first of more are the same."""
    street = [i // _HOUSES for i in range(n)]
    pairs = [f"{chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(18 * 26)]
    return Columns(
        [f"{1000 + s // len(pairs)}{pairs[s % len(pairs)]}" for s in street],
        [str(1 + i % _HOUSES) for i in range(n)],
        ["A" if i % 2 else "" for i in range(n)],
        [f"BU{1 + s // 1000:04d}{s // 100 % 10:02d}{s // 10 % 10:02d}" for s in street],
    )


def made_universe(made: Columns) -> Universe:
    """Return the universe of made-up addresses."""
    addresses = normalise_columns(made.postcode, made.number, made.letter, ("",) * len(made))
    return Universe.build(
        [Listing(lines.buurt_numbers(codes.characters(made.buurt)), addresses)], YEAR
    )


def _dict(made: Columns) -> dict[tuple[str, str, str], int]:
    keys = zip(made.postcode, made.number, made.letter, strict=True)
    return {key: slot for slot, key in enumerate(keys)}


def _building(n: int, made: Columns) -> list[Row]:
    built = _best(lambda: made_universe(made).index)
    plain = _best(lambda: _dict(made))
    return [
        (f"universe, {n:,} addresses: normalise, sort and index", built, "s"),
        (f"universe, {n:,} addresses: the same as a dict", built / plain, "x dict"),
    ]


def _file(n: int, universe: Universe) -> list[Row]:
    data = universe.to_bytes()
    return [
        (f"universe, {n:,} addresses: write", _best(universe.to_bytes), "s"),
        (
            f"universe, {n:,} addresses: read and check",
            _best(lambda: Universe.from_bytes(data)),
            "s",
        ),
        (f"universe, {n:,} addresses: file", len(data) / 1e6, "MB"),
        (
            f"universe, {n:,} addresses: areas of at least 250",
            _best(lambda: area_map(universe, "buurt", 250)),
            "s",
        ),
    ]


def _placing(n: int, made: Columns, universe: Universe) -> list[Row]:
    clients = made.chosen(np.random.default_rng(1).integers(0, n, CLIENTS))
    gemeenten = [f"GM{buurt[2:6]}" for buurt in clients.buurt]
    keys = list(zip(clients.postcode, clients.number, clients.letter, strict=True))
    empty = ("",) * CLIENTS
    plain = _dict(made)
    looked_up = _best(lambda: [plain.get(key, -1) for key in keys])

    def place() -> object:
        addresses = normalise_columns(clients.postcode, clients.number, clients.letter, empty)
        return slots_of(universe, addresses, gemeenten)

    placed = _best(place)
    return [
        (f"placing {CLIENTS:,} clients in {n:,} addresses", placed, "s"),
        (
            f"placing {CLIENTS:,} clients in {n:,} addresses: to a dict",
            placed / looked_up,
            "x dict",
        ),
    ]


if __name__ == "__main__":
    for name, value, unit in run([int(n) for n in sys.argv[1:]] or (200_000, 2_000_000)):
        sys.stdout.write(f"{name:60} {value:10.4f} {unit}\n")
