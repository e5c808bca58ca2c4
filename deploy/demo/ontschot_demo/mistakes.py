# SPDX-License-Identifier: EUPL-1.2
"""Lines that an intake must refuse, put between the good ones on purpose.

Each is a copy of a good line with one mistake and a reference of its own, so refusing it leaves the
answers as they are. No mistake makes a BSN that could be somebody's.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ontschot_demo.bsn import remainders
from ontschot_demo.files import COLUMNS, Line

Row: TypeAlias = dict[str, str]
"""One line of the CSV intake by column."""

_DC = COLUMNS.index("dc")

MAX_SHARE = 0.04
"""At most this share of a file, as an intake stops a file of which over 5 % is refused."""


def _wrong_bsn(row: Row) -> Row:
    # A last digit with which the eleven-test leaves 2 to 10: neither real nor for rehearsal.
    start = int(row["bsn"][:8]) * 10
    candidates = np.arange(start, start + 10, dtype=np.int64)
    wrong = candidates[remainders(candidates) > 1][0]
    return {**row, "bsn": f"{wrong:09d}"}


def _two_months(row: Row) -> Row:
    year, month, _ = map(int, row["periode_van"].split("-"))
    following = f"{year + month // 12}-{month % 12 + 1:02d}-05"
    return {**row, "periode_tot": following}


def _no_such_day(row: Row) -> Row:
    return {**row, "geboortedatum": row["geboortedatum"][:5] + "02-30"}


def _unknown_category(row: Row) -> Row:
    return {**row, "categorie": "99"}


def _negative(row: Row) -> Row:
    return {**row, "bedrag_cent": "-" + row["bedrag_cent"]}


def _orphan(row: Row) -> Row:
    return {**row, "dc": "C", "vorige_referentie": row["referentie"][:1] + "-199901-000001"}


def _other_gemeente(row: Row) -> Row:
    return {**row, "gemeentecode": "0000"}


def _same(row: Row) -> Row:
    return dict(row)


KINDS: dict[str, Callable[[Row], Row]] = {
    "bsn": _wrong_bsn,
    "period": _two_months,
    "duplicate": _same,
    "birth-date": _no_such_day,
    "category": _unknown_category,
    "amount": _negative,
    "orphan-credit": _orphan,
    "gemeente": _other_gemeente,
}
"""Mistakes by name; ``duplicate`` keeps the reference of the line it copies."""


def with_mistakes(
    rng: np.random.Generator, lines: list[Line], count: int, first_kind: int
) -> tuple[list[Line], tuple[str, ...]]:
    """Return the lines with up to ``count`` bad ones between them, and the kinds of these.

    Bad lines come after the line they copy. Kinds take turns, beginning with number ``first_kind``.
    """
    count = min(count, int(MAX_SHARE * len(lines)))
    names = [list(KINDS)[(first_kind + turn) % len(KINDS)] for turn in range(count)]
    debits = [index for index, line in enumerate(lines) if line[_DC] == "D"]
    models = sorted(rng.choice(debits, count, replace=False).tolist(), reverse=True)
    result = list(lines)
    for turn, (name, model) in enumerate(zip(names, models, strict=True)):
        row = dict(zip(COLUMNS, lines[model], strict=True))
        bad = KINDS[name](row)
        if name != "duplicate":
            bad["referentie"] = f"{row['referentie'][:8]}-9{turn:05d}"
        result.insert(int(rng.integers(model + 1, len(lines) + 1)), tuple(bad.values()))
    return result, tuple(names)
