# SPDX-License-Identifier: EUPL-1.2
"""What a gate costs: dealer and helpers, beside SPU, plain numpy and DuckDB on the same totals.

``python -m tests.benchmarks gates``; ``run`` returns the rows. Helpers are two processes over
loopback that work at the same time, as are SPU's three. Runs of the one and of the other take
turns, and the best of each counts, since everything else on a machine only makes it slower.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Row, Target
from benchmarks.pair import AREA, BATCH, SEED, TIMES, Pair, Passed, Question
from benchmarks.spu.beside import Computed, Field, SpuMissing, compute
from ontschot.protocol.gate import BatchSpec, hashes_of
from ontschot.protocol.gate.candidates import hashes_of_all
from ontschot.protocol.sharing import decode_share, encode_share, expand, split

SIZES: Final = (20_000, 200_000, 1_000_000)
THRESHOLDS: Final = (100, 500, 1000, 1500)
CAP: Final = 1500
TABLE: Final = (
    tuple(range(16)),
    tuple(int(x >= 2) for x in range(16)),
    tuple(min(x, 5) for x in range(16)),
)
CANDIDATES: Final = 10
FIELDS: Final[tuple[Field, ...]] = ("FM32", "FM64")


def euros(slots: int) -> str:
    """Return the name of the comparison of amounts over so many slots."""
    return f"comparison, 16 bits, 4 thresholds and a capped sum, {slots:,} slots"


def beside(slots: int, field: Field) -> str:
    """Return the name of that comparison's ratio to SPU."""
    return f"{euros(slots)}: slower helper / SPU ABY3 {field}"


TARGETS: Final = (
    Target(beside(1_000_000, "FM64"), 0.25),
    Target(beside(1_000_000, "FM32"), 1.0),
)


def run(slots: Sequence[int] = SIZES) -> list[Row]:
    """Return rows of name, value and unit for each number of slots."""
    rows: list[Row] = []
    for n in slots:
        rows += _upload(n)
        rows += _euros(n)
        counts = BatchSpec("dcf", n, 7, payload="count")
        rows += _alone(f"comparison, 7 bits, 2 thresholds, {n:,} slots", counts, (2, 3))
        table = BatchSpec("table", n, 4, TABLE)
        rows += _alone(f"table, N = 16, 3 outputs, {n:,} slots", table, ())
    return rows


