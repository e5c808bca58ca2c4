# SPDX-License-Identifier: EUPL-1.2
"""What a gate costs: dealer, audit and helpers, next to the same question in plain numpy.

``python tests/benchmarks/gate.py [slots ...]`` prints the rows; ``run`` returns them. One thread;
best of a few runs, since everything else on a machine only makes it slower.
"""

import hashlib
import sys
from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from ontschot.protocol.gate import (
    BatchSpec,
    GatePart,
    Party,
    area_sums,
    derive,
    hashes_of,
    opened,
    shared_pieces,
)
from ontschot.protocol.sharing import decode_share, encode_share, expand, split

Row = tuple[str, float, str]

BATCH = bytes(32)
SEED = bytes(range(32))
THRESHOLDS = {16: [100, 500, 1000, 5000], 5: [2, 3]}
CAPS = {16: [5000], 5: []}
TABLE = (
    tuple(range(16)),
    tuple(int(x >= 2) for x in range(16)),
    tuple(min(x, 5) for x in range(16)),
)


def run(slots: Sequence[int] = (20_000, 200_000)) -> list[Row]:
    """Return rows of name, value and unit for each number of slots."""
    rows: list[Row] = []
    for n in slots:
        rows += _upload(n)
        rows += _comparison(n, 16)
        rows += _comparison(n, 5)
        rows += _table(n)
        rows += _area_sums(n)
    return rows


def _best(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of some runs, in seconds."""
    shortest = float("inf")
    for _ in range(times):
        start = perf_counter()
        work()
        shortest = min(shortest, perf_counter() - start)
    return shortest


def _totals(n: int, ring: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, ring, n, dtype=np.uint32)


def _upload(n: int) -> list[Row]:
    x = _totals(n, 2**16)
    seed, share = split(x)
    wire = encode_share(share)
    return [
        (f"upload, {n:,} slots: split and encode", _best(lambda: encode_share(split(x)[1])), "s"),
        (f"upload, {n:,} slots: seed to share", _best(lambda: expand(seed, n)), "s"),
        (f"upload, {n:,} slots: decode share", _best(lambda: decode_share(wire, n)), "s"),
        (f"upload, {n:,} slots: share", len(wire) / 1e6, "MB"),
    ]


def _dealing(name: str, spec: BatchSpec) -> list[Row]:
    made = derive(spec, BATCH, SEED)
    rows: list[Row] = [
        (
            f"{name}: dealer, keys only",
            _best(lambda: sum(map(len, shared_pieces(spec, BATCH, SEED)))),
            "s",
        ),
        (f"{name}: dealer, keys and hashes", _best(lambda: hashes_of(spec, BATCH, SEED)), "s"),
        (f"{name}: dealer, both parts in memory", _best(lambda: derive(spec, BATCH, SEED)), "s"),
    ]
    for party, part in (("A", made.part_a), ("B", made.part_b)):
        rows.append((f"{name}: part of {party}", len(part) / 1e6, "MB"))
        seconds = _best(lambda part=part: hashlib.sha256(part).digest())  # type: ignore[misc]
        rows.append((f"{name}: hash the part of {party}", seconds, "s"))
    return rows


def _parts(spec: BatchSpec) -> dict[Party, GatePart]:
    made = derive(spec, BATCH, SEED)
    return {
        "A": GatePart.load(spec, "A", BATCH, made.part_a),
        "B": GatePart.load(spec, "B", BATCH, made.part_b),
    }


def _comparison(n: int, bits: int) -> list[Row]:
    spec = BatchSpec("dcf", n, bits, payload="sum" if CAPS[bits] else "count")
    thresholds, caps = THRESHOLDS[bits], CAPS[bits]
    name = f"comparison, {bits} bits, {len(thresholds)} thresholds, {len(caps)} caps, {n:,} slots"
    parts, x = _parts(spec), _totals(n, spec.ring)
    y = opened(parts["A"].masked(x), parts["B"].masked(np.zeros_like(x)), bits)

    def plain() -> object:
        return [x >= t for t in thresholds], [np.minimum(x, cap) for cap in caps]

    rows = _dealing(name, spec)
    rows.append((f"{name}: mask", _best(lambda: parts["A"].masked(x)), "s"))
    a = _best(lambda: parts["A"].evaluate(y, thresholds, caps))
    b = _best(lambda: parts["B"].evaluate(y, thresholds, caps))
    in_clear = _best(plain)
    return [
        *rows,
        (f"{name}: helper A", a, "s"),
        (f"{name}: helper B", b, "s"),
        (f"{name}: plain numpy", in_clear, "s"),
        (f"{name}: slower helper / plain numpy", max(a, b) / in_clear, "x"),
    ]


def _table(n: int) -> list[Row]:
    spec = BatchSpec("table", n, 4, TABLE)
    name = f"table, N = 16, 3 outputs, {n:,} slots"
    parts, x = _parts(spec), _totals(n, 16)
    y = opened(parts["A"].masked(x), parts["B"].masked(np.zeros_like(x)), 4)
    functions = np.array(TABLE, dtype=np.uint32)
    a = _best(lambda: parts["A"].outputs(y))
    b = _best(lambda: parts["B"].outputs(y))
    in_clear = _best(lambda: functions[:, x])
    return [
        *_dealing(name, spec),
        (f"{name}: mask", _best(lambda: parts["A"].masked(x)), "s"),
        (f"{name}: helper A", a, "s"),
        (f"{name}: helper B", b, "s"),
        (f"{name}: plain numpy", in_clear, "s"),
        (f"{name}: slower helper / plain numpy", max(a, b) / in_clear, "x"),
    ]


def _area_sums(n: int) -> list[Row]:
    areas = (np.arange(n, dtype=np.int32) // 250).astype(np.int32)
    values = np.random.default_rng(2).integers(0, 2**64, n, dtype=np.uint64)
    count = int(areas[-1]) + 1
    seconds = _best(lambda: area_sums(values, areas, count))
    return [(f"sums of {n:,} slots over {count:,} areas", seconds, "s")]


if __name__ == "__main__":
    for label, value, unit in run([int(word) for word in sys.argv[1:]] or (20_000, 200_000)):
        print(f"{label:85} {value:12.5g} {unit}")  # noqa: T201 - a script that prints
