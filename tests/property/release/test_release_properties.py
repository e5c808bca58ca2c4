# SPDX-License-Identifier: EUPL-1.2
"""Pads cancel and shares add up, exactly; a gate's table is the plain function, for any blocks."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.release.gates import gate_spec, output_rows, ring_bits
from ontschot.protocol.release.halves import Table, combine, common_pad, pack
from ontschot.protocol.release.lists import broken_rule
from unit.protocol.documents.samples import BINS, CAPPED

TABLES = st.lists(
    st.builds(
        Table,
        block=st.just("block"),
        outputs=st.integers(1, 4),
        areas=st.integers(1, 5),
        bits=st.sampled_from([32, 64]),
    ),
    min_size=1,
    max_size=4,
)
SECRET = st.binary(min_size=32, max_size=32)


def totals(data: st.DataObject, table: Table) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    half = 2 ** (table.bits - 1)
    values = data.draw(
        st.lists(
            st.integers(-half, half - 1),
            min_size=table.outputs * table.areas,
            max_size=table.outputs * table.areas,
        )
    )
    return np.array(values, dtype=np.int64).reshape(table.outputs, table.areas)


@given(TABLES, SECRET, SECRET, st.data())
def test_two_halves_give_the_noised_sums_exactly(
    shapes: Sequence[Table], secret_a: bytes, secret_b: bytes, data: st.DataObject
) -> None:
    """For any totals that fit, negative ones included, however they are shared."""
    length = sum(shape.size for shape in shapes)
    pad = common_pad(secret_a, secret_b, "ab" * 32, length)
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    wanted = [totals(data, shape) for shape in shapes]
    shares_a = [random.integers(0, 2**64, one.shape, dtype=np.uint64) for one in wanted]
    shares_b = [one.view(np.uint64) - a for one, a in zip(wanted, shares_a, strict=True)]
    half_a = pack(shapes, shares_a, pad, "A", bytes(32))
    half_b = pack(shapes, shares_b, pad, "B", b"b" * 32)
    found = combine(shapes, half_a, half_b)
    assert all(np.array_equal(one, other) for one, other in zip(found, wanted, strict=True))


@given(TABLES, SECRET, SECRET, SECRET)
def test_without_the_same_pad_nothing_comes_out(
    shapes: Sequence[Table], secret_a: bytes, secret_b: bytes, other: bytes
) -> None:
    length = sum(shape.size for shape in shapes)
    pads = [common_pad(secret_a, one, "ab" * 32, length) for one in (secret_b, other)]
    zeros = [np.zeros((shape.outputs, shape.areas), np.uint64) for shape in shapes]
    halves = (
        pack(shapes, zeros, pads[0], "A", bytes(32)),
        pack(shapes, zeros, pads[1], "B", bytes(32)),
    )
    silent = all(not one.any() for one in combine(shapes, *halves))
    assert silent == (secret_b == other)


def blocks_in(data: st.DataObject, size: int) -> list[Block]:
    made = []
    for number in range(data.draw(st.integers(1, 4))):
        statistic = data.draw(st.sampled_from(["bins", "at-least", "capped"]))
        if statistic == "capped":
            cap = data.draw(st.integers(1, size - 1))
            made.append(CAPPED.model_copy(update={"id": f"b{number}", "cap": cap}))
            continue
        thresholds = sorted(data.draw(st.sets(st.integers(1, size - 1), min_size=1, max_size=4)))
        fields = {"id": f"b{number}", "statistic": statistic, "thresholds": thresholds}
        made.append(BINS.model_copy(update=fields))
    return made


@given(st.integers(2, 6), st.data())
def test_a_tables_rows_are_the_plain_functions(bits: int, data: st.DataObject) -> None:
    blocks = blocks_in(data, 1 << bits)
    spec = gate_spec(blocks, 1, bits)
    for asked in blocks:
        rows = [spec.outputs[row] for row in output_rows(blocks, asked)]
        for value in range(1 << bits):
            if asked.statistic == "capped":
                plain = [min(value, asked.cap or 0)]
            elif asked.statistic == "at-least":
                plain = [int(value >= t) for t in asked.thresholds]
            else:
                reached = sum(value >= t for t in asked.thresholds)
                plain = [int(reached == i + 1) for i in range(len(asked.thresholds))]
            assert [row[value] for row in rows] == plain


@given(st.integers(3, 1000), st.integers(1, 2**26))
def test_no_total_wraps_around(nodes: int, cap: int) -> None:
    assert 2 ** ring_bits(nodes, cap) > nodes * cap


@given(
    st.lists(st.sets(st.integers(0, 12), min_size=1), max_size=8),
    st.lists(st.integers(0, 9), min_size=13, max_size=13),
)
def test_two_answers_of_one_question_differ_by_three_organisations_or_more(
    asked: list[set[int]], owners: list[int]
) -> None:
    """Whatever lists are proposed in whatever order; so no difference is about one provider."""
    accepted: list[frozenset[str]] = []
    for listed in asked:
        organisations = {f"n{i}": f"org{owners[i]}" for i in listed}
        if broken_rule(organisations, accepted, 3) is None:
            accepted.append(frozenset(organisations))
    distinct = sorted(set(accepted), key=len)
    assert len(distinct) <= 2
    for known in distinct:
        assert len({owners[int(node[1:])] for node in known}) >= 3
    if len(distinct) == 2:
        first, second = distinct
        before = {owners[int(node[1:])] for node in first}
        assert first < second
        assert len({owners[int(node[1:])] for node in second} - before) >= 3
