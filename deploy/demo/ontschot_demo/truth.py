# SPDX-License-Identifier: EUPL-1.2
"""The true answers, with no privacy: all files side by side in one database, plainly counted.

No provider, coordinator or municipality can do this; a demo can, to show how near the published
answers come. It reads the files themselves and shares no code with the system or the generator.

Definitions, as in the catalogue of questions:

* A *household* is an address after normalisation, in the gemeente that is responsible. It is looked
  up in the public address file: as it is, without its addition, without its letter. An address
  that is not there counts in its gemeente and in no wijk or buurt. One without postcode or house
  number does not count.
* A line counts when no rule refuses it (``rules``), when it lies in the period, and when the
  provider need not leave its client out (objection, secret address).
* *Q01*: per household the net euros (debits minus credits, at least 0) of all providers together,
  cut off at the cap, summed per area.
* *Q02*, *Q03*: the same for the product categories of one group, or for one law.
* *Q04*: the same, and households with at least one line that counts, per piece of a buurt: the
  addresses with one postcode.
* *Q06*: households with at least one line that counts, per law and for both together.
* *Q09*: households by what they cost, and what those households cost together. Estimates are beside
  the plain cost of all households, without any cap.
* *Q13*: households by the number of different providers with such a line: 1, 2, 3, 4, 5 or more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias

import duckdb

from ontschot_demo.files import read_left_out
from ontschot_demo.places import find_households, read_addresses
from ontschot_demo.plans import Period
from ontschot_demo.rules import load

Level: TypeAlias = Literal["pc6-cluster", "buurt", "wijk", "gemeente"]
"""Areas; of a PC6 cluster the truth is about its pieces (``BU99010101-1995AA``)."""

MOST_PROVIDERS = 5
"""The last class of Q13: this many providers or more."""

Figures: TypeAlias = dict[str, int]
"""A figure for each area, by its code."""

_MOST_CENTS = 10**15

_AREA: dict[Level, str] = {
    "pc6-cluster": "CASE WHEN buurt = '' THEN '' ELSE buurt || '-' || pc6 END",
    "buurt": "buurt",
    "wijk": "CASE WHEN buurt = '' THEN '' ELSE 'WK' || substr(buurt, 3, 6) END",
    "gemeente": "'GM' || gemeente",
}


@dataclass(frozen=True, slots=True)
class Care:
    """Which care counts: laws, and of those some product categories (none given: all)."""

    laws: tuple[str, ...] = ("JW", "WMO")
    categories: tuple[str, ...] = ()


ALL_CARE = Care()


@dataclass(frozen=True, slots=True)
class Sources:
    """The files: of every provider by AGB code, and the public address file."""

    lines: Mapping[str, Path]
    left_out: Mapping[str, Path]
    addresses: Path


class Truth:
    """All households with care, and questions about them. Close it after use."""

    def __init__(self, sources: Sources, period: Period) -> None:
        """Read the files.

        Args:
            sources: the files.
            period: the months that count.

        Raises:
            duckdb.Error: a file that is not there or has other columns.
        """
        self._database = duckdb.connect(":memory:")
        read_addresses(self._database, sources.addresses)
        gemeenten = self._column("SELECT DISTINCT substr(buurt, 3, 4) FROM adres ORDER BY 1")
        self._database.execute("CREATE TABLE niet_meetellen (agb VARCHAR, bsn VARCHAR)")
        for agb, path in sources.lines.items():
            load(self._database, agb, path, gemeenten)
            self._leave_out(agb, sources.left_out.get(agb))
        find_households(self._database, period)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def refused(self) -> dict[str, dict[str, int]]:
        """Return per provider how many lines broke which rule."""
        rows = self._database.execute(
            "SELECT agb, fout, count(*) FROM regel WHERE fout <> '' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        found: dict[str, dict[str, int]] = {}
        for agb, rule, count in rows:
            found.setdefault(agb, {})[rule] = count
        return found

    def capped_sum(self, level: Level, cap_cents: int, care: Care = ALL_CARE) -> dict[str, int]:
        """Return Q01 in euro cents per area code; areas without care are left out."""
        return self._per_area(
            level,
            care,
            "sum(least(greatest(net, 0), ?))::BIGINT",
            (cap_cents,),
        )

    def households(self, level: Level, care: Care = ALL_CARE) -> dict[str, int]:
        """Return Q06: households with (any of) this care, per area code."""
        return self._per_area(level, care, "count(*)", ())

    def between(self, level: Level, low: int, high: int | None, care: Care = ALL_CARE) -> Figures:
        """Return the households that cost ``low`` cents or more and less than ``high``."""
        return self._per_area(
            level, care, "count(*) FILTER (net >= ? AND net < ?)", _range(low, high)
        )

    def cost_between(
        self, level: Level, low: int, high: int | None, care: Care = ALL_CARE
    ) -> Figures:
        """Return what those households cost together, in cents."""
        measure = "coalesce(sum(net) FILTER (net >= ? AND net < ?), 0)::BIGINT"
        return self._per_area(level, care, measure, _range(low, high))

    def top_cost(self, level: Level, holds: Iterable[str], addresses: int, percent: int) -> int:
        """Return what part of all cost, in permille, the dearest households of one area have.

        Those are the dearest ``percent`` of its ``addresses``; of a household that is partly among
        them, that part counts, as in the estimate. ``holds`` are the codes that the area joins.
        """
        rows = self._database.execute(
            f"SELECT greatest(sum(net), 0)::BIGINT AS net, {_AREA[level]} AS area"  # noqa: S608  idem
            " FROM geleverd GROUP BY area, huishouden HAVING list_contains(?, area)"
            " ORDER BY net DESC",
            [list(holds)],
        ).fetchall()
        amounts = [int(net) for net, _ in rows]
        whole, rest = divmod(addresses * percent, 100)
        top = Fraction(sum(amounts[:whole]))
        if whole < len(amounts):
            top += Fraction(rest, 100) * amounts[whole]
        return round(1000 * top / max(1, sum(amounts)))

    def providers(self, level: Level, care: Care = ALL_CARE) -> dict[str, tuple[int, ...]]:
        """Return Q13: households with 1, 2, 3, 4, and 5 or more providers, per area code."""
        columns = [
            self._per_area(level, care, f"count(*) FILTER (least(providers, 5) = {number})", ())
            for number in range(1, MOST_PROVIDERS + 1)
        ]
        return {area: tuple(column[area] for column in columns) for area in columns[0]}

    def _per_area(
        self, level: Level, care: Care, measure: str, values: tuple[int, ...]
    ) -> dict[str, int]:
        rows = self._database.execute(
            f"SELECT area, {measure} FROM ("  # noqa: S608  the measure is one of this module
            f" SELECT {_AREA[level]} AS area, huishouden, sum(net) AS net,"
            " count(DISTINCT agb) AS providers"
            " FROM geleverd WHERE list_contains(?, wet)"
            " AND (len(?) = 0 OR list_contains(?, categorie)) GROUP BY ALL"
            ") WHERE area <> '' GROUP BY area ORDER BY area",
            [*values, list(care.laws), list(care.categories), list(care.categories)],
        ).fetchall()
        return {str(area): int(value) for area, value in rows}

    def _leave_out(self, agb: str, path: Path | None) -> None:
        rows = [[agb, bsn] for bsn, _ in read_left_out(path)] if path else []
        if rows:
            self._database.executemany("INSERT INTO niet_meetellen VALUES (?, ?)", rows)

    def _column(self, query: str) -> list[str]:
        return [str(value) for (value,) in self._database.execute(query).fetchall()]


def _range(low: int, high: int | None) -> tuple[int, int]:
    return low, _MOST_CENTS if high is None else high


def join_areas(values: Mapping[str, int], holds: Iterable[str]) -> int:
    """Return the value of an area that joins several, by their codes: the sum of theirs."""
    return sum(values.get(code, 0) for code in holds)