def best(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of some runs, in seconds."""
    shortest = float("inf")
    for _ in range(times):
        start = perf_counter()
        work()
        shortest = min(shortest, perf_counter() - start)
    return shortest


def totals_of(slots: int, ring: int) -> NDArray[np.uint32]:
    """Return made-up totals below ``ring`` (uint32[slots])."""
    return np.random.default_rng(1).integers(0, ring, slots, dtype=np.uint32)


def _upload(n: int) -> list[Row]:
    x = totals_of(n, 2**16)
    seed, share = split(x)
    wire = encode_share(share)
    return [
        (f"upload, {n:,} slots: split and encode", best(lambda: encode_share(split(x)[1])), "s"),
        (f"upload, {n:,} slots: seed to share", best(lambda: expand(seed, n)), "s"),
        (f"upload, {n:,} slots: decode share", best(lambda: decode_share(wire, n)), "s"),
        (f"upload, {n:,} slots: share", len(wire) / 1e6, "MB"),
    ]


def _euros(n: int) -> list[Row]:
    name, totals = euros(n), totals_of(n, 2**16)
    question = Question(BatchSpec("dcf", n, 16, payload="sum"), THRESHOLDS, (CAP,))
    expected = _plain(totals)
    with tempfile.TemporaryDirectory() as folder:
        pair = Pair(Path(folder), question, totals)
        runs = [pair.run()]
        by_spu: dict[Field, Computed | SpuMissing] = {}
        for field in FIELDS:
            by_spu[field] = _spu(totals, field)
            runs.append(pair.run())
        _require(pair.figures(), expected)
        rows = [
            *_dealing(name, question.spec),
            *_candidates(name, question.spec),
            *_helpers(name, pair, runs),
        ]
    mine = min(max(one.seconds for one in each.values()) for each in runs)
    for field, found in by_spu.items():
        rows += _ratio(n, field, found, mine, expected)
    in_numpy, in_duckdb = best(lambda: _plain(totals)), _duckdb(totals, expected)
    return [
        *rows,
        (f"{name}: plain numpy", in_numpy, "s"),
        (f"{name}: DuckDB in the clear", in_duckdb, "s"),
        (f"{name}: slower helper / plain numpy", mine / in_numpy, "x"),
        (f"{name}: slower helper / DuckDB in the clear", mine / in_duckdb, "x"),
    ]


def _alone(name: str, spec: BatchSpec, thresholds: tuple[int, ...]) -> list[Row]:
    totals = totals_of(spec.slots, min(spec.ring, 16))
    functions = [np.array(row) for row in spec.outputs]
    rows = [np.asarray(row[totals]) for row in functions] or [totals >= t for t in thresholds]
    with tempfile.TemporaryDirectory() as folder:
        pair = Pair(Path(folder), Question(spec, thresholds), totals)
        runs = [pair.run() for _ in range(3)]
        _require(pair.figures(), np.stack([row.reshape(-1, AREA).sum(axis=1) for row in rows]))
        return [*_dealing(name, spec), *_helpers(name, pair, runs)]


def _dealing(name: str, spec: BatchSpec) -> list[Row]:
    seconds = best(lambda: hashes_of(spec, BATCH, SEED), 3)
    return [(f"{name}: dealer, keys and hashes of one candidate", seconds, "s")]


def _candidates(name: str, spec: BatchSpec) -> list[Row]:
    seeds = [number.to_bytes(32, "little") for number in range(CANDIDATES)]
    one = best(lambda: hashes_of_all(spec, BATCH, seeds, 1), 1)
    shared = best(lambda: hashes_of_all(spec, BATCH, seeds), 1)
    many = f"{name}: dealer, {CANDIDATES} candidates"
    return [(many, shared, "s"), (f"{many}: on all cores / on one", shared / one, "x")]


def _helpers(name: str, pair: Pair, runs: Sequence[dict[str, Passed]]) -> list[Row]:
    rows: list[Row] = []
    for party in ("A", "B"):
        mine = [each[party] for each in runs]
        keys = pair.key_bytes(party)
        rows += [
            (f"{name}: helper {party}", min(one.seconds for one in mine), "s"),
            (f"{name}: helper {party}, keys", keys / 1e6, "MB"),
            (f"{name}: helper {party}, keys per slot", keys / pair.question.spec.slots, "bytes"),
            (f"{name}: helper {party}, sends", mine[0].sent / 1e6, "MB"),
            (f"{name}: helper {party}, most memory", max(one.peak for one in mine), "MB"),
        ]
    return rows


def _spu(totals: NDArray[np.uint32], field: Field) -> Computed | SpuMissing:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return compute(Path(folder), totals, field, THRESHOLDS, CAP, AREA, TIMES)
        except SpuMissing as error:
            return error


def _ratio(
    n: int,
    field: Field,
    found: Computed | SpuMissing,
    mine: float,
    expected: NDArray[np.int64],
) -> list[Row]:
    name = f"{euros(n)}: SPU ABY3 {field}"
    if isinstance(found, SpuMissing):
        return [(f"{name} cannot be run here ({found})", 0, "runs")]
    _require(found.figures, expected)
    seconds = min(found.seconds)
    return [
        (f"{name}, three processes", seconds, "s"),
        (f"{name}, most memory of a process", found.peak, "MB"),
        (beside(n, field), mine / seconds, "x"),
    ]


def _plain(totals: NDArray[np.uint32]) -> NDArray[np.int64]:
    rows = [*(totals >= threshold for threshold in THRESHOLDS), np.minimum(totals, CAP)]
    return np.stack([row.reshape(-1, AREA).sum(axis=1, dtype=np.int64) for row in rows])


def _duckdb(totals: NDArray[np.uint32], expected: NDArray[np.int64]) -> float:
    counts = ", ".join(f"count(*) filter (total >= {t})" for t in THRESHOLDS)
    question = f"select {counts}, sum(least(total, {CAP})) from slots group by area order by area"  # noqa: S608  our numbers
    areas = (np.arange(len(totals)) // AREA).astype(np.int32)
    with duckdb.connect() as database:
        database.execute("create table slots (area integer, total uinteger)")
        columns = {"area": areas, "total": totals}
        database.register("columns", columns)
        database.execute("insert into slots select area, total from columns")
        found = np.array(database.execute(question).fetchall(), dtype=np.int64).T
        _require(found, expected)
        return best(lambda: database.execute(question).fetchall())


def _require(found: NDArray[np.int64], expected: NDArray[np.int64]) -> None:
    if not np.array_equal(found, expected):
        raise ValueError("two ways to compute the same differ")
