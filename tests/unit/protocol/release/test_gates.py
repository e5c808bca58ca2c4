# SPDX-License-Identifier: EUPL-1.2
"""Which gate a variable needs, and which rows of its table belong to which block."""

from itertools import product

import pytest

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.gate.payload import GROUPS
from ontschot.protocol.gate.spec import BatchSpec
from ontschot.protocol.release.gates import (
    admission_block,
    dcf_points,
    gate_spec,
    output_rows,
    payload_of,
    ring_bits,
    word_bits_of,
)
from unit.protocol.documents.samples import BINS, CAPPED, SERVED


def block(**changes: object) -> Block:
    return BINS.model_copy(update=changes)


@pytest.mark.parametrize(
    ("nodes", "cap"), list(product([3, 15, 16, 100, 1000], [1, 4, 1500, 2**20]))
)
def test_the_ring_holds_every_total_and_is_not_larger_than_it_must(nodes: int, cap: int) -> None:
    bits = ring_bits(nodes, cap)
    assert nodes * cap < 2**bits
    assert nodes * cap >= 2 ** (bits - 1) or bits == 2


def test_examples_of_the_protocol() -> None:
    assert ring_bits(100, 5000) == 19
    assert ring_bits(15, 1) == 4
    assert ring_bits(16, 1) == 5


def test_small_rings_go_by_a_table_and_large_ones_by_comparison() -> None:
    assert gate_spec([BINS], 10, 6).kind == "table"
    assert gate_spec([BINS], 10, 7) == BatchSpec("dcf", 10, 7, payload="count")


def test_a_comparison_carries_no_more_than_its_blocks_need() -> None:
    small = CAPPED.model_copy(update={"cap": 500, "sigma": "1/1"})
    most = (2**31 - 81) // 500
    assert payload_of([BINS, small], most) == "sum"
    assert payload_of([BINS, small], most + 1) == "wide"
    assert payload_of([BINS, small.model_copy(update={"sigma": "100000/1"})], most) == "wide"
    assert payload_of([BINS], most) == "count"
    loud = BINS.model_copy(update={"sigma": f"{2**26}/1"})
    assert payload_of([loud], 10) == "wide"


def plain(asked: Block, value: int) -> list[int]:
    """Return what a block's figures get of one household, straight from the definition."""
    if asked.statistic == "capped":
        return [min(value, asked.cap or 0)]
    if asked.statistic == "at-least":
        return [int(value >= threshold) for threshold in asked.thresholds]
    bounds = [*asked.thresholds, 2**32]
    return [int(bounds[i] <= value < bounds[i + 1]) for i in range(len(asked.thresholds))]


BLOCKS = [
    BINS,
    block(id="b", level="wijk"),
    block(id="c", statistic="at-least", thresholds=[1, 2, 3]),
    block(id="d", statistic="at-least", thresholds=[2]),
    block(id="e", statistic="bins", thresholds=[2]),
    CAPPED.model_copy(update={"id": "f", "variable": "served", "cap": 3}),
    CAPPED.model_copy(update={"id": "g", "variable": "served", "cap": 2}),
]


@pytest.mark.parametrize("bits", [2, 4, 6])
def test_each_blocks_rows_compute_its_figures(bits: int) -> None:
    spec = gate_spec(BLOCKS, 10, bits)
    for asked in BLOCKS:
        rows = output_rows(BLOCKS, asked)
        assert len(rows) == asked.outputs
        for value in range(spec.ring):
            assert [spec.outputs[row][value] for row in rows] == plain(asked, value)


def test_blocks_that_differ_in_their_areas_share_rows() -> None:
    assert output_rows(BLOCKS, BLOCKS[0]) == output_rows(BLOCKS, BLOCKS[1])
    assert len(gate_spec(BLOCKS, 10, 4).outputs) == 3 + 3 + 1 + 1 + 1 + 1


def test_a_block_of_another_variable_has_no_rows() -> None:
    with pytest.raises(ValueError, match="another variable"):
        output_rows(BLOCKS[:1], block(thresholds=[9]))


def test_a_comparison_is_evaluated_at_each_limit_once() -> None:
    blocks = [
        block(thresholds=[5, 9]),
        block(id="b", thresholds=[1, 5], statistic="at-least"),
        CAPPED,
        CAPPED.model_copy(update={"id": "x"}),
    ]
    assert dcf_points(blocks) == ([1, 5, 9], [500])


def test_an_admission_counts_what_no_honest_node_uploads() -> None:
    asked = admission_block(SERVED.model_copy(update={"node_cap": 7}), "1" * 64, "3/1", "9")
    assert [plain(asked, value) for value in (0, 7, 8, 15)] == [[0], [0], [1], [1]]
    assert (asked.statistic, asked.level, asked.l2_squared) == ("at-least", "gemeente", "1")


def test_words_are_those_of_the_gate_keys_whichever_length_is_asked_about() -> None:
    # A vector of buckets only has counts: its length and that of the universe give one answer.
    loudest = (2**31 - 2**26 - 1) // 80
    for sigma, bits in ((loudest, 32), (loudest + 1, 64)):
        count = BINS.model_copy(update={"sigma": f"{sigma}/1"})
        for length in (1, 10**6, 2**26):
            assert word_bits_of([count], length, 19) == bits
            payload = gate_spec([count], length, 19).payload
            assert GROUPS[payload].word_bits == bits
        assert word_bits_of([count], 10, 6) == 32
