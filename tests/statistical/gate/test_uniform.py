# SPDX-License-Identifier: EUPL-1.2
"""What one party sees has the distribution of uniform values, whatever the totals are.

Seeds are fixed, so a run always gives the same p-values; the bounds leave a chance of 1e-6 that a
sound construction would have failed when the seeds were chosen.
"""

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ontschot.protocol.gate import BatchSpec, GatePart, derive, opened
from ontschot.protocol.sharing import expand, split

pytestmark = pytest.mark.statistical

SLOTS = 40_000
BOUND = 1e-6


def fixed(size: int) -> bytes:
    return hashlib.sha256(b"the seed of the shares").digest()[:size]


def parts(spec: BatchSpec) -> tuple[GatePart, GatePart]:
    batch_id = hashlib.sha256(spec.digest.encode()).digest()
    made = derive(spec, batch_id, hashlib.sha256(batch_id).digest())
    return (
        GatePart.load(spec, "A", batch_id, made.part_a),
        GatePart.load(spec, "B", batch_id, made.part_b),
    )


def p_value(values: NDArray[np.unsignedinteger], cells: int) -> float:
    return float(stats.chisquare(np.bincount(values.astype(np.intp), minlength=cells)).pvalue)


SPECS = [
    BatchSpec("table", SLOTS, 4, (tuple(range(16)),)),
    BatchSpec("table", SLOTS, 8, (tuple(range(256)),)),
    BatchSpec("dcf", SLOTS, 5),
    BatchSpec("dcf", SLOTS, 16),
]


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("total", [0, 1, 15])
def test_masked_and_opened_values_are_uniform(spec: BatchSpec, total: int) -> None:
    a, b = parts(spec)
    seed, share = split(np.full(SLOTS, total, dtype=np.uint32), fixed)
    from_a, from_b = a.masked(expand(seed, SLOTS)), b.masked(share)
    high = np.uint32(max(0, spec.ring_bits - 8))
    for values in (from_a, from_b, opened(from_a, from_b, spec.ring_bits)):
        assert p_value(values >> high, min(spec.ring, 256)) > BOUND
        assert p_value(values & np.uint32(3), 4) > BOUND


def test_opened_values_say_nothing_about_totals() -> None:
    spec = SPECS[0]
    a, b = parts(spec)
    totals = np.arange(SLOTS, dtype=np.uint32) % np.uint32(4)
    seed, share = split(totals, fixed)
    y = opened(a.masked(expand(seed, SLOTS)), b.masked(share), spec.ring_bits)
    table = np.zeros((4, 16))
    np.add.at(table, (totals, y), 1)
    assert stats.chi2_contingency(table).pvalue > BOUND


def test_shares_of_constant_outputs_are_uniform() -> None:
    spec = SPECS[3]
    for part in parts(spec):
        result = part.evaluate(np.zeros(SLOTS, dtype=np.uint32), [1, 2**15], [2**16 - 1])
        for row in (*result.at_least, *result.capped):
            assert p_value(row >> np.uint64(56), 256) > BOUND
            assert p_value(row & np.uint64(255), 256) > BOUND


def test_correction_words_are_uniform_including_control_bits() -> None:
    spec = BatchSpec("dcf", SLOTS, 3)
    a, _ = parts(spec)
    words = a._body.view(np.uint64).reshape(-1, 2)
    for at in range(0, 64, 8):
        assert p_value((words[:, 0] >> np.uint64(at)) & np.uint64(255), 256) > BOUND
        assert p_value((words[:, 1] >> np.uint64(at)) & np.uint64(255), 256) > BOUND


def test_parts_of_b_are_uniform_for_a_constant_function() -> None:
    spec = BatchSpec("table", SLOTS // 4, 4, ((7,) * 16,))
    _, b = parts(spec)
    assert p_value(b._body, 256) > BOUND
