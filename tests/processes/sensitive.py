# SPDX-License-Identifier: EUPL-1.2
"""Everything that must never be found with a coordinator, a helper or the dealer, as patterns.

**Alone** are looked for: every BSN, postcode and address, every amount of a record, the total of
every household (at each provider and over all), and the pseudonym of every client. The canaries
are why an amount can be looked for at all: each has seven or eight digits and occurs once.

**In runs** are looked for: values that are too short to mean anything alone. An amount has 21 to
26 bits. As four little-endian bytes it occurs in 50 MB of random bytes by chance about once in a
hundred, and there are a thousand amounts: ten hits that mean nothing. Numbers of quanta (1 to 600)
and flags (0 or 1) are everywhere. What a leak would look like is a *list* of such values: amounts
side by side, as loaded or by slot, or a piece of a provider's vector, or of the sum of all. So:

* two amounts, totals or BSNs that follow each other, as 32-bit and 64-bit integers;
* a piece of a vector that begins and ends in a slot with care and has three such slots at least: 8
  slots or more of euros, 32 or more of flags (then four), at 1 (if they fit), 2, 4 and 8 bytes per
  slot. In random bytes that is 64 bits or more. The other things of this shape that a helper holds
  are masked totals, uniform modulo 2^15 or 16: 120 bits or more. Where a page of SQLite has small
  numbers and then zeros, none comes after the zeros.

``searching.expected_by_chance`` adds all of this up over what was searched; the test asserts that
no chance hit is to be expected. What is left out, to be honest: an amount alone as four bytes (a
whole column of them shows in ``count_single_words``), slot numbers, and single quanta or flags.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.universe import normalise_columns
from ontschot_demo.files import COLUMNS
from processes.measured import Measured, rows
from processes.pooled import Pool
from processes.searching import Pattern

EURO_SLOTS, EURO_FILLED = 8, 3
FLAG_SLOTS, FLAG_FILLED = 32, 4
LEAST_CENTS = 100_000
"""Numbers below this have too few digits to be told from others; canaries are ten times that."""


def patterns(measured: Measured, pool: Pool) -> list[Pattern]:
    """Return everything to look for, each pattern once."""
    lines = file_lines(measured)
    published = numbers_published(measured)
    found = [
        *_people(measured, lines),
        *_addresses(measured, lines),
        *_numbers("amount", amounts(lines), published),
        *_numbers("total", totals(pool), published),
        *_vectors(measured, pool),
    ]
    each: dict[bytes, Pattern] = {}
    for pattern in found:
        each.setdefault(pattern.data, pattern)
    return list(each.values())


def file_lines(measured: Measured) -> list[dict[str, str]]:
    """Return every line of every provider's file, the refused ones too."""
    return [
        dict(zip(COLUMNS, line, strict=True))
        for file in measured.party.world.files
        for line in file.lines
    ]


def amounts(lines: Iterable[dict[str, str]]) -> list[int]:
    """Return the amount of each line in euro cents, in the order of the files."""
    return [abs(int(line["bedrag_cent"])) for line in lines]


def totals(pool: Pool) -> list[int]:
    """Return what each household gets in cents: net and cut off, per provider and over all."""
    per_node = pool.all("SELECT netto, cents FROM bedrag WHERE variable = 'euros' ORDER BY ALL")
    overall = pool.all(
        "SELECT sum(netto)::BIGINT, sum(cents)::BIGINT FROM bedrag WHERE variable = 'euros'"
        " GROUP BY slot ORDER BY slot"
    )
    listed = [abs(value) for pair in zip(*per_node, strict=True) for value in pair]
    return listed + [abs(value) for pair in zip(*overall, strict=True) for value in pair]


def numbers_published(measured: Measured) -> set[int]:
    """Return every whole number in an answer, also in estimates that newer ones replaced."""
    documents = [*measured.answers.values()]
    with measured.published.open(encoding="utf-8") as lines:
        documents += map(json.loads, lines)
    return numbers_in(documents)


def numbers_in(document: Any) -> set[int]:
    """Return every whole number in a JSON document: published, so anyone may hold it."""
    if isinstance(document, dict):
        return numbers_in(list(document.values()))
    if isinstance(document, list):
        return set().union(*map(numbers_in, document))
    return {document} if isinstance(document, int) else set()


