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

from ontschot.protocol.gate import BatchSpec, GatePart, Payload, derive, layout, opened
from ontschot.protocol.gate.payload import GROUPS
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
    BatchSpec("dcf", SLOTS, 5, payload="count"),
    BatchSpec("dcf", SLOTS, 16, payload="wide"),
    BatchSpec("dcf", SLOTS, 16, payload="sum"),
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


@pytest.mark.parametrize("spec", SPECS[3:])
def test_shares_of_constant_outputs_are_uniform(spec: BatchSpec) -> None:
    top = spec.group.word.type(spec.group.word_bits - 8)
    for part in parts(spec):
        result = part.evaluate(np.zeros(SLOTS, dtype=np.uint32), [1, 2**15], [2**16 - 1])
        for row in (*result.at_least, *result.capped):
            assert p_value(row >> top, 256) > BOUND
            assert p_value(row & row.dtype.type(255), 256) > BOUND


@pytest.mark.parametrize("payload", GROUPS)
def test_correction_words_are_uniform_including_control_bits(payload: Payload) -> None:
    spec = BatchSpec("dcf", SLOTS, 5, payload=payload)
    a, _ = parts(spec)
    size = layout.shared_slot_bytes(spec) * layout.STRETCH
    keys = layout.corrections(spec, a._raw[:size])
    assert min(keys.seeds.size, keys.values.size, keys.leaves.size) > 0
    for words in (keys.seeds, keys.values, keys.leaves):
        for column in range(words.shape[-1]):
            for at in range(0, 8 * words.itemsize, 8):
                byte = words[..., column].ravel() >> words.dtype.type(at)
                assert p_value(byte & words.dtype.type(255), 256) > BOUND


@pytest.mark.parametrize("payload", GROUPS)
def test_every_element_of_the_last_correction_word_is_uniform(payload: Payload) -> None:
    spec = BatchSpec("dcf", SLOTS, 3, payload=payload)
    a, _ = parts(spec)
    size = layout.shared_slot_bytes(spec) * layout.STRETCH
    leaves = layout.corrections(spec, a._raw[:size]).leaves
    for element in range(spec.group.elements):
        for column in range(spec.group.columns):
            low = leaves[:, element, column] & leaves.dtype.type(255)
            assert p_value(low, 256) > BOUND


def test_parts_of_b_are_uniform_for_a_constant_function() -> None:
    spec = BatchSpec("table", SLOTS // 4, 4, ((7,) * 16,))
    _, b = parts(spec)
    assert p_value(b._raw[layout.own_at(spec) :], 256) > BOUND
