# SPDX-License-Identifier: EUPL-1.2
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ontschot.protocol.gate import add, area_sums, centred

AREAS = np.array([2, 0, -1, 2, 2, -1], dtype=np.int32)


@given(
    st.sampled_from([np.uint32, np.uint64]),
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(-1, 4)), max_size=30),
)
def test_sums_are_exact_modulo_the_word(word: Any, slots: list[tuple[int, int]]) -> None:
    modulus = 2 ** (8 * np.dtype(word).itemsize)
    values = np.array([v % modulus for v, _ in slots], dtype=word)
    areas = np.array([area for _, area in slots], dtype=np.int32)
    expected = [sum(v for v, area in slots if area == k) % modulus for k in range(5)]
    sums = area_sums(values, areas, 5)
    assert sums.dtype == word
    assert sums.tolist() == expected


def test_rows_are_summed_one_by_one() -> None:
    values = np.arange(12, dtype=np.uint64).reshape(2, 6)
    assert area_sums(values, AREAS, 4).tolist() == [[1, 0, 7, 0], [7, 0, 25, 0]]
    assert area_sums(values[:0], AREAS, 4).shape == (0, 4)


def test_slots_in_no_area_count_nowhere() -> None:
    values = np.array([1, 1, 2**31, 1, 1, 2**31], dtype=np.uint32)
    assert area_sums(values, AREAS, 3).tolist() == [1, 0, 3]
    assert area_sums(values, np.full(6, -1, dtype=np.int32), 2).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("areas", "count"),
    [(AREAS[:5], 3), (AREAS.reshape(2, 3), 3), (AREAS, 2), (AREAS - 1, 3)],
)
def test_map_fits_the_slots(areas: NDArray[np.int32], count: int) -> None:
    with pytest.raises(ValueError, match="area"):
        area_sums(np.zeros(6, dtype=np.uint32), areas, count)


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), min_size=3, max_size=3), min_size=1))
def test_vectors_add_modulo_the_word(vectors: list[list[int]]) -> None:
    arrays = [np.array(v, dtype=np.uint32) for v in vectors]
    expected = [sum(column) % 2**32 for column in zip(*vectors, strict=True)]
    assert add(arrays).tolist() == expected
    assert arrays[0].tolist() == vectors[0]


def test_adding_wants_vectors_of_one_kind() -> None:
    one = np.zeros(3, dtype=np.uint32)
    with pytest.raises(ValueError, match="no vectors"):
        add(iter(list[NDArray[np.uint32]]()))
    with pytest.raises(ValueError, match="two shapes"):
        add([one, one[:2]])
    with pytest.raises(ValueError, match="two shapes"):
        add([one.astype(np.uint64), one.astype(np.uint32)])


@given(st.integers(-(2**31), 2**31 - 1))
def test_centred_decoding_returns_what_went_in(value: int) -> None:
    assert centred(np.array([value % 2**32], dtype=np.uint32)).tolist() == [value]
    assert centred(np.array([value % 2**64], dtype=np.uint64)).tolist() == [value]


def test_centred_decoding_at_the_edges() -> None:
    narrow = np.array([0, 2**31 - 1, 2**31, 2**32 - 1], dtype=np.uint32)
    assert centred(narrow).tolist() == [0, 2**31 - 1, -(2**31), -1]
    wide = np.array([2**63 - 1, 2**63], dtype=np.uint64)
    assert centred(wide).tolist() == [2**63 - 1, -(2**63)]
    assert centred(narrow).dtype == np.int64
