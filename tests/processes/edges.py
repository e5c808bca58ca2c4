# SPDX-License-Identifier: EUPL-1.2
"""A small town whose records also have what rarely happens, so that every cut is exercised.

Canaries are ordinary amounts. Here one provider also has amounts above what one provider counts
for one household, credits larger than their debit, a home for nine, a house that no public list
knows, and more allocations than a household counts for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from ontschot_demo.clients import Options, World, make_world
from ontschot_demo.files import COLUMNS, Line, ProviderFile
from ontschot_demo.offers import HOUSEHOLD, YOUTH
from ontschot_demo.town import generate_town

SEED = 2024
HOUSEHOLDS, BUURTEN, WIJKEN = 1_200, 12, 2

ABOVE_CAP = (57_345_691, 66_918_437, 90_273_859)
"""Euro cents; one provider counts EUR 500,000 for one household at most (Q01)."""

MORE_BACK = (1_731_947, 2_384_611)
"""By how many cents a credit exceeds its debit."""

PARTLY_BACK = 743_219
"""By how many cents a credit falls short of its debit."""

RESIDENTS = 9
"""One more than live at a household's address."""

MORE_ALLOCATIONS = (1_846_129, 1_958_237, 2_071_343)
"""Euro cents of help under three allocations more; two of a household count (Q22)."""

_ADDRESS = ("postcode", "huisnummer", "huisletter", "toevoeging")

Row: TypeAlias = dict[str, str]

Edge: TypeAlias = tuple[str, list[Row]]
"""The reference of a line, and what stands in the file instead of it."""


def make_small_world() -> tuple[World, Options]:
    """Return the town with canaries and edges, and the options that it was made with."""
    options = Options(seed=SEED, canaries=True)
    world = make_world(generate_town(SEED, HOUSEHOLDS, BUURTEN, WIJKEN), options)
    files = list(world.files)
    files[HOUSEHOLD] = _changed(files[HOUSEHOLD], _edges)
    files[YOUTH] = _changed(files[YOUTH], _many_allocations)
    return replace(world, files=tuple(files)), options


def _changed(file: ProviderFile, edges: Callable[[list[Row]], Iterable[Edge]]) -> ProviderFile:
    changed = dict(edges(_plain_rows(file)))
    lines: list[Line] = []
    for line in file.lines:
        row = _row(line)
        lines.extend(tuple(new.values()) for new in changed.get(row["referentie"], [row]))
    return replace(file, lines=tuple(lines))


def _plain_rows(file: ProviderFile) -> list[Row]:
    # Debits that will be loaded, of clients with one line at this provider who count.
    rows = [_row(line) for line in file.lines]
    bsns = [row["bsn"] for row in rows]
    left_out = {bsn for bsn, _ in file.left_out}
    return [
        row
        for row in rows
        if bsns.count(row["bsn"]) == 1 and row["bsn"] not in left_out and row["dc"] == "D"
    ]


def _many_allocations(plain: list[Row]) -> Iterator[Edge]:
    # Of allocations that began in the period: only those are counted.
    row = next(row for row in plain if row["ingang"][:4] == row["periode_van"][:4])
    more = [_allocation(row, number, amount) for number, amount in enumerate(MORE_ALLOCATIONS)]
    yield row["referentie"], [row, *more]


def _edges(plain: list[Row]) -> Iterator[Edge]:
    # A reference, and what stands in the file instead of its line.
    rows = iter(plain)
    for amount, row in zip(ABOVE_CAP, rows, strict=False):
        yield row["referentie"], [{**row, "bedrag_cent": str(amount)}]
    for number, more in enumerate((*MORE_BACK, -PARTLY_BACK)):
        row = next(rows)
        yield row["referentie"], [row, _credit(row, number, more)]
    row = next(rows)
    yield row["referentie"], [{**row, "huisnummer": str(900 + int(row["huisnummer"]))}]
    home = next(rows)
    for _ in range(RESIDENTS - 1):
        row = next(rows)
        yield row["referentie"], [row | {name: home[name] for name in _ADDRESS}]


def _allocation(row: Row, number: int, amount: int) -> Row:
    return {
        **row,
        "referentie": f"{row['referentie'][:8]}-7{number:05d}",
        "toewijzingsnummer": str(900_000 + number),
        "bedrag_cent": str(amount),
    }


def _credit(debit: Row, number: int, more: int) -> Row:
    return {
        **debit,
        "referentie": f"{debit['referentie'][:8]}-8{number:05d}",
        "vorige_referentie": debit["referentie"],
        "bedrag_cent": str(int(debit["bedrag_cent"]) + more),
        "dc": "C",
    }


def _row(line: Line) -> Row:
    return dict(zip(COLUMNS, line, strict=True))
