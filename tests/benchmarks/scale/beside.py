# SPDX-License-Identifier: EUPL-1.2
"""The same questions over the same totals by others: one pooled database, and SPU.

*Pooled DuckDB* is what nobody may do: all providers' records in one database, joined with the
public addresses, figures per area by one query. It is the limit of what any way of doing this
without pooling can reach. *SPU* gets the totals of all providers as shares, as helpers have them
after adding up, and computes the counts and capped sums on them.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.scale.made import Care, Place, quantum_cents, totals
from benchmarks.spu.beside import Computed, Field, compute
from ontschot.protocol.catalogue.definitions import definition

AREA: Final = 100
TIMES: Final = 2
FIELDS: Final[tuple[Field, ...]] = ("FM32", "FM64")

_Q13 = """
    SELECT {area}, {bins} FROM (
        SELECT gemeente, wijk, count(DISTINCT aanbieder) AS total
        FROM prestatie JOIN adres USING (postcode, huisnummer, huisletter)
        GROUP BY gemeente, wijk, postcode, huisnummer, huisletter
    ) GROUP BY {area}"""
_Q02 = """
    SELECT {area}, groep, sum(least(total, 50)), count(*) FILTER (total >= 50) FROM (
        SELECT gemeente, wijk, groep, sum(cent / quantum) AS total
        FROM prestatie JOIN adres USING (postcode, huisnummer, huisletter)
        GROUP BY gemeente, wijk, postcode, huisnummer, huisletter, groep
    ) GROUP BY {area}, groep"""
_BINS = ", ".join(f"count(*) FILTER (least(total, 5) = {number})" for number in range(1, 6))


@dataclass(frozen=True, slots=True)
class Compared:
    """What SPU computes for a question: at which thresholds it counts, and where it cuts."""

    thresholds: tuple[int, ...]
    cap: int | None


def compared(question: str) -> Compared:
    """Return what SPU computes for a question whose variables all have the same functions."""
    blocks = definition(question).blocks
    caps = {block.cap for block in blocks if block.cap is not None}
    cap = max(caps, default=None)
    thresholds = {one for block in blocks for one in block.thresholds} | caps
    return Compared(tuple(sorted(thresholds)), cap)


class Pooled:
    """All records of all providers with the addresses in one database. Close it after use."""

    def __init__(self, place: Place, cares: Sequence[Care]) -> None:
        """Load everything."""
        self.database = duckdb.connect(":memory:")
        self._fill("adres", _addresses(place))
        self._fill("prestatie", _records(place, cares))

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def figures(self, question: str) -> dict[str, list[tuple[object, ...]]]:
        """Return the figures of a question, per level and area; for Q02 also per group."""
        query = _Q13 if question == "Q13" else _Q02
        return {
            area: self.database.execute(query.format(area=area, bins=_BINS)).fetchall()
            for area in ("gemeente", "wijk")
        }

    def seconds(self, question: str) -> float:
        """Return the shortest time of a few runs."""
        return min(self._timed(question) for _ in range(3))

    def _timed(self, question: str) -> float:
        start = perf_counter()
        self.figures(question)
        return perf_counter() - start

    def _fill(self, table: str, columns: dict[str, NDArray[np.generic]]) -> None:
        self.database.register("given", columns)
        self.database.execute(f"CREATE TABLE {table} AS SELECT * FROM given")  # noqa: S608  our names
        self.database.unregister("given")


def by_spu(
    place: Place, cares: Sequence[Care], question: str, field: Field, times: int = TIMES
) -> Computed:
    """Return what SPU found of a question over the totals of all providers, and what it took.

    Raises:
        SpuMissing: it cannot be installed or run here.
        ValueError: its figures are others than those in the clear.
    """
    whole = -(-place.slots // AREA) * AREA
    rows = np.pad(totals(place, list(cares), question), ((0, 0), (0, whole - place.slots)))
    asked = compared(question)
    with tempfile.TemporaryDirectory() as folder:
        found = compute(Path(folder), rows, field, asked.thresholds, asked.cap, AREA, times)
    if not np.array_equal(found.figures, plain(rows, asked)):
        raise ValueError(f"{question}: SPU finds other figures")
    return found


def plain(rows: NDArray[np.uint32], asked: Compared) -> NDArray[np.int64]:
    """Return the same in the clear: int64[outputs, rows, areas of 100 slots]."""
    figures: list[NDArray[np.generic]] = [rows >= threshold for threshold in asked.thresholds]
    if asked.cap is not None:
        figures.append(np.minimum(rows, asked.cap))
    shape = (len(rows), -1, AREA)
    return np.stack([one.reshape(shape).sum(axis=-1, dtype=np.int64) for one in figures])


def _addresses(place: Place) -> dict[str, NDArray[np.generic]]:
    buurten = np.array(place.columns.buurt)
    return {
        **_where(place, np.arange(len(place.columns))),
        "gemeente": np.array([buurt[2:6] for buurt in buurten], object),
        "wijk": np.array([buurt[2:8] for buurt in buurten], object),
    }


def _records(place: Place, cares: Sequence[Care]) -> dict[str, NDArray[np.generic]]:
    cents = quantum_cents()
    quantum = np.array([cents.get(group, 0) for group in range(max(cents) + 1)])
    group = np.concatenate([care.group for care in cares])
    counts = [len(care.address) for care in cares]
    return {
        **_where(place, np.concatenate([care.address for care in cares])),
        "aanbieder": np.repeat(np.arange(len(cares)), counts),
        "groep": group,
        "quantum": quantum[group],
        "cent": quantum[group] * np.concatenate([care.quanta for care in cares]),
    }


def _where(place: Place, at: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    columns = place.columns
    return {
        "postcode": np.array(columns.postcode, object)[at],
        "huisnummer": np.array(columns.number, object)[at],
        "huisletter": np.array(columns.letter, object)[at],
    }
