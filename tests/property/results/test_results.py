# SPDX-License-Identifier: EUPL-1.2
"""What holds for every opened value: figures, presentation, documents and exports."""

import csv
import io
import json
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.coordinator.results import (
    Area,
    build_result,
    decode_result,
    encode_result,
)
from ontschot.coordinator.results.build import decimal_text
from ontschot.coordinator.results.errors import MalformedResult
from ontschot.coordinator.results.presentation import Unit, present
from ontschot.protocol.language import Text
from ontschot.protocol.results import to_csv
from unit.coordinator.results.samples import METADATA, bins_block, q01

VALUES = st.integers(-(10**12), 10**12)
SIGMAS = st.fractions(min_value=Fraction(1, 64), max_value=Fraction(10**7))
UNITS = st.sampled_from(["households", "persons", "euroCents"])


@given(VALUES, st.floats(0.001, 1e12), UNITS)
def test_the_shown_interval_covers_the_possible_part_of_the_raw_one(
    value: int, half_width: float, unit: Unit
) -> None:
    shown = present(value, value - half_width, value + half_width, unit)
    assert 0 <= shown.low < shown.high
    assert shown.low <= max(0, value - half_width)
    assert shown.high >= value + half_width


@given(VALUES, st.floats(0.001, 1e12), UNITS)
def test_a_number_is_only_shown_when_the_noise_allows_it(
    value: int, half_width: float, unit: Unit
) -> None:
    shown = present(value, value - half_width, value + half_width, unit)
    step = 100_000 if unit == "euroCents" else 5
    rounded = (value + step // 2) // step * step
    few = unit != "euroCents" and value < 10
    if shown.value is None:
        # Whoever reads the interval finds the words to be true.
        assert few or shown.high - shown.low > rounded
        assert (shown.kind == "belowTen") == (few and value + half_width < 10)
        assert shown.kind == "uncertain" or shown.high <= 10
    else:
        assert shown.value == rounded
        assert shown.high - shown.low <= shown.value
        assert shown.low <= shown.value <= shown.high
        assert unit == "euroCents" or shown.value >= 10


@settings(max_examples=50)
@given(st.lists(st.lists(VALUES, min_size=5, max_size=5), min_size=2, max_size=2), SIGMAS)
def test_at_least_k_falls_and_starts_with_the_whole(rows: list[list[int]], sigma: Fraction) -> None:
    table = build_result(METADATA, [bins_block(rows, sigma=sigma)]).tables[0]
    for area, row in zip(table.areas, rows, strict=True):
        values = [figure.value for figure in area.figures]
        assert values[:5] == row
        assert values[5:] == [sum(row[k:]) for k in range(4)]
        errors = [figure.standard_error for figure in area.figures]
        for k in range(4):
            assert math.isclose(errors[5 + k], errors[0] * math.sqrt(5 - k), abs_tol=0.01)


@settings(max_examples=50)
@given(st.lists(VALUES, min_size=1, max_size=6), SIGMAS)
def test_documents_come_back_and_keep_raw_values(values: list[int], sigma: Fraction) -> None:
    areas = [Area(f"BU0642{i:04}", f"buurt {i}", 300) for i in range(len(values))]
    result = q01(areas, values, sigma)
    again = decode_result(encode_result(result))
    assert again == result
    assert [area.figures[0].value for area in again.tables[0].areas] == [
        value * 10_000 for value in values
    ]


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=10).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_foreign_bytes_raise_one_error(data: bytes) -> None:
    with pytest.raises(MalformedResult):
        decode_result(data)


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_text_becomes_a_formula_or_another_row(name: str) -> None:
    block = bins_block(np.full((1, 5), 100), [Area("GM0642", name, 1)])
    result = build_result(replace(METADATA, title=Text(name, name)), [block])
    rows = list(csv.reader(io.StringIO(to_csv(result), newline=""), delimiter=";"))
    assert len(rows) == 10
    for row in rows:
        assert len(row) == len(rows[0])
        assert not any(cell.startswith(("=", "+", "@", "\t", "\r", "\n")) for cell in row)


@given(st.fractions(min_value=0, max_value=1000))
def test_privacy_parameters_are_never_understated(number: Fraction) -> None:
    written = Fraction(decimal_text(number))
    assert 0 <= written - number < Fraction(1, 10**12)