def count_single_words(data: bytes, values: Iterable[int]) -> int:
    """Return how many offsets of ``data`` hold one of ``values`` in four little-endian bytes."""
    wanted = np.unique(np.array(list(values), dtype=np.uint32))
    total = 0
    for shift in range(min(4, len(data))):
        words = np.frombuffer(data, "<u4", (len(data) - shift) // 4, shift)
        near = words[(words >= wanted[0]) & (words <= wanted[-1])]
        total += int(np.isin(near, wanted).sum())
    return total


def _texts(what: str, form: str, values: Iterable[str]) -> Iterator[Pattern]:
    for value in values:
        yield Pattern(what, form, value.encode(), text=True)


def _number(what: str, value: int, texts: Iterable[str]) -> Iterator[Pattern]:
    yield from _texts(what, "decimal", texts)
    for text in (f"0x{value:x}", f"{value:08x}", f"{value:08X}", f"{value:016x}"):
        yield Pattern(what, "hex number", text.encode(), text=True)
    yield Pattern(what, "64 bits", value.to_bytes(8, "little"), pages=False)


def _numbers(what: str, values: Sequence[int], published: set[int]) -> Iterator[Pattern]:
    for value in set(values) - published:
        if value >= LEAST_CENTS:
            euros, cents = divmod(value, 100)
            dutch = f"{euros:,}".replace(",", ".")
            texts = (
                str(value),
                f"{euros}.{cents:02}",
                f"{euros},{cents:02}",
                f"{dutch},{cents:02}",
            )
            yield from _number(what, value, texts)
    yield from _neighbours(what, values)


def _neighbours(what: str, values: Sequence[int]) -> Iterator[Pattern]:
    for pair in itertools.pairwise(values):
        if min(pair) >= LEAST_CENTS:
            yield from _run(what, np.array(pair), (4, 8))


def _run(what: str, values: NDArray[np.int64], widths: Iterable[int]) -> Iterator[Pattern]:
    for width in widths:
        if values.max() < 1 << 8 * width:
            data = values.astype(f"<u{width}").tobytes()
            yield Pattern(what, f"run of {8 * width} bits", data)


def _people(measured: Measured, lines: Iterable[dict[str, str]]) -> Iterator[Pattern]:
    bsns = [line["bsn"] for line in lines]
    for bsn in set(bsns):
        yield from _number("bsn", int(bsn), (bsn,))
        yield _digest("bsn", bsn)
    yield from _neighbours("bsn", list(map(int, bsns)))
    for name, settings in measured.party.federation.nodes.items():
        if settings.role == "provider":
            records = measured.party.home(name) / "records.db"
            for (index,) in rows(records, "SELECT bsn_index FROM client"):
                yield Pattern("pseudonym", "bytes", index)


def _addresses(measured: Measured, lines: Iterable[dict[str, str]]) -> Iterator[Pattern]:
    columns = ("postcode", "huisnummer", "huisletter", "toevoeging")
    written = [[line[name] for line in lines] for name in columns]
    known, clients = measured.party.inputs.universe.addresses, normalise_columns(*written)
    everyone = [
        *(known.address(row) for row in range(len(known))),
        *(clients.address(row) for row in np.flatnonzero(clients.fault == 0).tolist()),
    ]
    for address in set(everyone):
        yield _digest("address", address.text)
    for place in np.unique(np.concatenate([known.place, clients.place[clients.fault == 0]])):
        yield Pattern("address", "64 bits", int(place).to_bytes(8, "little"), pages=False)
    # Every written form of an address holds its postcode.
    for postcode in {address.postcode for address in everyone}:
        spaced = f"{postcode[:4]} {postcode[4:]}"
        forms = (postcode, spaced, postcode.lower(), spaced.lower())
        yield from _texts("address", "postcode", forms)


def _digest(what: str, text: str) -> Pattern:
    return Pattern(what, "SHA-256", hashlib.sha256(text.encode()).digest())


def _vectors(measured: Measured, pool: Pool) -> Iterator[Pattern]:
    for column in ("quanta", "cents"):
        for (_, variable), vector in pool.vectors(column).items():
            flags = measured.round.variable(variable).measure == "served"
            size, least = (FLAG_SLOTS, FLAG_FILLED) if flags else (EURO_SLOTS, EURO_FILLED)
            filled = np.flatnonzero(vector)
            for number, start in enumerate(filled):
                ends = filled[number + least - 1 :]
                ends = ends[ends >= start + size - 1]
                if len(ends):
                    piece = vector[start : ends[0] + 1]
                    yield from _run(f"vector of {column}", piece, (1, 2, 4, 8))
