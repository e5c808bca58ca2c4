# SPDX-License-Identifier: EUPL-1.2
"""Whatever the ring, the number of slots, the providers and the seeds: results are those of a join.

Every provider's vector is split, the helpers add what they hold, and only masked values in their
wire form pass between them.
"""

import hashlib
from collections.abc import Iterator
from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ontschot.protocol.gate import (
    BatchSpec,
    GatePart,
    Payload,
    add,
    area_sums,
    centred,
    decode_masked,
    derive,
    encode_masked,
    opened,
)
from ontschot.protocol.sharing import expand, split

Word32 = NDArray[np.uint32]

SEEDS = st.binary(min_size=32, max_size=32)


@st.composite
def federations(draw: st.DrawFn, max_bits: int, min_bits: int = 2) -> tuple[int, list[list[int]]]:
    """Return ring bits and each provider's vector; no total reaches N."""
    bits = draw(st.integers(min_bits, max_bits))
    slots = draw(st.integers(1, 40))
    providers = draw(st.integers(1, min(5, 2**bits - 1)))
    cap = (2**bits - 1) // providers
    vector = st.lists(st.integers(0, cap), min_size=slots, max_size=slots)
    return bits, draw(st.lists(vector, min_size=providers, max_size=providers))


def _next(drawn: Iterator[bytes], _: int) -> bytes:
    return next(drawn)


def shared_totals(vectors: list[list[int]]) -> tuple[Word32, Word32]:
    """Return both helpers' sums of shares; who gets the seed alternates over the providers."""
    held: tuple[list[Word32], list[Word32]] = ([], [])
    for j, vector in enumerate(vectors):
        drawn = iter([hashlib.sha256(bytes([j])).digest()])
        seed, share = split(np.array(vector, dtype=np.uint32), partial(_next, drawn))
        held[j % 2].append(expand(seed, len(vector)))
        held[1 - j % 2].append(share)
    return add(held[0]), add(held[1])


def open_gate(
    spec: BatchSpec, seed: bytes, a: Word32, b: Word32
) -> tuple[GatePart, GatePart, Word32]:
    """Pass the one exchange of the gate and return both parts and y."""
    batch_id = hashlib.sha256(seed).digest()
    made = derive(spec, batch_id, seed)
    one = GatePart.load(spec, "A", batch_id, made.part_a, made.hashes.part_a)
    two = GatePart.load(spec, "B", batch_id, made.part_b, made.hashes.part_b)
    wire = encode_masked(two.masked(b), spec.ring_bits)
    theirs = decode_masked(wire, spec.slots, spec.ring_bits)
    return one, two, opened(one.masked(a), theirs, spec.ring_bits)


@settings(max_examples=90, deadline=None)
@given(federations(31, 3), SEEDS, st.sampled_from(["count", "sum", "wide"]), st.data())
def test_thresholds_and_caps_act_on_totals(
    federation: tuple[int, list[list[int]]], seed: bytes, payload: Payload, data: st.DataObject
) -> None:
    bits, vectors = federation
    totals = np.array([sum(column) for column in zip(*vectors, strict=True)], dtype=np.uint64)
    limits = st.lists(st.integers(1, 2**bits - 1), max_size=4)
    thresholds = data.draw(limits)
    caps = data.draw(limits) if payload != "count" else []
    spec = BatchSpec("dcf", totals.size, bits, payload=payload)
    a, b, y = open_gate(spec, seed, *shared_totals(vectors))
    one, two = a.evaluate(y, thresholds, caps), b.evaluate(y, thresholds, caps)
    for row, t in enumerate(thresholds):
        assert np.array_equal(one.at_least[row] + two.at_least[row], totals >= t)
    for row, cap in enumerate(caps):
        assert np.array_equal(one.capped[row] + two.capped[row], np.minimum(totals, cap))


@settings(max_examples=60, deadline=None)
@given(federations(6), SEEDS, st.data())
def test_tables_give_any_function_of_totals(
    federation: tuple[int, list[list[int]]], seed: bytes, data: st.DataObject
) -> None:
    bits, vectors = federation
    totals = np.array([sum(column) for column in zip(*vectors, strict=True)])
    row = st.lists(st.integers(0, 2**32 - 1), min_size=2**bits, max_size=2**bits).map(tuple)
    rows = tuple(data.draw(st.lists(row, min_size=1, max_size=3)))
    spec = BatchSpec("table", totals.size, bits, rows)
    a, b, y = open_gate(spec, seed, *shared_totals(vectors))
    expected = np.array(rows, dtype=np.uint32)[:, totals]
    assert np.array_equal(a.outputs(y) + b.outputs(y), expected)


@settings(max_examples=40, deadline=None)
@given(federations(20, 3), SEEDS, st.integers(1, 6), st.data())
def test_area_sums_of_shares_are_shares_of_area_sums(
    federation: tuple[int, list[list[int]]], seed: bytes, count: int, data: st.DataObject
) -> None:
    bits, vectors = federation
    totals = np.array([sum(column) for column in zip(*vectors, strict=True)], dtype=np.int64)
    place = st.lists(st.integers(-1, count - 1), min_size=totals.size, max_size=totals.size)
    areas = np.array(data.draw(place), dtype=np.int32)
    cap = data.draw(st.integers(1, 2**bits - 1))
    noise = data.draw(st.lists(st.integers(-(2**40), 2**40), min_size=count, max_size=count))
    spec = BatchSpec("dcf", totals.size, bits, payload="wide")
    a, b, y = open_gate(spec, seed, *shared_totals(vectors))
    halves = [area_sums(part.evaluate(y, [], [cap]).capped[0], areas, count) for part in (a, b)]
    halves[0] += np.array(noise, dtype=np.int64).view(np.uint64)
    expected = [int(np.minimum(totals, cap)[areas == k].sum()) + noise[k] for k in range(count)]
    assert centred(add(halves)).tolist() == expected
